"""The weekly round: thread, answers, summary, edits."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.groups.keeping import NOTICE, SUMMARY, THREAD
from bot.groups.rounds import SummaryPost, Thread
from bot.groups.schedule import Schedule
from bot.outgoing import Postponed, Unneeded
from bot.reminders.decision import LATE
from storage import groups, learners
from storage.models import OutboxState
from tests.bot.groups.conftest import CHANNEL, Circle, person


async def summary_of(circle: Circle, revision: int = 0) -> SummaryPost | Unneeded | Postponed:
    """The newest round's summary, as delivery would draw it."""
    [*_, thread] = await circle.owed(THREAD)
    return await circle.rounds.summary(thread.payload["round_id"], revision)


class TestThread:
    async def test_is_owed_once_at_its_slot(self, circle: Circle) -> None:
        state = await circle.start(2)
        await circle.next_thread()
        await circle.rounds.plan_due()

        [thread] = await circle.owed(THREAD)

        assert thread.idempotency_key == f"group:{state.group_id}:2030-03-08"
        assert (thread.group_id, thread.learner_id, thread.team_id) == (state.group_id, None, "T1")
        assert thread.expires_at == circle.clock() + timedelta(hours=24)
        assert thread.priority == 1

    async def test_is_not_owed_a_second_early(self, circle: Circle) -> None:
        await circle.start(2)
        circle.clock.instant = circle.clock.instant.replace(day=8, hour=15, minute=59, second=59)

        assert await circle.rounds.plan_due() == 0
        assert await circle.owed(THREAD) == []

    async def test_two_processes_owe_it_once(self, circle: Circle) -> None:
        await circle.start(2)
        circle.clock.instant = circle.clock.instant.replace(day=8, hour=16)

        await asyncio.gather(*(circle.rounds.plan_due() for _ in range(4)))

        assert len(await circle.owed(THREAD)) == 1

    async def test_after_an_outage_the_newest_comes_and_the_others_are_missed(self, circle: Circle) -> None:
        await circle.start(2)
        circle.clock.instant = circle.clock.instant.replace(day=22, hour=17)
        ended: list[tuple[str, str]] = []
        await replace(circle.rounds, on_ended=lambda *end: ended.append(end)).plan_due()

        threads = await circle.owed(THREAD)
        assert ended == [(THREAD, "missed")] * 2

        assert [(one.state, one.reason) for one in threads] == [
            (OutboxState.MISSED, LATE),
            (OutboxState.MISSED, LATE),
            (OutboxState.DUE, None),
        ]

    async def test_its_wording_takes_turns(self, circle: Circle) -> None:
        await circle.start(2)
        for _ in range(3):
            await circle.next_thread()

        assert [one.payload["turn"] for one in await circle.owed(THREAD)] == [0, 1, 2]

    async def test_is_drawn_with_its_deadline_unless_the_group_is_over(self, circle: Circle) -> None:
        await circle.start(2)
        await circle.next_thread()
        [thread] = await circle.owed(THREAD)

        drawn = await circle.rounds.thread(thread.payload["round_id"])
        assert isinstance(drawn, Thread)
        assert drawn.closes_at == circle.clock() + timedelta(hours=48)

        await circle.groups.stop(person(1), CHANNEL, is_admin=False)
        assert isinstance(await circle.rounds.thread(thread.payload["round_id"]), Unneeded)

    async def test_an_hour_earlier_on_the_day_itself_is_one_thread_at_once(self, circle: Circle) -> None:
        state = await circle.start(2)
        circle.clock.instant = circle.clock.instant.replace(day=8, hour=15, minute=30)
        await circle.groups.change(
            person(1), state.group_id, state.schedule, Schedule(5, 15 * 60, "UTC", 48), is_admin=False
        )
        await circle.rounds.plan_due()
        assert len(await circle.owed(THREAD)) == 1

        await circle.groups.change(
            person(1), state.group_id, Schedule(5, 15 * 60, "UTC", 48), state.schedule, is_admin=False
        )
        circle.clock.move(hours=1)
        await circle.rounds.plan_due()
        assert len(await circle.owed(THREAD)) == 1


