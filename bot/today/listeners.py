"""What Slack tells us about the day's practice."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import replies, words
from bot.learn.library import Library
from bot.log import views as log_views
from bot.members import Member
from bot.outgoing import Post
from bot.refusals import code_of
from bot.today import views
from bot.today.answers import Changed, NoListError
from bot.today.service import TodayService

log = logging.getLogger(__name__)

RefreshHome = Callable[[Member], Awaitable[None]]


def register_command(app: AsyncApp) -> None:
    """Connect the word after /prep."""
    app.command(words.COMMAND, matchers=[words.first_word_is("today")])(show_by_command)


def register(app: AsyncApp) -> None:
    """Connect the list's controls."""
    app.action(views.TICK)(tick)
    app.action(views.SHOW)(show_list)
    app.action(views.LINK)(follow_link)
    app.action(views.HINT)(give_hint)
    app.action(re.compile(rf"^{re.escape(views.RATE)}\.\d$"))(rate)
    app.action(views.SWAP)(swap)
    app.action(views.SNOOZE)(snooze)
    app.action(views.NOT_TODAY)(put_away)
    app.action(views.KEEP)(keep_reminders)


async def show_by_command(
    ack: AsyncAck, respond: AsyncRespond, member: Member, today: TodayService, refresh_home: RefreshHome
) -> None:
    """`/prep today`; only the person sees it."""
    await ack()
    await replies.answer(views.list_post(await today.show(member)), respond)
    await refresh_home(member)


async def show_list(
    ack: AsyncAck,
    body: dict[str, Any],
    client: AsyncWebClient,
    respond: AsyncRespond,
    member: Member,
    today: TodayService,
    refresh_home: RefreshHome,
) -> None:
    """The button on Home, in the evening's line and in a folded message."""
    await ack()
    post = views.list_post(await today.show(member))
    await replies.show(post, views.TITLE, body=body, client=client, respond=respond)
    await refresh_home(member)


async def tick(
    ack: AsyncAck,
    action: dict[str, Any],
    body: dict[str, Any],
    client: AsyncWebClient,
    respond: AsyncRespond,
    member: Member,
    today: TodayService,
    refresh_home: RefreshHome,
) -> None:
    """A line is done, or is not after all: the box says which, so a repeated click changes nothing."""
    await ack()
    on, part = views.read_line(action)
    is_done = bool(action.get("selected_options"))
    changed = await today.tick(member, on, part, is_done=is_done, at=replies.pressed_at(action, today.now()))
    await _redraw(changed, views.list_post(changed.today), body, client, respond)
    await refresh_home(member)


async def rate(
    ack: AsyncAck,
    action: dict[str, Any],
    body: dict[str, Any],
    client: AsyncWebClient,
    respond: AsyncRespond,
    member: Member,
    today: TodayService,
    refresh_home: RefreshHome,
) -> None:
    """How a line went that is done: it comes back for review by that."""
    await ack()
    on, part = views.read_line(action)
    changed = await today.rate(member, on, part, views.read_rating(action))
    await _redraw(changed, views.list_post(changed.today), body, client, respond)
    await refresh_home(member)


async def swap(
    ack: AsyncAck,
    action: dict[str, Any],
    body: dict[str, Any],
    client: AsyncWebClient,
    respond: AsyncRespond,
    member: Member,
    today: TodayService,
    refresh_home: RefreshHome,
) -> None:
    """Another task for one line."""
    await ack()
    on, _ = views.read_line(action)
    part, slug, was_known = views.read_swap(action)
    changed = await today.swap(member, on, part, slug, was_known=was_known)
    await _redraw(changed, views.list_post(changed.today), body, client, respond)
    task = today.catalog.tasks.get(slug)
    if was_known and task is not None:
        post = log_views.known_post(task)
        await replies.show(post, log_views.TITLE, body=body, client=client, respond=respond)
    await refresh_home(member)


async def snooze(
    ack: AsyncAck,
    action: dict[str, Any],
    body: dict[str, Any],
    client: AsyncWebClient,
    respond: AsyncRespond,
    member: Member,
    today: TodayService,
) -> None:
    """The list once more, later today; until then it folds."""
    await ack()
    on, _ = views.read_line(action)
    changed = await today.snooze(member, on, views.read_option(action))
    again_at = changed.again_at
    post = views.folded_post(views.snoozed_sentence(again_at)) if again_at else views.list_post(changed.today)
    await _redraw(changed, post, body, client, respond)


async def put_away(
    ack: AsyncAck,
    action: dict[str, Any],
    body: dict[str, Any],
    client: AsyncWebClient,
    respond: AsyncRespond,
    member: Member,
    today: TodayService,
) -> None:
    """Not today: the list folds, and nothing reminds of it."""
    await ack()
    on, _ = views.read_line(action)
    changed = await today.not_today(member, on)
    await _redraw(changed, views.folded_post(views.FOLDED), body, client, respond)


async def give_hint(
    ack: AsyncAck,
    action: dict[str, Any],
    body: dict[str, Any],
    client: AsyncWebClient,
    respond: AsyncRespond,
    member: Member,
    library: Library,
    today: TodayService,
) -> None:
    """A hint beside the list; the second one takes the place of the first."""
    await ack()
    slug, number = views.read_hint(action)
    task = library.catalog.tasks.get(slug)
    if task is None:
        raise NoListError("That task is no longer in the library. `/prep today` shows today's list.")
    answer = replies.show if number == 1 else replies.change
    await answer(views.hint_post(task, number), views.TITLE, body=body, client=client, respond=respond)
    await today.touch(member)


async def follow_link(ack: AsyncAck) -> None:
    """The problem opens in the browser; Slack only wants to hear that we know."""
    await ack()


async def keep_reminders(ack: AsyncAck, respond: AsyncRespond, member: Member, today: TodayService) -> None:
    """Three were ignored, and the person wants them all the same."""
    await ack()
    await today.touch(member)
    await replies.answer(views.folded_post(views.KEPT), respond, replace=True)


async def _redraw(
    changed: Changed, post: Post, body: dict[str, Any], client: AsyncWebClient, respond: AsyncRespond
) -> None:
    """
    Show the new state where the person acted, and in the newest message that carries the list.

    Older messages with it fold into a line. Home is refreshed by whoever calls this.
    """
    *older, newest = [copy.ts for copy in changed.copies] or [""]
    acted_in = _message_ts(body)
    view = body.get("view") or {}
    if view.get("type") == "modal":
        await client.views_update(view_id=view["id"], view=replies.window(post, views.TITLE))
    elif not view:
        here = views.folded_post(views.MOVED_ON) if acted_in in older else post
        await replies.answer(here, respond, replace=True)
    for copy in changed.copies:
        if copy.ts != acted_in:
            there = post if copy.ts == newest else views.folded_post(views.MOVED_ON)
            await _update(client, copy.channel, copy.ts, there)


def _message_ts(body: dict[str, Any]) -> str | None:
    """The message a control was pressed in; None for one that only the person sees."""
    container = body.get("container") or {}
    if container.get("is_ephemeral"):
        return None
    ts = container.get("message_ts") or (body.get("message") or {}).get("ts")
    return str(ts) if ts else None


async def _update(client: AsyncWebClient, channel: str, ts: str, post: Post) -> None:
    """Another copy of the list. One that cannot be changed any more must not spoil the answer."""
    try:
        await client.chat_update(channel=channel, ts=ts, text=post.text, blocks=post.blocks)
    except SlackApiError as error:
        log.warning("a list could not be redrawn: %s", code_of(error))
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        log.warning("a list could not be redrawn: %s", type(error).__name__)
