"""
When a reminder is due on a person's wall, how long it stays useful, and when it is quiet.

Times of day are minutes after local midnight; instants are aware; a date is a local date.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

ReminderKind = Literal["daily", "evening", "weekly"]
KINDS: tuple[ReminderKind, ...] = ("daily", "evening", "weekly")

DAY = 24 * 60
USEFUL_FOR: dict[ReminderKind, timedelta] = {
    "daily": timedelta(hours=12),
    "evening": timedelta(hours=2),
    "weekly": timedelta(hours=48),
}
"""How long after its slot a reminder is still worth sending."""
ENDS_WITH_THE_DAY: tuple[ReminderKind, ...] = ("daily", "evening")
"""Kinds that quiet hours end; the others wait for their end."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours without reminders, from `from_` up to and without `to`, over midnight where it is earlier."""

    from_: int
    to: int

    @property
    def is_off(self) -> bool:
        return self.from_ == self.to

    def covers(self, minutes: int) -> bool:
        """Whether it is quiet at that time of day."""
        if self.from_ <= self.to:
            return self.from_ <= minutes < self.to
        return minutes >= self.from_ or minutes < self.to


@lru_cache(maxsize=4096)
def slot(on: date, at: int, time_zone: str) -> datetime | None:
    """
    The first instant on that local date at or after that wall time, in UTC.

    A time that clocks skip moves to the first one after the gap, a time that they repeat is its first. None
    where the rest of the date does not exist: Apia had no 30 December 2011.
    """
    zone = ZoneInfo(time_zone)
    wanted = datetime.combine(on, time.min) + timedelta(minutes=at)
    found = wanted.replace(tzinfo=zone).astimezone(UTC)
    if _wall(found, zone) != wanted:
        found = _end_of_gap(wanted, zone)
    return found if _wall(found, zone).date() == on else None


def _wall(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None)


def _end_of_gap(wanted: datetime, zone: ZoneInfo) -> datetime:
    """The instant in which clocks jump over `wanted`, to the second."""
    # With the offset from after the gap it lies before the jump, with the one from before the gap behind it.
    before = wanted.replace(tzinfo=zone, fold=1).astimezone(UTC)
    after = wanted.replace(tzinfo=zone, fold=0).astimezone(UTC)
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=int((after - before).total_seconds()) // 2)
        if _wall(middle, zone) < wanted:
            before = middle
        else:
            after = middle
    return after


def is_quiet(instant: datetime, time_zone: str, quiet: Quiet) -> bool:
    """Whether nothing may arrive at this instant."""
    wall = instant.astimezone(ZoneInfo(time_zone))
    return quiet.covers(wall.hour * 60 + wall.minute)


def quiet_end(instant: datetime, time_zone: str, quiet: Quiet) -> datetime:
    """The first instant at or after this one at which it is not quiet."""
    if not is_quiet(instant, time_zone, quiet):
        return instant
    today = instant.astimezone(ZoneInfo(time_zone)).date()
    for days in range(3):
        end = slot(today + timedelta(days=days), quiet.to, time_zone)
        if end is not None and end > instant and not is_quiet(end, time_zone, quiet):
            return end
    return instant


def effective_slot(on: date, at: int, time_zone: str, quiet: Quiet) -> datetime | None:
    """
    When a reminder comes on a date: at its slot, or at the end of the quiet hours it lies in.

    Where they last into the next date it stays in them. None where the date has no such time.
    """
    found = slot(on, at, time_zone)
    if found is None or not is_quiet(found, time_zone, quiet):
        return found
    end = quiet_end(found, time_zone, quiet)
    return end if end.astimezone(ZoneInfo(time_zone)).date() == on else found


def window_end(kind: ReminderKind, began: datetime, time_zone: str, quiet: Quiet) -> datetime:
    """The instant from which a reminder whose slot was at `began` is too late."""
    end = began + USEFUL_FOR[kind]
    if kind not in ENDS_WITH_THE_DAY or quiet.is_off:
        return end
    on = began.astimezone(ZoneInfo(time_zone)).date()
    for days in range(2):
        quiet_begins = slot(on + timedelta(days=days), quiet.from_, time_zone)
        if quiet_begins is not None and quiet_begins > began:
            return min(end, quiet_begins)
    return end


def learner_day(instant: datetime, time_zone: str, day_ends_at: int) -> date:
    """The day a person's work counts for: at 01:30 still the day before, when it ends at three."""
    wall = instant.astimezone(ZoneInfo(time_zone))
    belongs_to_yesterday = wall.hour * 60 + wall.minute < day_ends_at
    return wall.date() - timedelta(days=1) if belongs_to_yesterday else wall.date()


def next_weekday(earliest: date, weekday: int) -> date:
    """The first date from `earliest` on that is this weekday, 1 (Monday) to 7."""
    return earliest + timedelta(days=(weekday - earliest.isoweekday()) % 7)


def spread(identity: int, seconds: int) -> timedelta:
    """A person's own place in a wave, the same every day: 0 up to `seconds`."""
    # Knuth's multiplicative hash: neighbours in the table must not be neighbours in the wave.
    return timedelta(seconds=(identity * 2_654_435_761 % 2**32) * seconds / 2**32)
