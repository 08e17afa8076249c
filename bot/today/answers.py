"""What the use cases of the day's practice give back, and why they refuse."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.errors import BotError
from bot.outgoing import Postponed, Unneeded
from bot.today.day import Today


class NoListError(BotError):
    """The day or the line that was pressed is not one of the person's."""


class DayOverError(BotError):
    """The day has ended, and what was asked for belongs to the day itself."""


class SwapRefusedError(BotError):
    """There is nothing to swap, or no swap left."""


class SnoozeRefusedError(BotError):
    """The list cannot come again at that time."""


@dataclass(frozen=True, slots=True)
class Copy:
    """Where the list stands in the conversation."""

    channel: str
    ts: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Changed:
    """The day after what the person did, and the messages that show it, the oldest first."""

    today: Today
    copies: tuple[Copy, ...]
    again_at: datetime | None = None
    """When the list comes again, on the person's wall."""


@dataclass(frozen=True, slots=True)
class Question:
    """The message that asks whether to pause."""

    text: str


@dataclass(frozen=True, slots=True)
class EveningLine:
    """The line of the evening: the day with what is left of it."""

    today: Today


Drawn = Today | Question | EveningLine | Unneeded | Postponed
