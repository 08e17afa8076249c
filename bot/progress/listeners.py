"""What Slack tells us about progress, bending the plan, and how an interview went."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from bot import mrkdwn, replies, words
from bot.errors import BotError, OutdatedFormError
from bot.members import Member
from bot.outgoing import Block
from bot.pictures.series import Picture
from bot.pictures.service import PictureService
from bot.pictures.sources import consistency, hours_by_track, score_over_time
from bot.plan import views as plan_views
from bot.plan.views import TRACK_NAMES
from bot.progress import outcome_views, replan_views, views
from bot.progress.bending import BendingService
from bot.progress.outcomes import Answered, OutcomeService
from bot.progress.service import Progress, ProgressService
from bot.refusals import code_of

log = logging.getLogger(__name__)
RefreshHome = Callable[[Member], Awaitable[None]]


def register_command(app: AsyncApp) -> None:
    """Connect the word after /prep."""
    app.command(words.COMMAND, matchers=[words.first_word_is("progress")])(show_by_command)


def register(app: AsyncApp) -> None:
    """Connect the buttons and windows."""
    app.action(views.OPEN)(show)
    app.action(views.PARTS)(show_parts)
    app.action(views.BEND)(show_ways)
    app.action(replan_views.SHOW)(show_preview)
    app.view(replan_views.APPLY)(apply)
    app.action(plan_views.UNDO)(undo)
    app.action(re.compile(rf"^{re.escape(outcome_views.ANSWER)}\."))(answer_outcome)
    app.view(outcome_views.MOVE)(move)


async def show_by_command(
    ack: AsyncAck,
    client: AsyncWebClient,
    respond: AsyncRespond,
    member: Member,
    progress: ProgressService,
    pictures: PictureService,
) -> None:
    """`/prep progress`: the words first, the pictures as soon as they are drawn."""
    await ack()
    found = await progress.progress(member)
    is_shown = False

    async def send(blocks: list[Block]) -> None:
        nonlocal is_shown
        # A second answer to a command stands beside the first and cannot replace it.
        draw = views.pictures_post if is_shown else views.progress_post
        await replies.answer(draw(found, blocks), respond)
        is_shown = True

    await pictures.show(member, _pictures_of(found), client, send)


async def show(
    ack: AsyncAck,
    body: dict[str, Any],
    client: AsyncWebClient,
    respond: AsyncRespond,
    member: Member,
    progress: ProgressService,
) -> None:
    """The button from anywhere."""
    await ack()
    post = views.progress_post(await progress.progress(member))
    await replies.show(post, views.TITLE, body=body, client=client, respond=respond)


async def show_parts(
    ack: AsyncAck,
    action: dict[str, Any],
    body: dict[str, Any],
    client: AsyncWebClient,
    member: Member,
    progress: ProgressService,
) -> None:
    """What a bar is made of, in a window."""
    await ack()
    name = views.read_bar(action)
    if name is None:
        raise OutdatedFormError("I do not know that bar any more. Type `/prep progress` to see all four.")
    post = views.parts_post(await progress.progress(member), name)
    await _open(replies.window(post, views.TITLE), body, client)


async def show_ways(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, member: Member, bending: BendingService
) -> None:
    """Bend my plan: the three ways."""
    await ack()
    view = replan_views.ways_modal(await bending.previews(member))
    if body.get("view", {}).get("type") == "modal":
        # In its place, because the preview goes on top and Slack holds three windows.
        await client.views_update(view_id=body["view"]["id"], view=view)
    else:
        await client.views_open(trigger_id=body["trigger_id"], view=view)


async def show_preview(
    ack: AsyncAck,
    action: dict[str, Any],
    body: dict[str, Any],
    client: AsyncWebClient,
    member: Member,
    bending: BendingService,
) -> None:
    """What one way would move."""
    await ack()
    way = replan_views.read_way(action)
    await _open(replan_views.preview_modal((await bending.previews(member))[way]), body, client)


async def apply(
    ack: AsyncAck,
    view: dict[str, Any],
    client: AsyncWebClient,
    member: Member,
    bending: BendingService,
    refresh_home: RefreshHome,
) -> None:
    """Bend the plan as it was shown, and say what moved."""
    await ack(response_action="update", view=replan_views.applying_modal())
    try:
        way, base, interview_on = replan_views.read_form(view)
        bent = await bending.apply(member, way, base, interview_on)
    except BotError as error:
        # The window must not go on saying that it is moving.
        await client.views_update(view_id=view["id"], view=replan_views.failed_modal(str(error)))
        return
    await client.views_update(view_id=view["id"], view=replan_views.done_modal(bent))
    await refresh_home(member)
    await _redraw_ways(view, client, member, bending)


async def undo(
    ack: AsyncAck,
    action: dict[str, Any],
    body: dict[str, Any],
    client: AsyncWebClient,
    respond: AsyncRespond,
    member: Member,
    bending: BendingService,
    refresh_home: RefreshHome,
) -> None:
    """Take the newest change back."""
    await ack()
    value = str(action.get("value") or "")
    await bending.undo(member, int(value) if value.isdecimal() and len(value) < 18 else 0)
    post, title = replan_views.undone_post(), replan_views.TITLE
    if body.get("view", {}).get("type") == "modal":
        await replies.change(post, title, body=body, client=client, respond=respond)
    else:
        await replies.show(post, title, body=body, client=client, respond=respond)
    await refresh_home(member)
    if action.get("block_id") == replan_views.DONE:
        await _redraw_ways(body.get("view", {}), client, member, bending)


async def answer_outcome(
    ack: AsyncAck,
    action: dict[str, Any],
    body: dict[str, Any],
    client: AsyncWebClient,
    member: Member,
    outcomes: OutcomeService,
    refresh_home: RefreshHome,
) -> None:
    """How it went; for another date, the form that asks for it."""
    await ack()
    outcome, interview_on = outcome_views.read_answer(action)
    if outcome == "moved":
        form = outcome_views.new_date_modal(interview_on, await outcomes.today(member))
        await _open(form, body, client)
        return
    await _change_question(client, await outcomes.answer(member, interview_on, outcome))
    await refresh_home(member)


async def move(
    ack: AsyncAck,
    view: dict[str, Any],
    client: AsyncWebClient,
    member: Member,
    outcomes: OutcomeService,
    bending: BendingService,
    refresh_home: RefreshHome,
) -> None:
    """The interview has another date: keep it, stretch the plan, and say what moved."""
    old = outcome_views.read_day(view.get("private_metadata"))
    wanted = replan_views.read_date(view)
    if wanted is None or wanted <= old:
        await ack(response_action="errors", errors={replan_views.DATE: outcome_views.LATER})
        return
    await ack(response_action="update", view=outcome_views.moving_modal())
    try:
        bent = await bending.move(member, wanted)
        answered = await outcomes.answer(member, old, "moved")
    except BotError as error:
        await client.views_update(view_id=view["id"], view=replan_views.failed_modal(str(error)))
        return
    has_moved = bent is not None and bent.change_id is not None
    done = (
        replan_views.done_modal(bent) if bent is not None and has_moved else outcome_views.moved_modal(wanted)
    )
    await client.views_update(view_id=view["id"], view=done)
    await _change_question(client, answered)
    await refresh_home(member)


def _pictures_of(found: Progress) -> list[Picture]:
    """Results over time, hours against the plan, and the days; none that would show a single thing."""
    pictures: list[Picture] = []
    if views.has_score_picture(found):
        pictures.append(score_over_time(found.scores))
    if views.has_hours_picture(found):
        rows = [(TRACK_NAMES[one.track], one.done, one.planned) for one in found.hours]
        pictures.append(hours_by_track(rows, f"since {mrkdwn.day(found.hours_since)}"))
    if found.parts_done:
        pictures.append(consistency(found.parts_done, found.rest, found.today))
    return pictures


async def _change_question(client: AsyncWebClient, answered: Answered) -> None:
    """A question that is gone, or cannot be changed, must not fail the answer."""
    if answered.message is None:
        return
    channel, ts = answered.message
    post = outcome_views.answered_post(answered.interview_on, answered.outcome)
    try:
        await client.chat_update(channel=channel, ts=ts, text=post.text, blocks=post.blocks)
    except SlackApiError as error:
        log.warning("a question's message could not be changed: %s", code_of(error))
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        log.warning("a question's message could not be changed: %s", type(error).__name__)


async def _redraw_ways(
    view: dict[str, Any], client: AsyncWebClient, member: Member, bending: BendingService
) -> None:
    """The three ways lie under a preview: who closes that must not find the forecast of before."""
    below = view.get("previous_view_id")
    if below:
        await client.views_update(view_id=below, view=replan_views.ways_modal(await bending.previews(member)))


async def _open(view: View, body: dict[str, Any], client: AsyncWebClient) -> None:
    """A window of its own, or on top of the one the person is in."""
    if body.get("view", {}).get("type") == "modal":
        await client.views_push(trigger_id=body["trigger_id"], view=view)
    else:
        await client.views_open(trigger_id=body["trigger_id"], view=view)
