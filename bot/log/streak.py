"""
How steadily somebody practises: a streak that rest does not break, and a strength that one bad day does not.

A day counts when anything was logged on it, a daily minimum or more. Days are the learner's local dates, so
travelling neither costs nor doubles one.

*Streak.* Days with practice in a row. A rest day (planned, a public holiday, in a pause) is left out: it adds
nothing and breaks nothing. Today breaks nothing while it lasts. A week from Monday to Sunday with practice on
five days earns one freeze at its end; one is held at most. The next day that is missed uses it by itself, and
the streak goes on. So one more day of practice never makes a streak shorter.

*Strength.* Exponential smoothing as in Loop Habit Tracker: score x m + done x (1 - m), once a day from the
first day on, with m = 0.5 ^ (sqrt(frequency) / 13) and frequency = planned days of the week / 7. A rest day
without practice changes nothing. Practising daily, half is reached after 13 days.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

EARNS_FREEZE = 5
"""Days with practice in a week."""
HALF_AFTER = 13
"""Days until half the strength is reached, practising daily."""
_DAY = timedelta(days=1)
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Standing:
    """How steadily somebody practises, today."""

    days: int
    """The streak: days with practice, without rest and frozen days."""
    strength: int
    """0 to 100."""
    has_freeze: bool
    """Whether a missed day would be forgiven."""
    frozen_on: tuple[date, ...] = ()
    """Missed days of this streak that a freeze bridged, the oldest first."""


NOTHING = Standing(days=0, strength=0, has_freeze=False)


def standing(done_on: Collection[date], rest: Callable[[date], bool], today: date) -> Standing:
    """
    Where somebody stands. `done_on` are the dates with practice, `rest` tells planned rest from other days.

    Dates after `today` do not count.
    """
    done = {on for on in done_on if on <= today}
    if not done:
        return NOTHING
    resting = _remembered(rest)
    streak, frozen, has_freeze, this_week = 0, list[date](), False, 0
    score = 0.0
    planned = _planned_days(resting)
    for on in _days(min(done), today):
        if on.isoweekday() == 1:
            has_freeze = has_freeze or this_week >= EARNS_FREEZE
            this_week = 0
        if on in done:
            streak += 1
            this_week += 1
        elif on < today and not resting(on):
            if has_freeze:
                has_freeze = False
                frozen.append(on)
            else:
                streak, frozen = 0, []
        if on in done or (on < today and not resting(on)):
            keeps = math.pow(0.5, math.sqrt(max(planned(on), 1) / _WEEK) / HALF_AFTER)
            score = score * keeps + (on in done) * (1 - keeps)
    return Standing(streak, math.floor(100 * score + 0.5), has_freeze, tuple(frozen))


def _planned_days(resting: Callable[[date], bool]) -> Callable[[date], int]:
    """How many days of a date's week are no rest; counted once for each week."""
    weeks: dict[int, int] = {}

    def planned(on: date) -> int:
        monday = on.toordinal() - on.isoweekday() + 1
        if monday not in weeks:
            weeks[monday] = sum(not resting(date.fromordinal(monday + day)) for day in range(_WEEK))
        return weeks[monday]

    return planned


def _remembered(rest: Callable[[date], bool]) -> Callable[[date], bool]:
    """Asked once for each date."""
    known: dict[date, bool] = {}

    def resting(on: date) -> bool:
        if on not in known:
            known[on] = rest(on)
        return known[on]

    return resting


def _days(first: date, last: date) -> Iterator[date]:
    on = first
    while on <= last:
        yield on
        on += _DAY
