"""
A town of people who are reminded, in a time that is moved by hand, and its books.

What Slack accepted is held against what an independent calculation says was owed (tests/oracle): each key
once and inside its window, none unexpected, every date with its trace, and the missed ones counted.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery import Delivery
from bot.manifest import manifest_path
from bot.members import Member
from bot.outgoing import MessageKind, Outcome, Post
from bot.pace import Pace
from bot.people.account import Account
from bot.people.service import PeopleService
from bot.playground.clock import WorkspaceClock
from bot.playground.manifest import load_manifest
from bot.playground.model import Member as WorkspaceMember
from bot.playground.workspace import Workspace
from bot.preferences.service import PreferencesService
from bot.reminders.service import ReminderService
from storage import learners, outbox, preferences
from storage.engine import Database
from storage.models import OPEN_STATES, Attempt, DailyItem, LogEntry, OutboxMessage, Reminder, StudyPlan
from storage.preferences import Defaults
from tests.builders import Bell
from tests.oracle.person import Pause, Settings
from tests.processes import HandClock
from tests.survival.books import KINDS, Books, Posts
from tests.survival.edge import Life, MortalDatabase, StraightClient
from tests.survival.resident import Resident, in_the_bots_words

MOST_LOOKS = 100_000
"""A town that is still busy after so many looks turns in a circle."""
PARTS = ("coding", "concept", "story")
WEEKS = 200
"""Nobody's plan ends while a test looks."""


