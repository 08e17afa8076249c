"""What a feature hands to delivery: how to draw its kind of message."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Post:
    """A message as Slack takes it. `text` says everything the blocks say."""

    text: str
    blocks: list[Block]


@dataclass(frozen=True, slots=True)
class Unneeded:
    """The message has lost its use since it was owed."""

    reason: str


Render = Callable[[dict[str, Any]], Awaitable[Post | Unneeded]]
"""From the payload of the outbox row to what is posted."""


@dataclass(frozen=True, slots=True)
class MessageKind:
    """One kind of message in the outbox."""

    render: Render
    resend_if_unreadable: bool
    """
    Whether to post again when Slack's answer was lost and the conversation cannot be read back.

    True risks a double, False risks a loss. Either way the message is counted as doubtful.
    """
