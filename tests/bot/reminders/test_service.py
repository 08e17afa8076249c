"""What is owed to whom, from the tick to the outbox, on both databases."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import delete

from bot.outgoing import Postponed, Unneeded
from bot.reminders import decision, service
from storage import heartbeat, outbox, preferences
from storage.models import CheckIn, DailyItem, LogEntry, OutboxMessage, Preferences, Reminder
from tests.bot.reminders.conftest import Desk, deactivate

SUNDAY_NIGHT = datetime(2030, 3, 4, tzinfo=UTC)


async def message(desk: Desk, key: str) -> OutboxMessage:
    async with desk.database.read() as session:
        found = await outbox.find(session, key)
    assert found is not None
    return found


class TestADailyReminder:
    async def test_is_owed_once_at_its_time_and_wakes_delivery(self, desk: Desk) -> None:
        ana = await desk.person()
        await desk.service.plan_due()
        assert await desk.traces(ana) == []

        desk.at("03-04 09:00")
        for _ in range(3):
            await desk.service.plan_due()

        assert await desk.traces(ana) == ["03-04 due"]
        row = await message(desk, f"daily:{ana}:2030-03-04")
        assert (row.due_at, row.expires_at) == (desk.clock(), datetime(2030, 3, 4, 21, tzinfo=UTC))
        assert (row.team_id, row.priority, row.local_date) == ("T1", 1, date(2030, 3, 4))
        assert desk.bell.rings == 1

    async def test_is_owed_once_by_many_processes(self, desk: Desk) -> None:
        people = [await desk.person(f"U{number}") for number in range(12)]
        desk.at("03-04 09:00")

        await asyncio.gather(*(desk.service.plan_due() for _ in range(4)))

        for learner_id in people:
            assert await desk.traces(learner_id) == ["03-04 due"]

    async def test_comes_on_the_wall_of_the_person(self, desk: Desk) -> None:
        ana = await desk.person(zone="America/New_York")

        assert await desk.next_at(ana) == datetime(2030, 3, 4, 14, tzinfo=UTC)

    async def test_of_a_plan_chosen_after_todays_time_begins_tomorrow(self, desk: Desk) -> None:
        desk.at("03-04 09:01")
        ana = await desk.person()

        assert await desk.next_at(ana) == datetime(2030, 3, 5, 9, tzinfo=UTC)

    async def test_turns_the_wording_with_every_message(self, desk: Desk) -> None:
        ana = await desk.person(days=[1, 2, 4])
        desk.at("03-04 09:00")

        await desk.days(ana, 4)

        rows = [await message(desk, f"daily:{ana}:2030-03-{day:02}") for day in (4, 5, 7)]
        assert [row.payload for row in rows] == [{"turn": 0}, {"turn": 1}, {"turn": 2}]

    async def test_is_skipped_on_rest_days_with_the_reason(self, desk: Desk) -> None:
        ana = await desk.person(days=[1, 3])
        desk.at("03-04 09:00")

        await desk.days(ana, 3)

        assert await desk.traces(ana) == ["03-04 sent", "03-05 skipped: your rest day", "03-06 sent"]

    async def test_is_skipped_when_all_is_done(self, desk: Desk) -> None:
        ana = await desk.person()
        ben = await desk.person("U2")
        async with desk.database.write() as session:
            for part in ("coding", "concept", "story"):
                ticked = None if part == "story" else desk.clock()
                for learner_id, done_at in ((ana, desk.clock()), (ben, ticked)):
                    item = DailyItem(
                        learner_id=learner_id,
                        local_date=date(2030, 3, 4),
                        part=part,
                        task="x",
                        done_at=done_at,
                    )
                    session.add(item)
        desk.at("03-04 09:00")

        await desk.service.plan_due()

        assert await desk.traces(ana) == [f"03-04 skipped: {decision.ALL_DONE}"]
        assert await desk.traces(ben) == ["03-04 due"]

    async def test_ends_with_the_plan_and_begins_with_the_next(self, desk: Desk) -> None:
        ana = await desk.person(weeks=1)
        desk.at("03-11 09:00")

        await desk.service.plan_due()

        assert (await desk.traces(ana))[-1] == f"03-11 skipped: {decision.PLAN_OVER}"
        assert await desk.next_at(ana) is None
        assert await desk.next_at(ana, "weekly") is not None

    async def test_rests_for_a_deactivated_account(self, desk: Desk) -> None:
        ana = await desk.person()
        await deactivate(desk, ana)
        desk.at("03-04 09:00")

        await desk.service.plan_due()

        assert await desk.traces(ana) == []
        assert await desk.next_at(ana) is None

    async def test_of_a_broken_row_holds_up_nobody(self, desk: Desk) -> None:
        broken = await desk.person("U1", zone="UTC")
        fine = await desk.person("U2")
        async with desk.database.write() as session:
            own = await preferences.ensure(session, broken, desk.defaults)
            own.daily_at = 2_000_000_000
            session.add(own)
        desk.at("03-04 09:00")

        await desk.service.plan_due()

        assert await desk.traces(fine) == ["03-04 due"]
        assert await desk.traces(broken) == []


class TestAnOutage:
    @pytest.mark.parametrize(
        ("back", "expected"),
        [
            pytest.param("03-04 09:05", ["03-04 due"], id="five minutes"),
            pytest.param("03-04 12:00", ["03-04 due"], id="three hours"),
            pytest.param(
                "03-06 10:00",
                [f"03-04 missed: {decision.LATE}", f"03-05 missed: {decision.LATE}", "03-06 due"],
                id="two days",
            ),
        ],
    )
    async def test_is_followed_by_the_newest_only(self, desk: Desk, back: str, expected: list[str]) -> None:
        ana = await desk.person()
        desk.at(back)

        await desk.service.plan_due()

        assert await desk.traces(ana) == expected

    async def test_of_thirty_days_is_no_burst(self, desk: Desk) -> None:
        ana = await desk.person()
        desk.at("04-03 12:00")

        await desk.service.plan_due()

        traces = await desk.traces(ana)
        assert len(traces) == 31
        assert [trace for trace in traces if "missed" not in trace] == ["04-03 due"]

    async def test_leaves_a_readable_line_for_each_missed_one(
        self, desk: Desk, caplog: pytest.LogCaptureFixture
    ) -> None:
        ana = await desk.person()
        desk.at("03-05 08:00")

        await desk.service.plan_due()

        assert f"daily of learner {ana} on 2030-03-04: late: its window was over" in caplog.text

    async def test_clock_that_goes_back_a_day_repeats_nothing(self, desk: Desk) -> None:
        ana = await desk.person()
        desk.at("03-04 09:00")
        await desk.service.plan_due()
        desk.at("03-03 09:30")
        await desk.service.plan_due()
        desk.at("03-04 09:30")
        await desk.service.plan_due()

        assert await desk.traces(ana) == ["03-04 due"]


class TestIgnored:
    async def test_three_in_a_row_lead_to_one_question_and_then_silence(self, desk: Desk) -> None:
        ana = await desk.person()
        desk.at("03-04 09:00")

        await desk.days(ana, 7, answers=False)

        assert [trace[:5] for trace in await desk.traces(ana)] == ["03-04", "03-05", "03-06", "03-07"]
        question = await message(desk, f"daily:{ana}:2030-03-07")
        assert question.payload == {"turn": 3, "ask": True}
        assert await desk.next_at(ana) is None
        assert await desk.next_at(ana, "weekly") is None

    async def test_any_reaction_starts_the_count_anew(self, desk: Desk) -> None:
        ana = await desk.person()
        desk.at("03-04 09:00")
        await desk.days(ana, 2, answers=False)
        await desk.days(ana, 1)
        await desk.days(ana, 2, answers=False)

        row = await message(desk, f"daily:{ana}:2030-03-08")
        assert "ask" not in row.payload

    async def test_somebody_silent_is_woken_by_doing_something(self, desk: Desk) -> None:
        ana = await desk.person()
        desk.at("03-04 09:00")
        await desk.days(ana, 6, answers=False)
        desk.at("03-10 12:00")

        await desk.touch(ana)

        assert (await desk.preferences(ana)).silent_since is None
        assert await desk.next_at(ana) == datetime(2030, 3, 11, 9, tzinfo=UTC)


class TestOtherKinds:
    async def test_the_check_in_comes_on_friday(self, desk: Desk) -> None:
        ana = await desk.person()
        desk.at("03-08 16:00")

        await desk.service.plan_due()

        assert await desk.traces(ana, "weekly") == ["03-08 due"]
        assert await desk.next_at(ana, "weekly") == datetime(2030, 3, 15, 16, tzinfo=UTC)

    async def test_the_check_in_is_skipped_after_one_was_answered(self, desk: Desk) -> None:
        ana = await desk.person()
        async with desk.database.write() as session:
            answered = CheckIn(
                learner_id=ana,
                from_on=date(2030, 3, 1),
                to_on=date(2030, 3, 7),
                goals={},
                answered_at=desk.clock(),
                created_at=desk.clock(),
            )
            session.add(answered)
        desk.at("03-08 16:00")

        await desk.service.plan_due()

        assert await desk.traces(ana, "weekly") == [f"03-08 skipped: {decision.ANSWERED}"]

    async def test_the_evening_line_comes_to_those_who_asked_and_did_nothing(self, desk: Desk) -> None:
        ana = await desk.person(evening_on=True)
        ben = await desk.person("U2", evening_on=True)
        cleo = await desk.person("U3")
        async with desk.database.write() as session:
            entry = LogEntry(
                learner_id=ben,
                key="k",
                local_date=date(2030, 3, 4),
                activity="coding",
                logged_at=desk.clock(),
            )
            session.add(entry)
        desk.at("03-04 20:00")

        await desk.service.plan_due()

        assert await desk.traces(ana, "evening") == ["03-04 due"]
        assert await desk.traces(ben, "evening") == [f"03-04 skipped: {decision.DONE_SOMETHING}"]
        assert await desk.traces(cleo, "evening") == []


class TestAWave:
    async def test_is_spread_in_the_same_way_every_day(self, desk: Desk) -> None:
        desk.spread_seconds = 120
        people = [await desk.person(f"U{number}") for number in range(service.WAVE + 5)]

        offsets = []
        for day in (4, 5):
            desk.at(f"03-{day:02} 09:00")
            await desk.service.plan_due()
            rows = [await message(desk, f"daily:{one}:2030-03-{day:02}") for one in people]
            offsets.append([row.due_at - desk.clock() for row in rows])

        assert offsets[0] == offsets[1]
        assert max(offsets[0]).total_seconds() < 120
        assert len(set(offsets[0])) == len(people)

    async def test_of_few_is_not_spread(self, desk: Desk) -> None:
        desk.spread_seconds = 120
        ana = await desk.person()
        desk.at("03-04 09:00")

        await desk.service.plan_due()

        assert (await message(desk, f"daily:{ana}:2030-03-04")).due_at == desk.clock()


class TestRightBeforeSending:
    @pytest.mark.parametrize(
        ("terms", "expected"),
        [
            pytest.param({"daily_on": False}, Unneeded(service.SWITCHED_OFF), id="switched off"),
            pytest.param(
                {"paused_at": datetime(2030, 3, 4, tzinfo=UTC)}, Unneeded(decision.PAUSED), id="paused"
            ),
            pytest.param({"away": True, "follows_status": True}, Unneeded(decision.AWAY), id="away"),
            pytest.param({"away": True}, None, id="away, but that is not for us to know"),
            pytest.param({"silent_since": SUNDAY_NIGHT}, Unneeded(service.SILENT), id="silent"),
            pytest.param(
                {"quiet_from": 9 * 60, "quiet_to": 10 * 60},
                Postponed(datetime(2030, 3, 4, 10, tzinfo=UTC), decision.QUIET_HOURS),
                id="quiet hours",
            ),
            pytest.param({}, None, id="as before"),
        ],
    )
    async def test_the_terms_are_asked_again(
        self, desk: Desk, terms: dict[str, Any], expected: Unneeded | Postponed | None
    ) -> None:
        ana = await desk.person()
        desk.at("03-04 09:00")
        await desk.service.plan_due()
        await desk.change(ana, **terms)
        row = await message(desk, f"daily:{ana}:2030-03-04")

        answers = await desk.service.still_wanted([row])

        assert answers.get(row.id or 0) == expected

    async def test_the_question_itself_is_not_silenced(self, desk: Desk) -> None:
        ana = await desk.person()
        desk.at("03-04 09:00")
        await desk.days(ana, 4, answers=False)
        desk.at("03-07 09:00")
        row = await message(desk, f"daily:{ana}:2030-03-07")

        assert await desk.service.still_wanted([row]) == {}


async def test_somebody_without_a_plan_is_reminded_of_nothing(desk: Desk) -> None:
    async with desk.database.write() as session:
        await preferences.ensure(session, await _somebody(desk), desk.defaults)
    desk.at("04-04 09:00")

    assert await desk.service.plan_due() == 0


async def _somebody(desk: Desk) -> int:
    from storage import learners

    async with desk.database.write() as session:
        return (await learners.ensure(session, "T1", "U9", now=desk.clock())).id or 0


class TestAStart:
    async def test_begins_for_plans_that_an_older_version_stored(self, desk: Desk) -> None:
        ana = await desk.person()
        async with desk.database.write() as session:
            await session.exec(delete(Reminder))
            await session.exec(delete(Preferences))

        await desk.service.take_over()

        assert await desk.next_at(ana) == datetime(2030, 3, 4, 9, tzinfo=UTC)

    async def test_leaves_word_twice_a_minute_at_most(self, desk: Desk) -> None:
        await desk.service.take_over()
        beats = []
        for seconds in (10, 25, 40):
            desk.clock.move(seconds=seconds)
            await desk.service.beat()
            async with desk.database.read() as session:
                known = await heartbeat.find(session)
            assert known is not None
            beats.append(known.at == desk.clock())

        assert beats == [False, True, True]
