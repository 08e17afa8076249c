"""The question after the interview: asked once, at the person's time, on both databases."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from bot.outgoing import Postponed, Unneeded
from bot.progress.outcome_rules import asked_at
from bot.progress.outcomes import ANSWERED, KIND, MOVED, OutcomeError, OutcomeService
from bot.reminders.timing import Quiet
from storage import learners, preferences
from storage.models import InterviewOutcome, OutboxMessage, OutboxState
from storage.preferences import EVERY_DAY, Defaults
from tests.builders import ANA, BEN, NOON, TODAY, Bell, MovingClock

QUIET = Quiet(22 * 60, 7 * 60)
MONDAY = date(2030, 3, 4)


def at(days: int, hour: int) -> datetime:
    return datetime(2030, 3, 4, hour, tzinfo=UTC) + timedelta(days=days)


async def had_interview(service: OutcomeService, on: date = TODAY, **terms: Any) -> int:
    """Ana had an interview on that day; our id of her."""
    async with service.database.write() as session:
        learner = await learners.ensure(session, ANA.team_id, ANA.user_id, now=NOON)
        learner.interview_on, learner.time_zone = on, "UTC"
        session.add(learner)
        assert learner.id is not None
        own = await preferences.ensure(session, learner.id, Defaults())
        for name, value in terms.items():
            setattr(own, name, value)
        session.add(own)
        return learner.id


async def owed(service: OutcomeService) -> list[OutboxMessage]:
    async with service.database.read() as session:
        return list((await session.exec(select(OutboxMessage).where(OutboxMessage.kind == KIND))).all())


async def said(service: OutcomeService) -> list[str | None]:
    async with service.database.read() as session:
        return list((await session.exec(select(InterviewOutcome.outcome))).all())


class TestWhen:
    @pytest.mark.parametrize(
        ("weekdays", "expected"),
        [
            pytest.param(EVERY_DAY, at(1, 9), id="the day after, at the daily time"),
            pytest.param((5,), at(4, 9), id="on the first day that is no rest day"),
            pytest.param((), None, id="never, where every day is one"),
        ],
    )
    def test_day(self, weekdays: tuple[int, ...], expected: datetime | None) -> None:
        found = asked_at(
            MONDAY, at=540, time_zone="UTC", quiet=QUIET, weekdays=weekdays, is_holiday=lambda _: False
        )

        assert found == expected

    def test_holidays_and_quiet_hours_are_left_out(self) -> None:
        tuesday = MONDAY + timedelta(days=1)
        found = asked_at(
            MONDAY,
            at=300,
            time_zone="Europe/Lisbon",
            quiet=QUIET,
            weekdays=EVERY_DAY,
            is_holiday=lambda on: on == tuesday,
        )

        assert found == at(2, 7)


class TestAsking:
    async def test_once_on_the_day_after(
        self, outcomes: OutcomeService, clock: MovingClock, bell: Bell
    ) -> None:
        learner_id = await had_interview(outcomes)
        clock.instant = at(1, 8)
        assert await outcomes.plan_due() == 0

        clock.instant = at(1, 9)
        assert await outcomes.plan_due() == 1
        assert await outcomes.plan_due() == 0

        [message] = await owed(outcomes)
        assert message.idempotency_key == f"outcome:{learner_id}:{TODAY}"
        assert (message.state, message.payload) == (OutboxState.DUE, {"interview_on": TODAY.isoformat()})
        assert bell.rings == 1

    async def test_two_workers_owe_one(self, outcomes: OutcomeService, clock: MovingClock) -> None:
        await had_interview(outcomes)
        clock.instant = at(1, 9)

        assert sum(await asyncio.gather(outcomes.plan_due(), outcomes.plan_due())) == 1
        assert len(await owed(outcomes)) == 1

    @pytest.mark.parametrize(("days", "number"), [(0, 0), (1, 1), (14, 1), (15, 0), (400, 0)])
    async def test_within_two_weeks(
        self, outcomes: OutcomeService, clock: MovingClock, days: int, number: int
    ) -> None:
        await had_interview(outcomes)
        clock.instant = at(days, 12)

        assert await outcomes.plan_due() == number

    async def test_late_it_is_due_since_its_slot(self, outcomes: OutcomeService, clock: MovingClock) -> None:
        """By that delivery tells what a restored database may have sent already."""
        await had_interview(outcomes)
        clock.instant = at(2, 12)

        await outcomes.plan_due()

        [message] = await owed(outcomes)
        assert message.due_at < clock.instant

    async def test_not_in_a_pause_but_after_it(self, outcomes: OutcomeService, clock: MovingClock) -> None:
        await had_interview(outcomes, paused_at=NOON, paused_until=TODAY + timedelta(days=5))
        clock.instant = at(4, 12)
        assert await outcomes.plan_due() == 0

        clock.instant = at(5, 12)
        assert await outcomes.plan_due() == 1

    async def test_nobody_without_a_date_and_nobody_who_left(
        self, outcomes: OutcomeService, clock: MovingClock
    ) -> None:
        learner_id = await had_interview(outcomes)
        async with outcomes.database.write() as session:
            await learners.ensure(session, BEN.team_id, BEN.user_id, now=NOON)
            await learners.deactivate(session, learner_id, now=NOON)
        clock.instant = at(1, 12)

        assert await outcomes.plan_due() == 0


class TestDrawing:
    async def test_asks_about_the_interview(self, outcomes: OutcomeService, clock: MovingClock) -> None:
        await had_interview(outcomes)
        clock.instant = at(1, 9)
        await outcomes.plan_due()
        [message] = await owed(outcomes)

        assert await outcomes.drawn([message]) == {message.id: TODAY}

    async def test_not_what_has_lost_its_use(self, outcomes: OutcomeService, clock: MovingClock) -> None:
        await had_interview(outcomes)
        clock.instant = at(1, 9)
        await outcomes.plan_due()
        [message] = await owed(outcomes)

        clock.instant = at(1, 23)
        assert isinstance((await outcomes.drawn([message]))[message.id or 0], Postponed)
        clock.instant = at(2, 9)
        await had_interview(outcomes, TODAY + timedelta(days=30))
        assert await outcomes.drawn([message]) == {message.id: Unneeded(MOVED)}
        await outcomes.answer(ANA, TODAY, "waiting")
        assert await outcomes.drawn([message]) == {message.id: Unneeded(ANSWERED)}


class TestAnswering:
    async def test_the_newest_answer_counts(self, outcomes: OutcomeService, clock: MovingClock) -> None:
        await had_interview(outcomes)
        clock.instant = at(1, 9)
        await outcomes.plan_due()

        await outcomes.answer(ANA, TODAY, "waiting")
        answered = await outcomes.answer(ANA, TODAY, "offer")

        assert await said(outcomes) == ["offer"]
        assert (answered.outcome, answered.has_plan, answered.message) == ("offer", False, None)

    async def test_a_date_nobody_was_asked_about_is_refused(self, outcomes: OutcomeService) -> None:
        await had_interview(outcomes)

        with pytest.raises(OutcomeError):
            await outcomes.answer(ANA, date(2020, 1, 1), "offer")
        assert await said(outcomes) == []
