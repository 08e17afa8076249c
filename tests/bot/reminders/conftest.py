"""People with plans, and what the outbox holds for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from bot.reminders.service import ReminderService
from storage import learners, preferences, reminders
from storage.engine import Database
from storage.models import Attempt, Learner, OutboxMessage, OutboxState, Preferences, Reminder, StudyPlan
from storage.preferences import Defaults
from tests.builders import Bell, MovingClock

MONDAY = date(2030, 3, 4)


@dataclass
class Desk:
    """The service of reminders, and everything a test asks of it."""

    database: Database
    clock: MovingClock
    bell: Bell = field(default_factory=Bell)
    defaults: Defaults = field(default_factory=Defaults)
    spread_seconds: int = 0

    @property
    def service(self) -> ReminderService:
        return ReminderService(self.database, self.clock, self.defaults, self.bell, self.spread_seconds)

    def at(self, text: str) -> None:
        """Set the clock, in UTC: `03-04 09:00`."""
        self.clock.instant = datetime.strptime(f"2030-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC)

    async def person(
        self,
        user: str = "U1",
        *,
        zone: str = "UTC",
        weeks: int = 6,
        team: str = "T1",
        **terms: Any,
    ) -> int:
        """Somebody who has just chosen a plan; `terms` are columns of their preferences."""
        now = self.clock()
        async with self.database.write() as session:
            learner = await learners.ensure(session, team, user, now=now)
            learner.time_zone = zone
            learner_id = learner.id or 0
            own = await preferences.ensure(session, learner_id, self.defaults)
            for name, value in terms.items():
                setattr(own, name, value)
            attempt = Attempt(
                learner_id=learner_id, number=1, form="quick", content_version="1", started_at=now
            )
            session.add(attempt)
            await session.flush()
            session.add(
                StudyPlan(
                    learner_id=learner_id,
                    attempt_id=attempt.id or 0,
                    slug="six-week",
                    content_version="1",
                    starts_on=now.date(),
                    content_weeks=list(range(weeks)),
                    hours=15,
                    target_level="L6",
                    split={},
                    created_at=now,
                )
            )
            await session.flush()
            await self.service.begin(session, learner, now=now)
        return learner_id

    async def change(self, learner_id: int, *, zone: str | None = None, **terms: Any) -> None:
        """The person changes their terms, as the settings do."""
        async with self.database.write() as session:
            learner = await learners.get(session, learner_id)
            if zone is not None:
                learner.time_zone = zone
                session.add(learner)
            own = await preferences.ensure(session, learner_id, self.defaults)
            for name, value in terms.items():
                setattr(own, name, value)
            session.add(own)
            await session.flush()
            await self.service.reschedule(session, learner, own, now=self.clock())

    async def touch(self, learner_id: int) -> None:
        """The person does something."""
        async with self.database.write() as session:
            await self.service.touch(session, learner_id, now=self.clock())

    async def sent(self, learner_id: int) -> None:
        """Everything that is owed to them has arrived."""
        await self.each(learner_id, lambda row: self._mark_sent(row))

    def _mark_sent(self, row: OutboxMessage) -> None:
        if row.state == OutboxState.DUE:
            row.state, row.sent_at = OutboxState.SENT, self.clock()

    async def each(self, learner_id: int, change: Callable[[OutboxMessage], None]) -> None:
        """Change every message of a person."""
        async with self.database.write() as session:
            rows = await session.exec(select(OutboxMessage).where(OutboxMessage.learner_id == learner_id))
            for row in rows.all():
                change(row)
                session.add(row)

    async def traces(self, learner_id: int, kind: str = "daily") -> list[str]:
        """`03-04 due`, `03-05 skipped: your rest day`, by date."""
        query = (
            select(OutboxMessage)
            .where(OutboxMessage.learner_id == learner_id, OutboxMessage.kind == kind)
            .order_by(col(OutboxMessage.local_date))
        )
        async with self.database.read() as session:
            rows = (await session.exec(query)).all()
        return [
            f"{row.local_date:%m-%d} {row.state}" + (f": {row.reason}" if row.reason else "") for row in rows
        ]

    async def next_at(self, learner_id: int, kind: str = "daily") -> datetime | None:
        """When the kind is decided next; None while it rests."""
        row = await self.reminder(learner_id, kind)
        return row.next_at if row else None

    async def reminder(self, learner_id: int, kind: str = "daily") -> Reminder | None:
        """What is stored of the kind."""
        async with self.database.write() as session:
            return (await reminders.of_learner(session, learner_id)).get(kind)

    async def preferences(self, learner_id: int) -> Preferences:
        """What is stored of the person's terms."""
        async with self.database.read() as session:
            found = await preferences.get(session, learner_id)
        assert found is not None
        return found

    async def days(self, learner_id: int, count: int, *, answers: bool = True) -> None:
        """So many days pass, ticked at nine; the person reacts to each, or to none."""
        for _ in range(count):
            await self.service.plan_due()
            await self.sent(learner_id)
            self.clock.move(hours=1)
            if answers:
                await self.touch(learner_id)
            self.clock.instant += timedelta(hours=23)


@pytest.fixture
def desk(database: Database, clock: MovingClock) -> Desk:
    """At Monday, 4 March 2030, eight o'clock in UTC."""
    opened = Desk(database, clock)
    opened.at("03-04 08:00")
    return opened


async def deactivate(desk: Desk, learner_id: int) -> None:
    """The account is gone."""
    async with desk.database.write() as session:
        learner: Learner = await learners.get(session, learner_id)
        learner.deactivated_at = desk.clock()
        session.add(learner)
