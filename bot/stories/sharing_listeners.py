"""What Slack tells us about telling a story: aloud, and to one other person."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import aiohttp
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import replies
from bot.members import Member
from bot.stories import ids, rehearsal_views, sharing_views, views, windows
from bot.stories.readers import ONESELF, why_not
from bot.stories.rehearsal_views import Telling
from bot.stories.service import StoryService
from bot.stories.sharing import LONGEST_COMMENT, ShareRefusedError, SharingService
from bot.typed_text import clean

LOOK_SECONDS = 5
UNKNOWN = "Slack did not tell me who that is. Please try again in a moment."
RefreshHome = Callable[[Member], Awaitable[None]]


def register(app: AsyncApp) -> None:
    """Connect the timer, the share, and the reader's window."""
    app.action(ids.REHEARSE)(start_timer)
    app.action(ids.STOP)(stop_timer)
    app.action(re.compile(rf"^{re.escape(ids.RATE)}\."))(rate)
    app.action(ids.SHARE)(choose_reader)
    app.view(ids.SHARE_FORM)(submit_share)
    app.action(ids.REVOKE)(revoke)
    app.action(ids.READ)(read)
    app.view(ids.COMMENT)(submit_comment)


async def start_timer(
    ack: AsyncAck,
    action: dict[str, Any],
    body: dict[str, Any],
    client: AsyncWebClient,
    member: Member,
    stories: StoryService,
) -> None:
    """The clock runs from now on."""
    await ack()
    card = await stories.card(member, views.read_value(action))
    telling = Telling(
        ref=card.story.ref,
        started_at=stories.now(),
        target=card.reading.seconds,
        under=views.read_under(body.get("view") or {}),
    )
    await windows.show_over(client, body, rehearsal_views.timer_modal(card, telling))


async def stop_timer(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, stories: StoryService
) -> None:
    """How long it took, and how it went."""
    await ack()
    telling = rehearsal_views.read_telling(replies.window_of(body))
    seconds = max(1, round((stories.now() - telling.started_at).total_seconds()))
    view = rehearsal_views.rating_modal(replace(telling, seconds=seconds))
    await client.views_update(view_id=replies.window_of(body)["id"], view=view)


async def rate(
    ack: AsyncAck,
    action: dict[str, Any],
    body: dict[str, Any],
    client: AsyncWebClient,
    member: Member,
    stories: StoryService,
    refresh_home: RefreshHome,
) -> None:
    """Again, Hard, Good or Easy: written down once, however often it is pressed."""
    await ack()
    telling, rating = (
        rehearsal_views.read_telling(replies.window_of(body)),
        rehearsal_views.read_rating(action),
    )
    card = await stories.rehearsed(
        member, telling.ref, started_at=telling.started_at, seconds=telling.seconds, rating=rating
    )
    done = rehearsal_views.done_modal(telling, rating, card.story.times_told)
    await client.views_update(view_id=replies.window_of(body)["id"], view=done)
    await windows.redraw_under(client, member, stories, telling.under)
    await refresh_home(member)


async def choose_reader(
    ack: AsyncAck,
    action: dict[str, Any],
    body: dict[str, Any],
    client: AsyncWebClient,
    member: Member,
    stories: StoryService,
) -> None:
    """Whom to share the story with."""
    await ack()
    card = await stories.card(member, views.read_value(action))
    under = views.read_under(body.get("view") or {})
    view = sharing_views.share_modal(card.story.ref, card.story.draft.title, under)
    await windows.show_over(client, body, view)


async def submit_share(
    ack: AsyncAck,
    view: dict[str, Any],
    client: AsyncWebClient,
    member: Member,
    stories: StoryService,
    sharing: SharingService,
) -> None:
    """Share the story with a person who can read it."""
    ref, user_id, under = sharing_views.read_share(view)
    if not user_id or user_id == member.user_id:
        wrong = ONESELF if user_id else "Choose a person."
        await ack(response_action="errors", errors={ids.FIELD: wrong})
        return
    await ack(response_action="update", view=sharing_views.sharing_modal())
    user = await _account(client, user_id)
    refusal = why_not(user, member.team_id) if user else UNKNOWN
    if refusal is None:
        try:
            await sharing.share(member, ref, user_id, time_zone=str(user.get("tz") or "") or None)
        except ShareRefusedError as error:
            refusal = str(error)
    if refusal is not None:
        card = await stories.card(member, ref)
        again = sharing_views.share_modal(ref, card.story.draft.title, under, refusal)
        await client.views_update(view_id=view["id"], view=again)
        return
    await client.views_update(view_id=view["id"], view=sharing_views.shared_modal(user_id))
    await windows.redraw_under(client, member, stories, under)


async def revoke(
    ack: AsyncAck,
    action: dict[str, Any],
    body: dict[str, Any],
    client: AsyncWebClient,
    member: Member,
    stories: StoryService,
    sharing: SharingService,
) -> None:
    """Take the story back: from now on it cannot be read, nor commented on."""
    await ack()
    await sharing.revoke(member, views.read_value(action))
    await windows.redraw_under(client, member, stories, views.read_under(replies.window_of(body)))


async def read(
    ack: AsyncAck,
    action: dict[str, Any],
    body: dict[str, Any],
    client: AsyncWebClient,
    member: Member,
    stories: StoryService,
    sharing: SharingService,
) -> None:
    """A story that somebody shared, if they still do."""
    await ack()
    shared = await sharing.read(member, views.read_value(action))
    await windows.show_over(client, body, sharing_views.reading_modal(shared, stories.names))


async def submit_comment(
    ack: AsyncAck,
    view: dict[str, Any],
    client: AsyncWebClient,
    member: Member,
    stories: StoryService,
    sharing: SharingService,
) -> None:
    """A comment for the owner, if the story is still shared."""
    ref, block_id, typed = sharing_views.read_comment(view)
    text = clean(typed)
    if not text or len(text) > LONGEST_COMMENT:
        wrong = sharing_views.TOO_LONG if text else sharing_views.EMPTY_COMMENT
        await ack(response_action="errors", errors={block_id: wrong})
        return
    await ack(response_action="update", view=sharing_views.sending_modal())
    shared = await sharing.comment(member, ref, text, f"{view['id']}:{block_id}")
    shown = sharing_views.reading_modal(shared, stories.names, said=True)
    await client.views_update(view_id=view["id"], view=shown)


async def _account(client: AsyncWebClient, user_id: str) -> dict[str, Any]:
    """Slack's user object; empty where Slack does not tell in time."""
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            answer = await client.users_info(user=user_id)
    except (SlackApiError, aiohttp.ClientError, OSError, TimeoutError):
        return {}
    user: dict[str, Any] = answer.get("user") or {}
    return user