def at(text: str) -> datetime:
    """2026-03-08 07:00 -> that instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class HandDrivenClock(WorkspaceClock):
    """The workspace lives in the time of a HandClock."""

    def __init__(self, hand: HandClock) -> None:
        super().__init__()
        self._hand = hand

    def now(self) -> datetime:
        return self._hand.now()


@dataclass
class Town(Books):
    """The people of a workspace, the database, and what time it is."""

    spread_seconds: int = 0
    weeks: int = WEEKS
    owners: Iterable[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.began = self.clock.now()
        self.work_on(self.database)

    def work_on(self, database: Database) -> None:
        """Everybody who works here starts anew, on that database."""
        self.database = database
        self.service = self.reminders()
        self.terms = PreferencesService(self.database, self.clock.now, self.service)
        self.people = PeopleService(self.database, self.clock.now, self.service)
        self.delivery = self.worker()

    # Those who work here

    def reminders(
        self, *, database: Database | None = None, now: Callable[[], datetime] | None = None
    ) -> ReminderService:
        """Decides what is owed."""
        return ReminderService(
            database or self.database, now or self.clock.now, Defaults(), Bell(), self.spread_seconds
        )

    def worker(
        self,
        *,
        database: Database | None = None,
        poster: AsyncWebClient | None = None,
        life: Life | None = None,
        now: Callable[[], datetime] | None = None,
        pace: Pace | None = None,
        kinds: Mapping[str, MessageKind] | None = None,
    ) -> Delivery:
        """One that delivers; with a life, it can be killed."""
        database = database or self.database
        if life is not None:
            database = MortalDatabase(database, life)
        now = now or self.clock.now
        return Delivery(
            team_id=self.workspace.team_id,
            database=database,
            poster=poster or StraightClient(self.workspace, life),
            kinds=kinds or plain_kinds(self.reminders(database=database, now=now)),
            now=now,
            owner=f"worker{next(iter(self.owners))}",
            pace=pace or Pace(self.clock.monotonic, posts_per_second=0),
        )

    # Those who live here

    async def settle(self, zone: str = "UTC", **wants: Any) -> Resident:
        """Somebody joins and chooses a plan now; `wants` are settings in the oracle's words."""
        return (await self.settle_many(1, zone, **wants))[0]

    async def settle_many(self, number: int, zone: str = "UTC", **wants: Any) -> list[Resident]:
        """The same for several who want the same."""
        now = self.clock.now()
        joined = []
        async with self.database.write() as session:
            for _ in range(number):
                user = f"U{len(self.residents):06}"
                self.workspace.people[user] = WorkspaceMember(id=user, name=user, real_name=user, tz=zone)
                learner_id = await self._enrol(session, user, zone, now, wants)
                resident = Resident(
                    Member(self.workspace.team_id, user),
                    learner_id,
                    zones=[(now, zone)],
                    settings=[(now, replace(Settings(), **wants))],
                )
                self.residents.append(resident)
                joined.append(resident)
        return joined

    async def _enrol(
        self, session: AsyncSession, user: str, zone: str, now: datetime, wants: dict[str, Any]
    ) -> int:
        learner = await learners.ensure(session, self.workspace.team_id, user, now=now)
        learner.time_zone = zone
        learner.dm_channel = self.workspace.conversations.open_dm(user).id
        learner_id = learner.id or 0
        own = await preferences.ensure(session, learner_id, self.service.defaults)
        for name, value in in_the_bots_words(wants).items():
            setattr(own, name, value)
        attempt = Attempt(learner_id=learner_id, number=1, form="quick", content_version="1", started_at=now)
        session.add(attempt)
        await session.flush()
        plan = StudyPlan(
            learner_id=learner_id,
            attempt_id=attempt.id or 0,
            slug="six-week",
            content_version="1",
            starts_on=now.date() - timedelta(days=1),
            content_weeks=list(range(self.weeks)),
            hours=15,
            target_level="L6",
            split={},
            created_at=now,
        )
        session.add(plan)
        await session.flush()
        await self.service.begin(session, learner, now=now)
        return learner_id

    async def change(self, who: Resident, **wants: Any) -> None:
        """Saves other settings, as the form does; in the oracle's words."""
        current = await self.terms.current(who.member)
        changes = in_the_bots_words(wants)
        if "days" in changes:
            changes["days"] = tuple(changes["days"])
        await self.terms.save(who.member, replace(current.choices, **changes))
        who.wants_from(self.clock.now(), **wants)

    async def move(self, who: Resident, zone: str) -> None:
        """Travels, and Slack tells us the zone."""
        await self.people.follow(who.member, Account(time_zone=zone))
        who.zones.append((self.clock.now(), zone))

    async def pause(self, who: Resident, until: date | None = None) -> None:
        """Wants to be left alone until the first day back."""
        who.ends_pause(self.clock.now())
        await self.terms.pause(who.member, until)
        who.pauses.append(Pause(since=self.clock.now(), back=until))

    async def resume(self, who: Resident) -> None:
        """Is back."""
        await self.terms.resume(who.member)
        who.ends_pause(self.clock.now())
        who.activity.append(self.clock.now())

    async def touch(self, *those: Resident) -> None:
        """Do something with the bot; everybody, if nobody is named."""
        async with self.database.write() as session:
            for who in those or self.residents:
                await self.service.touch(session, who.learner_id, now=self.clock.now())
                who.activity.append(self.clock.now())

    async def finish(self, who: Resident, on: date) -> None:
        """Ticks everything of a date."""
        now = self.clock.now()
        async with self.database.write() as session:
            for part in PARTS:
                item = DailyItem(
                    learner_id=who.learner_id, local_date=on, part=part, task="two-sum", done_at=now
                )
                session.add(item)
            entry = LogEntry(
                learner_id=who.learner_id, key=f"daily:{on}", local_date=on, activity="coding", logged_at=now
            )
            session.add(entry)
            await self.service.touch(session, who.learner_id, now=now)
        who.done[on] = now

    async def database_now(self) -> datetime:
        """What a database server says the time is."""
        return self.clock.now()

    async def restart(self) -> None:
        """The process that delivers ends, and another begins."""
        await self.delivery.stop()
        self.delivery = self.worker()
        await self.service.take_over()

    # Time

    async def tick(self) -> None:
        """Decide what is due and deliver it, as the scheduler makes the bot do."""
        await self.service.beat()
        await self.service.plan_due()
        async with self.database.write() as session:
            await outbox.adopt(session)
        await self.delivery.drain()

    async def live_until(
        self, end: datetime | str, tick: Callable[[], Awaitable[object]] | None = None
    ) -> None:
        """Be there whenever something is due, up to but not including the end."""
        end = at(end) if isinstance(end, str) else end
        for _ in range(MOST_LOOKS):
            await (tick or self.tick)()
            coming = await self.next_instant()
            if coming is None or coming >= end:
                # Whoever was killed on the way may have come later than that; time does not go back.
                self.set(max(end, self.clock.now()))
                return
            # What cannot be sent although it is due is looked at again in a second.
            self.set(max(coming, self.clock.now() + timedelta(seconds=1)))
        raise AssertionError(f"still busy at {self.clock.now()}")

    async def live_daily(self, days: int, *, touch_at: str = "23:30") -> None:
        """So many days, at the end of which everybody shows a sign of life."""
        for _ in range(days):
            today = self.clock.now().date()
            await self.live_until(at(f"{today} {touch_at}"))
            await self.touch()
            await self.live_until(at(f"{today + timedelta(days=1)} 00:00"))

    async def next_instant(self) -> datetime | None:
        """When the books say that there is something to do."""
        async with self.database.read() as session:
            decided = (await session.exec(select(func.min(Reminder.next_at)))).one()
            rows = await session.exec(
                select(OutboxMessage.due_at, OutboxMessage.lease_until)
                .where(col(OutboxMessage.state).in_(OPEN_STATES))
                .limit(5000)
            )
            open_ = [max(due, lease or due) for due, lease in rows]
        return min([decided, *open_] if decided else open_, default=None)

    def set(self, instant: datetime | str) -> None:
        """It is that time; nobody was there meanwhile, if anything was due."""
        instant = at(instant) if isinstance(instant, str) else instant
        self.clock.move((instant - self.clock.now()).total_seconds())

    def down_until(self, end: datetime | str) -> None:
        """Nothing runs until then."""
        begins = self.clock.now()
        self.set(end)
        if self.clock.now() > begins:
            self.outages.append((begins, self.clock.now()))


