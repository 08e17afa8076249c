"""What may be typed after /prep pause, and what it means on Monday 4 March 2030."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.preferences.pauses import LONGEST, PauseError, read_pause

MONDAY = date(2030, 3, 4)


@pytest.mark.parametrize(
    ("typed", "back_on"),
    [
        ("3d", date(2030, 3, 7)),
        ("3 d", date(2030, 3, 7)),
        ("3 days", date(2030, 3, 7)),
        ("for 3 days", date(2030, 3, 7)),
        ("1 day", date(2030, 3, 5)),
        ("a day", date(2030, 3, 5)),
        ("2w", date(2030, 3, 18)),
        ("2 weeks", date(2030, 3, 18)),
        ("1 week", date(2030, 3, 11)),
        ("a week", date(2030, 3, 11)),
        ("366d", date(2031, 3, 5)),
        ("tomorrow", date(2030, 3, 5)),
        ("until tomorrow", date(2030, 3, 5)),
        ("tuesday", date(2030, 3, 5)),
        ("TUE", date(2030, 3, 5)),
        ("sunday", date(2030, 3, 10)),
        ("monday", date(2030, 3, 11)),
        ("until mon", date(2030, 3, 11)),
        ("2031-01-10", date(2031, 1, 10)),
        ("until 2030-03-05.", date(2030, 3, 5)),
        ("`3d`", date(2030, 3, 7)),
        ("open", None),
        ("forever", None),
    ],
)
def test_the_first_day_back(typed: str, back_on: date | None) -> None:
    assert read_pause(typed, MONDAY) == back_on


@pytest.mark.parametrize(
    ("typed", "beginning"),
    [
        ("0d", "That is today"),
        ("today", "That is today"),
        ("2030-03-04", "That is today"),
        ("2030-03-03", "3 March 2030 has passed"),
        ("367d", "A pause with a date lasts a year at most"),
        ("53w", "A pause with a date lasts a year at most"),
        ("9999w", "A pause with a date lasts a year at most"),
        ("2031-03-06", "A pause with a date lasts a year at most"),
        ("9999-12-31", "A pause with a date lasts a year at most"),
        ("2030-02-30", "There is no 2030-02-30 in the calendar"),
        ("20300310", "I do not understand “20300310”"),
        ("99999d", "I do not understand"),
        ("-3d", "I do not understand"),
        ("3.5d", "I do not understand"),
        ("٣d", "I do not understand"),
        ("m", "I do not understand"),
        ("next month", "I do not understand"),
        ("x" * 500, f"I do not understand “{'x' * 40}”"),
    ],
)
def test_what_cannot_be_says_what_can(typed: str, beginning: str) -> None:
    with pytest.raises(PauseError) as refused:
        read_pause(typed, MONDAY)

    assert str(refused.value).startswith(beginning)


@given(st.text(max_size=60), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_whatever_is_typed_gives_a_day_within_a_year_or_a_sentence(typed: str, today: date) -> None:
    refusal = ""
    back_on = None
    try:
        back_on = read_pause(typed, today)
    except PauseError as error:
        refusal = str(error)

    assert "<" not in refusal
    assert back_on is None or today < back_on <= today + LONGEST


@given(st.integers(1, 366), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_a_number_of_days_counts_today(days: int, today: date) -> None:
    assert read_pause(f"{days}d", today) == today + timedelta(days=days)
