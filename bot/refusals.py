"""What an error of the Web API means for a post."""

from __future__ import annotations

import json
from collections.abc import Awaitable
from enum import Enum, auto
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse


class NotSlackError(Exception):
    """What answered was not Slack (a proxy's page, half an answer): nobody knows what happened."""


class AnswerRefusedError(OSError):
    """A response_url did not take an answer: `code` is Slack's, `told` its details."""

    def __init__(self, status: int, code: str = "", told: str = "") -> None:
        super().__init__(f"response_url answered {status}")
        self.code = code
        self.told = told


CALL_ERRORS = (SlackApiError, NotSlackError, aiohttp.ClientError, TimeoutError, OSError)
"""What a call may raise."""


class Meaning(Enum):
    """What to do about a failed call."""

    WAIT = auto()
    """429: wait exactly as told, nothing was posted."""
    UNCLEAR = auto()
    """The post may have arrived."""
    PERSON_GONE = auto()
    """The account is deactivated or unknown: stop for this person."""
    PERMANENT = auto()
    """It will be refused every time."""
    PLAIN = auto()
    """The blocks were refused; the text alone may pass."""
    LATER = auto()
    """Certainly not posted, may work later."""


_PERSON_GONE = {"user_disabled", "user_not_found", "users_not_found", "user_not_visible"}
_CHANNEL_CLOSED = {
    "channel_is_archived",
    "channel_not_found",
    "is_archived",
    "no_permission",
    "not_in_channel",
    "restricted_action",
    "restricted_action_non_threadable_channel",
    "restricted_action_read_only_channel",
    "restricted_action_thread_only_channel",
    "team_access_not_granted",
}
_PERMANENT = _CHANNEL_CLOSED | {
    "cannot_dm_bot",
    "cant_update_message",
    "duplicate_channel_not_found",
    "edit_window_closed",
    "ekm_access_denied",
    "invalid_metadata_format",
    "invalid_metadata_schema",
    "message_limit_exceeded",
    "message_not_found",
    "messages_tab_disabled",
    "metadata_too_large",
    "msg_too_long",
    "no_text",
}
_PLAIN = {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "too_many_attachments"}
_MAY_HAVE_WORKED = {"fatal_error", "internal_error", "request_timeout", "service_unavailable"}


def meaning_of(error: Exception) -> Meaning:
    """Classify an error of chat.postMessage, chat.update or conversations.open."""
    if isinstance(error, aiohttp.ClientConnectorError):
        return Meaning.LATER
    if not isinstance(error, SlackApiError):
        return Meaning.UNCLEAR
    status, code = error.response.status_code, code_of(error)
    if status == 429:
        return Meaning.WAIT
    if status >= 500 or code in _MAY_HAVE_WORKED:
        return Meaning.UNCLEAR
    if code in _PERSON_GONE:
        return Meaning.PERSON_GONE
    if code in _PERMANENT:
        return Meaning.PERMANENT
    return Meaning.PLAIN if code in _PLAIN else Meaning.LATER


def refused_answer(status: int, body: str) -> AnswerRefusedError:
    """What a response_url said instead of "ok": JSON with Slack's code, or the bare code."""
    try:
        answer = json.loads(body)
    except ValueError:
        return AnswerRefusedError(status, body.strip()[:100])
    if not isinstance(answer, dict):
        return AnswerRefusedError(status)
    details = (answer.get("errors"), answer.get("response_metadata"))
    return AnswerRefusedError(status, str(answer.get("error", "")), str(details))


def closes_channel(code: str) -> bool:
    """Whether it is the channel that takes no post of ours, whatever the post."""
    return code in _CHANNEL_CLOSED


def code_of(error: Exception) -> str:
    """Slack's error code, or the name of what went wrong on the way."""
    if isinstance(error, SlackApiError) and isinstance(error.response.data, dict):
        return str(error.response.data.get("error", "unknown_error"))
    return type(error).__name__


def retry_after(error: SlackApiError) -> float:
    """The seconds Slack asks to wait."""
    headers = {name.lower(): value for name, value in (error.response.headers or {}).items()}
    value = headers.get("retry-after", "1")
    try:
        return max(0.0, float(value))
    except ValueError:
        return 1.0


async def answer_of(call: Awaitable[AsyncSlackResponse]) -> dict[str, Any]:
    """Slack's own answer, or what CALL_ERRORS names."""
    try:
        answer = await call
    except SlackApiError as error:
        response = error.response
        if isinstance(response, AsyncSlackResponse):
            refused = isinstance(response.data, dict) and "error" in response.data
            if refused or response.status_code == 429 or response.status_code >= 500:
                raise
        raise NotSlackError("no JSON") from error
    except AttributeError as error:
        # slack_sdk takes any body of a 200 for an object.
        raise NotSlackError("no JSON object") from error
    return answer.data if isinstance(answer.data, dict) else {}
