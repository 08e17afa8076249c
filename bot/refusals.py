"""What an error of the Web API means for a post."""

from __future__ import annotations

from enum import Enum, auto

import aiohttp
from slack_sdk.errors import SlackApiError


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
_PERMANENT = {
    "cannot_dm_bot",
    "channel_not_found",
    "duplicate_channel_not_found",
    "ekm_access_denied",
    "invalid_metadata_format",
    "invalid_metadata_schema",
    "is_archived",
    "message_limit_exceeded",
    "messages_tab_disabled",
    "metadata_too_large",
    "msg_too_long",
    "no_text",
    "not_in_channel",
    "restricted_action",
    "restricted_action_read_only_channel",
    "team_access_not_granted",
}
_PLAIN = {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "too_many_attachments"}
_MAY_HAVE_WORKED = {"fatal_error", "internal_error", "request_timeout", "service_unavailable"}


def meaning_of(error: Exception) -> Meaning:
    """Classify an error of chat.postMessage or conversations.open."""
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
