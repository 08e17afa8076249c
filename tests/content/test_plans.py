"""The editorial rules of the task library and the study plans, over the real files."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from statistics import mean
from typing import get_args

import pytest

from content.loader import Catalog, load
from content.schema import TRACKS, Level, Plan, PlanWeek, Task, Track

LEVELS: tuple[Level, ...] = get_args(Level)
SUPPLY: dict[Track, float] = {"behavioural": 0.6, "design": 0.4, "coding": 0.3}
"""What each track offers of the highest budget: its usual share and the ten points that may move to it."""
USUAL: dict[Track, float] = {"behavioural": 0.5, "design": 0.3, "coding": 0.2}
ONCE = {"problem", "concept", "design", "story"}
HARDNESS = {"easy": 1, "medium": 2, "hard": 3}
FORBIDDEN = re.compile(r"guaranteed|success rate|[!%]", re.IGNORECASE)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load()


def weeks(catalog: Catalog) -> Iterator[tuple[str, Plan, PlanWeek]]:
    for plan in catalog.plans.values():
        for number, week in enumerate(plan.weeks, start=1):
            yield f"{plan.slug} week {number}", plan, week


def for_level(catalog: Catalog, week: PlanWeek, level: Level) -> list[tuple[Task, int]]:
    """The week's tasks for somebody who aims at `level`, and how often each is done."""
    tasks = [(catalog.tasks[entry.task], entry.times) for entry in week.tasks]
    return [(task, times) for task, times in tasks if task.level in (None, level)]


def affordable(tasks: list[tuple[Task, int]], minutes: float) -> list[tuple[Task, int]]:
    """What fits into the minutes at the usual split, in the listed order."""
    left = {track: minutes * share for track, share in USUAL.items()}
    chosen = []
    for task, times in tasks:
        fits = min(times, int(left[task.track] // task.minutes))
        left[task.track] -= fits * task.minutes
        chosen.append((task, fits))
    return chosen


def done(tasks: list[tuple[Task, int]]) -> Counter[str]:
    """What the tasks add up to in the words of the weekly goals; a polished signature story is a story."""
    names = {"design": "designs", "problem": "coding", "story": "stories", "mock": "mocks"}
    total: Counter[str] = Counter()
    for task, times in tasks:
        polished = task.slug == "rehearse-signature-stories"
        total["stories" if polished else names.get(task.kind, "other")] += times
    return total


def sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.?:;]) ", text)


def texts(catalog: Catalog) -> Iterator[tuple[str, str]]:
    """Everything a person may read, with the place where it stands."""
    for task in catalog.tasks.values():
        yield task.slug, task.title
        yield task.slug, task.note or ""
    for plan in catalog.plans.values():
        for text in (plan.title, plan.purpose, plan.suits, plan.caution):
            yield plan.slug, text
    for place, _, week in weeks(catalog):
        for text in (week.theme, *week.objectives, week.milestone):
            yield place, text


def test_every_week_offers_enough_work_for_the_highest_hours(catalog: Catalog) -> None:
    """A taper week offers half; its theme says that it is one."""
    short = []
    for place, plan, week in weeks(catalog):
        part = 0.5 if "taper" in week.theme.lower() else 1.0
        for level in LEVELS:
            tasks = for_level(catalog, week, level)
            for track in TRACKS:
                supply = sum(task.minutes * times for task, times in tasks if task.track == track)
                needed = plan.hours.high * 60 * SUPPLY[track] * part
                if supply < needed:
                    short.append(f"{place}, {level}, {track}: {supply} of {needed:.0f} minutes")
    assert short == []


def test_only_the_last_week_of_a_plan_tapers(catalog: Catalog) -> None:
    tapering = [place for place, _, week in weeks(catalog) if "taper" in week.theme.lower()]
    assert tapering == [
        "quick-reference week 2",
        "six-week week 6",
        "twelve-week week 12",
        "six-month week 24",
    ]


def test_no_problem_concept_design_or_story_comes_twice_in_a_plan(catalog: Catalog) -> None:
    repeated = []
    for plan in catalog.plans.values():
        counts: Counter[str] = Counter()
        for week in plan.weeks:
            for entry in week.tasks:
                counts[entry.task] += entry.times
        for slug, count in counts.items():
            if count > 1 and catalog.tasks[slug].kind in ONCE:
                repeated.append(f"{plan.slug}: {slug}")
    assert repeated == []


def test_no_task_is_listed_twice_in_a_week(catalog: Catalog) -> None:
    for place, _, week in weeks(catalog):
        names = [entry.task for entry in week.tasks]
        assert len(names) == len(set(names)), place


def test_the_goals_of_a_week_are_covered_by_its_tasks(catalog: Catalog) -> None:
    missed = []
    for place, _, week in weeks(catalog):
        for level in LEVELS:
            listed = done(for_level(catalog, week, level))
            missed += [
                f"{place}, {level}: {name} {listed[name]} of {goal}"
                for name, goal in week.goals.model_dump().items()
                if listed[name] < goal
            ]
    assert missed == []


