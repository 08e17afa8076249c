"""A study group on a database: its services, its people, and what they answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast

import pytest
from sqlmodel import col, select

from bot.app import Coach
from bot.groups.rounds import GroupRounds
from bot.groups.schedule import Schedule
from bot.groups.service import GroupService, GroupState
from bot.groups.upkeep import GroupUpkeep
from bot.members import Member
from storage import learners, outbox
from storage.engine import Database
from storage.models import CheckIn, OutboxMessage, OutboxState, StudyGroup
from storage.preferences import Defaults
from tests.builders import ANA, Bell, MovingClock, a_reminder_service
from tests.dispatch import Dispatcher

CHANNEL = "C1"
TERMS = Schedule(5, 16 * 60, "Europe/Lisbon", 48)
FRIDAY_AT_FOUR = Schedule(5, 16 * 60, "UTC", 48)


def person(number: int) -> Member:
    """One of as many people as a test needs."""
    return Member("T1", f"U{number}")


@dataclass
class Circle:
    """The services over one database, and short ways to what tests do often."""

    database: Database
    clock: MovingClock
    bell: Bell = field(default_factory=Bell)

    def __post_init__(self) -> None:
        touch = a_reminder_service(self.database, self.clock).touch
        self.groups = GroupService(self.database, self.clock, "UTC", touch, self.bell)
        self.rounds = GroupRounds(self.database, self.clock, self.bell)
        self.upkeep = GroupUpkeep(self.database, self.clock, Defaults(), self.bell)

    async def start(
        self, people: int = 1, schedule: Schedule = FRIDAY_AT_FOUR, channel: str = CHANNEL
    ) -> GroupState:
        """Person 1 starts it, the others join a minute apart."""
        state = await self.groups.start(person(1), channel, "prep", schedule)
        for number in range(2, people + 1):
            self.clock.move(minutes=1)
            _, state = await self.groups.join(person(number), state.group_id)
        return state

    async def next_thread(self) -> None:
        """Move to the next Friday at four and let the tick decide."""
        now = self.clock.instant
        days = (4 - now.weekday()) % 7
        slot = (now + timedelta(days=days)).replace(hour=16, minute=0)
        self.clock.instant = slot if slot > now else slot + timedelta(days=7)
        await self.rounds.plan_due()

    async def answer(self, number: int, **counts: int) -> int:
        """A person answers the check-in of today, or changes it."""
        async with self.database.write() as session:
            learner = await learners.ensure(session, "T1", f"U{number}", now=self.clock())
            learner_id, today = cast(int, learner.id), self.clock().date()
            found = select(CheckIn).where(CheckIn.learner_id == learner_id, CheckIn.to_on == today)
            row = (await session.exec(found)).one_or_none() or CheckIn(
                learner_id=learner_id, from_on=today, to_on=today, goals={}, created_at=self.clock()
            )
            row.reported, row.answered_at = dict(counts), row.answered_at or self.clock()
            row.confidence, row.blocker = 1, "my manager"
            session.add(row)
            await session.flush()
            await self.rounds.on_answered(session, learner_id, cast(int, row.id), self.clock())
        return learner_id

    async def owed(self, kind: str) -> Sequence[OutboxMessage]:
        """Everything that was ever owed of a kind, in order."""
        async with self.database.read() as session:
            query = select(OutboxMessage).where(OutboxMessage.kind == kind)
            return (await session.exec(query.order_by(col(OutboxMessage.id)))).all()

    async def arrives(self, key: str, ts: str) -> None:
        """Delivery has sent the message with this key."""
        async with self.database.write() as session:
            row = await outbox.find(session, key)
            assert row is not None
            row.state, row.message_ts, row.channel, row.sent_at = OutboxState.SENT, ts, CHANNEL, self.clock()
            session.add(row)

    async def row(self, group_id: int) -> StudyGroup:
        """The group as it is stored."""
        async with self.database.read() as session:
            return (await session.exec(select(StudyGroup).where(StudyGroup.id == group_id))).one()


@pytest.fixture
def circle(database: Database, clock: MovingClock) -> Circle:
    """No group yet; it is Monday noon."""
    return Circle(database, clock)


async def no_touch(*_: Any, **__: Any) -> None:
    """Reminders are not looked at here."""


def groups_of(coach: Coach, now: Any) -> GroupService:
    """The service over the same database."""
    return GroupService(coach.database, now, "UTC", no_touch, Bell())


@pytest.fixture
def groups(slack: Dispatcher) -> GroupService:
    return groups_of(slack.coach, slack.clock)


async def started(groups: GroupService, lead: Member = ANA) -> GroupState:
    return await groups.start(lead, "C1", "prep", TERMS)
