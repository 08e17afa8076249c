"""What the tests of the day's practice share: people with and without a plan, on both databases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

import pytest
from sqlmodel import select

from bot.assessment.service import AssessmentService
from bot.members import Member
from bot.plan.service import PlanService
from bot.reminders.service import ReminderService
from bot.today.day import Today
from bot.today.service import TodayService
from content.loader import Catalog
from storage import learners, outbox, practice, preferences
from storage.engine import Database
from storage.models import LogEntry, OutboxMessage, OutboxState
from storage.preferences import Defaults
from tests.builders import ANA, NOON, TODAY, Bell, MovingClock, finish_assessment


@dataclass
class Practice:
    """The service, and a look into what it keeps."""

    service: TodayService
    database: Database
    clock: MovingClock
    bell: Bell

    async def plan(self, member: Member = ANA, *, slug: str = "six-week") -> int:
        """Give the person a plan that starts today; their id."""
        catalog, now = self.service.catalog, self.clock
        await finish_assessment(AssessmentService(catalog, self.database, now, "UTC"), member, points=2)
        plans = PlanService(catalog, self.database, now, Bell(), self.service.reminders)
        await plans.choose(member, 1, slug)
        return await self.learner(member)

    async def learner(self, member: Member = ANA) -> int:
        async with self.database.write() as session:
            row = await learners.ensure(session, member.team_id, member.user_id, now=self.clock())
        return cast(int, row.id)

    async def set(self, learner_id: int, **terms: Any) -> None:
        """Change some of the person's terms."""
        async with self.database.write() as session:
            own = await preferences.ensure(session, learner_id, Defaults())
            for name, value in terms.items():
                setattr(own, name, value)
            session.add(own)

    async def log(self, learner_id: int) -> Mapping[str, LogEntry]:
        """What is in the log, by key."""
        async with self.database.read() as session:
            rows = (await session.exec(select(LogEntry).where(LogEntry.learner_id == learner_id))).all()
        return {row.key: row for row in rows}

    async def owed(self, learner_id: int, *kinds: str, on: date = TODAY) -> list[OutboxMessage]:
        """What is owed for a date, in whatever state."""
        async with self.database.read() as session:
            return list(await practice.messages_of_day(session, learner_id, on, kinds))

    async def reminder(
        self, learner_id: int, kind: str = "daily", *, on: date = TODAY, **payload: Any
    ) -> OutboxMessage:
        """A reminder as the tick owes it."""
        draft = outbox.Draft(
            idempotency_key=f"{kind}:{learner_id}:{on}",
            team_id="T1",
            learner_id=learner_id,
            kind=kind,
            local_date=on,
            due_at=self.clock(),
            expires_at=self.clock() + timedelta(hours=12),
            payload={"turn": 0, **payload},
            priority=1,
        )
        async with self.database.write() as session:
            await outbox.enqueue(session, draft, now=self.clock())
            row = await outbox.find(session, draft.idempotency_key)
        assert row is not None
        return row

    async def arrived(self, message: OutboxMessage, ts: str, *, at: datetime = NOON) -> None:
        """The message stands in the conversation."""
        async with self.database.write() as session:
            row = await outbox.find(session, message.idempotency_key)
            assert row is not None
            row.state, row.channel, row.message_ts, row.sent_at = OutboxState.SENT, "D1", ts, at
            session.add(row)


@pytest.fixture
def diary(database: Database, catalog: Catalog, clock: MovingClock) -> Practice:
    """On each kind of database."""
    bell = Bell()
    reminders = ReminderService(database, clock, Defaults(), Bell())
    return Practice(TodayService(catalog, database, clock, reminders, bell), database, clock, bell)


def tasks(today: Today) -> dict[str, str]:
    return {line.part: line.slug for line in today.lines}


def done(today: Today) -> list[str]:
    return [line.part for line in today.lines if line.is_done]


async def tick(diary: Practice, *parts: str, on: date = TODAY, is_done: bool = True) -> Today:
    """Tick these lines, the last state shown."""
    for part in parts:
        changed = await diary.service.tick(ANA, on, part, is_done=is_done, at=diary.clock())
    return changed.today
