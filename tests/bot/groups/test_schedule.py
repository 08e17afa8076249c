"""When a group's thread is due."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.groups.schedule import (
    MOST_TRACES,
    WINDOW,
    Next,
    Schedule,
    ScheduleInput,
    check,
    decide,
    next_from,
    reschedule,
)

FRIDAY = date(2030, 3, 8)
TERMS = Schedule(5, 16 * 60, "UTC", 48)
SLOT = datetime(2030, 3, 8, 16, tzinfo=UTC)
WEEK = timedelta(days=7)


class TestDecide:
    def test_nothing_before_the_slot(self) -> None:
        assert decide(TERMS, FRIDAY, SLOT, SLOT - timedelta(seconds=1)) == ([], Next(FRIDAY, SLOT))

    @pytest.mark.parametrize(
        ("late", "is_missed"),
        [(timedelta(), False), (WINDOW - timedelta(seconds=1), False), (WINDOW, True)],
    )
    def test_a_thread_is_posted_within_its_day_and_missed_after(
        self, late: timedelta, is_missed: bool
    ) -> None:
        [passed], coming = decide(TERMS, FRIDAY, SLOT, SLOT + late)

        assert (passed.on, passed.is_missed) == (FRIDAY, is_missed)
        assert coming == Next(FRIDAY + WEEK, SLOT + WEEK)

    def test_after_an_outage_only_the_newest_is_posted(self) -> None:
        passed, coming = decide(TERMS, FRIDAY, SLOT, SLOT + 3 * WEEK)

        assert [one.is_missed for one in passed] == [True, True, True, False]
        assert coming.on == FRIDAY + 4 * WEEK

    def test_a_very_long_outage_leaves_a_bounded_trace(self) -> None:
        passed, coming = decide(TERMS, FRIDAY, SLOT, SLOT + 500 * WEEK)

        assert len(passed) <= MOST_TRACES + 1
        assert passed[-1].on == FRIDAY + 500 * WEEK
        assert coming.on == FRIDAY + 501 * WEEK

    def test_a_time_that_clocks_skip_moves_to_the_first_one_after(self) -> None:
        sunday = Schedule(7, 2 * 60 + 30, "America/New_York", 48)

        assert next_from(sunday, date(2030, 3, 10)).at == datetime(2030, 3, 10, 7, tzinfo=UTC)

    def test_a_date_that_does_not_exist_is_left_out(self) -> None:
        friday = Schedule(5, 16 * 60, "Pacific/Apia", 48)

        assert next_from(friday, date(2011, 12, 30)).on == date(2012, 1, 6)


class TestReschedule:
    def test_a_new_group_meets_today_if_its_time_is_still_to_come(self) -> None:
        assert reschedule(TERMS, None, None, SLOT - timedelta(hours=1)).on == FRIDAY

    def test_and_a_week_later_if_it_is_over(self) -> None:
        assert reschedule(TERMS, None, None, SLOT).on == FRIDAY + WEEK

    def test_an_earlier_time_on_the_expected_date_is_owed_at_once(self) -> None:
        assert reschedule(TERMS, None, FRIDAY, SLOT + timedelta(hours=1)) == Next(FRIDAY, SLOT)

    @pytest.mark.parametrize(("weekday", "first"), [(1, date(2030, 3, 18)), (2, date(2030, 3, 12))])
    def test_another_weekday_keeps_a_distance_of_four_days(self, weekday: int, first: date) -> None:
        changed = Schedule(weekday, 16 * 60, "UTC", 48)

        found = reschedule(changed, FRIDAY, FRIDAY + WEEK, SLOT + timedelta(days=1))

        assert found.on == first

    @given(
        st.integers(1, 7),
        st.integers(0, 1439),
        st.sampled_from(["UTC", "America/New_York", "Asia/Kolkata", "Africa/Cairo", "Pacific/Apia"]),
        st.integers(0, 3 * 365 * 24 * 4).map(lambda n: SLOT + n * timedelta(minutes=15)),
        st.integers(0, 10),
    )
    def test_the_next_thread_is_near_on_its_weekday_and_never_too_close(
        self, weekday: int, at: int, zone: str, now: datetime, ago: int
    ) -> None:
        today = now.astimezone(ZoneInfo(zone)).date()
        last = today - timedelta(days=ago)

        found = reschedule(Schedule(weekday, at, zone, 48), last, None, now)

        assert found.at > now
        assert found.on.isoweekday() == weekday
        assert timedelta(days=4) <= found.on - last
        assert found.on - today <= timedelta(days=14)


class TestCheck:
    def test_what_a_form_brings(self) -> None:
        given_terms = ScheduleInput(weekday="5", at="16:00", time_zone="UTC", answer_hours="48")

        assert check(given_terms) == (TERMS, {})

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("weekday", "8"),
            ("weekday", None),
            ("weekday", "x"),
            ("at", "25:00"),
            ("at", None),
            ("time_zone", "Mars/Olympus"),
            ("time_zone", None),
            ("answer_hours", "0"),
            ("answer_hours", "145"),
            ("answer_hours", "1.5"),
            ("answer_hours", "-3"),
            ("answer_hours", "٤٨"),
            ("answer_hours", None),
        ],
    )
    def test_what_is_wrong_is_said_beside_its_field(self, field: str, value: str | None) -> None:
        good = {"weekday": "5", "at": "16:00", "time_zone": "UTC", "answer_hours": "48"}

        schedule, errors = check(ScheduleInput(**{**good, field: value}))

        assert schedule is None
        assert set(errors) == {field}
