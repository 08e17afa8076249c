"""The first middleware: who may not use the bot, or goes too fast, is answered before anything is read."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import flood
from bot.callers import BOT_SENTENCE, STRANGER_SENTENCE, Caller, caller_of
from bot.flood import Flood, Turn
from bot.members import Member
from bot.refusals import code_of
from bot.slack_hosts import leads_elsewhere

log = logging.getLogger(__name__)

Next = Callable[[], Awaitable[BoltResponse]]
REFUSED = "That did not come from Slack as it should, so I did nothing. Please try again."
OF_PEOPLE = ("message", "app_home_opened")
"""Events that a person makes; the others tell of changes, and each must be heard."""


def gate(
    seen: Flood, seconds: Callable[[], float], api_url: str
) -> Callable[..., Awaitable[BoltResponse | None]]:
    """The middleware; `seconds` is any clock that never goes back."""

    async def middleware(
        body: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient, next: Next
    ) -> BoltResponse | None:
        is_event = body.get("type") == "event_callback"
        if is_event and _of(body, "event").get("type") not in OF_PEOPLE:
            await next()
            return None
        if leads_elsewhere(body, api_url):
            log.warning("a request was refused: its answer would have gone to another host than Slack's")
            return _ack(body, REFUSED)
        turn = seen.turn(Member(context.team_id or "", context.user_id or ""), seconds())
        if turn is Turn.SKIP:
            return _ack(body, None)
        caller = caller_of(body, context.team_id, context.user_id)
        if turn is Turn.GO and caller is Caller.MEMBER:
            await next()
            return None
        if turn is Turn.TELL:
            log.warning("somebody goes too fast and is not answered for a while")
            sentence = flood.SENTENCE
        else:
            sentence = STRANGER_SENTENCE if caller is Caller.STRANGER else BOT_SENTENCE
        if not is_event:
            await _tell(sentence, body, context, client, in_person=turn is Turn.TELL)
        elif turn is Turn.TELL:
            await _write(sentence, context, client)
        return _ack(body, sentence)

    return middleware


def _ack(body: dict[str, Any], sentence: str | None) -> BoltResponse:
    """What Slack takes for an answer; a form stays open with what was typed in it."""
    reply: dict[str, Any] = {}
    if body.get("type") == "block_suggestion":
        reply = {"options": []}
    elif body.get("type") == "view_submission":
        if field := _first_field(_of(body, "view")):
            reply = {"response_action": "errors", "errors": {field: sentence or flood.SENTENCE}}
    elif "command" in body and sentence:
        reply = {"response_type": "ephemeral", "text": sentence}
    return BoltResponse(
        status=200,
        body=json.dumps(reply) if reply else "",
        headers={"content-type": "application/json"},
    )


async def _tell(
    sentence: str,
    body: dict[str, Any],
    context: AsyncBoltContext,
    client: AsyncWebClient,
    *,
    in_person: bool,
) -> None:
    """Where the ack cannot say it: beside the message that was pressed, or in the direct message."""
    if "command" in body or body.get("type") in ("block_suggestion", "view_submission"):
        return
    if isinstance(body.get("response_url"), str) and context.respond is not None:
        try:
            await context.respond(text=sentence, replace_original=False)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            log.warning("somebody could not be told: %s", type(error).__name__)
    elif in_person:
        await _write(sentence, context, client)


async def _write(sentence: str, context: AsyncBoltContext, client: AsyncWebClient) -> None:
    try:
        await client.chat_postMessage(channel=context.user_id or "", text=sentence)
    except SlackApiError as error:
        log.warning("somebody could not be told: %s", code_of(error))
    except (aiohttp.ClientError, OSError) as error:
        log.warning("somebody could not be told: %s", type(error).__name__)


def _first_field(view: dict[str, Any]) -> str | None:
    """The block id of a form's first input."""
    blocks = view.get("blocks")
    for block in blocks if isinstance(blocks, list) else ():
        if isinstance(block, dict) and block.get("type") == "input":
            return str(block.get("block_id"))
    return None


def _of(body: dict[str, Any], name: str) -> dict[str, Any]:
    found = body.get(name)
    return found if isinstance(found, dict) else {}
