"""What the tests of the log share: the services on both databases, and a look into what they keep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

import pytest
from sqlmodel import col, select

from bot.assessment.service import AssessmentService
from bot.log.answers import Logged
from bot.log.service import LogService
from bot.log.timers import TimerService
from bot.members import Member
from bot.plan.service import PlanService
from bot.today.service import TodayService
from content.loader import Catalog
from storage import learners, practice, preferences
from storage.engine import Database
from storage.models import LogEntry, OutboxMessage, ReviewCard, ReviewLog
from storage.practice import Item
from storage.preferences import Defaults
from tests.builders import ANA, TODAY, Bell, MovingClock, a_profile, a_reminder_service, finish_assessment


@dataclass
class Desk:
    """The services of the log, and what lies in the database."""

    service: LogService
    timers: TimerService
    today: TodayService
    database: Database
    clock: MovingClock

    async def learner(self, member: Member = ANA) -> int:
        async with self.database.write() as session:
            row = await learners.ensure(session, member.team_id, member.user_id, now=self.clock())
        return cast(int, row.id)

    async def entries(self, member: Member = ANA) -> Sequence[LogEntry]:
        """Everything in the log of somebody."""
        learner_id = await self.learner(member)
        async with self.database.read() as session:
            query = select(LogEntry).where(LogEntry.learner_id == learner_id)
            return (await session.exec(query.order_by(col(LogEntry.id)))).all()

    async def answers(self) -> list[tuple[str, str, int]]:
        """Item, key and rating of every answer to a card."""
        async with self.database.read() as session:
            return [(row.item, row.key, row.rating) for row in await session.exec(select(ReviewLog))]

    async def cards(self) -> list[str]:
        """What comes back."""
        async with self.database.read() as session:
            return list(await session.exec(select(ReviewCard.item)))

    async def owed(self, kind: str = "timer") -> Sequence[OutboxMessage]:
        async with self.database.read() as session:
            query = select(OutboxMessage).where(OutboxMessage.kind == kind)
            return (await session.exec(query.order_by(col(OutboxMessage.id)))).all()

    async def set(self, **terms: Any) -> None:
        """Change some of Ana's terms."""
        learner_id = await self.learner()
        async with self.database.write() as session:
            own = await preferences.ensure(session, learner_id, Defaults())
            for name, value in terms.items():
                setattr(own, name, value)
            session.add(own)

    async def give(self, part: str, task: str, on: date = TODAY) -> None:
        """Put a task on Ana's list of a day."""
        learner_id = await self.learner()
        async with self.database.write() as session:
            await practice.add_items(session, [Item(learner_id, on, part, task)])

    async def is_ticked(self, part: str, on: date = TODAY) -> bool:
        learner_id = await self.learner()
        async with self.database.read() as session:
            items = (await practice.items(session, [learner_id], from_on=on, to_on=on))[learner_id]
        return next(item.done_at is not None for item in items if item.part == part)

    async def plan(self, slug: str = "six-week") -> None:
        """Give Ana a plan that starts today."""
        catalog = self.service.catalog
        assessment = AssessmentService(catalog, self.database, self.clock, "UTC")
        await finish_assessment(assessment, profile=a_profile())
        await self.service.plan.choose(ANA, 1, slug)

    async def type(self, line: str, source: str = "log:1", member: Member = ANA) -> Logged:
        return await self.service.type(member, line, source)


@pytest.fixture
def desk(database: Database, catalog: Catalog, clock: MovingClock) -> Desk:
    """On each kind of database."""
    return desk_on(database, catalog, clock)


def desk_on(database: Database, catalog: Catalog, clock: MovingClock) -> Desk:
    reminders = a_reminder_service(database, clock)
    plan = PlanService(catalog, database, clock, Bell(), reminders)
    service = LogService(catalog, database, clock, plan, reminders)
    return Desk(
        service,
        TimerService(database, clock, reminders, service),
        TodayService(catalog, database, clock, reminders, Bell()),
        database,
        clock,
    )
