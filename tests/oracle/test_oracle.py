"""Answers worked out by hand: the oracle is held against them before anything is held against the oracle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import product

import pytest

from tests.oracle.calendar import DAY, MINUTE, day, days, minutes_shown, slot, wall_clock
from tests.oracle.owed import Expectation, Spans, owed
from tests.oracle.person import Pause, Person, Settings
from tests.oracle.window import Kind, is_quiet, window_end
from tests.test_architecture import breaches, sources

NIGHT = (time(22), time(7))
NO_QUIET = Settings(quiet_from=time(0), quiet_to=time(0))


def at(text: str) -> datetime:
    """2026-03-08 07:00 -> that instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def a_person(
    *moves: tuple[str, str],
    settings: Sequence[tuple[str, Settings]] = (),
    pauses: Sequence[Pause] = (),
    plans: Sequence[tuple[datetime, datetime | None]] | None = None,
    away: Sequence[tuple[datetime, datetime | None]] = (),
    done: Mapping[date, datetime] | None = None,
    worked: Mapping[date, datetime] | None = None,
    checked_in: Sequence[datetime] = (),
    activity: Sequence[datetime] = (),
) -> Person:
    """Known from 1 March 2026 on, in UTC, and showing a sign of life every evening, unless said."""
    since = settings[0][0] if settings else "2026-03-01 00:00"
    alive = [at(since) + n * DAY + timedelta(hours=19, minutes=1) for n in range(400)]
    return Person(
        learner="7",
        zones=[(at(instant), zone) for instant, zone in moves] or [(at(since), "UTC")],
        settings=[(at(instant), wanted) for instant, wanted in settings] or [(at(since), Settings())],
        plans=plans,
        pauses=pauses,
        away=away,
        done=done or {},
        worked=worked or {},
        checked_in=checked_in,
        activity=activity or alive,
    )


def told(
    person: Person, first: str, last: str, *, kind: Kind = "daily", outages: Spans = ()
) -> list[tuple[str, str]]:
    """One (MM-DD outcome reason, when) for each date that is traced; when it is sent, else empty."""
    expectations = owed(person, kind, date.fromisoformat(first), date.fromisoformat(last), outages)
    return [(said(it), when(it)) for it in expectations if it.outcome != "none"]


def said(it: Expectation) -> str:
    return f"{it.on:%m-%d} {it.outcome} {it.reason}".rstrip()


def when(it: Expectation) -> str:
    return f"{it.earliest:%m-%d %H:%M}" if it.outcome == "sent" else ""


def test_nothing_of_the_bot_is_used() -> None:
    files = [file for file in sources("tests/oracle") if not file.endswith("against_oracle.py")]

    assert breaches(files, ("bot", "storage", "content")) == []


