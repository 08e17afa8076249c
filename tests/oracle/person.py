"""A person's life as far as reminders go: where they were, what they wanted and did, and since when."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import TypeVar

from tests.oracle.window import Kind

Held = TypeVar("Held")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What somebody wants. Times are wall clock; weekdays count from Monday, 0."""

    daily_on: bool = True
    daily_at: time = time(9)
    days: frozenset[int] = frozenset(range(7))
    weekly_on: bool = True
    weekly_day: int = 4
    weekly_at: time = time(16)
    evening_on: bool = False
    evening_at: time = time(20)
    quiet_from: time = time(22)
    quiet_to: time = time(7)
    holidays: frozenset[date] = frozenset()

    def on(self, kind: Kind) -> bool:
        """Whether this kind is switched on."""
        return {"daily": self.daily_on, "evening": self.evening_on, "weekly": self.weekly_on}[kind]

    def at(self, kind: Kind) -> time:
        """The wall time of this kind."""
        return {"daily": self.daily_at, "evening": self.evening_at, "weekly": self.weekly_at}[kind]


@dataclass(frozen=True, kw_only=True)
class Pause:
    """Asked for at an instant, until the first day back (None: open), or until it is ended by hand."""

    since: datetime
    back: date | None = None
    ended: datetime | None = None

    def covers(self, on: date, instant: datetime) -> bool:
        """Whether a date is paused, seen at an instant."""
        asked = self.since <= instant and (self.ended is None or instant < self.ended)
        return asked and (self.back is None or on < self.back)


@dataclass(frozen=True, kw_only=True)
class Person:
    """Histories ascend by instant (UTC). Nobody is known before their first settings."""

    learner: str
    zones: Sequence[tuple[datetime, str]]
    """Since when, and where."""
    settings: Sequence[tuple[datetime, Settings]]
    plans: Sequence[tuple[datetime, datetime | None]] | None = None
    """Spans with a plan; None: always one."""
    pauses: Sequence[Pause] = ()
    away: Sequence[tuple[datetime, datetime | None]] = ()
    """Spans of a Slack status that the person agreed may pause."""
    done: Mapping[date, datetime] = field(default_factory=dict)
    """By date, when the last of its items was ticked."""
    worked: Mapping[date, datetime] = field(default_factory=dict)
    """By date, when the first thing of it was done, if that was before all were."""
    checked_in: Sequence[datetime] = ()
    activity: Sequence[datetime] = ()
    """Buttons, logs and other signs of life; what is named above counts by itself."""
    arrived: Mapping[str, datetime] = field(default_factory=dict)
    """By key, when Slack accepted it, where trouble made that later than it was due: ignoring begins then."""

    def zone_at(self, instant: datetime) -> str:
        """Where they were."""
        return _held(self.zones, instant)

    def settings_at(self, instant: datetime) -> Settings:
        """What they wanted."""
        return _held(self.settings, instant)

    def has_plan(self, instant: datetime) -> bool:
        """Whether there is a plan to be reminded of."""
        return self.plans is None or _within(self.plans, instant)

    def is_away(self, instant: datetime) -> bool:
        """Whether their status says so."""
        return _within(self.away, instant)

    def is_paused(self, on: date, instant: datetime) -> bool:
        """Whether a date is paused, seen at an instant."""
        return any(pause.covers(on, instant) for pause in self.pauses)

    def signs_of_life(self) -> list[datetime]:
        """Every instant at which the person did something here; moving house is not one."""
        pauses = [instant for pause in self.pauses for instant in (pause.since, pause.ended) if instant]
        chosen = [begun for begun, _ in self.plans or ()]
        changed = [instant for instant, _ in self.settings]
        ticked = [*self.done.values(), *self.worked.values()]
        return sorted([*changed, *chosen, *pauses, *ticked, *self.checked_in, *self.activity])

    def changes(self) -> list[datetime]:
        """Every instant at which something may be planned anew."""
        ended = [end for _, end in self.plans or () if end]
        return sorted({*self.signs_of_life(), *ended, *(instant for instant, _ in self.zones)})


def _held(history: Sequence[tuple[datetime, Held]], instant: datetime) -> Held:
    """What the last entry up to an instant says; before all of them, the first."""
    index = bisect_right(history, instant, key=lambda entry: entry[0])
    return history[max(0, index - 1)][1]


def _within(spans: Sequence[tuple[datetime, datetime | None]], instant: datetime) -> bool:
    return any(begun <= instant and (end is None or instant < end) for begun, end in spans)
