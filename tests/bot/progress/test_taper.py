"""The last three days before the interview: a warm-up, and nothing new."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.today.choice import Background, Choice, Given, Planned, choose, pool_of
from bot.today.wording import is_last_days
from content.loader import load

CATALOG = load()
POOL = pool_of(CATALOG)
TODAY = date(2030, 3, 6)
EASY, NEXT = POOL.in_order["coding"][:2]
HARD = POOL.in_order["coding"][-1]
LONG_AGO = TODAY - timedelta(days=20)
TAPER = Background(
    on=TODAY,
    level="L6",
    planned=(Planned(1, NEXT), Planned(1, "rehearse-headline-drill", 2)),
    done={HARD: LONG_AGO, EASY: LONG_AGO},
    due=(HARD,),
    is_taper=True,
)


def test_gives_one_easy_known_problem_and_a_story_warm_up() -> None:
    assert choose(TAPER, POOL) == {
        "coding": Choice(EASY, is_review=True),
        "story": Choice("rehearse-headline-drill"),
    }


def test_warms_up_with_this_week_before_what_an_early_week_began_with() -> None:
    weeks = [
        Planned(1, "rehearse-experience-mining"),
        Planned(4, "rehearse-headline-drill"),
        Planned(6, "later"),
    ]

    chosen = choose(replace(TAPER, planned=weeks, week=4), POOL)

    assert "rehearse-experience-mining" in POOL.repeatable
    assert chosen["story"].task == "rehearse-headline-drill"


def test_gives_no_problem_to_somebody_who_solved_none() -> None:
    assert set(choose(replace(TAPER, done={}), POOL)) == {"story"}
    assert choose(replace(TAPER, done={}, known=frozenset({NEXT})), POOL)["coding"].task == NEXT


def test_not_the_same_as_the_day_before_while_there_is_another() -> None:
    given = [Given(TODAY - timedelta(days=1), "coding", EASY, is_done=True)]

    assert choose(replace(TAPER, given=given), POOL)["coding"].task == HARD
    only = replace(TAPER, given=given, done={EASY: LONG_AGO})
    assert choose(only, POOL)["coding"].task == EASY


def test_what_was_solved_today_is_no_warm_up_of_today() -> None:
    assert "coding" not in choose(replace(TAPER, done={EASY: TODAY}), POOL)


def test_without_the_taper_new_ones_go_on() -> None:
    assert choose(replace(TAPER, is_taper=False, due=()), POOL)["coding"].task == NEXT


@pytest.mark.parametrize(("days", "expected"), [(-1, False), (0, True), (3, True), (4, False), (None, False)])
def test_the_last_days_are_three_and_the_interview_s_own(days: int | None, expected: bool) -> None:
    interview_on = TODAY + timedelta(days=days) if days is not None else None

    assert is_last_days(TODAY, interview_on) is expected
