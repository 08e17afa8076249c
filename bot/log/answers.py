"""What the use cases of the log give back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.log.streak import Standing
from bot.log.week import Sums, Week


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """One entry of the log, ready to be shown."""

    entry_id: int
    on: date
    activity: str
    count: int
    minutes: int
    rating: int | None
    task: str | None
    title: str | None
    """Of the task; None without one, or where the content does not have it any more."""
    is_tick: bool
    """A ticked daily minimum: only its minutes can be changed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Totals:
    """Today and this week, against the goals."""

    today: date
    day: Sums
    week: Week
    done: Sums
    """In the week."""
    standing: Standing


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a day's list whose tick has changed with the log."""

    on: date
    part: str
    is_done: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Logged:
    """What was logged together, and where it leads."""

    source: str
    """Names what was logged together, for Undo."""
    entries: tuple[Shown, ...]
    totals: Totals
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Diary:
    """The last days of the log, the newest first, and what the form begins with."""

    totals: Totals
    recent: tuple[Shown, ...]
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken out of the log again."""

    entries: tuple[Shown, ...]
    diary: Diary


@dataclass(frozen=True, kw_only=True, slots=True)
class Changing:
    """One entry in its form."""

    shown: Shown
    today: date
