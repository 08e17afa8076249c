"""Which week the log is summed up for, and the goals of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.checkins.counts import GOAL_OF, GOALS, USUAL, Counts
from bot.log.entries import named


@dataclass(frozen=True, kw_only=True, slots=True)
class Week:
    """Seven days with their goals."""

    from_on: date
    goals: Counts
    is_of_plan: bool

    @property
    def to_on(self) -> date:
        return self.from_on + timedelta(days=6)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sums:
    """What was done on some days: activity to number, and the minutes that were said."""

    counts: Mapping[str, int]
    minutes: int


def week_of(
    today: date, planned: tuple[date, Mapping[str, int]] | None, chosen: Mapping[str, int] | None = None
) -> Week:
    """
    The week that today is in: the plan's week, or Monday to Sunday without one.

    `planned` is the first day of the plan's week with its goals; `chosen` are goals the person set in the
    check-in, which go before.
    """
    monday = today - timedelta(days=today.isoweekday() - 1)
    from_on, goals = planned or (monday, USUAL.to_dict())
    return Week(from_on=from_on, goals=Counts.read(chosen or goals), is_of_plan=planned is not None)


def add_up(rows: Iterable[tuple[date, str, int, int]], from_on: date, to_on: date) -> Sums:
    """The sums of (date, activity, count, minutes) from a date to another."""
    counts: Counter[str] = Counter()
    minutes = 0
    for on, activity, count, took in rows:
        if from_on <= on <= to_on:
            counts[activity] += count
            minutes += took
    return Sums(counts=counts, minutes=minutes)


def against_goals(week: Week, sums: Sums) -> list[str]:
    """`2 of 10 coding problems` for each goal, then what has none."""
    activity_of = {goal: activity for activity, goal in GOAL_OF.items()}
    lines = []
    for goal in GOALS:
        activity = activity_of[goal]
        wanted, number = week.goals.of(goal), sums.counts.get(activity, 0)
        if wanted:
            lines.append(f"{number} of {named(activity, wanted)}")
        elif number:
            lines.append(named(activity, number))
    concepts = sums.counts.get("concept", 0)
    return [*lines, named("concept", concepts)] if concepts else lines
