"""Who may use the bot: people of the workspace, guests in part, nobody from elsewhere, and no programs."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto
from typing import Any

SLACKBOT = "USLACKBOT"
STRANGER_SENTENCE = (
    "I work for the people of the workspace that installed me, and your account is in another one. "
    "If Prep Coach is installed in yours, type `/prep` there."
)
BOT_SENTENCE = "I coach people, so I do not answer bots and workflows."
GUESTS_START_NO_GROUP = (
    "Guests prepare with everything I have, but a study group is started by a full member of the workspace. "
    "Ask one in this channel to type `/prep group start`; then you can join."
)


class Caller(Enum):
    """What kind of account acted."""

    MEMBER = auto()
    """Of the workspace the request is for, as far as the request says."""
    STRANGER = auto()
    """Of another workspace, through a shared channel."""
    BOT = auto()


def caller_of(body: Mapping[str, Any], team_id: str | None, user_id: str | None) -> Caller:
    """
    Read off the request, without a call to Slack.

    A request names the workspace it is for and, beside the person, the one they belong to. Within one
    organisation these differ for colleagues, too; what is no request of a person is not looked at.
    """
    if body.get("type") == "event_callback":
        event = _mapping(body.get("event"))
        is_bot = bool(event.get("bot_id"))
        home = event.get("user_team") if body.get("is_ext_shared_channel") is True else None
    else:
        user = _mapping(body.get("user"))
        is_bot = user.get("is_bot") is True
        home = user.get("team_id")
    if is_bot or user_id == SLACKBOT:
        return Caller.BOT
    is_elsewhere = isinstance(home, str) and bool(home) and home != team_id
    return Caller.STRANGER if is_elsewhere and not _mapping(body.get("enterprise")) else Caller.MEMBER


def is_guest(user: Mapping[str, Any]) -> bool:
    """Whether Slack's user object is a guest's, of one channel or of several."""
    return any(user.get(mark) is True for mark in ("is_restricted", "is_ultra_restricted"))


def _mapping(content: Any) -> Mapping[str, Any]:
    return content if isinstance(content, dict) else {}
