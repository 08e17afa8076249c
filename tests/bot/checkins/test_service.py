"""Check-ins that people answer, on both databases."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta

import pytest
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.checkins.counts import USUAL, Counts
from bot.checkins.service import CheckInService, ClosedCheckInError, Place, Tally
from bot.progress.service import ProgressService
from content.loader import Catalog
from storage import outbox, preferences
from storage.engine import Database
from storage.models import CheckIn, Learner, OutboxMessage, OutboxState
from storage.outbox import Draft
from tests.bot.checkins.weeks import (
    FRIDAY,
    MONDAY,
    NEXT_FRIDAY,
    an_answer,
    at,
    choose_plan,
    learner_id_of,
    log_practice,
    remind,
    stored,
)
from tests.builders import (
    ANA,
    BEN,
    TODAY,
    MovingClock,
)


class TestForm:
    async def test_is_filled_in_from_the_log_and_the_plans_next_week(
        self, service: CheckInService, clock: MovingClock
    ) -> None:
        ana = await choose_plan(service)
        await log_practice(service.database, ana, FRIDAY, "coding", 4)
        overview = await service.plan.overview(ANA)
        assert overview is not None
        clock.instant = at(FRIDAY)

        form = await service.form(ANA)

        assert form.reported == form.tally.logged == Counts(coding=4)
        assert form.next_goals == Counts.read(overview.weeks[1].goals.model_dump())
        assert (form.is_answered, form.confidence, form.blocker) == (False, None, None)
        assert await stored(service.database) == []

    async def test_opens_for_somebody_we_never_saw(self, service: CheckInService) -> None:
        form = await service.form(BEN)

        assert form.tally.goals == form.next_goals == USUAL
        assert form.tally.to_on == TODAY

    async def test_opens_the_week_that_is_open(self, service: CheckInService, clock: MovingClock) -> None:
        ana = await choose_plan(service)
        clock.instant = at(FRIDAY)
        await remind(service, ana)

        async def opens(now: datetime) -> date:
            clock.instant = now
            return (await service.form(ANA)).tally.to_on

        assert await opens(at(MONDAY, 9)) == FRIDAY
        assert await opens(at(NEXT_FRIDAY - timedelta(days=1), 9)) == FRIDAY
        assert await opens(at(NEXT_FRIDAY, 2)) == FRIDAY, "a day ends at three in the night"
        assert await opens(at(NEXT_FRIDAY, 9)) == NEXT_FRIDAY

    async def test_opens_by_the_persons_own_end_of_day(
        self, service: CheckInService, clock: MovingClock
    ) -> None:
        ana = await learner_id_of(service.database)
        async with service.database.write() as session:
            own = await preferences.ensure(session, ana, service.reminders.defaults)
            own.day_ends_at = 0
            session.add(own)

        clock.instant = at(FRIDAY + timedelta(days=1), 2)

        assert (await service.form(ANA)).tally.to_on == FRIDAY + timedelta(days=1)
        assert (await service.form(BEN)).tally.to_on == FRIDAY

    async def test_shows_what_was_answered(self, service: CheckInService, clock: MovingClock) -> None:
        await choose_plan(service)
        clock.instant = at(FRIDAY)
        await service.answer(ANA, FRIDAY, an_answer(blocker="on call"))

        form = await service.form(ANA, FRIDAY)

        answer = an_answer(blocker="on call")
        assert form.is_answered
        assert (form.reported, form.next_goals) == (answer.reported, answer.next_goals)
        assert (form.confidence, form.blocker) == (3, "on call")

    async def test_of_a_closed_week_says_so(self, service: CheckInService, clock: MovingClock) -> None:
        ana = await choose_plan(service)
        clock.instant = at(FRIDAY)
        await remind(service, ana)
        clock.instant = at(NEXT_FRIDAY)
        assert (await service.form(ANA, FRIDAY)).tally.to_on == FRIDAY

        await remind(service, ana, NEXT_FRIDAY)

        with pytest.raises(ClosedCheckInError, match="`/prep week`"):
            await service.form(ANA, FRIDAY)


class TestAnswer:
    async def test_is_stored(self, service: CheckInService, clock: MovingClock) -> None:
        ana = await choose_plan(service)
        clock.instant = at(FRIDAY)
        await remind(service, ana)
        clock.move(minutes=5)

        result = await service.answer(ANA, FRIDAY, an_answer(blocker="on call"))

        [row] = await stored(service.database)
        assert row.reported == {"designs": 1, "coding": 7, "stories": 3, "mocks": 0}
        assert row.next_goals == {"designs": 2, "coding": 10, "stories": 3, "mocks": 1}
        assert (row.confidence, row.blocker) == (3, "on call")
        assert (row.answered_at, row.edited_at) == (clock(), None)
        assert result.tally == (await service.form(ANA)).tally
        assert result.message is None

    async def test_is_stored_without_a_reminder_and_without_a_plan(self, service: CheckInService) -> None:
        result = await service.answer(BEN, TODAY, an_answer())

        [row] = await stored(service.database)
        assert (row.to_on, row.from_on) == (TODAY, TODAY - timedelta(days=6))
        assert result.forecast is None

    async def test_given_twice_is_one(self, service: CheckInService, clock: MovingClock) -> None:
        await choose_plan(service)
        clock.instant = at(FRIDAY)

        results = await asyncio.gather(*(service.answer(ANA, FRIDAY, an_answer()) for _ in range(3)))

        [row] = await stored(service.database)
        assert row.edited_at is None
        assert results[0] == results[1] == results[2]

    async def test_can_be_changed(self, service: CheckInService, clock: MovingClock) -> None:
        await choose_plan(service)
        clock.instant = at(FRIDAY)
        await service.answer(ANA, FRIDAY, an_answer(blocker="on call"))
        clock.instant = at(MONDAY)

        await service.answer(ANA, FRIDAY, an_answer(coding=9))

        [row] = await stored(service.database)
        assert (row.answered_at, row.edited_at) == (at(FRIDAY), at(MONDAY))
        assert (row.reported or {})["coding"] == 9
        assert row.blocker is None

    async def test_is_late_until_the_next_reminder(self, service: CheckInService, clock: MovingClock) -> None:
        ana = await choose_plan(service)
        clock.instant = at(FRIDAY)
        await remind(service, ana)
        clock.instant = at(NEXT_FRIDAY, 15, 59)

        await service.answer(ANA, FRIDAY, an_answer())
        clock.instant = at(NEXT_FRIDAY)
        await remind(service, ana, NEXT_FRIDAY)

        with pytest.raises(ClosedCheckInError):
            await service.answer(ANA, FRIDAY, an_answer(coding=99))
        first, second = await stored(service.database)
        assert (first.reported or {})["coding"] == 7
        assert second.answered_at is None

    async def test_to_a_week_that_never_was_is_refused(
        self, service: CheckInService, clock: MovingClock
    ) -> None:
        clock.instant = at(FRIDAY)

        for to_on in (date(2020, 1, 3), date(2031, 1, 3), date.min, date.max, FRIDAY + timedelta(days=2)):
            with pytest.raises(ClosedCheckInError):
                await service.answer(ANA, to_on, an_answer())

        assert await stored(service.database) == []

    async def test_never_reaches_anybody_elses(self, service: CheckInService, clock: MovingClock) -> None:
        ana = await choose_plan(service)
        clock.instant = at(FRIDAY)
        await remind(service, ana)

        await service.answer(BEN, FRIDAY, an_answer(blocker="mine"))

        rows = {row.learner_id: row for row in await stored(service.database)}
        assert rows[ana].answered_at is None
        assert len(rows) == 2

    async def test_sets_the_goals_of_the_next_week(self, service: CheckInService, clock: MovingClock) -> None:
        ana = await choose_plan(service)
        clock.instant = at(FRIDAY)
        await service.answer(ANA, FRIDAY, an_answer(next_coding=4))
        clock.instant = at(NEXT_FRIDAY)

        tally = await remind(service, ana, NEXT_FRIDAY)

        assert isinstance(tally, Tally)
        assert tally.goals == an_answer(next_coding=4).next_goals

    async def test_sets_no_goals_for_a_month_later(self, service: CheckInService, clock: MovingClock) -> None:
        await service.answer(ANA, TODAY, an_answer(next_coding=4))
        clock.move(days=30)

        assert (await service.form(ANA)).tally.goals == USUAL

    async def test_says_where_the_pace_leads(self, service: CheckInService, clock: MovingClock) -> None:
        await choose_plan(service)
        overview = await service.plan.overview(ANA)
        assert overview is not None
        clock.instant = at(FRIDAY)
        first = await service.answer(ANA, FRIDAY, an_answer(coding=1, next_coding=2))
        clock.instant = at(NEXT_FRIDAY)

        second = await service.answer(ANA, NEXT_FRIDAY, an_answer(coding=2, next_coding=9))

        told = await ProgressService(
            service.catalog, service.database, clock, service.plan, service.reminders
        ).progress(ANA)
        assert first.forecast is not None
        assert first.forecast.is_early
        assert second.forecast is not None
        assert second.forecast == told.forecast
        assert (second.forecast.done["coding"], second.forecast.ends_on) == (3, overview.ends_on)
        assert first.stretch is None
        assert second.stretch is not None
        assert "9 coding problems" in second.stretch

    async def test_is_an_activity_of_the_person(self, service: CheckInService, clock: MovingClock) -> None:
        ana = await choose_plan(service)
        clock.instant = at(FRIDAY)

        await service.answer(ANA, FRIDAY, an_answer())

        async with service.database.read() as session:
            own = await preferences.get(session, ana)
        assert own is not None
        assert own.active_at == at(FRIDAY)

    async def test_tells_who_listens_in_the_same_transaction(
        self, catalog: Catalog, database: Database, clock: MovingClock, service: CheckInService
    ) -> None:
        heard: list[tuple[int, int, datetime]] = []

        async def listen(session: AsyncSession, learner_id: int, check_in_id: int, now: datetime) -> None:
            row = (await session.exec(select(CheckIn).where(CheckIn.id == check_in_id))).one()
            assert row.answered_at is not None
            heard.append((learner_id, check_in_id, now))
            if len(heard) == 3:
                raise RuntimeError("the listener failed")

        ana = await choose_plan(service)
        heard_by = CheckInService(catalog, database, clock, service.plan, service.reminders, listen)

        await heard_by.answer(ANA, TODAY, an_answer())
        await heard_by.answer(ANA, TODAY, an_answer())
        with pytest.raises(RuntimeError):
            await heard_by.answer(ANA, TODAY, an_answer(coding=50))

        [row] = await stored(database)
        assert heard == [(ana, row.id, clock())] * 3
        assert (row.reported or {})["coding"] == 7

    @pytest.mark.parametrize("state", [OutboxState.SENT, OutboxState.DUE])
    async def test_knows_the_message_that_asked_for_it(
        self, service: CheckInService, clock: MovingClock, state: OutboxState
    ) -> None:
        ana = await choose_plan(service)
        clock.instant = at(FRIDAY)
        draft = Draft(
            idempotency_key=f"weekly:{ana}:{FRIDAY}",
            team_id=ANA.team_id,
            learner_id=ana,
            kind="weekly",
            local_date=FRIDAY,
            due_at=clock(),
        )
        async with service.database.write() as session:
            await outbox.enqueue(session, draft, now=clock())
            query = select(OutboxMessage).where(OutboxMessage.kind == "weekly")
            message = (await session.exec(query)).one()
            message.state, message.channel, message.message_ts = state, "D1", "1.5"
            session.add(message)

        result = await service.answer(ANA, FRIDAY, an_answer())

        assert result.message == (Place("D1", "1.5") if state == OutboxState.SENT else None)


async def _learner(session: AsyncSession) -> Learner:
    return (await session.exec(select(Learner).where(Learner.user_id == ANA.user_id))).one()