class TestCalendar:
    @pytest.mark.parametrize(
        ("zone", "on", "wall", "expected"),
        [
            pytest.param("America/New_York", "2026-03-08", "02:30", "2026-03-08 07:00", id="gap"),
            pytest.param("America/New_York", "2026-03-08", "01:59", "2026-03-08 06:59", id="before a gap"),
            pytest.param(
                "America/New_York", "2026-11-01", "01:30", "2026-11-01 05:30", id="overlap: the first"
            ),
            pytest.param(
                "America/New_York", "2026-11-01", "02:00", "2026-11-01 07:00", id="after an overlap"
            ),
            pytest.param("Europe/Helsinki", "2026-03-29", "03:30", "2026-03-29 01:00", id="Helsinki gap"),
            pytest.param("Europe/Helsinki", "2026-10-25", "03:30", "2026-10-25 00:30", id="Helsinki overlap"),
            pytest.param(
                "Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03 15:30", id="half-hour gap"
            ),
            pytest.param(
                "Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04 14:45", id="half an hour twice"
            ),
            pytest.param("Africa/Cairo", "2026-04-24", "00:15", "2026-04-23 22:00", id="gap at midnight"),
            pytest.param("Africa/Cairo", "2026-10-29", "23:30", "2026-10-29 20:30", id="last hour twice"),
            pytest.param("Africa/Cairo", "2026-10-30", "00:00", "2026-10-29 22:00", id="the day after it"),
            pytest.param("Pacific/Chatham", "2026-09-27", "03:00", "2026-09-26 14:00", id="Chatham gap"),
            pytest.param("Pacific/Chatham", "2026-04-05", "03:15", "2026-04-04 13:30", id="Chatham overlap"),
            pytest.param(
                "Pacific/Apia", "2011-12-29", "09:00", "2011-12-29 19:00", id="before the lost date"
            ),
            pytest.param("Pacific/Apia", "2011-12-31", "09:00", "2011-12-30 19:00", id="after the lost date"),
            pytest.param(
                "America/St_Johns", "2010-03-14", "00:30", "2010-03-14 03:31", id="gap from 00:01 to 01:01"
            ),
            pytest.param("Asia/Kathmandu", "2028-02-29", "09:07", "2028-02-29 03:22", id="29 February"),
        ],
    )
    def test_known_slots(self, zone: str, on: str, wall: str, expected: str) -> None:
        assert slot(date.fromisoformat(on), time.fromisoformat(wall), zone) == at(expected)

    def test_a_date_that_a_zone_left_out_has_no_slot(self) -> None:
        lost = date(2011, 12, 30)

        assert day("Pacific/Apia", lost) == ()
        assert slot(lost, time(9), "Pacific/Apia") is None

    @pytest.mark.parametrize(
        ("zone", "on"),
        [
            ("America/New_York", date(2026, 11, 1)),
            ("Australia/Lord_Howe", date(2026, 10, 4)),
            ("America/St_Johns", date(2010, 11, 6)),
            ("Pacific/Chatham", date(2026, 4, 5)),
            ("Pacific/Kiritimati", date(2026, 1, 1)),
            ("Etc/GMT+12", date(2026, 1, 1)),
        ],
    )
    def test_is_what_reading_every_single_minute_says(self, zone: str, on: date) -> None:
        """Steps of a quarter, and an edge of the day, are no shortcut that changes an answer."""
        midnight = datetime.combine(on, time(0), UTC)
        instants = [midnight + n * MINUTE for n in range(-24 * 60, 48 * 60)]
        shown = [(instant, wall_clock(instant, zone)) for instant in instants]
        ours = [(instant, clock.time()) for instant, clock in shown if clock.date() == on]

        for hour, minute in product(range(24), range(0, 60, 7)):
            wall = time(hour, minute)
            first = next((instant for instant, clock in ours if clock >= wall), None)
            assert slot(on, wall, zone) == first

    @pytest.mark.parametrize(
        ("zone", "on"),
        [
            ("America/New_York", date(2026, 3, 8)),
            ("America/New_York", date(2026, 11, 1)),
            ("Australia/Lord_Howe", date(2026, 10, 3)),
            ("America/St_Johns", date(2010, 11, 7)),
        ],
    )
    def test_minutes_shown_are_what_the_clock_shows(self, zone: str, on: date) -> None:
        midnight = datetime.combine(on, time(0), UTC)
        clocks = [wall_clock(midnight + n * MINUTE, zone) for n in range(24 * 60)]

        assert list(minutes_shown(zone, on)) == [clock.hour * 60 + clock.minute for clock in clocks]

    def test_a_span_of_dates_is_its_dates_one_by_one(self) -> None:
        first, last = date(2026, 10, 30), date(2026, 11, 3)

        assert days("America/New_York", first, last) == {
            first + n * DAY: day("America/New_York", first + n * DAY) for n in range(5)
        }


class TestWindow:
    @pytest.mark.parametrize(
        ("kind", "begins", "quiet", "ends"),
        [
            pytest.param("daily", "09:00", NIGHT, "03-10 21:00", id="twelve hours"),
            pytest.param("daily", "10:00", NIGHT, "03-10 22:00", id="twelve hours, and the night begins"),
            pytest.param("daily", "13:00", NIGHT, "03-10 22:00", id="cut by the night"),
            pytest.param("daily", "13:00", (time(0), time(0)), "03-11 01:00", id="quiet hours off"),
            pytest.param(
                "daily", "13:00", (time(1), time(5)), "03-11 01:00", id="quiet hours after midnight"
            ),
            pytest.param("evening", "19:00", NIGHT, "03-10 21:00", id="two hours"),
            pytest.param("evening", "21:30", NIGHT, "03-10 22:00", id="half an hour is left"),
            pytest.param("weekly", "16:00", NIGHT, "03-12 16:00", id="nights do not end it"),
        ],
    )
    def test_ends(self, kind: Kind, begins: str, quiet: tuple[time, time], ends: str) -> None:
        assert window_end(kind, at(f"2026-03-10 {begins}"), "UTC", *quiet) == at(f"2026-{ends}")

    def test_hours_of_a_window_are_hours_that_pass(self) -> None:
        """New York goes from 02:00 to 03:00 on 8 March: 14:00 on the wall is 12 hours after 01:00."""
        begins = at("2026-03-08 06:00")

        end = window_end("daily", begins, "America/New_York", time(0), time(0))

        assert wall_clock(end, "America/New_York").time() == time(14)

    @pytest.mark.parametrize(
        ("wall", "expected"),
        [("21:59", False), ("22:00", True), ("00:00", True), ("06:59", True), ("07:00", False)],
    )
    def test_quiet_hours_wrap_over_midnight(self, wall: str, expected: bool) -> None:
        assert is_quiet(at(f"2026-03-10 {wall}"), "UTC", *NIGHT) is expected


