"""Which plan fits: what the score says beside what the date and the hours allow."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.plan.recommendation import Recommendation, recommend, weeks_until
from content.loader import load
from tests.builders import TODAY

CATALOG = load()
LENGTHS = {plan.slug: (plan.fewest_weeks, len(plan.weeks)) for plan in CATALOG.plans.values()}


def recommended(
    score: int, *, hours: int = 30, days: int | None = None, is_big_jump: bool = False
) -> Recommendation:
    """The recommendation for an interview in so many days."""
    return recommend(
        CATALOG.plans,
        CATALOG.band_of(score),
        hours=hours,
        interview_on=None if days is None else TODAY + timedelta(days=days),
        today=TODAY,
        is_big_jump=is_big_jump,
    )


@pytest.mark.parametrize(
    ("interview_on", "weeks"),
    [
        pytest.param(None, None, id="no date"),
        pytest.param(TODAY - timedelta(days=1), None, id="yesterday"),
        pytest.param(TODAY, 0, id="today"),
        pytest.param(TODAY + timedelta(days=1), 1, id="a begun week counts"),
        pytest.param(TODAY + timedelta(days=7), 1, id="a whole week"),
        pytest.param(TODAY + timedelta(days=8), 2, id="a week and a day"),
    ],
)
def test_weeks_until_the_interview(interview_on: date | None, weeks: int | None) -> None:
    assert weeks_until(interview_on, TODAY) == weeks


@pytest.mark.parametrize(
    ("score", "weeks_left", "hours", "by_score", "best_for_time", "best_for_hours"),
    [
        pytest.param(90, None, 30, "quick-reference", "quick-reference", None, id="ready, no date"),
        pytest.param(75, None, 30, "six-week", "six-week", None, id="nearly ready, no date"),
        pytest.param(60, None, 15, "twelve-week", "twelve-week", None, id="a base, no date"),
        pytest.param(40, None, 15, "foundation", "foundation", None, id="foundation, no date"),
        pytest.param(40, 6, 30, "foundation", "six-week", None, id="too close for the score's plan"),
        pytest.param(40, 1, 30, "foundation", "quick-reference", None, id="next week"),
        pytest.param(60, 12, 15, "twelve-week", "twelve-week", None, id="just enough time"),
        pytest.param(90, 50, 30, "quick-reference", "quick-reference", None, id="more time than needed"),
        pytest.param(75, None, 15, "six-week", "six-week", "twelve-week", id="hours for a slower plan"),
        pytest.param(75, 6, 15, "six-week", "six-week", None, id="hours for one that would end too late"),
        pytest.param(60, None, 1, "twelve-week", "twelve-week", None, id="hours for none"),
    ],
)
def test_the_plan_for_the_score_and_the_plan_for_the_time(
    score: int,
    weeks_left: int | None,
    hours: int,
    by_score: str,
    best_for_time: str,
    best_for_hours: str | None,
) -> None:
    found = recommended(score, hours=hours, days=None if weeks_left is None else weeks_left * 7)

    lighter = found.best_for_hours
    assert found.by_score.plan.slug == by_score
    assert found.best_for_time.plan.slug == best_for_time
    assert (lighter.plan.slug if lighter else None) == best_for_hours
    assert found.weeks_left == weeks_left


@pytest.mark.parametrize(
    ("score", "hours", "days", "agrees"),
    [
        (75, 25, None, True),
        (75, 25, 42, True),
        (75, 24, None, False),
        (60, 15, 42, False),
        (60, 15, -1, True),
    ],
)
def test_score_date_and_hours_may_agree(score: int, hours: int, days: int | None, agrees: bool) -> None:
    assert recommended(score, hours=hours, days=days).agrees == agrees


def test_a_plan_is_shortened_where_that_makes_it_fit() -> None:
    fewest, length = LENGTHS["twelve-week"]

    assert fewest < length
    shortened = recommended(60, days=fewest * 7).best_for_time
    assert (shortened.plan.slug, shortened.weeks, shortened.is_shortened) == ("twelve-week", fewest, True)
    assert recommended(60, days=(fewest - 1) * 7).best_for_time.plan.slug == "six-week"


def test_an_interview_today_leaves_the_shortest_plan() -> None:
    found = recommended(40, days=0)

    assert found.best_for_time.plan.slug == "quick-reference"
    assert not any(option.fits_date for option in found.options)
    assert not found.date_is_past


def test_a_date_in_the_past_is_left_out_of_account() -> None:
    found = recommended(40, days=-1)

    assert found.date_is_past
    assert found.weeks_left is None
    assert found.best_for_time == found.by_score
    assert all(option.fits_date for option in found.options)


@pytest.mark.parametrize(
    ("is_big_jump", "weeks_left", "slug"),
    [
        (True, None, "six-month"),
        (True, 30, "six-month"),
        (True, 8, None),
        (False, None, None),
    ],
)
def test_two_levels_at_once_need_the_long_plan_if_there_is_time(
    is_big_jump: bool, weeks_left: int | None, slug: str | None
) -> None:
    days = None if weeks_left is None else weeks_left * 7
    found = recommended(60, is_big_jump=is_big_jump, days=days).for_big_jump

    assert (found.plan.slug if found else None) == slug


@given(
    score=st.integers(20, 100),
    hours=st.integers(1, 60),
    days=st.none() | st.integers(-30, 730),
    is_big_jump=st.booleans(),
)
def test_what_always_holds(score: int, hours: int, days: int | None, is_big_jump: bool) -> None:
    found = recommended(score, hours=hours, days=days, is_big_jump=is_big_jump)

    positions = [option.plan.position for option in found.options]
    assert positions == sorted(positions)
    assert [option.plan.slug for option in found.options] == list(CATALOG.plans)
    assert found.by_score in found.options
    assert found.best_for_time.plan.position <= found.by_score.plan.position
    assert found.best_for_time.fits_date or not any(
        option.fits_date for option in found.options if option.plan.position <= found.by_score.plan.position
    )
    for option in found.options:
        fewest, length = LENGTHS[option.plan.slug]
        assert fewest <= option.weeks <= length
        assert option.fits_date == (found.weeks_left is None or fewest <= found.weeks_left)
        if option.fits_date and found.weeks_left is not None:
            assert option.weeks <= found.weeks_left
    if found.best_for_hours is not None:
        assert found.best_for_hours.fits_hours
        assert found.best_for_hours.fits_date
        assert not found.best_for_time.fits_hours