def plain_kinds(service: ReminderService) -> Mapping[str, MessageKind]:
    """Reminders that are only a line: what they say is tried elsewhere."""

    async def render(messages: Sequence[OutboxMessage]) -> Mapping[int, Outcome | Exception]:
        drawn: dict[int, Outcome | Exception] = {**await service.still_wanted(messages)}
        for message in messages:
            text = f"{message.kind} of {message.local_date}"
            drawn.setdefault(message.id or 0, Post(text, []))
        return drawn

    # As in bot/app.py: a check-in is worth a double, a nudge is not.
    return {kind: MessageKind(render, resend_if_unreadable=kind == "weekly") for kind in KINDS}


async def killed_somewhere(town: Town, step: int) -> bool:
    """A process that lives for so many steps looks for work; True if that was its death."""
    life = Life(last=step)
    service = town.reminders(database=MortalDatabase(town.database, life))
    worker = town.worker(life=life)

    async def work() -> None:
        await service.plan_due()
        await worker.drain()

    working = asyncio.create_task(work())
    life.on_death = working.cancel
    await asyncio.wait([working])
    if not working.cancelled() and (error := working.exception()) is not None:
        raise error
    await worker.stop()  # its timers would go on ringing in this process
    return life.is_dead


def new_town(database: Database, begins: datetime | str, *, spread_seconds: int = 0) -> Town:
    """Nobody lives there yet."""
    hand = HandClock()
    hand.instant = at(begins) if isinstance(begins, str) else begins
    workspace = Workspace(manifest=load_manifest(manifest_path()), clock=HandDrivenClock(hand), seeded=False)
    workspace.rate_limits_enabled = False
    posts = Posts(hand)
    workspace.posts = posts
    return Town(database, hand, workspace, posts, spread_seconds=spread_seconds)
