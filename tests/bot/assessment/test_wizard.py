"""Where a person is in a form, as it rides in the modal."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import zones
from bot.assessment.pages import pages
from bot.assessment.profile import CURRENT_LEVELS
from bot.assessment.wizard import Profile, Wizard, first_incomplete, missing
from bot.errors import OutdatedFormError
from content.loader import Catalog, FormName
from tests.builders import TODAY, a_profile, answers_to

WIZARDS = st.builds(
    Wizard,
    number=st.integers(1, 10_000),
    form=st.sampled_from(get_args(FormName)),
    page=st.integers(0, 6),
    answers=st.dictionaries(st.text(max_size=60), st.integers(1, 5), max_size=20),
    profile=st.none()
    | st.builds(
        Profile,
        current_level=st.text(max_size=20),
        target_level=st.sampled_from(["L6", "L7"]),
        interview_on=st.none() | st.dates(),
        hours_per_week=st.integers(1, 60),
        time_zone=st.sampled_from(zones.names()),
    ),
)
GOOD: dict[str, Any] = {"n": 1, "f": "quick", "p": 2, "a": {"quick-coding": 3}}


@given(WIZARDS)
def test_reading_undoes_writing(wizard: Wizard) -> None:
    assert Wizard.from_json(wizard.to_json()) == wizard


@pytest.mark.parametrize("form", ["quick", "complete"])
def test_a_finished_form_fits_into_private_metadata(catalog: Catalog, form: FormName) -> None:
    profile = a_profile(
        current_level=max(CURRENT_LEVELS, key=len),
        interview_on=TODAY,
        time_zone=max(zones.names(), key=len),
    )
    wizard = Wizard(number=9999, form=form, page=6, answers=answers_to(catalog, form, 5), profile=profile)

    assert len(wizard.to_json()) <= 3000


@given(st.text(max_size=100) | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps))
def test_anything_else_is_refused_in_words(text: str) -> None:
    with pytest.raises(OutdatedFormError, match="older version"):
        Wizard.from_json(text)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"n": "1"}, id="a number as text"),
        pytest.param({"n": None}, id="no number"),
        pytest.param({"p": "2"}, id="a page as text"),
        pytest.param({"f": "long"}, id="a form there is not"),
        pytest.param({"f": ["quick"]}, id="a form of another type"),
        pytest.param({"a": ["quick-coding"]}, id="answers without points"),
        pytest.param({"a": {"quick-coding": "three"}}, id="points in words"),
        pytest.param({"a": {"quick-coding": None}}, id="no points"),
        pytest.param({"w": {"hours_per_week": 3}}, id="half a profile"),
    ],
)
def test_a_form_that_is_nearly_ours_is_refused_too(change: dict[str, Any]) -> None:
    assert Wizard.from_json(json.dumps(GOOD)).answers == {"quick-coding": 3}

    with pytest.raises(OutdatedFormError):
        Wizard.from_json(json.dumps(GOOD | change))


@pytest.mark.parametrize("part", sorted(GOOD))
def test_a_form_that_lacks_a_part_is_refused(part: str) -> None:
    with pytest.raises(OutdatedFormError):
        Wizard.from_json(json.dumps({name: value for name, value in GOOD.items() if name != part}))


def test_new_answers_are_added_and_replace_old_ones() -> None:
    wizard = Wizard(number=1, form="quick", page=2, answers={"a": 1, "b": 2})

    assert wizard.answered({"b": 5, "c": 3}) == Wizard(
        number=1, form="quick", page=2, answers={"a": 1, "b": 5, "c": 3}
    )
    assert wizard.at(3).page == 3
    assert wizard.answers == {"a": 1, "b": 2}


@pytest.mark.parametrize("points", [0, 6, -1])
def test_an_answer_beyond_one_to_five_is_none(catalog: Catalog, points: int) -> None:
    [page, *_] = pages(catalog.forms["quick"], catalog.competencies)
    answers = answers_to(catalog) | {page.items[1].slug: points}

    assert missing(page, answers) == (page.items[1].slug,)


def test_the_first_page_with_something_open_is_found(catalog: Catalog) -> None:
    cut = pages(catalog.forms["complete"], catalog.competencies)
    answers = answers_to(catalog, "complete")

    assert first_incomplete(cut, answers) is None
    assert first_incomplete(cut, {}) == cut[0]
    answers.pop(cut[4].items[0].slug)
    answers.pop(cut[2].items[0].slug)
    assert first_incomplete(cut, answers) == cut[2]