class TestTravel:
    def test_west_before_the_time_keeps_todays_instant(self) -> None:
        """New York 08:00 to Los Angeles: 09:00 in New York is 06:00 there, still quiet, so 07:00 there."""
        person = a_person(
            ("2026-03-01 00:00", "America/New_York"), ("2026-03-10 12:00", "America/Los_Angeles")
        )

        assert told(person, "2026-03-09", "2026-03-11") == [
            ("03-09 sent", "03-09 13:00"),
            ("03-10 sent", "03-10 14:00"),
            ("03-11 sent", "03-11 16:00"),
        ]

    def test_west_without_quiet_hours_keeps_it_exactly(self) -> None:
        moves = ("2026-03-01 00:00", "Europe/Berlin"), ("2026-03-10 07:30", "America/New_York")
        person = a_person(*moves, settings=[("2026-03-01 00:00", NO_QUIET)])

        assert told(person, "2026-03-10", "2026-03-11") == [
            ("03-10 sent", "03-10 08:00"),
            ("03-11 sent", "03-11 13:00"),
        ]

    def test_west_after_the_time_repeats_nothing(self) -> None:
        """It becomes 09:00 of the same date again, in New York."""
        person = a_person(("2026-03-01 00:00", "Europe/Berlin"), ("2026-03-10 09:00", "America/New_York"))

        assert told(person, "2026-03-10", "2026-03-11") == [
            ("03-10 sent", "03-10 08:00"),
            ("03-11 sent", "03-11 13:00"),
        ]

    def test_east_before_the_time_loses_nothing(self) -> None:
        """In Berlin it is 13:00 already; the instant of New York stays."""
        person = a_person(("2026-03-01 00:00", "America/New_York"), ("2026-03-10 12:00", "Europe/Berlin"))

        assert told(person, "2026-03-10", "2026-03-11") == [
            ("03-10 sent", "03-10 13:00"),
            ("03-11 sent", "03-11 08:00"),
        ]

    def test_far_east_after_the_time_finds_tomorrows_in_its_window(self) -> None:
        """15:00 on the 10th in Los Angeles is 11:00 on the 11th in Auckland: two hours after 09:00."""
        person = a_person(
            ("2026-03-01 00:00", "America/Los_Angeles"), ("2026-03-10 22:00", "Pacific/Auckland")
        )

        assert told(person, "2026-03-10", "2026-03-12") == [
            ("03-10 sent", "03-10 16:00"),
            ("03-11 sent", "03-10 22:00"),
            ("03-12 sent", "03-11 20:00"),
        ]


class TestChangedTimes:
    def test_to_an_earlier_time_that_has_passed_is_sent_at_once(self) -> None:
        earlier = [("2026-03-01 00:00", Settings()), ("2026-03-10 08:30", Settings(daily_at=time(8)))]

        assert told(a_person(settings=earlier), "2026-03-09", "2026-03-11") == [
            ("03-09 sent", "03-09 09:00"),
            ("03-10 sent", "03-10 08:30"),
            ("03-11 sent", "03-11 08:00"),
        ]

    def test_to_a_later_time_after_sending_waits_for_tomorrow(self) -> None:
        later = [("2026-03-01 00:00", Settings(daily_at=time(8))), ("2026-03-10 08:30", Settings())]

        assert told(a_person(settings=later), "2026-03-09", "2026-03-11") == [
            ("03-09 sent", "03-09 08:00"),
            ("03-10 sent", "03-10 08:00"),
            ("03-11 sent", "03-11 09:00"),
        ]

    def test_who_starts_after_todays_time_is_reminded_tomorrow(self) -> None:
        person = a_person(settings=[("2026-03-10 09:01", Settings())])

        assert told(person, "2026-03-10", "2026-03-11") == [("03-11 sent", "03-11 09:00")]

    def test_a_plan_chosen_before_todays_time_counts_today(self) -> None:
        person = a_person(plans=[(at("2026-03-10 08:59"), at("2026-03-12 00:00"))])

        assert told(person, "2026-03-08", "2026-03-14") == [
            ("03-10 sent", "03-10 09:00"),
            ("03-11 sent", "03-11 09:00"),
        ]

    def test_off_and_on_again_the_same_day_sends_nothing_twice(self) -> None:
        noon = Settings(daily_at=time(12))
        off = Settings(daily_on=False)
        switched = [("2026-03-01 00:00", Settings()), ("2026-03-10 10:00", off), ("2026-03-10 11:00", noon)]

        assert told(a_person(settings=switched), "2026-03-10", "2026-03-11") == [
            ("03-10 sent", "03-10 09:00"),
            ("03-11 sent", "03-11 12:00"),
        ]

    def test_another_weekday_keeps_four_days_between_two_check_ins(self) -> None:
        """Friday the 6th, then Monday: not the 9th, three days later, but the 16th."""
        monday = [("2026-03-01 00:00", Settings()), ("2026-03-07 12:00", Settings(weekly_day=0))]

        assert told(a_person(settings=monday), "2026-03-01", "2026-03-20", kind="weekly") == [
            ("03-06 sent", "03-06 16:00"),
            ("03-16 sent", "03-16 16:00"),
        ]

    def test_weeks_go_on_through_week_53(self) -> None:
        person = a_person(settings=[("2026-12-20 00:00", Settings())])

        assert told(person, "2026-12-21", "2027-01-10", kind="weekly") == [
            ("12-25 sent", "12-25 16:00"),
            ("01-01 sent", "01-01 16:00"),
            ("01-08 sent", "01-08 16:00"),
        ]


