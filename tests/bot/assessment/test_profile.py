"""What a profile may say, and what is said beside a field that cannot be right."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.assessment.profile import CURRENT_LEVELS, TARGET_LEVELS, ProfileInput, check, is_big_jump
from tests.builders import NOON, a_profile

GOOD = ProfileInput(
    current_level="senior-engineer",
    target_level="L7",
    interview_on="2030-05-01",
    hours_per_week="12",
    time_zone="Europe/Lisbon",
)


def errors_of(now: datetime = NOON, /, **change: Any) -> dict[str, str]:
    """What is said about the good profile with these fields changed."""
    profile, errors = check(replace(GOOD, **change), now)
    assert (profile is None) == bool(errors)
    return errors


def test_a_good_profile_is_taken_as_it_is() -> None:
    assert check(GOOD, NOON) == (
        a_profile(
            current_level="senior-engineer",
            target_level="L7",
            interview_on=date(2030, 5, 1),
            hours_per_week=12,
            time_zone="Europe/Lisbon",
        ),
        {},
    )


def test_an_empty_form_has_an_error_beside_each_required_field() -> None:
    nothing = ProfileInput(
        current_level=None, target_level=None, interview_on=None, hours_per_week=None, time_zone=None
    )

    profile, errors = check(nothing, NOON)

    assert profile is None
    assert set(errors) == {"current_level", "target_level", "hours_per_week", "time_zone"}
    assert all(sentence.endswith(".") for sentence in errors.values())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param("current_level", "director", id="a level there is not"),
        pytest.param("target_level", "L8", id="a target there is not"),
        pytest.param("time_zone", "Mars/Base", id="a zone there is not"),
        pytest.param("time_zone", "GMT+2", id="an offset is no zone"),
        pytest.param("time_zone", "../etc/passwd", id="a path is no zone"),
    ],
)
def test_what_is_not_on_the_list_is_refused_beside_its_field(field: str, value: str) -> None:
    assert list(errors_of(**{field: value})) == [field]


@pytest.mark.parametrize("hours", ["0", "61", "-3", "1e3", "2.5", "", "ten", "½", "9" * 5000])
def test_hours_are_a_whole_number_from_1_to_60(hours: str) -> None:
    assert errors_of(hours_per_week=hours) == {
        "hours_per_week": "Write a whole number of hours from 1 to 60."
    }


@pytest.mark.parametrize(("typed", "hours"), [("1", 1), ("60", 60), (" 7 ", 7), ("07", 7)])
def test_hours_are_read_as_typed(typed: str, hours: int) -> None:
    profile, _ = check(replace(GOOD, hours_per_week=typed), NOON)

    assert profile is not None
    assert profile.hours_per_week == hours


class TestInterviewDate:
    @pytest.mark.parametrize("empty", [None, ""])
    def test_may_be_left_empty(self, empty: str | None) -> None:
        profile, _ = check(replace(GOOD, interview_on=empty), NOON)

        assert profile is not None
        assert profile.interview_on is None

    @pytest.mark.parametrize(
        ("chosen", "problem"),
        [
            pytest.param("2030-03-03", "passed", id="yesterday"),
            pytest.param("2030-03-04", None, id="today"),
            pytest.param("2032-03-03", None, id="two years ahead"),
            pytest.param("2032-03-04", "two years", id="a day more"),
            pytest.param("soon", "calendar", id="no date"),
            pytest.param("2030-02-30", "calendar", id="a day there is not"),
        ],
    )
    def test_lies_between_today_and_two_years_ahead(self, chosen: str, problem: str | None) -> None:
        errors = errors_of(interview_on=chosen)

        assert list(errors) == (["interview_on"] if problem else [])
        assert problem is None or problem in errors["interview_on"]

    @pytest.mark.parametrize(
        ("time_zone", "first_day"),
        [
            pytest.param("Pacific/Kiritimati", "2030-03-05", id="it is tomorrow already"),
            pytest.param("UTC", "2030-03-04", id="the same day"),
            pytest.param("Pacific/Pago_Pago", "2030-03-03", id="it is still yesterday"),
        ],
    )
    @pytest.mark.parametrize("minutes", [0, 30])
    def test_counts_days_on_the_persons_own_wall(self, time_zone: str, first_day: str, minutes: int) -> None:
        late_morning = datetime(2030, 3, 4, 10, minutes, tzinfo=UTC)
        the_day_before = str(date.fromisoformat(first_day).replace(day=int(first_day[-2:]) - 1))

        assert errors_of(late_morning, interview_on=first_day, time_zone=time_zone) == {}
        assert "interview_on" in errors_of(late_morning, interview_on=the_day_before, time_zone=time_zone)

    def test_is_also_checked_when_the_zone_is_wrong(self) -> None:
        errors = errors_of(interview_on="2030-03-03", time_zone="Mars/Base")

        assert set(errors) == {"interview_on", "time_zone"}


@pytest.mark.parametrize("current", sorted(CURRENT_LEVELS))
@pytest.mark.parametrize("target", sorted(TARGET_LEVELS))
def test_only_from_senior_engineer_to_l7_are_two_levels(current: str, target: str) -> None:
    expected = (current, target) == ("senior-engineer", "L7")

    assert is_big_jump(a_profile(current_level=current, target_level=target)) == expected
