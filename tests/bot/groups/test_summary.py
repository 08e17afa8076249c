"""What a group learns of its week, and what never."""

from __future__ import annotations

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.checkins.counts import Counts
from bot.groups.summary import FEWEST, Answer, Summary, summarise

COUNTS = st.builds(
    Counts,
    designs=st.integers(0, 99),
    coding=st.integers(0, 99),
    stories=st.integers(0, 99),
    mocks=st.integers(0, 99),
)
ANSWERS = st.lists(st.builds(Answer, st.uuids().map(str), st.booleans(), COUNTS), max_size=12)


def answers(number: int, *, named: int = 0) -> list[Answer]:
    return [Answer(f"U{n}", n < named, Counts(coding=10, designs=2)) for n in range(number)]


@pytest.mark.parametrize(
    ("answered", "members", "told", "summed"),
    [
        (0, 1, False, False),
        (1, 1, False, False),
        (3, 3, False, False),
        (0, 4, True, False),
        (3, 4, True, False),
        (3, 12, True, False),
        (4, 4, True, True),
        (5, 7, True, True),
    ],
)
def test_numbers_need_four_members_and_sums_four_answers(
    answered: int, members: int, told: bool, summed: bool
) -> None:
    summary = summarise(answers(answered), members)

    assert (summary.answered, summary.members) == ((answered, members) if told else (None, None))
    assert (summary.sums is not None) == summed


def test_sums_add_up_by_goal() -> None:
    assert summarise(answers(5), 7).sums == Counts(coding=50, designs=10)


def test_only_those_who_agreed_are_named_also_in_a_small_group() -> None:
    assert summarise(answers(5, named=2), 7).names == ("U0", "U1")
    assert summarise(answers(2, named=1), 2).names == ("U0",)


@given(ANSWERS, st.integers(0, 6))
def test_no_number_ever_comes_from_fewer_than_four(given_answers: list[Answer], silent: int) -> None:
    summary = summarise(given_answers, len(given_answers) + silent)

    if len(given_answers) < FEWEST:
        assert summary.sums is None
    if len(given_answers) + silent < FEWEST:
        assert summary.answered is None
        assert summary.members is None
    assert set(summary.names) == {one.user_id for one in given_answers if one.shows_name}


def test_there_is_no_room_for_blockers_and_confidence() -> None:
    assert {field.name for field in fields(Answer)} == {"user_id", "shows_name", "counts"}
    assert {field.name for field in fields(Summary)} == {
        "any_answer", "answered", "members", "sums", "names",
    }  # fmt: skip
