"""Where the pace leads."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.checkins.counts import GOALS, Counts
from bot.checkins.forecast import LOOK_BACK, forecast, sentence, stretch
from tests.bot.checkins.test_counts import COUNTS

END = date(2027, 3, 14)
WEEKS = st.lists(COUNTS, max_size=8)


def coding(*numbers: int) -> list[Counts]:
    return [Counts(coding=number) for number in numbers]


@pytest.mark.parametrize(
    ("reported", "ahead", "short"),
    [
        pytest.param([10, 10], [10, 10], 0, id="as planned"),
        pytest.param([12, 14], [10, 10], 0, id="faster"),
        pytest.param([6, 8], [10, 10], 6, id="7 a week for two weeks of 10"),
        pytest.param([8, 7], [10], 2, id="a half is rounded up: 7.5 reaches 8"),
        pytest.param([7, 7, 8], [10], 3, id="7.33 reaches 7"),
        pytest.param([0, 0], [10, 10, 10], 30, id="nothing"),
        pytest.param([10, 10, 10, 10, 0, 0], [10], 0, id="only the newest four count"),
        pytest.param([10], [5, 12], 0, id="weeks of different size add up"),
        pytest.param([3, 3], [], 0, id="nothing left to do"),
        pytest.param([], [10], 10, id="nothing reported"),
    ],
)
def test_short_is_what_is_left_less_what_the_pace_reaches(
    reported: list[int], ahead: list[int], short: int
) -> None:
    assert forecast(coding(*reported), coding(*ahead), END).short == Counts(coding=short)


@given(WEEKS, WEEKS)
def test_short_lies_between_nothing_and_everything(reported: list[Counts], ahead: list[Counts]) -> None:
    short = forecast(reported, ahead, END).short

    assert all(0 <= short.of(goal) <= sum(week.of(goal) for week in ahead) for goal in GOALS)


@given(st.lists(COUNTS, min_size=1, max_size=LOOK_BACK), WEEKS)
def test_doing_more_is_never_further_behind(reported: list[Counts], ahead: list[Counts]) -> None:
    more = [Counts(**{goal: week.of(goal) + 1 for goal in GOALS}) for week in reported]

    before, after = forecast(reported, ahead, END).short, forecast(more, ahead, END).short

    assert all(after.of(goal) <= before.of(goal) for goal in GOALS)


@given(st.integers(1, LOOK_BACK), COUNTS, st.integers(0, 12))
def test_who_does_what_is_planned_is_on_track(check_ins: int, week: Counts, weeks: int) -> None:
    assert forecast([week] * check_ins, [week] * weeks, END).short.is_nothing


class TestSentence:
    @pytest.mark.parametrize(
        ("reported", "ahead", "said"),
        [
            pytest.param(
                coding(6, 7),
                coding(10, 10),
                "At this pace: 7 coding problems short on 14 March 2027.",
                id="short of one",
            ),
            pytest.param(
                [Counts(coding=9), Counts(coding=9)],
                [Counts(designs=2, coding=10, stories=1)],
                "At this pace: 2 full designs, 1 coding problem and 1 story short on 14 March 2027.",
                id="short of several",
            ),
            pytest.param(
                coding(10, 10), coding(10), "At this pace you are on track for 14 March 2027.", id="on track"
            ),
            pytest.param(
                coding(10),
                coding(10),
                "It is early to say where this pace leads; your next check-in will tell.",
                id="one check-in",
            ),
            pytest.param(coding(10, 10), [], "That was the last week of your plan.", id="the last week"),
            pytest.param(coding(10), [], "That was the last week of your plan.", id="an only week"),
        ],
    )
    def test_says_where_it_leads(self, reported: list[Counts], ahead: list[Counts], said: str) -> None:
        assert sentence(forecast(reported, ahead, END)) == said


class TestStretch:
    def test_names_the_goal_that_is_furthest_above_the_best_week(self) -> None:
        told = stretch(Counts(coding=12, designs=2), coding(5, 7))

        assert told == (
            "Next week's 12 coding problems would be your most so far (until now 7). "
            "A smaller number of coding problems is a good goal too."
        )

    @pytest.mark.parametrize(
        ("goals", "reported"),
        [
            pytest.param(7, [5, 7], id="reached before"),
            pytest.param(0, [0, 0], id="rest"),
            pytest.param(12, [5], id="one check-in says too little"),
            pytest.param(12, [], id="none"),
        ],
    )
    def test_says_nothing_otherwise(self, goals: int, reported: list[int]) -> None:
        assert stretch(Counts(coding=goals), coding(*reported)) is None
