"""Which week a check-in is about, and until when it takes answers."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.checkins import period

FRIDAY = date(2030, 3, 8)
DAYS = st.dates(date(2029, 1, 1), date(2031, 12, 31))


def days(number: int) -> timedelta:
    return timedelta(days=number)


@pytest.mark.parametrize(
    ("previous", "first"),
    [
        pytest.param(None, date(2030, 3, 2), id="the first one: a week"),
        pytest.param(date(2030, 3, 1), date(2030, 3, 2), id="a week after the one before"),
        pytest.param(date(2030, 3, 4), date(2030, 3, 5), id="from where the one before ended"),
        pytest.param(date(2030, 1, 4), date(2030, 3, 2), id="after a long break: a week"),
    ],
)
def test_it_looks_back_to_the_one_before_but_a_week_at_most(previous: date | None, first: date) -> None:
    assert period.first_day(FRIDAY, previous) == first


@pytest.mark.parametrize(
    ("today", "newest", "to_on"),
    [
        pytest.param(FRIDAY, None, FRIDAY, id="the first one ends today"),
        pytest.param(FRIDAY, FRIDAY, FRIDAY, id="today's"),
        pytest.param(date(2030, 3, 14), FRIDAY, FRIDAY, id="six days later still the same"),
        pytest.param(date(2030, 3, 15), FRIDAY, date(2030, 3, 15), id="seven days later a new one"),
        pytest.param(date(2030, 3, 7), FRIDAY, FRIDAY, id="the day before, after a journey west"),
    ],
)
def test_the_open_one_is_the_newest_of_the_last_six_days(
    today: date, newest: date | None, to_on: date
) -> None:
    assert period.open_on(today, newest) == to_on


@pytest.mark.parametrize(
    ("to_on", "today", "newest", "expected"),
    [
        pytest.param(FRIDAY, FRIDAY + days(3), FRIDAY, True, id="late"),
        pytest.param(FRIDAY, FRIDAY + days(7), FRIDAY, True, id="until the next is due"),
        pytest.param(FRIDAY, FRIDAY + days(8), FRIDAY, False, id="too late"),
        pytest.param(FRIDAY, FRIDAY + days(4), FRIDAY + days(4), False, id="the next has begun"),
        pytest.param(FRIDAY, FRIDAY, None, True, id="not stored yet"),
        pytest.param(FRIDAY, FRIDAY + days(1), None, True, id="not stored, sent after the day ended"),
        pytest.param(FRIDAY, FRIDAY + days(2), None, False, id="a day that never had one"),
        pytest.param(FRIDAY, FRIDAY - days(2), None, False, id="a day to come"),
        pytest.param(date.max, FRIDAY, None, False, id="the end of time"),
        pytest.param(date.min, FRIDAY, FRIDAY, False, id="the beginning of time"),
    ],
)
def test_it_takes_answers_until_the_next_one(
    to_on: date, today: date, newest: date | None, expected: bool
) -> None:
    assert period.is_open(to_on, today, newest) is expected


@given(today=DAYS, newest=st.none() | DAYS)
def test_what_opens_now_takes_answers_now(today: date, newest: date | None) -> None:
    if newest is not None and newest > today:
        newest = today

    assert period.is_open(period.open_on(today, newest), today, newest)


@given(to_on=DAYS, previous=st.none() | DAYS)
def test_two_check_ins_never_share_a_day(to_on: date, previous: date | None) -> None:
    if previous is not None and previous >= to_on:
        previous = None

    first = period.first_day(to_on, previous)

    assert 1 <= (to_on - first).days + 1 <= period.LONGEST_DAYS
    assert previous is None or previous < first


@pytest.mark.parametrize(
    ("starts_on", "number"),
    [
        pytest.param(date(2030, 3, 4), 1, id="from Monday on"),
        pytest.param(date(2030, 3, 2), 1, id="all seven days"),
        pytest.param(date(2030, 2, 26), 2, id="four days in the second week"),
        pytest.param(date(2030, 3, 1), 1, id="six days in the first week"),
        pytest.param(date(2030, 3, 7), 0, id="chosen the day before"),
    ],
)
def test_the_plans_week_is_the_one_with_most_of_its_days(starts_on: date, number: int) -> None:
    assert period.plan_week(starts_on, FRIDAY) == number


@given(starts_on=DAYS, to_on=DAYS)
def test_the_next_check_in_belongs_to_the_next_week(starts_on: date, to_on: date) -> None:
    assert period.plan_week(starts_on, to_on + days(7)) == period.plan_week(starts_on, to_on) + 1


@pytest.mark.parametrize(
    ("starts_on", "number"),
    [(date(2030, 3, 8), 1), (date(2030, 3, 4), 5), (date(2030, 1, 1), 7), (date(2030, 3, 9), 0)],
)
def test_the_first_days_of_a_plan_are_fewer(starts_on: date, number: int) -> None:
    assert period.days_of_plan(starts_on, FRIDAY) == number
