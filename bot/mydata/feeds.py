"""A person's calendar at a private address, always up to date, for whoever has the secret in it."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import cast
from zoneinfo import ZoneInfo

from bot.clock import Now, local_date
from bot.members import Member
from bot.mydata.agendas import agenda_of
from bot.mydata.calendar_file import Mock, calendar_file
from bot.plan.service import PlanService
from bot.reminders.service import ReminderService
from storage import calendars, learners, preferences
from storage.engine import Database

SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class CalendarOffer:
    """What a person can have or has: an address since that date on their own wall, or none yet."""

    made_on: date | None


@dataclass(frozen=True, slots=True)
class CalendarFeeds:
    """The use cases of calendars at addresses. `public_url` is None where nobody could reach them."""

    database: Database
    now: Now
    plan: PlanService
    reminders: ReminderService
    public_url: str | None

    async def offer(self, member: Member) -> CalendarOffer | None:
        """None where there is nothing to offer, or nobody we know to offer it to."""
        if self.public_url is None:
            return None
        async with self.database.read() as session:
            learner = await learners.find(session, member.team_id, member.user_id)
            if learner is None:
                return None
            feed = await calendars.of_learner(session, cast(int, learner.id))
        return CalendarOffer(local_date(feed.made_at, self.reminders.zone_of(learner)) if feed else None)

    async def make(self, member: Member) -> str | None:
        """A new address in place of the one before; None for somebody we do not know."""
        secret = secrets.token_urlsafe(SECRET_BYTES)
        async with self.database.write() as session:
            learner = await learners.held(session, member.team_id, member.user_id)
            if learner is None:
                return None
            await calendars.keep(session, cast(int, learner.id), _hash(secret), now=self.now())
        return f"{self.public_url}/calendar/{secret}.ics"

    async def end(self, member: Member) -> bool:
        """The address leads nowhere from now on; False where there was none."""
        async with self.database.write() as session:
            learner = await learners.held(session, member.team_id, member.user_id)
            if learner is None or await calendars.of_learner(session, cast(int, learner.id)) is None:
                return False
            await calendars.remove(session, cast(int, learner.id))
        return True

    async def read(self, secret: str) -> bytes | None:
        """
        The calendar behind a secret, None where there is none.

        It is the same all day unless something in it changes, so that whoever has it need not read it again.
        """
        async with self.database.read() as session:
            learner = await calendars.owner_of(session, _hash(secret))
            if learner is None:
                return None
            learner_id = cast(int, learner.id)
            held = await calendars.mocks(session, learner_id)
            own = await preferences.get(session, learner_id)
        own = own or preferences.fresh(learner_id, self.reminders.defaults)
        plan = await self.plan.overview(Member(learner.team_id, learner.user_id))
        zone = self.reminders.zone_of(learner)
        today = datetime.combine(local_date(self.now(), zone), time(), ZoneInfo(zone))
        # A mock's rating is in the person's own export only: calendars are seen by others.
        mocks = [Mock(entry_id, on, None) for entry_id, on in held]
        agenda = agenda_of(learner, own, plan, mocks, time_zone=zone, now=today)
        return await asyncio.to_thread(calendar_file, agenda)


def _hash(secret: str) -> str:
    """Enough for a secret that nobody can guess: there is nothing to try."""
    return hashlib.sha256(secret.encode()).hexdigest()
