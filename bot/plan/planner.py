"""From a plan of the content to a plan for one person: their weeks, their hours, their gaps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.assessment.scoring import INTERVIEW_WEIGHTS, Gap, Score, Tier
from content.schema import TRACKS, Level, Plan, PlanWeek, Task, Track, WeeklyGoals

SHIFT = 10
"""Points of the split that move towards the weakest dimension."""
NOTABLE_DIFFERENCE = 5
"""The weakest dimension must be at least this far behind the strongest before time is moved."""
GAP_SHARE = 50
"""At most this per cent of a track's minutes in a week goes to gaps, so that the plan stays a plan."""


@dataclass(frozen=True, slots=True)
class PlannedTask:
    """A task in a week; `competency` is the gap it is there for."""

    task: Task
    times: int
    competency: str | None = None

    @property
    def minutes(self) -> int:
        return self.task.minutes * self.times


@dataclass(frozen=True, slots=True)
class PlannedWeek:
    """One week of a person's plan."""

    number: int
    content_week: int
    """Index of the week in the content's plan."""
    tasks: tuple[PlannedTask, ...]


def split_time(scored: Score) -> dict[Track, int]:
    """
    Per cent of the time for each track: the interview's 50/30/20, moved towards the weakest dimension.

    Technical weakness moves time to design and coding, weakness in leadership or culture to behavioural.
    """
    split = dict(INTERVIEW_WEIGHTS)
    weakest = min(scored.dimensions.values())
    if max(scored.dimensions.values()) - weakest < NOTABLE_DIFFERENCE:
        return split
    technical_is_weakest = scored.dimensions["technical"] == weakest
    direction = -1 if technical_is_weakest else 1
    split["behavioural"] += direction * SHIFT
    split["design"] -= direction * (SHIFT * 6 // 10)
    split["coding"] -= direction * (SHIFT * 4 // 10)
    return split


def choose_weeks(plan: Plan, weeks: int) -> list[int]:
    """
    Indices of the weeks to keep, in order: optional ones are left out, the last first.

    `weeks` lies between the plan's fewest weeks and its length; anything else is brought into that range.
    """
    kept = list(range(len(plan.weeks)))
    for index in reversed(range(len(plan.weeks))):
        if len(kept) <= weeks:
            break
        if plan.weeks[index].optional:
            kept.remove(index)
    return kept


def tier_weeks(weeks: int) -> dict[Tier, range]:
    """
    Week numbers for each tier: 1-2, 3-6 and 7 on for twelve weeks, in proportion for other lengths.

    A plan of one or two weeks has room for critical gaps only, in its first week.
    """
    first = max(1, round(weeks * 2 / 12))
    second = max(first, round(weeks * 6 / 12))
    return {
        Tier.CRITICAL: range(1, first + 1),
        Tier.SKILL: range(first + 1, second + 1),
        Tier.EXCELLENCE: range(second + 1, weeks + 1),
    }


def scale_goals(goals: WeeklyGoals, plan: Plan, hours: int) -> WeeklyGoals:
    """The week's goals for the person's hours: less for fewer hours, never less than one of each."""
    factor = min(1.0, hours / ((plan.hours.low + plan.hours.high) / 2))

    def scaled(count: int) -> int:
        return count if count == 0 else max(1, round(count * factor))

    return WeeklyGoals(
        designs=scaled(goals.designs),
        coding=scaled(goals.coding),
        stories=scaled(goals.stories),
        mocks=scaled(goals.mocks),
    )


def reachable_goals(goals: WeeklyGoals, tasks: Sequence[PlannedTask]) -> WeeklyGoals:
    """No more problems, designs and mocks than the week's tasks hold: doing them must reach the goal."""
    planned = Counter[str]()
    for entry in tasks:
        planned[entry.task.kind] += entry.times
    return goals.model_copy(
        update={
            "designs": min(goals.designs, planned["design"]),
            "coding": min(goals.coding, planned["problem"]),
            "mocks": min(goals.mocks, planned["mock"]),
        }
    )


def build_plan(
    plan: Plan,
    *,
    weeks: int,
    hours: int,
    level: Level,
    split: Mapping[Track, int],
    gaps: Sequence[Gap],
    tasks: Mapping[str, Task],
) -> tuple[PlannedWeek, ...]:
    """
    Fill each week with the plan's tasks and the tasks of the person's gaps.

    Each track gets its share of the week's minutes; within it gap tasks come first, in the weeks of their
    tier, then the plan's tasks in their order, until the minutes are used. A problem, design, concept or
    story that is in an earlier week is not given again.
    """
    chosen = choose_weeks(plan, weeks)
    by_tier = tier_weeks(len(chosen))
    given: set[str] = set()
    planned = []
    for number, index in enumerate(chosen, start=1):
        remedies = _remedies(gaps, number, by_tier)
        week: list[PlannedTask] = []
        for track in TRACKS:
            minutes = track_minutes(plan.weeks[index], track, hours=hours, split=split)
            week += _fill(
                track,
                minutes,
                level,
                remedies,
                ((entry.task, entry.times) for entry in plan.weeks[index].tasks),
                tasks,
                given,
            )
        planned.append(PlannedWeek(number, index, tuple(week)))
    return tuple(planned)


def track_minutes(week: PlanWeek, track: Track, *, hours: int, split: Mapping[Track, int]) -> int:
    """A track's minutes in a week: the week's own share, moved as far as the person's split is."""
    share: int = getattr(week.share, track) + split[track] - INTERVIEW_WEIGHTS[track]
    return hours * 60 * week.load * max(share, 0) // 10_000


def _remedies(gaps: Sequence[Gap], number: int, by_tier: Mapping[Tier, range]) -> list[tuple[str, str]]:
    """(task slug, competency slug) for the gaps whose tier falls into this week, shared over its weeks."""
    result = []
    for tier, numbers in by_tier.items():
        if number not in numbers or tier == Tier.EXCELLENCE:
            continue
        turn = numbers.index(number)
        for gap in (gap for gap in gaps if gap.tier == tier):
            share = gap.competency.study[turn :: len(numbers)]
            result += [(slug, gap.competency.slug) for slug in share]
    return result


def _fill(
    track: Track,
    minutes: int,
    level: Level,
    remedies: Iterable[tuple[str, str]],
    regular: Iterable[tuple[str, int]],
    tasks: Mapping[str, Task],
    given: set[str],
) -> list[PlannedTask]:
    """One track of one week: remedies up to their share, then regular tasks, at least one in all."""
    filled: list[PlannedTask] = []
    this_week: set[str] = set()

    def add(slug: str, times: int, room: int, competency: str | None) -> None:
        task = tasks[slug]
        fits = task.track == track and task.level in (None, level) and task.status == "active"
        if not fits or slug in this_week or slug in given:
            return
        times = min(times, max(room // task.minutes, 0 if filled else 1))
        if times == 0:
            return
        filled.append(PlannedTask(task, times, competency))
        this_week.add(slug)
        if task.kind in ("problem", "design", "concept", "story"):
            given.add(slug)

    def used() -> int:
        return sum(entry.minutes for entry in filled)

    for slug, competency in remedies:
        add(slug, 1, minutes * GAP_SHARE // 100 - used(), competency)
    for slug, times in regular:
        add(slug, times, minutes - used(), None)
    return filled
