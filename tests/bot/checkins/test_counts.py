"""A week in four numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.checkins.counts import GOALS, MOST, Counts, listed

NUMBERS = st.integers(0, MOST)
COUNTS = st.builds(Counts, designs=NUMBERS, coding=NUMBERS, stories=NUMBERS, mocks=NUMBERS)


@given(COUNTS)
def test_what_is_stored_is_read_back(counts: Counts) -> None:
    assert Counts.read(counts.to_dict()) == counts


def test_what_is_missing_or_strange_in_what_is_stored_counts_as_none() -> None:
    assert Counts.read({"coding": 4, "naps": 9}) == Counts(coding=4)
    assert Counts.read(None) == Counts()


def test_each_activity_counts_for_its_goal_and_a_concept_for_none() -> None:
    logged = {"design": 1, "coding": 7, "story": 3, "mock": 2, "concept": 5}

    assert Counts.of_log(logged) == Counts(designs=1, coding=7, stories=3, mocks=2)
    assert Counts.of_log({"coding": 120}) == Counts(coding=MOST)


@pytest.mark.parametrize(
    ("days", "coding", "mocks"), [(7, 10, 1), (5, 7, 1), (2, 3, 0), (1, 1, 0), (0, 0, 0)]
)
def test_a_part_of_a_week_has_its_part_of_the_goals(days: int, coding: int, mocks: int) -> None:
    assert Counts(coding=10, mocks=1).for_days(days) == Counts(coding=coding, mocks=mocks)


@given(COUNTS, st.integers(0, 7))
def test_a_part_is_never_more_than_the_whole(counts: Counts, days: int) -> None:
    part = counts.for_days(days)

    assert all(part.of(goal) <= counts.of(goal) for goal in GOALS)
    assert counts.for_days(7) == counts


def test_zeros_are_left_out_of_words() -> None:
    assert listed(Counts(designs=1, coding=10, stories=1)) == "1 full design, 10 coding problems, 1 story"
    assert listed(Counts()) == ""
