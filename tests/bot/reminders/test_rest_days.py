"""Public holidays: those of the whole country, and none for a country nobody knows."""

from __future__ import annotations

from datetime import date

import pytest

from bot.preferences.countries import NAMES
from bot.reminders.rest_days import is_holiday


@pytest.mark.parametrize(
    ("country", "on", "expected"),
    [
        ("PT", date(2030, 4, 25), True),
        ("PT", date(2030, 4, 24), False),
        ("DE", date(2030, 10, 3), True),
        ("DE", date(2030, 1, 6), False),  # only in some of its states
        ("US", date(2030, 11, 28), True),
        ("US", date(2027, 7, 5), True),  # the fourth is a Sunday: the day off comes after it
        ("ZZ", date(2030, 1, 1), False),
        ("none", date(2030, 1, 1), False),
        (None, date(2030, 1, 1), False),
    ],
)
def test_a_date(country: str | None, on: date, expected: bool) -> None:
    assert is_holiday(country, on) is expected


def test_every_country_one_can_choose_has_been_computed() -> None:
    for country in NAMES:
        is_holiday(country, date(2030, 1, 1))
