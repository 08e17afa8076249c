"""What becomes of a date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.reminders import decision
from bot.reminders.decision import Decision, Facts, Outcome, Terms, decide, first_date, next_instant
from bot.reminders.timing import Quiet, slot

MONDAY = date(2030, 3, 4)
NINE = 9 * 60
DAILY = Terms(
    kind="daily",
    time_zone="UTC",
    at=NINE,
    weekdays=(1, 2, 3, 4, 5, 6, 7),
    quiet=Quiet(22 * 60, 7 * 60),
)
WEEKLY = replace(DAILY, kind="weekly", at=16 * 60, weekdays=(5,))
EVENING = replace(DAILY, kind="evening", at=20 * 60)
WITH_PLAN = Facts(plan_ends_on=date(2030, 12, 31))


def at(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2030, month, day, hour, minute, tzinfo=UTC)


def outcome_of(terms: Terms, facts: Facts, now: datetime, on: date = MONDAY) -> tuple[Outcome, str | None]:
    [made], _ = decide(terms, facts, on, next_instant(terms, on), now)
    return made.outcome, made.reason


class TestADate:
    def test_whose_slot_is_to_come_is_not_decided(self) -> None:
        decisions, next_on = decide(DAILY, WITH_PLAN, MONDAY, at(4, 9), at(4, 8, 59))

        assert (decisions, next_on) == ([], MONDAY)

    def test_whose_slot_has_come_is_owed_until_its_window_ends(self) -> None:
        [made], next_on = decide(DAILY, WITH_PLAN, MONDAY, at(4, 9), at(4, 9))

        assert made == Decision(MONDAY, Outcome.OWED, None, at(4, 9), at(4, 21))
        assert next_on == MONDAY + timedelta(days=1)

    @pytest.mark.parametrize(
        ("changed", "facts", "reason"),
        [
            pytest.param({"paused_from": MONDAY}, WITH_PLAN, decision.PAUSED, id="paused"),
            pytest.param({"away": True}, WITH_PLAN, decision.AWAY, id="away"),
            pytest.param({"weekdays": (2, 3)}, WITH_PLAN, decision.REST_DAY, id="rest day"),
            pytest.param({"is_holiday": lambda on: on == MONDAY}, WITH_PLAN, decision.HOLIDAY, id="holiday"),
            pytest.param({}, Facts(), decision.NO_PLAN, id="no plan"),
            pytest.param({}, Facts(plan_ends_on=date(2030, 3, 3)), decision.PLAN_OVER, id="plan over"),
            pytest.param({}, replace(WITH_PLAN, all_done_on={MONDAY}), decision.ALL_DONE, id="all done"),
        ],
    )
    def test_is_skipped_with_its_reason(self, changed: dict[str, object], facts: Facts, reason: str) -> None:
        terms = replace(DAILY, **changed)  # type: ignore[arg-type]  # a table of changes

        assert outcome_of(terms, facts, at(4, 9)) == (Outcome.SKIPPED, reason)

    def test_of_a_pause_that_ended_is_owed_again(self) -> None:
        terms = replace(DAILY, paused_from=date(2030, 3, 1), paused_until=MONDAY)

        assert outcome_of(terms, WITH_PLAN, at(4, 9)) == (Outcome.OWED, None)

    def test_before_a_pause_is_not_touched_by_it(self) -> None:
        terms = replace(DAILY, paused_from=date(2030, 3, 5))

        assert outcome_of(terms, WITH_PLAN, at(4, 9)) == (Outcome.OWED, None)

    def test_on_which_something_was_done_needs_no_evening_line(self) -> None:
        facts = replace(WITH_PLAN, practised_on={MONDAY})

        assert outcome_of(EVENING, facts, at(4, 20)) == (Outcome.SKIPPED, decision.DONE_SOMETHING)

    @pytest.mark.parametrize(
        ("answered", "expected"),
        [
            pytest.param(date(2030, 3, 8), Outcome.SKIPPED, id="the same day"),
            pytest.param(date(2030, 3, 5), Outcome.SKIPPED, id="three days ago"),
            pytest.param(date(2030, 3, 4), Outcome.OWED, id="four days ago"),
        ],
    )
    def test_after_a_check_in_needs_none(self, answered: date, expected: Outcome) -> None:
        facts = replace(WITH_PLAN, answered_on=answered)

        assert outcome_of(WEEKLY, facts, at(8, 16), date(2030, 3, 8))[0] == expected

    def test_in_a_rest_week_still_has_its_check_in(self) -> None:
        terms = replace(WEEKLY, is_holiday=lambda _on: True)

        assert outcome_of(terms, Facts(), at(8, 16), date(2030, 3, 8))[0] == Outcome.OWED

    def test_after_three_ignored_ones_becomes_the_question(self) -> None:
        assert outcome_of(DAILY, replace(WITH_PLAN, ignored=2), at(4, 9))[0] == Outcome.OWED
        assert outcome_of(DAILY, replace(WITH_PLAN, ignored=3), at(4, 9))[0] == Outcome.ASK


class TestAnOutage:
    @pytest.mark.parametrize(
        ("now", "outcomes"),
        [
            pytest.param(at(4, 9, 5), [Outcome.OWED], id="five minutes"),
            pytest.param(at(4, 12), [Outcome.OWED], id="three hours"),
            pytest.param(at(4, 21), [Outcome.MISSED], id="until the window is over"),
            pytest.param(at(6, 9), [Outcome.MISSED, Outcome.MISSED, Outcome.OWED], id="two days"),
            pytest.param(at(6, 8), [Outcome.MISSED, Outcome.MISSED], id="two days, back before nine"),
        ],
    )
    def test_owes_the_newest_only(self, now: datetime, outcomes: list[Outcome]) -> None:
        decisions, _ = decide(DAILY, WITH_PLAN, MONDAY, at(4, 9), now)

        assert [made.outcome for made in decisions] == outcomes

    def test_of_a_month_leaves_a_trace_of_every_day(self) -> None:
        decisions, next_on = decide(DAILY, WITH_PLAN, MONDAY, at(4, 9), at(3, 10, month=4))

        assert [made.outcome for made in decisions] == [Outcome.MISSED] * 30 + [Outcome.OWED]
        assert next_on == date(2030, 4, 4)

    def test_of_a_year_leaves_the_newest_traces_only(self) -> None:
        decisions, _ = decide(DAILY, WITH_PLAN, date(2029, 3, 4), at(4, 9) - timedelta(days=365), at(4, 10))

        assert len(decisions) == decision.MOST_TRACES
        assert decisions[-1].on == MONDAY

    def test_tells_rest_days_from_missed_ones(self) -> None:
        terms = replace(DAILY, weekdays=(1, 3))
        decisions, _ = decide(terms, WITH_PLAN, MONDAY, at(4, 9), at(7, 10))

        assert [made.outcome.value for made in decisions] == ["missed", "skipped", "missed", "skipped"]


class TestClocks:
    def test_that_leave_a_date_out_skip_it(self) -> None:
        terms = replace(DAILY, time_zone="Pacific/Apia")
        on = date(2011, 12, 30)
        facts = Facts(plan_ends_on=date(2012, 12, 31))
        assert next_instant(terms, on) == slot(date(2011, 12, 31), NINE, "Pacific/Apia")

        decisions, next_on = decide(terms, facts, on, next_instant(terms, on), next_instant(terms, on))

        assert [(made.on.day, made.outcome, made.reason) for made in decisions] == [
            (30, Outcome.SKIPPED, decision.NO_SUCH_TIME),
            (31, Outcome.OWED, None),
        ]
        assert next_on == date(2012, 1, 1)

    def test_in_the_evenings_quiet_hours_skip_the_date(self) -> None:
        assert outcome_of(replace(DAILY, at=23 * 60), WITH_PLAN, at(4, 23)) == (
            Outcome.SKIPPED,
            decision.QUIET_HOURS,
        )

    def test_in_the_mornings_quiet_hours_wait_for_their_end(self) -> None:
        terms = replace(DAILY, at=6 * 60)

        assert next_instant(terms, MONDAY) == at(4, 7)
        assert outcome_of(terms, WITH_PLAN, at(4, 7)) == (Outcome.OWED, None)

    def test_of_another_zone_leave_the_planned_instant(self) -> None:
        """Planned for nine in New York, decided after the move to Lisbon."""
        terms = replace(DAILY, time_zone="Europe/Lisbon")
        planned = at(4, 14)

        [made], next_on = decide(terms, WITH_PLAN, MONDAY, planned, planned)

        assert (made.outcome, made.slot) == (Outcome.OWED, planned)
        assert (next_on, next_instant(terms, next_on)) == (date(2030, 3, 5), at(5, 9))

    def test_of_another_zone_do_not_wake_anybody(self) -> None:
        """Nine in New York is eleven at night in Tokyo."""
        terms = replace(DAILY, time_zone="Asia/Tokyo")
        planned = at(4, 14)

        decisions, _ = decide(terms, WITH_PLAN, MONDAY, planned, planned)

        assert [(made.outcome, made.reason) for made in decisions] == [
            (Outcome.SKIPPED, decision.QUIET_HOURS)
        ]

    def test_far_in_the_west_repeat_no_date(self) -> None:
        """Tuesday was sent in Tokyo; the Tuesday that follows in Los Angeles has had its message."""
        terms = replace(DAILY, time_zone="America/Los_Angeles")

        decisions, next_on = decide(
            terms, WITH_PLAN, date(2030, 3, 6), next_instant(terms, date(2030, 3, 6)), at(5, 17)
        )

        assert (decisions, next_on) == ([], date(2030, 3, 6))


TUESDAY = date(2030, 3, 5)


class TestChangedTerms:
    @pytest.mark.parametrize(
        ("new_time", "pending", "last", "now", "expected"),
        [
            pytest.param(8 * 60, MONDAY, None, at(4, 8, 30), MONDAY, id="earlier and passed: at once"),
            pytest.param(NINE, TUESDAY, MONDAY, at(4, 8, 30), TUESDAY, id="sent already: tomorrow"),
            pytest.param(10 * 60, MONDAY, None, at(4, 8, 30), MONDAY, id="later: today"),
            pytest.param(7 * 60, MONDAY, None, at(4, 20), TUESDAY, id="window over: tomorrow"),
            pytest.param(8 * 60, TUESDAY, None, at(4, 10), TUESDAY, id="began after today's time: tomorrow"),
            pytest.param(NINE, None, None, at(4, 9, 1), TUESDAY, id="new after today's time"),
            pytest.param(NINE, None, None, at(4, 8, 59), MONDAY, id="new before today's time"),
            pytest.param(
                10 * 60, None, MONDAY, at(4, 9), TUESDAY, id="awake again, but today had its message"
            ),
        ],
    )
    def test_of_daily_begin(
        self, new_time: int, pending: date | None, last: date | None, now: datetime, expected: date
    ) -> None:
        assert first_date(replace(DAILY, at=new_time), pending, last, now) == expected

    @pytest.mark.parametrize(
        ("weekday", "pending", "last", "expected"),
        [
            pytest.param(5, None, None, date(2030, 3, 8), id="this Friday"),
            pytest.param(2, date(2030, 3, 8), date(2030, 3, 1), TUESDAY, id="Friday to Tuesday: four days"),
            pytest.param(
                1,
                date(2030, 3, 8),
                date(2030, 3, 1),
                date(2030, 3, 11),
                id="Friday to Monday: not three days",
            ),
        ],
    )
    def test_of_weekly_keep_their_distance(
        self, weekday: int, pending: date | None, last: date | None, expected: date
    ) -> None:
        terms = replace(WEEKLY, weekdays=(weekday,))

        assert first_date(terms, pending, last, at(4, 12)) == expected


def test_every_date_is_decided_once_however_often_one_looks() -> None:
    """Ticks at any time: the same dates, each once."""
    seen: list[date] = []
    on, next_at = MONDAY, at(4, 9)
    now = at(4, 0)
    steps: Sequence[int] = (1, 700, 3, 90, 1500, 10_000, 7, 40)
    while now < at(4, 0, month=5):
        for step in steps:
            now += timedelta(minutes=step)
            decisions, on = decide(DAILY, WITH_PLAN, on, next_at, now)
            next_at = next_instant(DAILY, on)
            seen += [made.on for made in decisions]

    assert seen == [MONDAY + timedelta(days=days) for days in range(len(seen))]
    assert len(seen) > 60


def test_a_time_that_is_none_is_refused_rather_than_looked_for_until_the_end_of_the_calendar() -> None:
    with pytest.raises(ValueError, match="minutes after midnight"):
        next_instant(replace(DAILY, at=2_000_000_000), MONDAY)
