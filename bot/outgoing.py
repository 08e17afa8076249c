"""What a feature hands to delivery: how to draw its kind of message."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage.models import OutboxMessage

Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Post:
    """A message as Slack takes it. `text` says everything the blocks say."""

    text: str
    blocks: list[Block]
    thread_ts: str | None = None
    """The message whose thread it is a reply in."""
    replaces: str | None = None
    """The ts of our own message in the same conversation that it takes the place of."""


@dataclass(frozen=True, slots=True)
class Unneeded:
    """The message has lost its use since it was owed: it becomes skipped."""

    reason: str


@dataclass(frozen=True, slots=True)
class Postponed:
    """Not now: it is due again at `until`, and drawn anew then. Its window still ends when it ends."""

    until: datetime
    reason: str


Outcome = Post | Unneeded | Postponed
Render = Callable[[Sequence[OutboxMessage]], Awaitable[Mapping[int, Outcome | Exception]]]
"""
From rows of the outbox, all of one kind, to what is posted for each, by the row's id.

An exception in the place of an outcome, or a row left out, holds up that row alone. Where the whole call
raises, each row is drawn on its own.
"""


OnEnded = Callable[[str, str], None]
"""Told the kind and the state of a message that came to an end."""


def nobody_counts(_kind: str, _state: str) -> None:
    """Where nobody wants to know."""


@dataclass(frozen=True, slots=True)
class MessageKind:
    """One kind of message in the outbox."""

    render: Render
    resend_if_unreadable: bool
    """
    Whether to post again when Slack's answer was lost and the conversation cannot be read back.

    True risks a double, False risks a loss. Either way the message is counted as doubtful.
    """


def one_by_one(render_one: Callable[[dict[str, Any]], Awaitable[Outcome]]) -> Render:
    """Draw each row from its payload alone, for kinds that do not come in waves."""

    async def render(messages: Sequence[OutboxMessage]) -> dict[int, Outcome | Exception]:
        drawn: dict[int, Outcome | Exception] = {}
        for message in messages:
            try:
                drawn[message.id or 0] = await render_one(message.payload)
            except Exception as error:  # noqa: BLE001 - it is told with the row it belongs to
                drawn[message.id or 0] = error
        return drawn

    return render
