"""What a check-in may say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.checkins.answers import check
from bot.checkins.counts import Counts

GIVEN: dict[str, str | None] = {
    "reported.designs": "1",
    "reported.coding": "7",
    "reported.stories": "0",
    "reported.mocks": "0",
    "confidence": "3",
    "blocker": "  On call all week.\n",
    "next.designs": "2",
    "next.coding": "10",
    "next.stories": "3",
    "next.mocks": "99",
}
NUMBER = "Write a whole number from 0 to 99."


def test_a_complete_form_is_read() -> None:
    answer, errors = check(GIVEN)

    assert errors == {}
    assert answer is not None
    assert answer.reported == Counts(designs=1, coding=7)
    assert answer.next_goals == Counts(designs=2, coding=10, stories=3, mocks=99)
    assert (answer.confidence, answer.blocker) == (3, "On call all week.")


@pytest.mark.parametrize("name", [name for name in GIVEN if "." in name])
@pytest.mark.parametrize(
    "typed", [None, "", " ", "-1", "100", "1.5", "3,0", "1e3", "٣", "²", "ten", "9" * 5000]
)
def test_an_impossible_number_is_refused_beside_its_field(name: str, typed: str | None) -> None:
    assert check({**GIVEN, name: typed}) == (None, {name: NUMBER})


@pytest.mark.parametrize("chosen", [None, "", "0", "6", "3.5", "very"])
def test_how_sure_one_feels_must_be_chosen(chosen: str | None) -> None:
    assert check({**GIVEN, "confidence": chosen}) == (
        None,
        {"confidence": "Choose how sure you feel, from 1 to 5."},
    )


@pytest.mark.parametrize("typed", [None, "", "  \n ", "\x00", "\ud800"])
def test_nothing_in_the_way_is_fine(typed: str | None) -> None:
    answer, errors = check({**GIVEN, "blocker": typed})

    assert errors == {}
    assert answer is not None
    assert answer.blocker is None


def test_a_blocker_has_five_hundred_characters_at_most() -> None:
    assert check({**GIVEN, "blocker": "x" * 500})[1] == {}
    assert check({**GIVEN, "blocker": "x" * 501}) == (
        None,
        {"blocker": "Use 500 characters at most; there are 501."},
    )


def test_every_problem_is_told_at_once() -> None:
    answer, errors = check({})

    assert answer is None
    assert set(errors) == set(GIVEN) - {"blocker"}


@given(st.dictionaries(st.sampled_from(list(GIVEN)), st.none() | st.text()))
def test_whatever_is_sent_is_an_answer_or_told_why_not(given_fields: dict[str, str | None]) -> None:
    answer, errors = check({**GIVEN, **given_fields})

    assert (answer is None) == bool(errors)
    assert answer is None or "\x00" not in (answer.blocker or "")
