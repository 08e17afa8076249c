"""
Which daily minimums a person gets: one coding problem, one design concept and one story task.

For each part the first of these that fits:

1. A review: the card that is due the longest (see bot/review/schedule.py). One review a day at most, not in a
   part that had one the day before, and not of what was done within three days: it needs time to fade before
   half an hour on it is well spent.
2. This week's tasks of the plan that are not done, those for a gap first, then in the plan's order.
3. What earlier weeks left undone, then what later weeks hold, in the same order.
4. The catalog: what helps with the person's gaps, the most urgent first, then the rest, the easier first.
5. When all is done: what was done the longest ago, as a review.

A finished task comes again as a review only; a rehearsal may also be repeated as often as its week asks for.
A problem that was solved before is never given.
What was given on the two days before without being done waits while there is another. Mocks, readings and
full designs are never a daily minimum. In the last three days before the interview there is nothing new: a
story warm-up, and the easiest problem the person knows. The same facts always lead to the same choice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal, NamedTuple, cast

from content.catalog import Catalog
from content.packs import CodingProblem, ConceptCard
from content.schema import Task

Part = Literal["coding", "concept", "story"]
PARTS: tuple[Part, ...] = ("coding", "concept", "story")
MINUTES: Mapping[Part, int] = {"coding": 30, "concept": 30, "story": 15}
"""The minimum of each part, however long the task is."""
REST = timedelta(days=3)
"""So long after it was done a task is not given as a review."""
LOOK_BACK = timedelta(days=7)
"""What was given so many days before is known when a day is chosen."""
_RUNGS = ("beginner", "intermediate", "advanced")
_DAY = timedelta(days=1)
_TAPER = timedelta(days=3)


class Planned(NamedTuple):
    """A task in a week of the person's plan; `competency` is the gap it is there for."""

    week: int
    task: str
    times: int = 1
    competency: str | None = None


class Given(NamedTuple):
    """What a person was given on a day before."""

    on: date
    part: str
    task: str
    is_review: bool = False
    is_done: bool = False


class Choice(NamedTuple):
    """The task of one part."""

    task: str
    is_review: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Background:
    """What a choice depends on. `is_whole` is False while only this week of the plan has been read."""

    on: date
    level: str | None = None
    """L6 or L7; None: tasks of either level are left out."""
    week: int = 1
    """Which week of the plan it is, from 1; more than there are when it is over."""
    week_starts_on: date | None = None
    planned: Sequence[Planned] = ()
    done: Mapping[str, date] = field(default_factory=dict)
    """Task to the last date on which it was done."""
    due: Sequence[str] = ()
    """Tasks whose cards are due for review, the oldest first."""
    given: Sequence[Given] = ()
    """The days before, as far back as LOOK_BACK."""
    gaps: Sequence[str] = ()
    """Competencies, the most urgent first."""
    is_whole: bool = True
    known: frozenset[str] = frozenset()
    """Problems solved before: never given."""
    is_taper: bool = False
    """The last days before the interview: a warm-up, and nothing new."""


@dataclass(frozen=True, slots=True)
class Pool:
    """The tasks of the catalog that can be a daily minimum, in the order they are given."""

    part_of: Mapping[str, Part]
    level_of: Mapping[str, str]
    """Only of tasks that are for one level."""
    repeatable: frozenset[str]
    in_order: Mapping[Part, tuple[str, ...]]
    study: Mapping[str, tuple[str, ...]]
    """Competency to its tasks."""

    def fits(self, task: str, part: Part, level: str | None) -> bool:
        """Whether the task is one of this part for somebody who aims at that level."""
        return self.part_of.get(task) == part and self.level_of.get(task, level) == level


def part_of(task: Task) -> Part | None:
    """The part a task can be the minimum of."""
    if task.status != "active":
        return None
    if isinstance(task, CodingProblem):
        return "coding"
    if isinstance(task, ConceptCard):
        return "concept"
    if task.kind in ("story", "rehearsal") and task.track == "behavioural":
        return "story"
    return None


def pool_of(catalog: Catalog) -> Pool:
    """What of the catalog can be given; depends on nothing else, so it is made once."""
    parts = {slug: part for slug, task in catalog.tasks.items() if (part := part_of(task))}
    order = sorted(parts, key=lambda slug: _ease(catalog.tasks[slug]))
    return Pool(
        part_of=parts,
        level_of={slug: level for slug in parts if (level := catalog.tasks[slug].level)},
        repeatable=frozenset(slug for slug in parts if catalog.tasks[slug].kind == "rehearsal"),
        in_order={part: tuple(slug for slug in order if parts[slug] == part) for part in PARTS},
        study={
            slug: tuple(task for task in competency.study if task in parts)
            for slug, competency in catalog.competencies.items()
        },
    )


def _ease(task: Task) -> int:
    """Problems by rung; a card after the cards one should know first; a story before rehearsing it."""
    if isinstance(task, CodingProblem):
        return _RUNGS.index(task.rung)
    if isinstance(task, ConceptCard):
        return int(bool(task.needs))
    return int(task.kind != "story")


