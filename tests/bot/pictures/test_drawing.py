"""What stands where in a drawing."""

from __future__ import annotations

from datetime import date, timedelta

from bot.pictures.drawing import month_names

WEEK = timedelta(weeks=1)


def test_a_row_that_begins_at_the_end_of_a_month_names_the_next_one() -> None:
    firsts = [date(2029, 11, 26) + WEEK * number for number in range(11)]

    assert month_names(firsts) == [(1, "Dec"), (6, "Jan"), (10, "Feb")]


def test_a_row_that_begins_earlier_in_a_month_names_it_too() -> None:
    firsts = [date(2029, 11, 5) + WEEK * number for number in range(6)]

    assert month_names(firsts) == [(0, "Nov"), (4, "Dec")]


def test_a_single_week_has_its_month() -> None:
    assert month_names([date(2029, 11, 26)]) == [(0, "Nov")]