class TestSummary:
    async def test_comes_when_everybody_has_answered(self, circle: Circle) -> None:
        await circle.start(4)
        await circle.next_thread()
        for number in (1, 2, 3):
            await circle.answer(number, coding=10)
        assert await circle.owed(SUMMARY) == []

        await circle.answer(4, coding=5, designs=1)

        [summary] = await circle.owed(SUMMARY)
        assert summary.idempotency_key == f"summary:{summary.payload['round_id']}:0"

    async def test_two_last_answers_at_once_are_one_summary(self, circle: Circle) -> None:
        await circle.start(4)
        await circle.next_thread()
        await circle.answer(1)
        await circle.answer(2)

        await asyncio.gather(circle.answer(3), circle.answer(4))

        assert [one.payload["revision"] for one in await circle.owed(SUMMARY)] == [0]

    async def test_comes_at_the_deadline_without_those_who_are_silent(self, circle: Circle) -> None:
        await circle.start(5)
        await circle.next_thread()
        await circle.answer(1, coding=3)
        circle.clock.move(hours=48, seconds=-1)
        await circle.rounds.plan_due()
        assert await circle.owed(SUMMARY) == []

        circle.clock.move(seconds=1)
        await circle.rounds.plan_due()
        await circle.rounds.plan_due()

        [summary] = await circle.owed(SUMMARY)
        assert summary.payload["revision"] == 0

    async def test_waits_for_its_thread_and_then_replies_to_it(self, circle: Circle) -> None:
        await circle.start(1)
        await circle.next_thread()
        await circle.answer(1)
        assert isinstance(await summary_of(circle), Postponed)
        [thread] = await circle.owed(THREAD)

        await circle.arrives(thread.idempotency_key, "17.1")

        drawn = await summary_of(circle)
        assert isinstance(drawn, SummaryPost)
        assert (drawn.thread_ts, drawn.replaces) == ("17.1", None)

    async def test_of_a_thread_that_never_came_is_not_needed(self, circle: Circle) -> None:
        await circle.start(1)
        await circle.next_thread()
        await circle.answer(1)
        [thread] = await circle.owed(THREAD)
        async with circle.database.write() as session:
            thread.state = OutboxState.MISSED
            session.add(await session.merge(thread))

        assert await summary_of(circle) == Unneeded("its thread was not posted")

    async def test_a_late_answer_edits_it(self, circle: Circle) -> None:
        await circle.start(5)
        await circle.next_thread()
        for number in (1, 2, 3, 4):
            await circle.answer(number, coding=10)
        circle.clock.move(hours=48)
        await circle.rounds.plan_due()
        [thread], [first] = await circle.owed(THREAD), await circle.owed(SUMMARY)
        await circle.arrives(thread.idempotency_key, "17.1")
        await circle.arrives(first.idempotency_key, "17.2")

        circle.clock.move(days=1)
        await circle.answer(5, coding=7)

        [_, edit] = await circle.owed(SUMMARY)
        assert edit.idempotency_key == f"summary:{edit.payload['round_id']}:1"
        drawn = await summary_of(circle, 1)
        assert isinstance(drawn, SummaryPost)
        assert (drawn.thread_ts, drawn.replaces) == ("17.1", "17.2")
        assert drawn.summary.sums is not None
        assert drawn.summary.sums.coding == 47

    async def test_an_edit_waits_for_the_first_one(self, circle: Circle) -> None:
        await circle.start(1)
        await circle.next_thread()
        await circle.answer(1)
        await circle.answer(1, coding=2)
        [thread] = await circle.owed(THREAD)
        await circle.arrives(thread.idempotency_key, "17.1")

        assert isinstance(await summary_of(circle, 1), Postponed)

    async def test_consent_and_its_withdrawal_edit_it(self, circle: Circle) -> None:
        state = await circle.start(2)
        await circle.next_thread()
        await circle.answer(1)
        await circle.answer(2)
        [thread], [first] = await circle.owed(THREAD), await circle.owed(SUMMARY)
        await circle.arrives(thread.idempotency_key, "17.1")
        await circle.arrives(first.idempotency_key, "17.2")

        await circle.groups.show_name(person(2), state.group_id, shows=True)
        drawn = await summary_of(circle, 1)
        assert isinstance(drawn, SummaryPost)
        assert drawn.summary.names == ("U2",)

        await circle.groups.show_name(person(2), state.group_id, shows=False)
        drawn = await summary_of(circle, 2)
        assert isinstance(drawn, SummaryPost)
        assert drawn.summary.names == ()
        assert len(await circle.owed(SUMMARY)) == 3

    async def test_who_leaves_counts_no_longer_and_may_complete_the_round(self, circle: Circle) -> None:
        state = await circle.start(5)
        await circle.next_thread()
        for number in (1, 2, 3, 4):
            await circle.answer(number, coding=10)

        await circle.groups.leave(person(5), state.group_id)
        assert len(await circle.owed(SUMMARY)) == 1
        await circle.groups.leave(person(4), state.group_id)

        report = await circle.groups.report(person(1), CHANNEL)
        assert report is not None
        assert (report.summary.answered, report.summary.members, report.summary.sums) == (None, None, None)

    async def test_the_next_thread_ends_the_edits(self, circle: Circle) -> None:
        await circle.start(2)
        await circle.next_thread()
        await circle.answer(1)
        [first_thread] = await circle.owed(THREAD)
        await circle.next_thread()
        [summary] = await circle.owed(SUMMARY)
        assert summary.payload["round_id"] == first_thread.payload["round_id"]

        await circle.answer(2)

        assert len(await circle.owed(SUMMARY)) == 1
        later = await circle.rounds.summary(first_thread.payload["round_id"], 1)
        assert later == Unneeded("the next thread has begun")


