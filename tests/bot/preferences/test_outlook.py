"""What comes next, in a sentence, on Monday 4 March 2030 at noon UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.preferences.outlook import Outlook, Upcoming, moment, next_wanted, on_day, place, sentence
from bot.reminders.decision import Facts, Terms
from bot.reminders.timing import Quiet
from tests.builders import NOON, TODAY

TUESDAY = datetime(2030, 3, 5, 9, tzinfo=UTC)
FRIDAY = datetime(2030, 3, 8, 16, tzinfo=UTC)


def an_outlook(**changes: Any) -> Outlook:
    values = {"now": NOON, "time_zone": "Europe/Lisbon", "has_plan": True, **changes}
    return Outlook(**values)


def terms(**changes: Any) -> Terms:
    values: dict[str, Any] = {
        "kind": "daily",
        "time_zone": "UTC",
        "at": 540,
        "weekdays": (1, 2, 3, 4, 5, 6, 7),
        "quiet": Quiet(1320, 420),
        **changes,
    }
    return Terms(**values)


class TestSentence:
    def test_names_each_kind_with_its_time_the_soonest_first(self) -> None:
        coming = (Upcoming("weekly", FRIDAY), Upcoming("daily", TUESDAY))

        assert sentence(an_outlook(upcoming=coming)) == (
            "Next: tomorrow 09:00 (daily minimums), Fri 16:00 (weekly check-in), Lisbon time."
        )

    @pytest.mark.parametrize(
        ("changes", "beginning"),
        [
            ({"is_paused": True}, "Paused until you resume"),
            ({"is_paused": True, "paused_until": date(2030, 3, 5)}, "Paused. First day back: tomorrow."),
            (
                {"is_paused": True, "paused_until": date(2031, 1, 6)},
                "Paused. First day back: Monday 6 January 2031.",
            ),
            ({"is_away": True}, "Your Slack status says you are away, so nothing is sent."),
            (
                {"is_away": True, "away_until": NOON + timedelta(days=10)},
                "Your Slack status says you are away until Thu 14 March 12:00,",
            ),
            ({"silent_since": NOON - timedelta(days=3)}, "Silent since Friday 1 March:"),
            ({"is_deactivated": True}, "The Slack account is deactivated"),
            ({"off": ("daily", "evening", "weekly")}, "All reminders are off."),
            ({"has_plan": False}, "Reminders begin with a plan"),
            ({}, "No reminder is planned: your plan is over."),
        ],
    )
    def test_says_why_nothing_comes_and_what_brings_it_back(
        self, changes: dict[str, Any], beginning: str
    ) -> None:
        assert sentence(an_outlook(**changes)).startswith(beginning)


class TestMoment:
    @pytest.mark.parametrize(
        ("instant", "shown"),
        [
            (NOON, "today 12:00"),
            (NOON + timedelta(hours=12), "tomorrow 00:00"),
            (NOON + timedelta(days=6), "Sun 12:00"),
            (NOON + timedelta(days=7), "Mon 11 March 12:00"),
            (datetime(2031, 1, 1, 9, tzinfo=UTC), "Wed 1 January 2031 09:00"),
            (NOON - timedelta(days=1), "Sun 3 March 12:00"),
        ],
    )
    def test_is_told_from_today(self, instant: datetime, shown: str) -> None:
        assert moment(instant, an_outlook()) == shown

    def test_is_on_the_persons_wall(self) -> None:
        assert moment(NOON, an_outlook(time_zone="Pacific/Kiritimati")) == "today 02:00"

    def test_days_and_places(self) -> None:
        assert on_day(date(2030, 3, 5), TODAY) == "tomorrow"
        assert on_day(date(2030, 3, 11), TODAY) == "Monday 11 March"
        assert place("America/New_York") == "New York time"
        assert place("America/Argentina/Buenos_Aires") == "Buenos Aires time"
        assert place("UTC") == "UTC"


class TestNextWanted:
    FACTS = Facts(plan_ends_on=date(2030, 4, 14))

    def test_is_the_undecided_date_when_nothing_is_against_it(self) -> None:
        assert next_wanted(terms(), self.FACTS, date(2030, 3, 5), TUESDAY) == TUESDAY

    def test_keeps_the_instant_of_the_zone_one_comes_from(self) -> None:
        stays = TUESDAY - timedelta(hours=5)

        assert next_wanted(terms(), self.FACTS, date(2030, 3, 5), stays) == stays

    def test_passes_over_rest_days_holidays_and_a_pause(self) -> None:
        resting = terms(
            weekdays=(1, 2, 3, 4, 5),
            paused_from=TODAY,
            paused_until=date(2030, 3, 8),
            is_holiday=lambda on: on == date(2030, 3, 8),
        )

        found = next_wanted(resting, self.FACTS, date(2030, 3, 5), TUESDAY)

        assert found == datetime(2030, 3, 11, 9, tzinfo=UTC)

    def test_is_none_in_a_pause_without_an_end_and_after_the_plan(self) -> None:
        assert next_wanted(terms(paused_from=TODAY), self.FACTS, date(2030, 3, 5), TUESDAY) is None
        over = Facts(plan_ends_on=date(2030, 3, 4))
        assert next_wanted(terms(), over, date(2030, 3, 5), TUESDAY) is None

    def test_waits_for_the_end_of_an_absence(self) -> None:
        back = datetime(2030, 3, 7, 10, tzinfo=UTC)

        found = next_wanted(terms(), self.FACTS, date(2030, 3, 5), TUESDAY, not_before=back)

        assert found == datetime(2030, 3, 8, 9, tzinfo=UTC)

    def test_of_a_week_is_the_next_of_its_weekday(self) -> None:
        weekly = terms(kind="weekly", at=960, weekdays=(5,), paused_from=TODAY, paused_until=date(2030, 3, 9))

        found = next_wanted(weekly, self.FACTS, date(2030, 3, 8), FRIDAY)

        assert found == FRIDAY + timedelta(days=7)
