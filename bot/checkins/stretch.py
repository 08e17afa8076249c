"""When the goals for next week ask for more than any week has reached."""

from __future__ import annotations

from collections.abc import Sequence

from bot.checkins.counts import GOALS, NOUNS, Counts, named

FEWEST = 2
"""Check-ins before which nothing is compared."""


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
