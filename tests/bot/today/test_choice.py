"""Which daily minimums a person gets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.today.choice import (
    MINUTES,
    PARTS,
    Background,
    Choice,
    Given,
    Part,
    Planned,
    Pool,
    choose,
    part_of,
    pool_of,
)
from bot.today.day import reason
from content.loader import load

CATALOG = load()
POOL = pool_of(CATALOG)
TODAY = date(2030, 3, 6)
MONDAY = date(2030, 3, 4)
FIRST, SECOND, THIRD = POOL.in_order["coding"][:3]
CARD, OTHER_CARD = POOL.in_order["concept"][:2]
REHEARSAL = "rehearse-refine-one-story"
STORY = "story-core-failure"
A_PLAN = Background(
    on=TODAY,
    level="L6",
    week=2,
    week_starts_on=MONDAY,
    planned=(
        Planned(1, FIRST),
        Planned(2, SECOND),
        Planned(2, CARD),
        Planned(2, REHEARSAL, times=2),
        Planned(3, THIRD),
    ),
)


def days_ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def given_on(days: int, task: str, part: Part = "coding", **more: bool) -> Given:
    return Given(days_ago(days), part, task, **more)


def coding(background: Background, **more: object) -> Choice | None:
    return choose(background, POOL, ["coding"], **more).get("coding")  # type: ignore[arg-type]  # as given


class TestOrder:
    def test_this_week_comes_first(self) -> None:
        assert choose(A_PLAN, POOL) == {
            "coding": Choice(SECOND),
            "concept": Choice(CARD),
            "story": Choice(REHEARSAL),
        }

    def test_within_the_week_a_gap_goes_before_the_plan_s_order(self) -> None:
        planned = (*A_PLAN.planned, Planned(2, THIRD, competency="coding"))

        assert coding(replace(A_PLAN, planned=planned)) == Choice(THIRD)

    @pytest.mark.parametrize(
        ("done", "next_one"),
        [
            pytest.param([SECOND], FIRST, id="then what an earlier week left undone"),
            pytest.param([SECOND, FIRST], THIRD, id="then what a later week holds"),
            pytest.param([SECOND, FIRST, THIRD], POOL.in_order["coding"][3], id="then the catalog by rung"),
        ],
    )
    def test_after_this_week(self, done: list[str], next_one: str) -> None:
        background = replace(A_PLAN, done={task: days_ago(2) for task in done})

        assert coding(background) == Choice(next_one)

    def test_the_catalog_begins_with_the_most_urgent_gap(self) -> None:
        gaps = tuple(CATALOG.competencies)
        by_study = [task for gap in gaps for task in POOL.study[gap] if POOL.part_of[task] == "coding"]

        assert coding(Background(on=TODAY, gaps=gaps)) == Choice(by_study[0])

    def test_without_gaps_it_begins_with_the_easiest_rung(self) -> None:
        chosen = choose(Background(on=TODAY), POOL)

        problem = CATALOG.tasks[chosen["coding"].task]
        assert getattr(problem, "rung", None) == "beginner"
        assert set(chosen) == set(PARTS)

    def test_a_part_that_this_week_lacks_waits_until_the_whole_plan_is_read(self) -> None:
        background = replace(A_PLAN, planned=(Planned(2, SECOND),), is_whole=False)

        assert choose(background, POOL) == {"coding": Choice(SECOND)}
        assert set(choose(replace(background, is_whole=True), POOL)) == set(PARTS)


class TestReviews:
    @pytest.mark.parametrize(("days", "is_given"), [(1, False), (3, False), (4, True), (60, True)])
    def test_what_is_due_comes_once_it_had_time_to_fade(self, days: int, is_given: bool) -> None:
        background = replace(A_PLAN, done={THIRD: days_ago(days)}, due=(THIRD,))

        assert coding(background) == (Choice(THIRD, is_review=True) if is_given else Choice(SECOND))

    def test_what_is_not_due_does_not(self) -> None:
        assert coding(replace(A_PLAN, done={THIRD: days_ago(90)})) == Choice(SECOND)

    def test_one_a_day_and_the_one_that_waits_the_longest(self) -> None:
        background = replace(A_PLAN, due=("gone", OTHER_CARD, THIRD))

        chosen = choose(background, POOL)

        assert chosen["concept"] == Choice(OTHER_CARD, is_review=True)
        assert chosen["coding"] == Choice(SECOND)

    def test_not_two_days_running_in_one_part(self) -> None:
        background = replace(A_PLAN, due=(THIRD,), given=(given_on(1, FIRST, is_review=True, is_done=True),))

        assert coding(background) == Choice(SECOND)
        assert coding(replace(background, given=(given_on(2, FIRST, is_review=True),))) == Choice(THIRD, True)

    def test_a_rehearsal_is_repeated_by_the_plan_not_reviewed(self) -> None:
        background = replace(A_PLAN, done={REHEARSAL: days_ago(9)}, due=(REHEARSAL,))

        assert choose(background, POOL)["story"] == Choice(REHEARSAL)

    def test_none_where_another_line_of_the_day_is_one(self) -> None:
        assert coding(replace(A_PLAN, due=(THIRD,)), may_review=False) == Choice(SECOND)


class TestWhatWasGivenBefore:
    def test_comes_again_when_it_was_not_done(self) -> None:
        assert coding(replace(A_PLAN, given=(given_on(1, SECOND),))) == Choice(SECOND)

    def test_not_a_third_day_running(self) -> None:
        background = replace(A_PLAN, given=(given_on(2, SECOND), given_on(1, SECOND)))

        assert coding(background) == Choice(FIRST)

    def test_a_third_day_after_all_when_there_is_no_other(self) -> None:
        background = replace(
            A_PLAN,
            given=(given_on(2, SECOND), given_on(1, SECOND)),
            done={task: days_ago(9) for task in POOL.in_order["coding"] if task != SECOND},
        )

        assert coding(background) == Choice(SECOND)

    def test_a_rehearsal_as_often_as_the_week_asks_for(self) -> None:
        once = replace(
            A_PLAN,
            done={REHEARSAL: days_ago(1)},
            given=(given_on(1, REHEARSAL, "story", is_done=True),),
        )
        twice = replace(once, given=(*once.given, given_on(2, REHEARSAL, "story", is_done=True)))
        last_week = replace(twice, given=(given_on(3, REHEARSAL, "story", is_done=True), once.given[0]))

        assert choose(once, POOL)["story"] == Choice(REHEARSAL)
        assert choose(twice, POOL)["story"] != Choice(REHEARSAL)
        assert choose(last_week, POOL)["story"] == Choice(REHEARSAL)


class TestSwaps:
    def test_another_than_the_one_that_goes(self) -> None:
        assert coding(A_PLAN, without={SECOND}) == Choice(FIRST)

    def test_nothing_where_there_is_no_other(self) -> None:
        alone = replace(POOL, in_order={**POOL.in_order, "coding": (FIRST,)}, study={})
        background = Background(on=TODAY, level="L6")

        assert choose(background, alone, ["coding"], without={FIRST}) == {}


class TestPool:
    def test_mocks_readings_and_full_designs_are_no_minimum(self) -> None:
        kinds = {CATALOG.tasks[slug].kind for slug in POOL.part_of}

        assert kinds == {"problem", "concept", "story", "rehearsal"}

    def test_only_stories_and_their_rehearsals_are_story_tasks(self) -> None:
        assert {CATALOG.tasks[slug].track for slug in POOL.in_order["story"]} == {"behavioural"}

    def test_a_retired_task_is_not_given(self) -> None:
        task = CATALOG.tasks[FIRST]

        assert part_of(task) == "coding"
        assert part_of(task.model_copy(update={"status": "retired"})) is None

    @pytest.mark.parametrize(("level", "other"), [("L6", "L7"), ("L7", "L6")])
    def test_nothing_of_the_other_level(self, level: str, other: str) -> None:
        of_other = next(slug for slug, its in POOL.level_of.items() if its == other)
        background = Background(on=TODAY, level=level, planned=(Planned(1, of_other),))

        chosen = choose(background, POOL)

        assert all(CATALOG.tasks[choice.task].level in (None, level) for choice in chosen.values())

    def test_the_minutes_are_the_minimum_s(self) -> None:
        assert MINUTES == {"coding": 30, "concept": 30, "story": 15}


tasks_done = st.dictionaries(
    st.sampled_from(sorted(POOL.part_of)),
    st.integers(0, 60).map(days_ago),
    max_size=60,
)
days_given = st.lists(
    st.builds(
        lambda days, task, is_review, is_done: Given(
            days_ago(days), POOL.part_of[task], task, is_review, is_done
        ),
        st.integers(1, 7),
        st.sampled_from(sorted(POOL.part_of)),
        st.booleans(),
        st.booleans(),
    ),
    max_size=21,
)
weeks_planned = st.lists(
    st.builds(
        Planned,
        st.integers(1, 4),
        st.sampled_from(sorted(CATALOG.tasks)),
        st.integers(1, 3),
        st.sampled_from([None, *sorted(CATALOG.competencies)]),
    ),
    max_size=40,
)
backgrounds = st.builds(
    Background,
    on=st.just(TODAY),
    level=st.sampled_from([None, "L6", "L7"]),
    week=st.integers(1, 5),
    week_starts_on=st.just(MONDAY),
    planned=weeks_planned,
    done=tasks_done,
    due=st.lists(st.sampled_from(sorted(POOL.part_of)), unique=True, max_size=9),
    given=days_given,
    gaps=st.lists(st.sampled_from(sorted(CATALOG.competencies)), unique=True, max_size=5),
)


class TestAlways:
    @given(backgrounds)
    def test_one_of_each_part_and_nothing_finished_but_as_a_review(self, background: Background) -> None:
        chosen = choose(background, POOL)

        assert set(chosen) == set(PARTS)
        for part, choice in chosen.items():
            assert POOL.fits(choice.task, part, background.level)
            if choice.task in background.done and choice.task not in POOL.repeatable:
                assert choice.is_review

    @given(backgrounds)
    def test_at_most_one_due_review(self, background: Background) -> None:
        assert sum(choice.is_review for choice in choose(background, POOL).values()) <= 1

    @given(backgrounds)
    def test_the_same_facts_lead_to_the_same_choice(self, background: Background) -> None:
        again = replace(background, done=dict(reversed(list(background.done.items()))))

        assert choose(background, POOL) == choose(again, POOL)

    @given(backgrounds)
    def test_reading_only_this_week_changes_no_choice_it_can_make(self, background: Background) -> None:
        this_week = tuple(entry for entry in background.planned if entry.week == background.week)
        part_read = choose(replace(background, planned=this_week, is_whole=False), POOL)

        assert part_read.items() <= choose(background, POOL).items()

    @given(backgrounds, st.sampled_from(PARTS))
    def test_a_swap_gives_another(self, background: Background, part: Part) -> None:
        first = choose(background, POOL)[part].task

        assert choose(background, POOL, [part], without={first}, may_review=False)[part].task != first


class TestAWholePlan:
    """Somebody who does everything, for as long as the longest plan."""

    def test_nothing_but_reviews_and_rehearsals_comes_twice(self) -> None:
        done: dict[str, date] = {}
        given: list[Given] = []
        finished: list[str] = []
        for number in range(168):
            on = TODAY + timedelta(days=number)
            recent = tuple(entry for entry in given if on - timedelta(days=7) <= entry.on < on)
            chosen = choose(Background(on=on, level="L6", done=done, given=recent), POOL)
            for part, choice in chosen.items():
                done[choice.task] = on
                given.append(Given(on, part, choice.task, choice.is_review, True))
                if not choice.is_review and choice.task not in POOL.repeatable:
                    finished.append(choice.task)

        assert len(finished) == len(set(finished))
        assert len(given) == 3 * 168


def why(task: str, *, is_review: bool = False, done: Mapping[str, date] | None = None) -> str:
    return reason(
        task,
        on=TODAY,
        is_review=is_review,
        done=done or {},
        planned=(*A_PLAN.planned, Planned(2, OTHER_CARD, competency="quick-coding-speed")),
        week=2,
        gaps=tuple(CATALOG.competencies),
        competencies=CATALOG.competencies,
    )


class TestReason:
    def test_says_why_a_task_is_there(self) -> None:
        assert why(SECOND) == "from this week of your plan"
        assert why(FIRST) == "from week 1 of your plan"
        assert why(THIRD, is_review=True, done={THIRD: days_ago(8)}) == "review, last done 8 days ago"

    def test_names_the_gap(self) -> None:
        gap = next(iter(CATALOG.competencies.values()))
        task = next(slug for slug in gap.study if slug in POOL.part_of and slug not in (FIRST, SECOND, THIRD))

        assert why(task) == f"for {gap.title}"

    def test_nothing_to_say_is_a_good_next_step(self) -> None:
        assert why("unknown-task") == "a good next step"


def test_a_pool_knows_its_own_tasks_only() -> None:
    assert isinstance(POOL, Pool)
    assert not POOL.fits("no-such-task", "coding", "L6")
