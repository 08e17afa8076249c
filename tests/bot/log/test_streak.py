"""The streak, its freeze, and the strength beside it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.log.streak import NOTHING, Standing, standing

MONDAY = date(2030, 3, 4)


def never(_: date) -> bool:
    return False


def weekends(on: date) -> bool:
    return on.isoweekday() >= 6


def after(days: str, rest: Callable[[date], bool] = never, *, begins: date = MONDAY) -> Standing:
    """Where somebody stands on the last of these days: x practised, . not."""
    done = [begins + timedelta(days=number) for number, mark in enumerate(days) if mark == "x"]
    return standing(done, rest, begins + timedelta(days=len(days) - 1))


class TestStreak:
    @pytest.mark.parametrize(
        ("days", "streak"),
        [
            pytest.param(".", 0, id="nothing"),
            pytest.param("x", 1, id="today"),
            pytest.param("xxx", 3, id="three days"),
            pytest.param("xx.", 2, id="today is not over"),
            pytest.param("xx..", 0, id="a day was missed"),
            pytest.param("xx.x", 1, id="begun anew"),
            pytest.param("...xx", 2, id="it begins with the first day"),
        ],
    )
    def test_counts_days_in_a_row(self, days: str, streak: int) -> None:
        assert after(days).days == streak

    def test_rest_adds_nothing_and_breaks_nothing(self) -> None:
        assert after("xxxxx..x", weekends).days == 6
        assert after("xxxxx..x", lambda on: on == MONDAY + timedelta(days=5)).days == 1

    def test_practice_on_a_rest_day_counts(self) -> None:
        assert after("xxxxxx.", weekends).days == 6

    def test_of_nothing_is_nothing(self) -> None:
        assert standing([], never, MONDAY) == NOTHING

    def test_what_lies_ahead_does_not_count(self) -> None:
        assert standing([MONDAY + timedelta(days=1)], never, MONDAY) == NOTHING


class TestFreeze:
    def test_is_earned_at_the_end_of_a_week_with_five_days(self) -> None:
        assert not after("xxxxxx.", weekends).has_freeze
        assert after("xxxxx..x", weekends).has_freeze
        assert not after("xxxx...x", weekends).has_freeze

    def test_bridges_the_next_missed_day_by_itself(self) -> None:
        bridged = after("xxxxxxxx.x")

        assert bridged.days == 9
        assert bridged.frozen_on == (MONDAY + timedelta(days=8),)
        assert not bridged.has_freeze

    def test_two_missed_days_are_too_many(self) -> None:
        assert after("xxxxxxxx..x").days == 1
        assert after("xxxxxxxx..x").frozen_on == ()

    def test_one_is_held_at_most(self) -> None:
        assert after("xxxxxxx" * 3 + "x.x").days == 23
        assert after("xxxxxxx" * 3 + "x..x").days == 1

    def test_is_earned_again_in_the_next_week(self) -> None:
        assert after("xxxxxxxx.xxxxxx.x").days == 15

    def test_is_kept_for_a_day_that_is_no_rest(self) -> None:
        assert after("xxxxx..xx.xx..x", weekends).days == 10

    def test_today_does_not_use_it(self) -> None:
        assert after("xxxxxxx.").has_freeze


class TestStrength:
    @pytest.mark.parametrize(
        ("days", "strength"),
        [
            pytest.param(1, 5, id="a day"),
            pytest.param(7, 31, id="a week"),
            pytest.param(13, 50, id="thirteen days are half"),
            pytest.param(26, 75, id="twice as many half of the rest"),
            pytest.param(30, 80, id="a month"),
            pytest.param(365, 100, id="a year"),
        ],
    )
    def test_grows_as_in_loop_habit_tracker(self, days: int, strength: int) -> None:
        assert after("x" * days).strength == strength

    def test_one_bad_day_does_not_destroy_it(self) -> None:
        before = after("x" * 30)
        missed = after("x" * 30 + ".x")

        assert missed.strength > before.strength - 5

    def test_fades_by_half_in_thirteen_days(self) -> None:
        assert after("x" * 365 + "." * 14).strength == 50

    def test_rest_changes_nothing(self) -> None:
        assert after("xxxxx", weekends).strength == after("xxxxx..", weekends).strength

    def test_moves_more_slowly_where_fewer_days_are_planned(self) -> None:
        assert after("xxxxx", weekends).strength == 20
        assert after("xxxxx").strength == 23


DAYS = st.frozensets(st.integers(0, 60).map(lambda number: MONDAY + timedelta(days=number)), max_size=61)
NOW = st.integers(0, 70).map(lambda number: MONDAY + timedelta(days=number))
REST = st.frozensets(st.integers(1, 7), max_size=6)


@given(DAYS, NOW, REST)
def test_is_within_its_bounds(done: Collection[date], today: date, rest: Collection[int]) -> None:
    found = standing(done, lambda on: on.isoweekday() in rest, today)

    assert 0 <= found.strength <= 100
    assert 0 <= found.days <= len(done)
    assert all(on not in done and on < today for on in found.frozen_on)


@given(DAYS, NOW, REST, st.integers(0, 70))
def test_one_more_day_of_practice_costs_nothing(
    done: frozenset[date], today: date, rest: Collection[int], more: int
) -> None:
    def resting(on: date) -> bool:
        return on.isoweekday() in rest

    before = standing(done, resting, today)
    now = standing(done | {MONDAY + timedelta(days=more)}, resting, today)

    assert now.days >= before.days
    assert now.has_freeze >= before.has_freeze or now.days > before.days


@given(DAYS, NOW, st.integers(0, 60))
def test_one_more_day_of_rest_breaks_nothing(done: frozenset[date], today: date, more: int) -> None:
    free = MONDAY + timedelta(days=more)

    assert standing(done, lambda on: on == free, today).days >= standing(done, never, today).days


@given(st.lists(NOW, max_size=30), NOW)
def test_a_date_that_comes_twice_counts_once(done: list[date], today: date) -> None:
    """So a journey, on which a date may come twice, neither costs nor doubles one."""
    assert standing([*done, *done], never, today) == standing(set(done), never, today)