def choose(
    background: Background,
    pool: Pool,
    parts: Iterable[Part] = PARTS,
    *,
    without: Collection[str] = (),
    may_review: bool = True,
) -> dict[Part, Choice]:
    """
    The task of each of these parts, never one of `without`; a due review among them only if it `may_review`.

    A part is left out when there is nothing to choose, or while the background is not whole and this week
    holds nothing for it.
    """
    parts = tuple(parts)
    if background.is_taper:
        return _warm_up(background, pool, parts, without)
    without = {*without, *background.known}
    tired = _tired(background)
    chosen: dict[Part, Choice] = {}
    review = _due_review(background, pool, parts, without) if may_review else None
    if review is not None:
        chosen[pool.part_of[review]] = Choice(review, is_review=True)
    planned = _by_part(background, pool)
    for part in parts:
        if part in chosen:
            continue
        waiting: str | None = None
        for task in _candidates(background, pool, part, planned[part]):
            if task in without:
                continue
            if task not in tired:
                chosen[part] = Choice(task)
                break
            waiting = waiting or task
        else:
            if not background.is_whole:
                continue
            if waiting is not None:
                chosen[part] = Choice(waiting)
            elif (again := _longest_ago(background, pool, part, without)) is not None:
                chosen[part] = Choice(again, is_review=again not in pool.repeatable)
    return chosen


def _warm_up(
    background: Background, pool: Pool, parts: Collection[Part], without: Collection[str]
) -> dict[Part, Choice]:
    """A story task, and the easiest problem the person knows, not the same as the days before."""
    lately = {given.task for given in background.given if given.on >= background.on - _TAPER}
    # What was solved today is no warm-up of today any more.
    earlier = {task for task, last_on in background.done.items() if last_on < background.on}
    solved = earlier | background.known
    known = [
        task
        for task in pool.in_order["coding"]
        if task in solved and task not in without and pool.fits(task, "coding", background.level)
    ]
    # Of the weeks so far the newest first: what an early week begins with is no warm-up.
    so_far = [entry for entry in background.planned if entry.week <= background.week]
    planned = [entry.task for entry in sorted(so_far, key=lambda entry: -entry.week)]
    warm = [
        task
        for task in (*planned, *pool.in_order["story"])
        if task in pool.repeatable and task not in without and pool.fits(task, "story", background.level)
    ]
    chosen: dict[Part, Choice] = {}
    for part, tasks, is_review in (("coding", known, True), ("story", warm, False)):
        fresh = [task for task in tasks if task not in lately] or tasks
        if part in parts and fresh:
            chosen[cast(Part, part)] = Choice(fresh[0], is_review=is_review)
    return chosen


def _tired(background: Background) -> frozenset[str]:
    """Given yesterday and the day before, and done on neither."""
    days: dict[date, set[str]] = {}
    for given in background.given:
        if not given.is_done:
            days.setdefault(given.on, set()).add(given.task)
    yesterday = background.on - _DAY
    return frozenset(days.get(yesterday, set()) & days.get(yesterday - _DAY, set()))


def _due_review(
    background: Background, pool: Pool, parts: Collection[Part], without: Collection[str]
) -> str | None:
    """The review that is due the longest."""
    yesterday = background.on - _DAY
    rested = {given.part for given in background.given if given.is_review and given.on == yesterday}
    for task in background.due:
        part = pool.part_of.get(task)
        if part is None or part not in parts or part in rested or not pool.fits(task, part, background.level):
            continue
        if task in without or task in pool.repeatable:
            continue
        if task in background.done and background.on - background.done[task] <= REST:
            continue
        return task
    return None


def _by_part(background: Background, pool: Pool) -> Mapping[Part, list[Planned]]:
    """The plan's tasks that can be given."""
    planned: dict[Part, list[Planned]] = {part: [] for part in PARTS}
    for entry in background.planned:
        part = pool.part_of.get(entry.task)
        if part is not None and pool.level_of.get(entry.task, background.level) == background.level:
            planned[part].append(entry)
    return planned


def _candidates(background: Background, pool: Pool, part: Part, mine: Sequence[Planned]) -> Iterator[str]:
    """Everything unfinished that this part may be, the best first; the same task may come twice."""
    done_this_week = _done_this_week(background) if part == "story" else {}

    def order(entry: Planned) -> tuple[bool, int]:
        return (entry.competency is None, done_this_week.get(entry.task, 0))

    this_week = [entry for entry in mine if entry.week == background.week]
    for entry in sorted(this_week, key=order):
        if entry.task in pool.repeatable:
            if done_this_week.get(entry.task, 0) < entry.times:
                yield entry.task
        elif entry.task not in background.done:
            yield entry.task
    if not background.is_whole:
        return
    earlier = [entry for entry in mine if entry.week < background.week]
    later = [entry for entry in mine if entry.week > background.week]
    for group in (earlier, later):
        for entry in sorted(group, key=order):
            if entry.task not in background.done:
                yield entry.task
    for competency in background.gaps:
        for task in pool.study.get(competency, ()):
            if pool.fits(task, part, background.level) and task not in background.done:
                yield task
    for task in pool.in_order[part]:
        if pool.level_of.get(task, background.level) == background.level and task not in background.done:
            yield task


def _done_this_week(background: Background) -> dict[str, int]:
    """How often each task was done since the plan's week began."""
    since = background.week_starts_on or background.on - LOOK_BACK
    counts: dict[str, int] = {}
    for given in background.given:
        if given.is_done and given.on >= since:
            counts[given.task] = counts.get(given.task, 0) + 1
    return counts


def _longest_ago(background: Background, pool: Pool, part: Part, without: Collection[str]) -> str | None:
    """When everything of a part is done: begin again with what lies back the furthest."""
    again = [
        (background.done[task], position, task)
        for position, task in enumerate(pool.in_order[part])
        if task in background.done and task not in without and pool.fits(task, part, background.level)
    ]
    return min(again)[2] if again else None
