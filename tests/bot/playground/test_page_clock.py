"""The clock bar's jumps, in the wall clock of the chosen person."""

from datetime import UTC, datetime

import pytest

from bot.playground import page_clock


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "zone", "goal"),
    [
        pytest.param("2030-03-04T12:00", "Europe/Lisbon", "2030-03-05T08:59", id="the next morning"),
        pytest.param("2030-03-04T20:00", "Asia/Tokyo", "2030-03-05T23:59", id="it is already tomorrow there"),
        pytest.param("2030-03-30T12:00", "Europe/Berlin", "2030-03-31T06:59", id="summer time begins"),
    ],
)
def test_tomorrow_means_0859_of_the_next_local_day(now: str, zone: str, goal: str) -> None:
    assert page_clock.tomorrow_morning(utc(now), zone) == utc(goal)


@pytest.mark.parametrize(
    ("now", "zone", "goal"),
    [
        pytest.param("2030-03-04T12:00", "UTC", "2030-03-08T15:59", id="from Monday"),
        pytest.param("2030-03-08T10:00", "UTC", "2030-03-08T15:59", id="on Friday morning it is today"),
        pytest.param("2030-03-08T15:59", "UTC", "2030-03-15T15:59", id="at 15:59 it is a week later"),
        pytest.param("2030-03-07T23:00", "Asia/Kolkata", "2030-03-08T10:29", id="Friday has begun there"),
    ],
)
def test_friday_means_the_next_1559_on_a_local_friday(now: str, zone: str, goal: str) -> None:
    assert page_clock.friday_afternoon(utc(now), zone) == utc(goal)


@pytest.mark.parametrize(
    ("typed", "zone", "goal"),
    [
        pytest.param("2030-03-04T09:05", "America/New_York", "2030-03-04T14:05", id="a plain moment"),
        pytest.param("2030-03-31T02:30", "Europe/Berlin", "2030-03-31T01:30", id="a skipped hour moves on"),
        pytest.param(
            "2030-10-27T02:30", "Europe/Berlin", "2030-10-27T00:30", id="a repeated hour: first pass"
        ),
    ],
)
def test_a_picked_moment_is_read_in_the_persons_zone(typed: str, zone: str, goal: str) -> None:
    assert page_clock.moment(typed, zone) == utc(goal)


def test_nonsense_is_not_a_moment() -> None:
    with pytest.raises(ValueError, match="Invalid isoformat"):
        page_clock.moment("soon", "UTC")
