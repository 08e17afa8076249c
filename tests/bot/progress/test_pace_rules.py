"""What is left of a plan, and where the pace leads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.progress.pace_rules import Forecast, Logged, Placed, assumption, forecast, sentence, undone
from content.loader import load

TASKS = load().tasks
STARTS = date(2030, 2, 4)
TODAY = date(2030, 3, 3)
"""The last day of the plan's fourth week."""
END = date(2030, 3, 14)
PROBLEMS = [slug for slug, task in TASKS.items() if task.kind == "problem"]
MOCK, REHEARSAL = "mock-behavioural", "rehearse-refine-one-story"


def planned(*slugs: str, week: int = 5) -> list[Placed]:
    return [Placed(week, slug) for slug in slugs]


def left(
    placed: Sequence[Placed], logged: Sequence[Logged] = (), without: set[str] | None = None, *, week: int = 4
) -> list[Placed]:
    return undone(placed, TASKS, logged, without or set(), starts_on=STARTS, this_week=week)


def leads(
    problems: int, done: int, *, today: date = TODAY, ends_on: date = END, named: bool = False
) -> Forecast:
    logged = [Logged(today, "coding", f"other-{number}" if named else None) for number in range(done)]
    return forecast(
        planned(*PROBLEMS[:problems]),
        TASKS,
        logged,
        starts_on=STARTS,
        ends_on=ends_on,
        today=today,
        is_interview=True,
    )


class TestWhatIsLeft:
    def test_what_is_done_solved_before_or_dropped_is_not(self) -> None:
        placed = planned(*PROBLEMS[:4])

        assert left(placed, [Logged(TODAY, "coding", PROBLEMS[0])], {PROBLEMS[1]}) == placed[2:]

    def test_what_was_missed_and_is_planned_again_is_left_once_at_its_next_place(self) -> None:
        again = [Placed(1, PROBLEMS[0]), Placed(6, PROBLEMS[0])]

        assert left(again) == [Placed(6, PROBLEMS[0])]
        assert left(again[:1]) == again[:1]

    def test_a_mock_is_left_as_often_as_it_is_planned(self) -> None:
        placed = [Placed(4, MOCK, 2), Placed(5, MOCK, 1)]

        assert left(placed, [Logged(STARTS + timedelta(days=21), "mock", MOCK)]) == [
            Placed(4, MOCK, 1),
            Placed(5, MOCK, 1),
        ]

    def test_a_missed_mock_is_left_and_a_missed_rehearsal_is_not(self) -> None:
        assert left([Placed(1, MOCK), Placed(1, REHEARSAL)]) == [Placed(1, MOCK)]
        assert left([Placed(1, MOCK)], [Logged(STARTS, "mock", MOCK)]) == []

    def test_a_rehearsal_of_another_week_does_not_count_for_this_one(self) -> None:
        placed = [Placed(4, REHEARSAL, 2)]

        assert left(placed, [Logged(STARTS, "story", REHEARSAL, 5)]) == placed

    def test_readings_and_unknown_tasks_are_not_counted(self) -> None:
        reading = next(slug for slug, task in TASKS.items() if task.kind == "reading")

        assert left(planned(reading, "gone-from-the-library")) == []


class TestForecast:
    @pytest.mark.parametrize(
        ("problems", "done", "short"),
        [
            pytest.param(15, 20, 7, id="20 in 28 days reach 8 in 11"),
            pytest.param(8, 20, 0, id="never below nothing"),
            pytest.param(5, 0, 5, id="nothing done reaches nothing"),
        ],
    )
    def test_what_will_be_missing(self, problems: int, done: int, short: int) -> None:
        assert leads(problems, done, named=True).short["coding"] == short

    def test_work_without_a_name_takes_the_place_of_tasks(self) -> None:
        assert leads(15, 4).left["coding"] == 11
        assert leads(15, 4, named=True).left["coding"] == 15

    def test_words(self) -> None:
        found = leads(15, 20, named=True)

        assert sentence(found) == "At this pace 7 problems short on 14 March 2030."
        assert assumption(found) == (
            "Measured by your last 28 days (20 problems logged), and as if the days to come were like them."
        )
        assert (
            sentence(leads(5, 20, named=True)) == "At this pace you reach all of your plan by 14 March 2030."
        )

    def test_in_the_first_week_it_is_early(self) -> None:
        early = leads(15, 2, today=STARTS + timedelta(days=5))

        assert early.is_early
        assert not early.is_behind
        assert sentence(early).startswith("It is early")
        assert assumption(early) == ""
        assert not leads(15, 2, today=STARTS + timedelta(days=6)).is_early

    def test_on_the_last_day_nothing_is_left_to_forecast(self) -> None:
        assert (
            sentence(leads(3, 1, today=END)) == "Your interview date has come: nothing is left to forecast."
        )

    @given(st.integers(0, 60), st.integers(0, 60), st.integers(1, 20))
    def test_more_work_never_leads_to_less(self, problems: int, done: int, more: int) -> None:
        assert leads(problems, done + more).short["coding"] <= leads(problems, done).short["coding"]
