"""Slots on the wall, windows and quiet hours."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import zones
from bot.reminders.timing import (
    Quiet,
    effective_slot,
    is_quiet,
    learner_day,
    next_weekday,
    quiet_end,
    slot,
    spread,
    window_end,
)

NIGHT = Quiet(22 * 60, 7 * 60)
NO_QUIET = Quiet(0, 0)
HALF_PAST_EIGHT = 8 * 60 + 30
some_zone = st.sampled_from(zones.names())
some_date = st.dates(date(2025, 1, 1), date(2030, 12, 31))
some_time = st.integers(0, 24 * 60 - 1)


def wall(instant: datetime, zone: str) -> str:
    return f"{instant.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


class TestSlot:
    @pytest.mark.parametrize(
        ("zone", "on", "at", "seen"),
        [
            pytest.param("Europe/Lisbon", date(2026, 3, 4), HALF_PAST_EIGHT, "2026-03-04 08:30", id="usual"),
            pytest.param("America/New_York", date(2026, 3, 8), 150, "2026-03-08 03:00", id="skipped hour"),
            pytest.param("Africa/Cairo", date(2026, 4, 24), 15, "2026-04-24 01:00", id="midnight skipped"),
            pytest.param(
                "Australia/Lord_Howe", date(2026, 10, 4), 135, "2026-10-04 02:30", id="half an hour"
            ),
            pytest.param("Pacific/Chatham", date(2026, 9, 27), 170, "2026-09-27 03:45", id="quarter to"),
            pytest.param("Europe/Helsinki", date(2028, 2, 29), 540, "2028-02-29 09:00", id="leap day"),
        ],
    )
    def test_is_the_first_valid_time_at_or_after(self, zone: str, on: date, at: int, seen: str) -> None:
        found = slot(on, at, zone)

        assert found is not None
        assert wall(found, zone) == seen

    def test_of_an_hour_that_is_repeated_is_the_first(self) -> None:
        found = slot(date(2026, 11, 1), 90, "America/New_York")

        assert found == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)

    def test_does_not_exist_on_a_date_that_does_not(self) -> None:
        assert slot(date(2011, 12, 30), 540, "Pacific/Apia") is None
        assert slot(date(2011, 12, 31), 540, "Pacific/Apia") is not None

    @given(some_zone, some_date, some_time)
    def test_lies_on_its_date_and_never_before_its_time(self, zone: str, on: date, at: int) -> None:
        found = slot(on, at, zone)

        if found is not None:
            seen = found.astimezone(ZoneInfo(zone))
            assert seen.date() == on
            assert seen.hour * 60 + seen.minute >= at

    @given(some_zone, some_date, some_time)
    def test_of_the_next_date_comes_later(self, zone: str, on: date, at: int) -> None:
        first, second = slot(on, at, zone), slot(on + timedelta(days=1), at, zone)

        if first is not None and second is not None:
            assert first < second


class TestQuietHours:
    @pytest.mark.parametrize(
        ("quiet", "at", "expected"),
        [
            pytest.param(NIGHT, 22 * 60, True, id="they begin"),
            pytest.param(NIGHT, 22 * 60 - 1, False, id="a minute before"),
            pytest.param(NIGHT, 3 * 60, True, id="over midnight"),
            pytest.param(NIGHT, 7 * 60, False, id="they end"),
            pytest.param(Quiet(12 * 60, 14 * 60), 13 * 60, True, id="at noon"),
            pytest.param(Quiet(12 * 60, 14 * 60), 3 * 60, False, id="not at night"),
            pytest.param(NO_QUIET, 3 * 60, False, id="switched off"),
        ],
    )
    def test_cover(self, quiet: Quiet, at: int, expected: bool) -> None:
        instant = datetime(2030, 3, 4, tzinfo=UTC) + timedelta(minutes=at)

        assert is_quiet(instant, "UTC", quiet) is expected

    def test_are_read_on_the_persons_wall(self) -> None:
        assert is_quiet(datetime(2030, 3, 4, 14, tzinfo=UTC), "Asia/Tokyo", NIGHT)

    def test_end_in_the_morning(self) -> None:
        evening = datetime(2030, 3, 4, 23, tzinfo=UTC)

        assert quiet_end(evening, "UTC", NIGHT) == datetime(2030, 3, 5, 7, tzinfo=UTC)

    @given(some_zone, some_date, some_time, some_time, some_time)
    def test_are_over_when_they_end(self, zone: str, on: date, at: int, from_: int, to: int) -> None:
        quiet = Quiet(from_, to)
        instant = slot(on, at, zone)

        if instant is not None:
            assert not is_quiet(quiet_end(instant, zone, quiet), zone, quiet)

    def test_move_a_slot_to_their_end(self) -> None:
        found = effective_slot(date(2030, 3, 4), 6 * 60, "UTC", NIGHT)

        assert found == datetime(2030, 3, 4, 7, tzinfo=UTC)

    def test_leave_a_slot_whose_date_ends_before_they_do(self) -> None:
        found = effective_slot(date(2030, 3, 4), 23 * 60, "UTC", NIGHT)

        assert found == datetime(2030, 3, 4, 23, tzinfo=UTC)


class TestWindow:
    @pytest.mark.parametrize(
        ("kind", "began", "quiet", "hours"),
        [
            pytest.param("daily", 9, NIGHT, 12, id="twelve hours"),
            pytest.param("daily", 15, NIGHT, 7, id="until quiet hours"),
            pytest.param("daily", 15, NO_QUIET, 12, id="without quiet hours"),
            pytest.param("evening", 20, NIGHT, 2, id="two hours"),
            pytest.param("evening", 21, NIGHT, 1, id="evening until quiet hours"),
            pytest.param("weekly", 16, NIGHT, 48, id="two days, quiet or not"),
        ],
    )
    def test_ends(self, kind: str, began: int, quiet: Quiet, hours: int) -> None:
        instant = datetime(2030, 3, 4, began, tzinfo=UTC)

        assert window_end(kind, instant, "UTC", quiet) == instant + timedelta(hours=hours)  # type: ignore[arg-type]  # a str of the table


class TestLearnersDay:
    @pytest.mark.parametrize(
        ("hour", "minute", "expected"),
        [
            pytest.param(1, 30, date(2030, 3, 3), id="still yesterday"),
            pytest.param(2, 59, date(2030, 3, 3), id="the last minute"),
            pytest.param(3, 0, date(2030, 3, 4), id="a new day"),
            pytest.param(23, 59, date(2030, 3, 4), id="late"),
        ],
    )
    def test_ends_at_three(self, hour: int, minute: int, expected: date) -> None:
        assert learner_day(datetime(2030, 3, 4, hour, minute, tzinfo=UTC), "UTC", 180) == expected


class TestWeekday:
    @pytest.mark.parametrize(
        ("earliest", "weekday", "expected"),
        [
            pytest.param(date(2030, 3, 8), 5, date(2030, 3, 8), id="today"),
            pytest.param(date(2030, 3, 9), 5, date(2030, 3, 15), id="next week"),
            pytest.param(date(2026, 12, 31), 5, date(2027, 1, 1), id="over the year, in week 53"),
        ],
    )
    def test_is_the_first_from_then_on(self, earliest: date, weekday: int, expected: date) -> None:
        assert next_weekday(earliest, weekday) == expected


class TestSpread:
    def test_is_the_same_every_day_and_off_for_zero(self) -> None:
        assert spread(7, 120) == spread(7, 120)
        assert spread(7, 0) == timedelta()

    def test_fills_the_time_evenly(self) -> None:
        places = sorted(spread(learner, 120).total_seconds() for learner in range(1, 1001))

        assert 0 <= places[0] < 1
        assert 119 < places[-1] < 120
        assert max(later - one for one, later in itertools.pairwise(places)) < 1
