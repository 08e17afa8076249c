"""
Which week a check-in is about, until when it takes answers, and which week of the plan belongs to it.

A check-in is known by its last day. All dates are the learner's local days.
"""

from __future__ import annotations

from datetime import date, timedelta

LONGEST_DAYS = 7
"""A check-in looks back over so many days at most, its last one counted."""
OPEN_FOR = timedelta(days=6)
"""So long after its last day it is still the one that is meant by "now"."""
TAKES_ANSWERS_FOR = timedelta(days=7)
"""So long it takes answers, unless the next one has begun before."""
NEAR = timedelta(days=1)
"""A form that was opened before the day ended, or before a journey west, is still good."""
GOALS_HOLD_FOR = timedelta(days=10)
"""Goals a person set are for their next check-in, if it comes within so many days."""


def first_day(to_on: date, previous: date | None) -> date:
    """The day after the check-in before, but a week back at most; `previous` is that one's last day."""
    earliest = to_on - timedelta(days=LONGEST_DAYS - 1)
    return earliest if previous is None else max(earliest, previous + timedelta(days=1))


def open_on(today: date, newest: date | None) -> date:
    """The last day of the check-in to answer now: the newest one, or a new one that ends today."""
    return newest if newest is not None and newest >= today - OPEN_FOR else today


def is_open(to_on: date, today: date, newest: date | None) -> bool:
    """
    Whether the check-in that ends on `to_on` takes answers.

    `newest` is the last day of the newest stored one. One that is not stored yet can only end about today.
    """
    if newest is None or to_on > newest:
        return abs(today - to_on) <= NEAR
    return to_on == newest and today - to_on <= TAKES_ANSWERS_FOR


def plan_week(starts_on: date, to_on: date) -> int:
    """
    The plan's week, from 1, in which most days of the seven up to `to_on` lie: that of the middle one.

    Below 1 before the plan begins; may lie beyond the plan's last week.
    """
    return (to_on - timedelta(days=3) - starts_on).days // 7 + 1


def days_of_plan(starts_on: date, to_on: date) -> int:
    """How many of the seven days up to `to_on` lie in the plan: fewer in its first days."""
    return min(LONGEST_DAYS, max((to_on - starts_on).days + 1, 0))