class TestAnswers:
    async def test_one_given_shortly_before_the_thread_counts_for_it(self, circle: Circle) -> None:
        await circle.start(2)
        circle.clock.move(days=2)
        await circle.answer(1, coding=1)
        await circle.answer(2, coding=1)

        await circle.next_thread()

        assert len(await circle.owed(SUMMARY)) == 1

    async def test_but_not_for_two_threads(self, circle: Circle) -> None:
        await circle.start(1)
        await circle.next_thread()
        circle.clock.move(days=4)
        await circle.answer(1)
        assert len(await circle.owed(SUMMARY)) == 1

        await circle.next_thread()

        assert len(await circle.owed(SUMMARY)) == 1

    async def test_a_check_in_counts_in_each_of_a_persons_groups(self, circle: Circle) -> None:
        await circle.start(1)
        await circle.start(1, channel="C2")
        await circle.next_thread()

        await circle.answer(1)

        assert len(await circle.owed(SUMMARY)) == 2

    async def test_of_somebody_who_is_not_in_a_group_changes_nothing(self, circle: Circle) -> None:
        await circle.start(1)
        await circle.next_thread()

        await circle.answer(7)

        assert await circle.owed(SUMMARY) == []

    async def test_long_after_the_thread_does_not_touch_an_old_summary(self, circle: Circle) -> None:
        await circle.start(1)
        await circle.next_thread()
        circle.clock.move(days=9)

        await circle.answer(1)

        assert await circle.owed(SUMMARY) == []


async def test_a_lead_whose_account_is_gone_is_replaced_at_the_next_thread(circle: Circle) -> None:
    state = await circle.start(2)
    async with circle.database.write() as session:
        lead = await learners.ensure(session, "T1", "U1", now=circle.clock())
        await learners.deactivate(session, lead.id or 0, now=circle.clock())

    await circle.next_thread()

    assert (await circle.row(state.group_id)).lead_id == "U2"
    assert len(await circle.owed(NOTICE)) == 1


async def test_a_group_that_cannot_be_decided_on_holds_up_no_other(
    circle: Circle, caplog: pytest.LogCaptureFixture
) -> None:
    broken = await circle.start(1)
    await circle.start(1, channel="C2")
    async with circle.database.write() as session:
        group = await groups.get(session, broken.group_id)
        assert group is not None
        group.time_zone = "Mars/Olympus"
        session.add(group)

    await circle.next_thread()

    [thread] = await circle.owed(THREAD)
    assert thread.group_id != broken.group_id
    assert "could not be decided on" in caplog.text


async def test_answers_and_the_tick_at_the_same_moment_do_not_block_each_other(circle: Circle) -> None:
    await circle.start(4)
    circle.clock.instant = circle.clock.instant.replace(day=8, hour=16)

    await asyncio.gather(*(circle.answer(n) for n in range(1, 5)), circle.rounds.plan_due())
    await circle.rounds.plan_due()

    assert len(await circle.owed(THREAD)) == 1
    assert len(await circle.owed(SUMMARY)) >= 1
