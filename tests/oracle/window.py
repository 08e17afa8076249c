"""Quiet hours and windows, found by going forward minute by minute and looking at the clock each time."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Literal

from tests.oracle.calendar import MINUTE, minutes_of, minutes_shown

Kind = Literal["daily", "evening", "weekly"]

LENGTH: dict[Kind, timedelta] = {
    "daily": timedelta(hours=12),
    "evening": timedelta(hours=2),
    "weekly": timedelta(hours=48),
}


def is_quiet(instant: datetime, zone: str, quiet_from: time, quiet_to: time) -> bool:
    """From <= the wall clock < to, over midnight if need be; the same time twice means never.

    The instant is in UTC; the clock is read to the minute.
    """
    shown = minutes_shown(zone, instant.date())[instant.hour * 60 + instant.minute]
    begins, ends = minutes_of(quiet_from), minutes_of(quiet_to)
    if begins <= ends:
        return begins <= shown < ends
    return shown >= begins or shown < ends


@lru_cache(maxsize=100_000)
def when_not_quiet(instant: datetime, zone: str, quiet_from: time, quiet_to: time) -> datetime:
    """That instant, or the first later minute at which it is not quiet."""
    while is_quiet(instant, zone, quiet_from, quiet_to):
        instant = instant.replace(second=0, microsecond=0) + MINUTE
    return instant


@lru_cache(maxsize=100_000)
def window_end(kind: Kind, slot: datetime, zone: str, quiet_from: time, quiet_to: time) -> datetime:
    """The first instant that is too late. `slot` is not in quiet hours and is a whole minute.

    Hours are hours that pass. Quiet hours end a daily or evening window, never a weekly one.
    """
    end = slot + LENGTH[kind]
    if kind == "weekly":
        return end
    instant = slot
    while instant < end and not is_quiet(instant, zone, quiet_from, quiet_to):
        instant += MINUTE
    return instant
