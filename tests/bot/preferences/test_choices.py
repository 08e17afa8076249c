"""What the settings accept, and beside which field they say what does not fit."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.preferences.choices import SettingsInput, check, clock, minutes_of

USUAL = SettingsInput(
    kinds=("daily", "weekly"),
    daily_at="09:00",
    days=("1", "2", "3", "4", "5", "6", "7"),
    evening_at="20:00",
    weekly_day="5",
    weekly_at="16:00",
    quiet_from="22:00",
    quiet_to="07:00",
    day_ends_at="180",
    zone_mode="slack",
    time_zone="Europe/Lisbon",
    country=None,
    follows_status=False,
)


def test_the_usual_is_taken_as_it_is() -> None:
    choices, errors = check(USUAL)

    assert errors == {}
    assert choices is not None
    assert (choices.daily_at, choices.weekly_day, choices.weekly_at) == (540, 5, 960)
    assert (choices.quiet_from, choices.quiet_to, choices.day_ends_at) == (1320, 420, 180)
    assert choices.kinds == ("daily", "weekly")
    assert choices.follows_zone


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"daily_at": "06:59"}, "daily_at"),
        ({"daily_at": "22:00"}, "daily_at"),
        ({"weekly_at": "23:30"}, "weekly_at"),
        ({"kinds": ("daily", "evening"), "evening_at": "22:00"}, "evening_at"),
        ({"kinds": ("daily", "evening"), "evening_at": "08:00"}, "evening_at"),
        ({"kinds": ("daily", "evening"), "evening_at": "09:00"}, "evening_at"),
        ({"days": ()}, "days"),
        ({"kinds": ("evening",), "days": ()}, "days"),
        ({"days": ("8", "x")}, "days"),
        ({"daily_at": None}, "daily_at"),
        ({"daily_at": "24:00"}, "daily_at"),
        ({"daily_at": "9:00"}, "daily_at"),
        ({"quiet_to": "late"}, "quiet_to"),
        ({"weekly_day": "0"}, "weekly_day"),
        ({"weekly_day": None}, "weekly_day"),
        ({"day_ends_at": "361"}, "day_ends_at"),
        ({"day_ends_at": None}, "day_ends_at"),
        ({"zone_mode": "fixed", "time_zone": None}, "time_zone"),
        ({"zone_mode": "fixed", "time_zone": "Mars/Base"}, "time_zone"),
        ({"zone_mode": None, "time_zone": None}, "time_zone"),
        ({"country": "ZZ"}, "country"),
    ],
)
def test_what_does_not_fit_is_said_beside_its_field(changes: dict[str, object], field: str) -> None:
    choices, errors = check(replace(USUAL, **changes))  # type: ignore[arg-type]  # deliberately anything

    assert choices is None
    assert list(errors) == [field]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"daily_at": "07:00"}, id="quiet hours end before their last minute"),
        pytest.param({"daily_at": "21:59"}, id="the last minute before quiet hours"),
        pytest.param({"daily_at": "03:00", "quiet_from": "08:00", "quiet_to": "08:00"}, id="no quiet hours"),
        pytest.param({"kinds": ("weekly",), "daily_at": "03:00"}, id="the time of a kind that is off"),
        pytest.param({"kinds": ("weekly",), "days": ()}, id="no day, and nothing that needs one"),
        pytest.param({"kinds": ("evening",), "evening_at": "08:00"}, id="an evening line alone, early"),
        pytest.param({"kinds": ()}, id="nothing at all"),
        pytest.param({"day_ends_at": "0"}, id="a day that ends at midnight"),
        pytest.param({"day_ends_at": "360"}, id="a day that ends at six"),
        pytest.param({"zone_mode": "fixed", "time_zone": "Asia/Tokyo"}, id="a zone to keep"),
        pytest.param({"zone_mode": "slack", "time_zone": None}, id="Slack's zone, and none chosen"),
    ],
)
def test_what_is_unusual_but_fits(changes: dict[str, object]) -> None:
    choices, errors = check(replace(USUAL, **changes))  # type: ignore[arg-type]  # any field

    assert errors == {}
    assert choices is not None


def test_no_country_is_none() -> None:
    for given_country in (None, "none"):
        choices, _ = check(replace(USUAL, country=given_country))
        assert choices is not None
        assert choices.country is None


@given(st.builds(SettingsInput))
def test_whatever_the_form_sends_is_taken_or_refused_by_field(given_input: SettingsInput) -> None:
    choices, errors = check(given_input)

    assert (choices is None) == bool(errors)
    assert set(errors) <= set(SettingsInput.__dataclass_fields__)


@given(st.integers(0, 24 * 60 - 1))
def test_a_time_of_day_is_read_as_it_is_shown(minutes: int) -> None:
    assert minutes_of(clock(minutes)) == minutes