class TestOutages:
    @pytest.mark.parametrize(
        ("begun", "ended", "expected"),
        [
            pytest.param("10 08:58", "10 09:03", "10 sent 10 09:03, 11 sent 11 09:00", id="5 minutes"),
            pytest.param("10 08:00", "10 11:00", "10 sent 10 11:00, 11 sent 11 09:00", id="3 hours"),
            pytest.param("10 08:00", "10 20:59", "10 sent 10 20:59, 11 sent 11 09:00", id="the last minute"),
            pytest.param("10 08:00", "10 21:00", "10 missed, 11 sent 11 09:00", id="the window is over"),
            pytest.param("10 08:00", "12 08:00", "10 missed, 11 missed, 12 sent 12 09:00", id="2 days"),
            pytest.param(
                "10 08:00", "12 10:00", "10 missed, 11 missed, 12 sent 12 10:00", id="never a burst"
            ),
        ],
    )
    def test_short(self, begun: str, ended: str, expected: str) -> None:
        last = max("2026-03-11", f"2026-03-{ended[:2]}")
        outages = [(at(f"2026-03-{begun}"), at(f"2026-03-{ended}"))]

        found = told(a_person(), "2026-03-10", last, outages=outages)

        lines = [f"{it} {instant}".replace("03-", "").replace(" late", "").strip() for it, instant in found]
        assert ", ".join(lines) == expected

    @pytest.mark.parametrize(("length", "missed", "untraced"), [(30, 29, 0), (31, 30, 0), (40, 30, 9)])
    def test_long(self, length: int, missed: int, untraced: int) -> None:
        """Down from 08:00 to 10:00, so many dates on: the newest is sent, thirty are told, older ones not."""
        begun = at("2026-03-10 08:00")
        back = at("2026-03-10 10:00") + (length - 1) * DAY

        found = owed(a_person(), "daily", begun.date(), back.date(), [(begun, back)])

        outcomes = [it.outcome for it in found]
        assert outcomes == ["none"] * untraced + ["missed"] * missed + ["sent"]
        assert found[-1].earliest == back

    def test_a_rest_day_in_an_outage_is_skipped_and_not_missed(self) -> None:
        workdays = Settings(days=frozenset(range(5)))
        person = a_person(settings=[("2026-03-01 00:00", workdays)])

        outages = [(at("2026-03-13 08:00"), at("2026-03-16 12:00"))]

        assert told(person, "2026-03-13", "2026-03-16", outages=outages) == [
            ("03-13 missed late", ""),
            ("03-14 skipped rest day", ""),
            ("03-15 skipped rest day", ""),
            ("03-16 sent", "03-16 12:00"),
        ]

    @pytest.mark.parametrize(
        ("ended", "expected"),
        [
            ("03-14 12:00", ("03-13 sent", "03-14 12:00")),
            ("03-14 23:00", ("03-13 sent", "03-15 07:00")),
            ("03-15 16:00", ("03-13 missed late", "")),
        ],
    )
    def test_a_check_in_waits_for_the_morning(self, ended: str, expected: tuple[str, str]) -> None:
        outages = [(at("2026-03-13 12:00"), at(f"2026-{ended}"))]

        assert told(a_person(), "2026-03-10", "2026-03-16", kind="weekly", outages=outages) == [expected]
