"""The one place where a raised error becomes words: a sentence for the person, the rest for the log."""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.models.blocks import SectionBlock
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook import WebhookResponse

from bot.errors import BotError
from bot.metrics import Metrics
from bot.patience import AWAY
from bot.refusals import code_of
from storage.engine import is_away

log = logging.getLogger(__name__)

# The form was closed or changed meanwhile, or it is open already: nobody is waiting for this answer.
_NOBODY_WAITS = {"not_found", "hash_conflict", "view_not_found", "exchanged_trigger_id", "trigger_exchanged"}
_TOO_LATE = {"expired_trigger_id", "trigger_expired"}


def answering(metrics: Metrics) -> Callable[..., Awaitable[BoltResponse | None]]:
    """What app.error takes."""

    async def answer_and_count(
        error: Exception, body: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> BoltResponse | None:
        metrics.listener_errors.labels(_reason(error)).inc()
        return await answer_error(error, body, context, client)

    return answer_and_count


async def answer_error(
    error: Exception, body: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient
) -> BoltResponse | None:
    """Tell the person what happened and why, and what to do; keep the rest for the log."""
    if context.ack.response is not None:
        # Bolt looks for the ack every 10 ms and forgets it when the listener fails before it has looked.
        await asyncio.sleep(0.02)
    if isinstance(error, SlackApiError) and code_of(error) in _NOBODY_WAITS:
        log.info("answer not needed any more: %s", code_of(error))
        return None
    sentence = _sentence(error)
    view = body.get("view") or {}
    if context.ack.response is None and body.get("type") == "view_submission":
        reply = {"response_action": "update", "view": _error_view(sentence).to_dict()}
        return BoltResponse(status=200, body=json.dumps(reply), headers={"content-type": "application/json"})
    try:
        await _tell(sentence, body, view, context, client)
    except (SlackApiError, aiohttp.ClientError, OSError) as failure:
        log.warning("the person could not be told: %s", type(failure).__name__)
    return BoltResponse(status=200, body="") if context.ack.response is None else None


def _reason(error: Exception) -> str:
    """How a failure is counted: told to the person as meant, too late for Slack, or a fault of ours."""
    if isinstance(error, BotError):
        return "refused"
    if isinstance(error, SlackApiError) and code_of(error) in _NOBODY_WAITS | _TOO_LATE:
        return "late"
    return "error"


def _sentence(error: Exception) -> str:
    if isinstance(error, BotError):
        log.info("refused: %s", type(error).__name__)
        return str(error)
    if is_away(error):
        log.warning("refused: the database is away (%s)", type(getattr(error, "orig", error)).__name__)
        return AWAY
    if isinstance(error, SlackApiError) and code_of(error) in _TOO_LATE:
        log.warning("a form could not be opened within three seconds")
        return "That took too long to open, so Slack closed the door. Nothing is lost: please try again."
    number = secrets.token_hex(4)
    log.error("error %s", number, exc_info=error)
    return (
        "Something went wrong on my side. Nothing you entered before is lost. Please try again; "
        f"if it happens twice, tell whoever runs Prep Coach the number `{number}`."
    )


async def _tell(
    sentence: str,
    body: dict[str, Any],
    view: dict[str, Any],
    context: AsyncBoltContext,
    client: AsyncWebClient,
) -> None:
    """Where the person is looking; in the direct message when that place cannot be reached."""
    if view.get("type") == "modal":
        try:
            await client.views_update(view_id=view["id"], view=_error_view(sentence))
            return
        except (SlackApiError, aiohttp.ClientError, OSError) as failure:
            log.warning("the form could not be replaced: %s", type(failure).__name__)
    elif body.get("response_url") and context.respond is not None:
        answer = await context.respond(text=sentence, replace_original=False)
        if not (isinstance(answer, WebhookResponse) and answer.status_code >= 400):
            return
    if context.user_id and body.get("type") != "event_callback":
        await client.chat_postMessage(channel=context.user_id, text=sentence)


def _error_view(sentence: str) -> View:
    return View(type="modal", title="That did not work", close="Close", blocks=[SectionBlock(text=sentence)])
