"""From a plan of the content to one person's weeks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.assessment.scoring import INTERVIEW_WEIGHTS, Gap, Tier, gaps, score
from bot.plan.planner import (
    GAP_SHARE,
    PlannedWeek,
    build_plan,
    choose_weeks,
    reachable_goals,
    scale_goals,
    split_time,
    tier_weeks,
    track_minutes,
)
from content.loader import load
from content.schema import TRACKS, Level, PlanWeek, Share, Track, WeeklyGoals
from tests.builders import a_score, answers_to

CATALOG = load()
LEVELS: tuple[Level, ...] = get_args(Level)
SLUGS = list(CATALOG.plans)
PERCENT = st.integers(20, 100)
ONCE_ONLY = ("problem", "design", "concept", "story")


def gaps_for(answers: Mapping[str, int]) -> tuple[Gap, ...]:
    items = CATALOG.forms["complete"].items
    return gaps(items, answers, CATALOG.competencies, score(items, answers, CATALOG.competencies))


def built(
    slug: str = "twelve-week",
    *,
    weeks: int | None = None,
    hours: int = 15,
    level: Level = "L6",
    split: Mapping[Track, int] = INTERVIEW_WEIGHTS,
    answers: Mapping[str, int] | None = None,
) -> tuple[PlannedWeek, ...]:
    plan = CATALOG.plans[slug]
    return build_plan(
        plan,
        weeks=weeks or len(plan.weeks),
        hours=hours,
        level=level,
        split=split,
        gaps=gaps_for(answers or answers_to(CATALOG, "complete", 4)),
        tasks=CATALOG.tasks,
    )


class TestSplit:
    @pytest.mark.parametrize(
        ("technical", "leadership", "cultural", "expected"),
        [
            pytest.param(60, 60, 60, (50, 30, 20), id="even: as the interview weighs"),
            pytest.param(56, 60, 60, (50, 30, 20), id="four points behind are not notable"),
            pytest.param(55, 60, 60, (40, 36, 24), id="technical is weakest"),
            pytest.param(60, 55, 60, (60, 24, 16), id="leadership is weakest"),
            pytest.param(60, 60, 55, (60, 24, 16), id="culture is weakest"),
            pytest.param(20, 20, 100, (40, 36, 24), id="technical is as weak as another"),
        ],
    )
    def test_moves_towards_the_weakest_dimension(
        self, technical: int, leadership: int, cultural: int, expected: tuple[int, int, int]
    ) -> None:
        split = split_time(a_score(technical, leadership, cultural))

        assert (split["behavioural"], split["design"], split["coding"]) == expected

    @given(PERCENT, PERCENT, PERCENT)
    def test_always_adds_up_to_a_hundred(self, technical: int, leadership: int, cultural: int) -> None:
        split = split_time(a_score(technical, leadership, cultural))

        assert sum(split.values()) == 100
        assert tuple(split) == TRACKS
        assert min(split.values()) > 0


class TestWeeks:
    @pytest.mark.parametrize("slug", SLUGS)
    def test_all_are_kept_when_there_is_time(self, slug: str) -> None:
        length = len(CATALOG.plans[slug].weeks)

        assert choose_weeks(CATALOG.plans[slug], length) == list(range(length))
        assert choose_weeks(CATALOG.plans[slug], 99) == list(range(length))

    def test_the_last_optional_one_goes_first(self) -> None:
        plan = CATALOG.plans["twelve-week"]
        optional = [index for index, week in enumerate(plan.weeks) if week.optional]

        kept = choose_weeks(plan, len(plan.weeks) - 1)

        assert set(range(len(plan.weeks))) - set(kept) == {optional[-1]}

    @pytest.mark.parametrize("slug", SLUGS)
    @given(weeks=st.integers(0, 30))
    def test_only_optional_ones_are_left_out(self, slug: str, weeks: int) -> None:
        plan = CATALOG.plans[slug]

        kept = choose_weeks(plan, weeks)

        assert len(kept) == min(max(weeks, plan.fewest_weeks), len(plan.weeks))
        assert kept == sorted(kept)
        assert all(plan.weeks[index].optional for index in set(range(len(plan.weeks))) - set(kept))

    @pytest.mark.parametrize(
        ("weeks", "critical", "skill", "excellence"),
        [
            (12, [1, 2], [3, 4, 5, 6], [7, 8, 9, 10, 11, 12]),
            (24, [1, 2, 3, 4], list(range(5, 13)), list(range(13, 25))),
            (6, [1], [2, 3], [4, 5, 6]),
            (2, [1], [], [2]),
            (1, [1], [], []),
        ],
    )
    def test_tiers_keep_their_proportion(
        self, weeks: int, critical: list[int], skill: list[int], excellence: list[int]
    ) -> None:
        tiers = {tier: list(numbers) for tier, numbers in tier_weeks(weeks).items()}

        assert tiers == {Tier.CRITICAL: critical, Tier.SKILL: skill, Tier.EXCELLENCE: excellence}

    @given(st.integers(1, 30))
    def test_every_week_belongs_to_one_tier(self, weeks: int) -> None:
        tiers = tier_weeks(weeks)

        assert [number for numbers in tiers.values() for number in numbers] == list(range(1, weeks + 1))


class TestGoals:
    GOALS = WeeklyGoals(designs=2, coding=10, stories=3, mocks=0)

    @pytest.mark.parametrize(
        ("hours", "expected"),
        [
            pytest.param(60, (2, 10, 3, 0), id="more hours do not raise them"),
            pytest.param(18, (2, 10, 3, 0), id="usual hours"),
            pytest.param(9, (1, 5, 2, 0), id="about half"),
            pytest.param(1, (1, 1, 1, 0), id="never less than one, and none stays none"),
        ],
    )
    def test_shrink_with_the_hours(self, hours: int, expected: tuple[int, int, int, int]) -> None:
        goals = scale_goals(self.GOALS, CATALOG.plans["twelve-week"], hours)

        assert (goals.designs, goals.coding, goals.stories, goals.mocks) == expected


class TestGapTasks:
    def test_of_critical_gaps_fill_the_first_weeks_and_name_their_gap(self) -> None:
        answers = answers_to(CATALOG, "complete", 4)
        item = CATALOG.forms["complete"].items[0]

        weeks = built(answers={**answers, item.slug: 1})

        placed = {week.number for week in weeks for task in week.tasks if task.competency}
        named = {task.competency for week in weeks for task in week.tasks if task.competency}
        assert placed
        assert placed <= {1, 2}
        assert named == {item.competency}
        assert {task.task.slug for week in weeks for task in week.tasks if task.competency} <= set(
            CATALOG.competencies[item.competency].study
        )

    def test_of_skills_to_build_come_after_them(self) -> None:
        answers = answers_to(CATALOG, "complete", 4)
        item = CATALOG.forms["complete"].items[0]

        weeks = built(answers={**answers, item.slug: 3})

        placed = {week.number for week in weeks for task in week.tasks if task.competency}
        assert placed
        assert placed <= {3, 4, 5, 6}

    def test_leave_room_for_the_plan(self) -> None:
        for week in built(answers=answers_to(CATALOG, "complete", 1)):
            for track in TRACKS:
                content = CATALOG.plans["twelve-week"].weeks[week.content_week]
                budget = track_minutes(content, track, hours=15, split=INTERVIEW_WEIGHTS)
                spent = [task for task in week.tasks if task.task.track == track and task.competency]
                longest = max((task.task.minutes for task in spent), default=0)
                assert sum(task.minutes for task in spent) <= max(budget * GAP_SHARE // 100, longest)

    def test_are_not_there_for_a_person_without_gaps(self) -> None:
        weeks = built(answers=answers_to(CATALOG, "complete", 5))

        assert not any(task.competency for week in weeks for task in week.tasks)


@pytest.mark.parametrize("slug", SLUGS)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_what_holds_for_everybody(slug: str, data: st.DataObject) -> None:
    hours = data.draw(st.sampled_from([1, 60]) | st.integers(1, 60), label="hours")
    level = data.draw(st.sampled_from(LEVELS), label="level")
    wanted = data.draw(st.integers(1, 30), label="weeks")
    split = split_time(a_score(data.draw(PERCENT), data.draw(PERCENT), data.draw(PERCENT)))
    answers = {item.slug: data.draw(st.integers(1, 5)) for item in CATALOG.forms["complete"].items}

    weeks = built(slug, weeks=wanted, hours=hours, level=level, split=split, answers=answers)

    assert [week.number for week in weeks] == list(range(1, len(weeks) + 1))
    assert all(before.content_week < after.content_week for before, after in pairwise(weeks))
    assert all(task.task.level in (None, level) for week in weeks for task in week.tasks)
    given_once = Counter(
        task.task.slug for week in weeks for task in week.tasks if task.task.kind in ONCE_ONLY
    )
    assert [slug for slug, times in given_once.items() if times > 1] == []
    for week in weeks:
        slugs = [task.task.slug for task in week.tasks]
        assert len(slugs) == len(set(slugs)), "a task stands in a week once"
        assert all(task.times >= 1 for task in week.tasks)
        for track in TRACKS:
            tasks = [task for task in week.tasks if task.task.track == track]
            content = CATALOG.plans[slug].weeks[week.content_week]
            budget = track_minutes(content, track, hours=hours, split=split)
            minutes = sum(task.minutes for task in tasks)
            assert minutes <= budget or len(tasks) == 1, "over the budget by a single task only"
            assert minutes <= budget or tasks[0].times == 1


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("level", LEVELS)
def test_even_one_hour_a_week_leaves_no_week_empty(slug: str, level: Level) -> None:
    assert all(week.tasks for week in built(slug, hours=1, level=level))


def test_a_retired_task_is_not_planned_any_more() -> None:
    slug = built()[0].tasks[0].task.slug
    plan = CATALOG.plans["twelve-week"]
    retired = CATALOG.tasks[slug].model_copy(update={"status": "retired"})

    weeks = build_plan(
        plan,
        weeks=12,
        hours=15,
        level="L6",
        split=INTERVIEW_WEIGHTS,
        gaps=(),
        tasks={**CATALOG.tasks, slug: retired},
    )

    assert slug not in {task.task.slug for week in weeks for task in week.tasks}


def test_the_same_person_gets_the_same_plan() -> None:
    assert built() == built()


class TestAWeeksOwnShare:
    WEEK = CATALOG.plans["twelve-week"].weeks[0]

    def share(self, behavioural: int, design: int, coding: int, load: int = 100) -> PlanWeek:
        share = Share(behavioural=behavioural, design=design, coding=coding)
        return self.WEEK.model_copy(update={"share": share, "load": load})

    def test_is_followed(self) -> None:
        week = self.share(40, 50, 10)

        minutes = [track_minutes(week, track, hours=10, split=INTERVIEW_WEIGHTS) for track in TRACKS]

        assert minutes == [240, 300, 60]

    def test_moves_as_far_as_the_persons_split(self) -> None:
        week = self.share(40, 50, 10)
        split: dict[Track, int] = {"behavioural": 60, "design": 24, "coding": 16}

        assert [track_minutes(week, track, hours=10, split=split) for track in TRACKS] == [300, 264, 36]

    def test_a_light_week_has_less_of_everything(self) -> None:
        week = self.share(50, 30, 20, load=50)

        minutes = [track_minutes(week, track, hours=10, split=INTERVIEW_WEIGHTS) for track in TRACKS]

        assert minutes == [150, 90, 60]

    def test_no_track_falls_below_nothing(self) -> None:
        week = self.share(96, 2, 2)
        split: dict[Track, int] = {"behavioural": 60, "design": 24, "coding": 16}

        assert track_minutes(week, "design", hours=10, split=split) == 0


def test_goals_ask_for_no_more_than_the_weeks_tasks_hold() -> None:
    tasks = built(hours=6)[4].tasks
    problems = sum(task.times for task in tasks if task.task.kind == "problem")

    goals = reachable_goals(WeeklyGoals(designs=2, coding=10, stories=3, mocks=1), tasks)

    assert 0 < problems < 10
    assert goals.coding == problems
    assert goals.stories == 3
