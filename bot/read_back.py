"""Whether a post arrived, read from the conversation it was for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.refusals import Meaning, answer_of, code_of, meaning_of
from storage.models import OutboxMessage

HISTORY_PAGES = 5
HISTORY_PAGE = 200
CLOCK_MARGIN = timedelta(hours=25)
"""How far our clock may be from Slack's, whose time the history is asked by."""
TOKEN_FAULTS = {"account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"}


class ConversationUnreadableError(Exception):
    """Whether the post arrived cannot be found out."""


async def find_post(
    poster: AsyncWebClient, message: OutboxMessage, channel: str, thread_ts: str | None
) -> str | None:
    """
    The ts of the post that carries the message's key, or None when it certainly is not there.

    Raises ConversationUnreadableError, or what CALL_ERRORS names when it is worth another try.
    """
    started = message.first_sending_at or message.created_at
    oldest = f"{(started - CLOCK_MARGIN).timestamp():.6f}"
    cursor = None
    for _ in range(HISTORY_PAGES):
        wanted: dict[str, Any] = {
            "channel": channel,
            "oldest": oldest,
            "include_all_metadata": True,
            "limit": HISTORY_PAGE,
            "cursor": cursor,
        }
        # A conversation's history does not show what stands in its threads.
        if thread_ts is None:
            asking = poster.conversations_history(**wanted)
        else:
            asking = poster.conversations_replies(ts=thread_ts, **wanted)
        try:
            answer = await answer_of(asking)
        except SlackApiError as error:
            if meaning_of(error) in (Meaning.WAIT, Meaning.UNCLEAR) or code_of(error) in TOKEN_FAULTS:
                raise
            raise ConversationUnreadableError(code_of(error)) from error
        messages: list[dict[str, Any]] = answer.get("messages", [])
        for found in messages:
            metadata = found.get("metadata") or {}
            if metadata.get("event_payload", {}).get("key") == message.idempotency_key:
                return str(found["ts"])
        cursor = (answer.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return None
    raise ConversationUnreadableError("too many messages since")
