"""What is being worked on: an id that every line of the log about it carries, and what kind of work it is."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_EVENT_ID = re.compile(r"[A-Za-z0-9]{1,32}")
TYPES = frozenset(
    {"block_actions", "block_suggestion", "message_action", "shortcut", "view_closed", "view_submission"}
)

_current: ContextVar[tuple[str | int, str] | None] = ContextVar("correlation", default=None)


def type_of(payload: Mapping[str, Any]) -> str:
    """The type of a payload from Slack: one of few words, whatever it says."""
    if payload.get("type") == "event_callback":
        return "event"
    if "command" in payload:
        return "command"
    kind = payload.get("type")
    return kind if isinstance(kind, str) and kind in TYPES else "other"


def id_of(payload: Mapping[str, Any]) -> str:
    """Slack's own id of an event, so that a second try of the same is seen; otherwise a new one."""
    event_id = payload.get("event_id")
    if isinstance(event_id, str) and _EVENT_ID.fullmatch(event_id):
        return event_id
    return secrets.token_hex(4)


@contextmanager
def about(identity: str, kind: str) -> Iterator[None]:
    """What is logged in here, and in tasks that are started in here, belongs to this."""
    before = _current.set((identity, kind))
    try:
        yield
    finally:
        _current.reset(before)


def about_message(message_id: int, kind: str) -> None:
    """From now on this task works on a message of the outbox. It costs a sender next to nothing."""
    _current.set((message_id, kind))


def current() -> tuple[str, str] | None:
    """The id and the kind of what is being worked on."""
    found = _current.get()
    if found is None:
        return None
    identity, kind = found
    return (f"outbox-{identity}" if isinstance(identity, int) else identity), kind
