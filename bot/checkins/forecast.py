"""
Where the pace leads.

Pace = the mean of what the newest check-ins reported, at most four of them. What is left = the plan's goals
from the next week to its last one, or to the interview. Short = what is left less pace x weeks, the product
rounded to a whole number, a half up; never below zero. Nothing is assumed: with one check-in it is too early.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot import mrkdwn
from bot.checkins.counts import GOALS, NOUNS, Counts, named

LOOK_BACK = 4
FEWEST = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Forecast:
    """`short` is what will be missing of each on `ends_on`; meaningless while it `is_early`."""

    check_ins: int
    weeks_left: int
    ends_on: date
    short: Counts

    @property
    def is_early(self) -> bool:
        return self.check_ins < FEWEST


def forecast(reported: Sequence[Counts], ahead: Sequence[Counts], ends_on: date) -> Forecast:
    """`reported` newest first, one for each answered check-in; `ahead` the goals of each week to come."""
    recent = reported[:LOOK_BACK]
    short = {}
    for goal in GOALS:
        left = sum(week.of(goal) for week in ahead)
        done = sum(week.of(goal) for week in recent)
        reached = (2 * done * len(ahead) + len(recent)) // (2 * len(recent)) if recent else 0
        short[goal] = max(left - reached, 0)
    return Forecast(check_ins=len(recent), weeks_left=len(ahead), ends_on=ends_on, short=Counts(**short))


def sentence(found: Forecast) -> str:
    """Where it leads, in words."""
    if found.weeks_left == 0:
        return "That was the last week of your plan."
    if found.is_early:
        return "It is early to say where this pace leads; your next check-in will tell."
    on = mrkdwn.day(found.ends_on)
    missing = [named(goal, found.short.of(goal)) for goal in GOALS if found.short.of(goal)]
    if not missing:
        return f"At this pace you are on track for {on}."
    listed = missing[0] if len(missing) == 1 else f"{', '.join(missing[:-1])} and {missing[-1]}"
    return f"At this pace: {listed} short on {on}."


def stretch(next_goals: Counts, reported: Sequence[Counts]) -> str | None:
    """
    One sentence when next week asks for more of something than any week has reached; None otherwise.

    It names the goal that is furthest above, and says nothing before there are two check-ins.
    """
    if len(reported) < FEWEST:
        return None
    best = {goal: max(week.of(goal) for week in reported) for goal in GOALS}
    above = {goal: next_goals.of(goal) - best[goal] for goal in GOALS}
    furthest = max(GOALS, key=lambda goal: above[goal])
    if above[furthest] <= 0:
        return None
    return (
        f"Next week's {named(furthest, next_goals.of(furthest))} would be your most so far "
        f"(until now {best[furthest]}). A smaller number of {NOUNS[furthest][1]} is a good goal too."
    )
