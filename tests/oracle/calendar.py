"""What the clock on the wall shows in a zone: instants are read one after another, nothing is solved for.

A step is a quarter of an hour; a quarter in which the clock jumps is read minute by minute. (Two jumps within
one quarter that cancel each other out would be overlooked; no zone has ever had them.)
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
QUARTER = timedelta(minutes=15)
DAY = timedelta(days=1)
MINUTES_OF_A_DAY = 24 * 60
EARLIEST = timedelta(hours=-15)
"""From midnight UTC to the first instant at which it is that date anywhere, and a little more."""
LATEST = timedelta(hours=39)
"""From midnight UTC to the last such instant, and a little more."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Minutes of one local date through which the clock runs without a jump."""

    begins: datetime
    """In UTC."""
    wall: int
    """What the clock shows then, in minutes after midnight."""
    minutes: int
    """How long it runs."""


def wall_clock(instant: datetime, zone: str) -> datetime:
    """What a clock on the wall shows, without a zone."""
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def minutes_of(wall: time) -> int:
    """Minutes after midnight."""
    return wall.hour * 60 + wall.minute


def readings(zone: str, begins: datetime, ends: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Instants in UTC, ascending, each with what the clock shows. `begins` is a quarter hour."""
    clock = ZoneInfo(zone)
    instant, shown = begins, begins.astimezone(clock).replace(tzinfo=None)
    while instant < ends:
        yield instant, shown
        later = instant + QUARTER
        shown_later = later.astimezone(clock).replace(tzinfo=None)
        if shown_later - shown != QUARTER or shown.minute % 15:
            for minutes in range(1, 15):
                between = instant + minutes * MINUTE
                yield between, between.astimezone(clock).replace(tzinfo=None)
        instant, shown = later, shown_later


@lru_cache(maxsize=30_000)
def minutes_shown(zone: str, on: date) -> array[int]:
    """What the clock shows at each minute of a date of UTC, in minutes after midnight."""
    begins = datetime.combine(on, time(0), UTC)
    shown = array("H")
    for instant, clock in readings(zone, begins, begins + DAY):
        # A reading holds for its quarter until another, minutes later, says that the clock has jumped.
        minutes = (instant - begins) // MINUTE
        del shown[minutes:]
        shown.extend((minutes_of(clock.time()) + n) % MINUTES_OF_A_DAY for n in range(15))
    return shown[:MINUTES_OF_A_DAY]


def days(zone: str, first: date, last: date) -> dict[date, tuple[Stretch, ...]]:
    """Each date's stretches in the order in which they are lived; none for a date that a zone left out."""
    found: dict[date, list[Stretch]] = {first + n * DAY: [] for n in range((last - first).days + 1)}
    begins = datetime.combine(first, time(0), UTC) + EARLIEST
    ends = datetime.combine(last, time(0), UTC) + LATEST
    opened, opened_at = begins, wall_clock(begins, zone)
    for instant, shown in readings(zone, begins, ends):
        lived = instant - opened
        if shown == opened_at + lived and shown.day == opened_at.day:
            continue
        if opened_at.date() in found:
            stretch = Stretch(opened, minutes_of(opened_at.time()), lived // MINUTE)
            found[opened_at.date()].append(stretch)
        opened, opened_at = instant, shown
    return {on: tuple(stretches) for on, stretches in found.items()}


@lru_cache(maxsize=50_000)
def day(zone: str, on: date) -> tuple[Stretch, ...]:
    """One date's stretches."""
    return days(zone, on, on)[on]


def first_at_or_after(stretches: Sequence[Stretch], minutes: int) -> datetime | None:
    """The first instant of a date at which the clock shows that many minutes after midnight, or more."""
    for stretch in stretches:
        if minutes < stretch.wall + stretch.minutes:
            return stretch.begins + max(0, minutes - stretch.wall) * MINUTE
    return None


def slot(on: date, wall: time, zone: str) -> datetime | None:
    """When that wall time comes on that date, in UTC: after a gap, its end; of a repeated hour, the first.

    None where the rest of the date is left out.
    """
    return first_at_or_after(day(zone, on), minutes_of(wall))