def test_the_goals_of_a_week_are_reached_at_the_usual_hours(catalog: Catalog) -> None:
    """
    No goal asks for more than the usual hours pay for.

    One exception: ten problems take five hours, and coding's share of 15 to 20 hours is three and a half.
    The twelve-week plan keeps the ten, and those beyond the share come from the daily minimum.
    """
    missed = []
    for place, plan, week in weeks(catalog):
        minutes = (plan.hours.low + plan.hours.high) / 2 * 60
        for level in LEVELS:
            planned = done(affordable(for_level(catalog, week, level), minutes))
            missed += [
                f"{place}, {level}: {name} {planned[name]} of {goal}"
                for name, goal in week.goals.model_dump().items()
                if planned[name] < goal and (plan.slug, name) != ("twelve-week", "coding")
            ]
    assert missed == []


@pytest.mark.parametrize("slug", ["six-week", "twelve-week"])
def test_an_ordinary_week_of_the_main_plans_has_the_full_weekly_goals(catalog: Catalog, slug: str) -> None:
    goals = catalog.plans[slug].weeks[1].goals
    assert (goals.designs, goals.coding, goals.stories, goals.mocks) == (2, 10, 3, 1)


def test_every_task_of_a_plan_is_active(catalog: Catalog) -> None:
    named = {entry.task for _, _, week in weeks(catalog) for entry in week.tasks}
    assert [slug for slug in sorted(named) if catalog.tasks[slug].status != "active"] == []


def test_problem_numbers_are_unique(catalog: Catalog) -> None:
    numbers = Counter(task.number for task in catalog.tasks.values() if task.number)
    assert [number for number, count in numbers.items() if count > 1] == []


def test_every_problem_names_number_difficulty_pattern_and_its_own_address(catalog: Catalog) -> None:
    problems = [task for task in catalog.tasks.values() if task.kind == "problem"]
    assert len(problems) >= 130
    for task in problems:
        assert None not in (task.number, task.difficulty, task.pattern), task.slug
        assert str(task.url) == f"https://leetcode.com/problems/{task.slug.removeprefix('lc-')}/"


def test_every_task_says_what_to_do_or_to_watch_for(catalog: Catalog) -> None:
    assert [task.slug for task in catalog.tasks.values() if not task.note] == []


@pytest.mark.parametrize(
    ("wanted", "fewest"),
    [
        pytest.param(lambda task: task.kind == "concept", 110, id="concepts"),
        pytest.param(lambda task: task.kind == "design" and task.level == "L6", 20, id="designs for L6"),
        pytest.param(lambda task: task.kind == "design" and task.level == "L7", 14, id="designs for L7"),
        pytest.param(lambda task: task.kind == "story", 36, id="stories"),
    ],
)
def test_the_library_is_large_enough(catalog: Catalog, wanted: Callable[[Task], bool], fewest: int) -> None:
    assert sum(wanted(task) for task in catalog.tasks.values()) >= fewest


def test_problems_grow_harder_over_a_plan(catalog: Catalog) -> None:
    for plan in catalog.plans.values():
        third = max(1, len(plan.weeks) // 3)

        def hardness(part: tuple[PlanWeek, ...]) -> float:
            found = [catalog.tasks[entry.task].difficulty for week in part for entry in week.tasks]
            return mean(HARDNESS[difficulty] for difficulty in found if difficulty)

        assert hardness(plan.weeks[:third]) < hardness(plan.weeks[-third:]), plan.slug


@pytest.mark.parametrize(
    ("slug", "shortest", "longest"),
    [
        pytest.param("quick-reference", 1, 2, id="quick reference"),
        pytest.param("six-week", 4, 6, id="six weeks"),
        pytest.param("twelve-week", 8, 12, id="twelve weeks"),
        pytest.param("foundation", 16, 16, id="foundation"),
        pytest.param("six-month", 20, 24, id="six months"),
    ],
)
def test_optional_weeks_allow_the_promised_shortest_length(
    catalog: Catalog, slug: str, shortest: int, longest: int
) -> None:
    plan = catalog.plans[slug]
    assert (plan.fewest_weeks, len(plan.weeks)) == (shortest, longest)


def test_plans_stand_in_the_order_of_their_length(catalog: Catalog) -> None:
    plans = list(catalog.plans.values())
    assert [plan.position for plan in plans] == [1, 2, 3, 4, 5]
    assert [len(plan.weeks) for plan in plans] == sorted(len(plan.weeks) for plan in plans)


def test_the_first_week_is_never_optional(catalog: Catalog) -> None:
    assert [plan.slug for plan in catalog.plans.values() if plan.weeks[0].optional] == []


def test_stories_fill_a_bank_and_do_not_overflow_it(catalog: Catalog) -> None:
    for slug, fewest, most in (("six-week", 15, 25), ("twelve-week", 20, 30), ("six-month", 20, 30)):
        for level in LEVELS:
            tasks = [
                task for week in catalog.plans[slug].weeks for task, _ in for_level(catalog, week, level)
            ]
            assert fewest <= sum(task.kind == "story" for task in tasks) <= most, (slug, level)


def test_every_week_has_words_of_its_own(catalog: Catalog) -> None:
    written = Counter(
        text for _, _, week in weeks(catalog) for text in (week.theme, *week.objectives, week.milestone)
    )
    assert [text for text, count in written.items() if count > 1] == []


def test_sentences_stay_within_thirty_words(catalog: Catalog) -> None:
    long = [
        (place, sentence)
        for place, text in texts(catalog)
        for sentence in sentences(text)
        if len(sentence.split()) > 30
    ]
    assert long == []


def test_nothing_is_promised_or_shouted(catalog: Catalog) -> None:
    assert [(place, text) for place, text in texts(catalog) if FORBIDDEN.search(text)] == []
