"""What the oracle says of days that are not wanted, and of people who do not answer; worked out by hand."""

from __future__ import annotations

from datetime import date, time

import pytest

from tests.oracle.owed import owed
from tests.oracle.person import Pause, Person, Settings
from tests.oracle.test_oracle import a_person, at, told

EVENING = Settings(evening_on=True)


class TestSkipped:
    def test_rest_days_and_holidays_of_daily_messages_only(self) -> None:
        free = Settings(days=frozenset({0, 1, 2, 3}), holidays=frozenset({date(2026, 3, 12)}))
        person = a_person(settings=[("2026-03-01 00:00", free)])

        assert told(person, "2026-03-11", "2026-03-13") == [
            ("03-11 sent", "03-11 09:00"),
            ("03-12 skipped holiday", ""),
            ("03-13 skipped rest day", ""),
        ]
        assert told(person, "2026-03-11", "2026-03-13", kind="weekly") == [("03-13 sent", "03-13 16:00")]

    def test_a_pause_until_the_first_day_back(self) -> None:
        person = a_person(pauses=[Pause(since=at("2026-03-10 12:00"), back=date(2026, 3, 12))])

        assert told(person, "2026-03-10", "2026-03-12") == [
            ("03-10 sent", "03-10 09:00"),
            ("03-11 skipped paused", ""),
            ("03-12 sent", "03-12 09:00"),
        ]

    def test_an_open_pause_that_is_ended_by_hand(self) -> None:
        pause = Pause(since=at("2026-03-10 08:00"), ended=at("2026-03-11 08:00"))

        assert told(a_person(pauses=[pause]), "2026-03-10", "2026-03-11") == [
            ("03-10 skipped paused", ""),
            ("03-11 sent", "03-11 09:00"),
        ]

    def test_away_until_the_status_is_gone(self) -> None:
        person = a_person(away=[(at("2026-03-10 08:00"), at("2026-03-11 08:00"))])

        assert told(person, "2026-03-10", "2026-03-11") == [
            ("03-10 skipped away", ""),
            ("03-11 sent", "03-11 09:00"),
        ]

    def test_a_pause_weighs_more_than_a_rest_day(self) -> None:
        person = a_person(
            settings=[("2026-03-01 00:00", Settings(days=frozenset({0})))],
            pauses=[Pause(since=at("2026-03-09 12:00"), back=date(2026, 3, 11))],
        )

        assert [it for it, _ in told(person, "2026-03-10", "2026-03-11")] == [
            "03-10 skipped paused",
            "03-11 skipped rest day",
        ]

    def test_what_is_done_by_its_time(self) -> None:
        person = a_person(
            done={date(2026, 3, 10): at("2026-03-10 08:00"), date(2026, 3, 11): at("2026-03-11 09:30")}
        )

        assert told(person, "2026-03-10", "2026-03-11") == [
            ("03-10 skipped already done", ""),
            ("03-11 sent", "03-11 09:00"),
        ]

    def test_one_thing_done_is_enough_for_the_evening(self) -> None:
        person = a_person(
            settings=[("2026-03-01 00:00", EVENING)], worked={date(2026, 3, 10): at("2026-03-10 12:00")}
        )

        assert told(person, "2026-03-10", "2026-03-11", kind="evening") == [
            ("03-10 skipped already done", ""),
            ("03-11 sent", "03-11 20:00"),
        ]

    @pytest.mark.parametrize(
        ("answered", "expected"),
        [
            ("2026-03-09 16:01", "03-13 skipped already done"),
            ("2026-03-09 15:59", "03-13 sent"),
            ("2026-03-13 16:01", "03-13 sent"),
        ],
    )
    def test_a_check_in_of_the_last_four_days(self, answered: str, expected: str) -> None:
        person = a_person(checked_in=[at(answered)])

        assert [it for it, _ in told(person, "2026-03-13", "2026-03-13", kind="weekly")] == [expected]

    def test_a_check_in_that_is_answered_while_it_waits_for_the_morning(self) -> None:
        person = a_person(checked_in=[at("2026-03-14 23:30")])

        outages = [(at("2026-03-13 12:00"), at("2026-03-14 23:00"))]

        found = told(person, "2026-03-13", "2026-03-13", kind="weekly", outages=outages)
        assert found == [("03-13 skipped already done", "")]

    @pytest.mark.parametrize(
        ("daily_at", "expected"),
        [
            (time(5), ("03-10 sent", "03-10 07:00")),
            (time(21, 59), ("03-10 sent", "03-10 21:59")),
            (time(22), ("03-10 skipped quiet hours", "")),
        ],
    )
    def test_a_time_in_quiet_hours_moves_to_their_end(
        self, daily_at: time, expected: tuple[str, str]
    ) -> None:
        person = a_person(settings=[("2026-03-01 00:00", Settings(daily_at=daily_at))])

        assert told(person, "2026-03-10", "2026-03-10") == [expected]

    @pytest.mark.parametrize(
        ("changed", "outcome"),
        [
            pytest.param(Settings(), "switched off", id="never switched on"),
            pytest.param(EVENING, "no plan", id="without a plan"),
        ],
    )
    def test_what_is_not_wanted_at_all_leaves_no_trace(self, changed: Settings, outcome: str) -> None:
        person = a_person(settings=[("2026-03-01 00:00", changed)], plans=[])

        (found,) = owed(person, "evening", date(2026, 3, 10), date(2026, 3, 10))

        assert (found.outcome, found.reason) == ("none", outcome)


