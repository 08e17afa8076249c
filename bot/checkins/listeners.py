"""What Slack tells us about the weekly check-in."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import words
from bot.checkins import views
from bot.checkins.answers import check
from bot.checkins.service import CheckInResult, CheckInService
from bot.members import Member
from bot.refusals import code_of

log = logging.getLogger(__name__)
RefreshHome = Callable[[Member], Awaitable[None]]


def register_command(app: AsyncApp) -> None:
    """Connect the word after /prep."""
    app.command(words.COMMAND, matchers=[words.first_word_is("week")])(open_by_command)


def register(app: AsyncApp) -> None:
    """Connect the button and the modal."""
    app.action(views.OPEN)(open_by_button)
    app.view(views.SUBMIT)(submit)


async def open_by_command(
    ack: AsyncAck,
    command: dict[str, Any],
    client: AsyncWebClient,
    member: Member,
    checkins: CheckInService,
) -> None:
    """`/prep week`: the open check-in, or a new one that ends today."""
    await ack()
    form = await checkins.form(member)
    await client.views_open(trigger_id=command["trigger_id"], view=views.modal(form))


async def open_by_button(
    ack: AsyncAck,
    action: dict[str, Any],
    body: dict[str, Any],
    client: AsyncWebClient,
    member: Member,
    checkins: CheckInService,
) -> None:
    """Check in, or Change: in the direct message, on Home, or in a window."""
    await ack()
    form = await checkins.form(member, views.read_button_day(action))
    is_in_window = body.get("view", {}).get("type") == "modal"
    show = client.views_push if is_in_window else client.views_open
    await show(trigger_id=body["trigger_id"], view=views.modal(form))


async def submit(
    ack: AsyncAck,
    view: dict[str, Any],
    client: AsyncWebClient,
    member: Member,
    checkins: CheckInService,
    refresh_home: RefreshHome,
) -> None:
    """Keep the answer, show where it leads, and turn the reminder into the result."""
    to_on = views.read_form_day(view)
    answer, errors = check(views.read_fields(view))
    if answer is None:
        await ack(response_action="errors", errors=errors)
        return
    await ack(response_action="update", view=views.saving_modal())
    result = await checkins.answer(member, to_on, answer)
    await _change_reminder(client, result)
    await client.views_update(view_id=view["id"], view=views.result_modal(result))
    await refresh_home(member)


async def _change_reminder(client: AsyncWebClient, result: CheckInResult) -> None:
    """A reminder that is gone, or cannot be changed, must not fail the answer."""
    if result.message is None:
        return
    post = views.result_post(result)
    try:
        await client.chat_update(
            channel=result.message.channel, ts=result.message.ts, text=post.text, blocks=post.blocks
        )
    except SlackApiError as error:
        log.warning("a check-in's message could not be changed: %s", code_of(error))
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        log.warning("a check-in's message could not be changed: %s", type(error).__name__)
