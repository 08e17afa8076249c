"""The editorial rules of the task library and the study plans, over the real files."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from statistics import mean
from typing import get_args

import pytest

from bot.assessment.scoring import INTERVIEW_WEIGHTS, Score
from bot.plan.planner import PlannedWeek, build_plan, scale_goals, split_time
from content.catalog import Catalog
from content.loader import load
from content.schema import TRACKS, Budgets, Level, Plan, PlanWeek, Task, Track

Split = Mapping[Track, int]

LEVELS: tuple[Level, ...] = get_args(Level)
PLANS = ("quick-reference", "six-week", "twelve-week", "foundation", "six-month")
BUDGETS = ("small", "normal", "large")
TOWARDS_TECHNICAL = split_time(
    Score(total=60, dimensions={"technical": 40, "leadership": 80, "cultural": 80})
)
TOWARDS_BEHAVIOURAL = split_time(
    Score(total=60, dimensions={"technical": 80, "leadership": 40, "cultural": 80})
)
NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|sixteen)\b",
    re.IGNORECASE,
)
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


def hours_of(plan: Plan, size: str) -> int:
    assert plan.budgets, plan.slug
    return int(getattr(plan.budgets, size))


def planned(
    catalog: Catalog, plan: Plan, level: Level, hours: int, split: Split = INTERVIEW_WEIGHTS, weeks: int = 99
) -> tuple[PlannedWeek, ...]:
    """What the planner makes of the plan for somebody without gaps."""
    return build_plan(plan, weeks=weeks, hours=hours, level=level, split=split, gaps=(), tasks=catalog.tasks)


def paid_for(plan: Plan, week: PlannedWeek, hours: int) -> float:
    """The minutes the week may take."""
    return hours * 60 * plan.weeks[week.content_week].load / 100


def badly_filled(plan: Plan, weeks: tuple[PlannedWeek, ...], hours: int) -> list[str]:
    """The weeks that use less than four fifths of their hours, or a twentieth too much."""
    parts = {w.number: sum(task.minutes for task in w.tasks) / paid_for(plan, w, hours) for w in weeks}
    return [
        f"{plan.slug} week {number}: {part:.2f}" for number, part in parts.items() if not 0.8 <= part <= 1.05
    ]


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
        for text in (week.theme, *week.objectives, week.milestone, week.pass_rule):
            yield place, text


def test_every_week_offers_enough_work_for_the_highest_hours_and_a_moved_split(catalog: Catalog) -> None:
    """Each track covers its share of the week with the points that may move to it."""
    most = {track: max(TOWARDS_TECHNICAL[track], TOWARDS_BEHAVIOURAL[track]) for track in TRACKS}
    short = []
    for place, plan, week in weeks(catalog):
        for level in LEVELS:
            tasks = for_level(catalog, week, level)
            for track in TRACKS:
                supply = sum(task.minutes * times for task, times in tasks if task.track == track)
                share = getattr(week.share, track) + most[track] - INTERVIEW_WEIGHTS[track]
                needed = plan.hours.high * 60 * share * week.load / 10_000
                if supply < needed:
                    short.append(f"{place}, {level}, {track}: {supply} of {needed:.0f} minutes")
    assert short == []


@pytest.mark.parametrize("slug", PLANS)
def test_the_three_budgets_stand_around_the_hours_of_the_plan(catalog: Catalog, slug: str) -> None:
    plan = catalog.plans[slug]
    budgets, hours = plan.budgets, plan.hours
    assert isinstance(budgets, Budgets)
    assert hours.low <= budgets.normal <= hours.high == budgets.large
    assert 0.45 <= budgets.small / budgets.normal <= 0.55


@pytest.mark.parametrize("slug", PLANS)
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("size", BUDGETS)
def test_a_plan_fills_the_hours_it_is_given(catalog: Catalog, slug: str, level: Level, size: str) -> None:
    plan = catalog.plans[slug]
    hours = hours_of(plan, size)
    found = planned(catalog, plan, level, hours)
    assert badly_filled(plan, found, hours) == []
    minutes: Counter[Track] = Counter()
    for week in found:
        for entry in week.tasks:
            minutes[entry.task.track] += entry.minutes
    budget = sum(paid_for(plan, week, hours) for week in found)
    assert minutes.total() == pytest.approx(budget, rel=0.1)
    for track in TRACKS:
        share = 100 * minutes[track] / minutes.total()
        assert share == pytest.approx(INTERVIEW_WEIGHTS[track], abs=10), track


@pytest.mark.parametrize("slug", PLANS)
@pytest.mark.parametrize("size", ["normal", "large"])
def test_a_plan_fills_its_hours_when_shortened_or_moved_to_a_weakness(
    catalog: Catalog, slug: str, size: str
) -> None:
    plan = catalog.plans[slug]
    hours = hours_of(plan, size)
    for level in LEVELS:
        for split in (INTERVIEW_WEIGHTS, TOWARDS_TECHNICAL, TOWARDS_BEHAVIOURAL):
            for length in (len(plan.weeks), plan.fewest_weeks):
                found = planned(catalog, plan, level, hours, split, length)
                assert badly_filled(plan, found, hours) == [], (level, split, length)


@pytest.mark.parametrize("slug", PLANS)
def test_the_emphasis_of_the_weeks_adds_up_to_the_interviews_weights(catalog: Catalog, slug: str) -> None:
    found = catalog.plans[slug].weeks
    for track in TRACKS:
        weighted = sum(getattr(week.share, track) * week.load for week in found)
        assert weighted / sum(week.load for week in found) == pytest.approx(INTERVIEW_WEIGHTS[track], abs=10)


def test_every_week_states_its_share_load_reading_and_pass_rule(catalog: Catalog) -> None:
    stated = {"share", "load", "reading", "pass_rule"}
    assert [place for place, _, week in weeks(catalog) if not stated <= week.model_fields_set] == []
    assert [place for place, _, week in weeks(catalog) if not week.reading] == []


def test_weeks_with_less_load_say_so_and_a_taper_has_less(catalog: Catalog) -> None:
    for place, _, week in weeks(catalog):
        words = " ".join((week.theme, *week.objectives)).lower()
        assert week.load == 100 or re.search(r"taper|\brest\b|light|breather", words), place
        assert week.load < 100 or "taper" not in week.theme.lower(), place


def test_readings_exist_and_suit_both_levels(catalog: Catalog) -> None:
    named = {(place, slug) for place, _, week in weeks(catalog) for slug in week.reading}
    assert [name for name in sorted(named) if name[1] not in catalog.texts] == []
    assert [name for name in sorted(named) if catalog.texts[name[1]].level] == []


def test_a_text_is_read_again_only_near_the_end(catalog: Catalog) -> None:
    early = []
    for plan in catalog.plans.values():
        read: Counter[str] = Counter()
        for number, week in enumerate(plan.weeks, start=1):
            near_the_end = number > len(plan.weeks) * 3 / 4
            read.update(week.reading)
            early += [(plan.slug, slug) for slug in week.reading if read[slug] > 1 and not near_the_end]
        assert max(read.values()) <= 2
    assert early == []


def test_a_pass_rule_can_be_counted_and_says_what_to_do_otherwise(catalog: Catalog) -> None:
    rules = [(place, week.pass_rule) for place, _, week in weeks(catalog)]
    assert [place for place, rule in rules if not NUMBER.search(sentences(rule)[0])] == []
    otherwise = re.compile(r"\b(?:otherwise|with|if|when|after|below|fewer|one row)\b", re.IGNORECASE)
    assert [place for place, rule in rules if not otherwise.search(rule.split(". ", 1)[-1])] == []


def test_pass_rules_are_all_different(catalog: Catalog) -> None:
    openings = Counter((week.pass_rule)[:60] for _, _, week in weeks(catalog))
    assert [opening for opening, count in openings.items() if count > 1] == []


def test_every_competency_names_tasks_that_can_be_given(catalog: Catalog) -> None:
    active = {task.slug for task in catalog.tasks.values() if task.status == "active"}
    for competency in catalog.competencies.values():
        assert set(competency.study) <= active, competency.slug


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


@pytest.mark.parametrize("size", ["small", "normal"])
def test_the_goals_of_a_week_are_reached_with_few_and_with_usual_hours(catalog: Catalog, size: str) -> None:
    """
    No goal, scaled to the hours, asks for more than the hours pay for; the week's essentials come first.

    One exception: ten problems take five hours, and coding's share of 15 to 20 hours is three and a half.
    The twelve-week plan keeps the ten, and those beyond the share come from the daily minimum.
    """
    missed = []
    for plan in catalog.plans.values():
        hours = hours_of(plan, size)
        for level in LEVELS:
            for week in planned(catalog, plan, level, hours):
                reached = done([(entry.task, entry.times) for entry in week.tasks])
                goals = scale_goals(plan.weeks[week.content_week].goals, plan, hours)
                missed += [
                    f"{plan.slug} week {week.number}, {level}: {name} {reached[name]} of {goal}"
                    for name, goal in goals.model_dump().items()
                    if reached[name] < goal and (plan.slug, name) != ("twelve-week", "coding")
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
    assert tuple(catalog.plans) == PLANS
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
        text
        for _, _, week in weeks(catalog)
        for text in (week.theme, *week.objectives, week.milestone, week.pass_rule)
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