class TestIgnored:
    def quiet_person(self, *activity: str) -> Person:
        """Starts on 1 March and is seen at these instants only."""
        return a_person(activity=[at(instant) for instant in ("2026-03-01 00:00", *activity)])

    def test_three_are_followed_by_one_question_and_then_by_nothing(self) -> None:
        assert told(self.quiet_person(), "2026-03-01", "2026-03-31") == [
            ("03-01 sent", "03-01 09:00"),
            ("03-02 sent", "03-02 09:00"),
            ("03-03 sent", "03-03 09:00"),
            ("03-04 sent ask", "03-04 09:00"),
        ]

    def test_the_silence_covers_the_other_kinds(self) -> None:
        assert told(self.quiet_person(), "2026-03-01", "2026-03-31", kind="weekly") == []

    def test_a_sign_of_life_begins_anew_with_the_next_time_to_come(self) -> None:
        person = self.quiet_person("2026-03-06 12:00")

        assert told(person, "2026-03-04", "2026-03-12") == [
            ("03-04 sent ask", "03-04 09:00"),
            ("03-07 sent", "03-07 09:00"),
            ("03-08 sent", "03-08 09:00"),
            ("03-09 sent", "03-09 09:00"),
            ("03-10 sent ask", "03-10 09:00"),
        ]
        assert told(person, "2026-03-01", "2026-03-31", kind="weekly") == [("03-06 sent", "03-06 16:00")]

    def test_a_sign_of_life_between_them_begins_the_count_anew(self) -> None:
        person = self.quiet_person("2026-03-02 12:00")

        assert [it for it, _ in told(person, "2026-03-01", "2026-03-31")] == [
            "03-01 sent",
            "03-02 sent",
            "03-03 sent",
            "03-04 sent",
            "03-05 sent",
            "03-06 sent ask",
        ]

    def test_skipped_days_are_not_ignored_ones(self) -> None:
        workdays = Settings(days=frozenset(range(5)))
        person = a_person(settings=[("2026-03-06 00:00", workdays)], activity=[at("2026-03-06 00:00")])

        assert [it for it, _ in told(person, "2026-03-06", "2026-03-31")] == [
            "03-06 sent",
            "03-07 skipped rest day",
            "03-08 skipped rest day",
            "03-09 sent",
            "03-10 sent",
            "03-11 sent ask",
        ]
