"""Asks once how the interview went, when its date has passed, and keeps the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import cast

from bot.clock import Now, local_date
from bot.errors import BotError
from bot.members import Member
from bot.outgoing import Postponed, Unneeded
from bot.progress.outcome_rules import ASKED_WITHIN, Outcome, asked_at
from bot.reminders.rest_days import is_holiday
from bot.reminders.service import BULK, ReminderService
from bot.reminders.terms import is_away, is_paused, quiet_of
from storage import learners, outbox, plans, progress
from storage.engine import Database
from storage.models import Learner, OutboxMessage, Preferences
from storage.preferences import EVERY_DAY, fresh

KIND = "interview-outcome"
BATCH = 500
USEFUL_FOR = timedelta(hours=48)
ANSWERED = "you told me how it went"
MOVED = "the interview has another date"


class OutcomeError(BotError):
    """There is no such interview to tell of."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """What was said of an interview."""

    interview_on: date
    outcome: Outcome
    has_plan: bool
    message: tuple[str, str] | None
    """(channel, ts) of the question, where it stands in the conversation."""


@dataclass(frozen=True, slots=True)
class OutcomeService:
    """The use cases of the question after the date."""

    database: Database
    now: Now
    reminders: ReminderService
    wake_delivery: Callable[[], None]

    async def plan_due(self) -> int:
        """Owe the question to everybody whose time for it has come; how many those are."""
        now = self.now()
        # Somewhere on earth it is already tomorrow, somewhere still yesterday.
        first, last = now.date() - ASKED_WITHIN - timedelta(days=1), now.date()
        async with self.database.read() as session:
            people = await progress.unasked(session, first=first, last=last, limit=BATCH)
        due = [(person, at) for person, own in people if (at := self._due_at(person, own, now)) is not None]
        if not due:
            return 0
        async with self.database.write() as session:
            drafts = []
            for learner, at in due:
                learner_id, on = cast(int, learner.id), cast(date, learner.interview_on)
                if await progress.ask(session, learner_id, on, now=now):
                    drafts.append(_draft(learner, on, at, now))
            await outbox.enqueue_all(session, drafts, now=now)
        self.wake_delivery()
        return len(drafts)

    async def drawn(self, messages: Sequence[OutboxMessage]) -> Mapping[int, date | Unneeded | Postponed]:
        """By message id the interview that is asked about, or why it is not."""
        found: dict[int, date | Unneeded | Postponed] = dict(await self.reminders.still_wanted(messages))
        asked = {message.learner_id or 0 for message in messages}
        async with self.database.read() as session:
            told = await progress.outcomes_of(session, asked)
            people = {number: await learners.get(session, number) for number in asked}
        for message in messages:
            learner_id = message.learner_id or 0
            on = date.fromisoformat(message.payload["interview_on"])
            row = told.get((learner_id, on))
            if row is None or row.outcome is not None:
                found[message.id or 0] = Unneeded(ANSWERED)
            elif people[learner_id].interview_on != on:
                found[message.id or 0] = Unneeded(MOVED)
            else:
                found.setdefault(message.id or 0, on)
        return found

    async def answer(self, member: Member, interview_on: date, outcome: Outcome) -> Answered:
        """
        Keep what the person says; the newest answer counts.

        Raises OutcomeError where nobody was asked about that date.
        """
        now = self.now()
        async with self.database.write() as session:
            learner = await learners.ensure(session, member.team_id, member.user_id, now=now)
            learner_id = cast(int, learner.id)
            row = await progress.outcome_of(session, learner_id, interview_on)
            if row is None:
                raise OutcomeError(
                    "I have no interview of yours on that date. `/prep progress` shows what I know."
                )
            await progress.answer(session, learner_id, interview_on, outcome, now=now)
            await self.reminders.touch(session, learner_id, now=now)
            has_plan = await plans.current(session, learner_id) is not None
            message = await progress.place_of(session, key_of(learner_id, interview_on))
        return Answered(interview_on=interview_on, outcome=outcome, has_plan=has_plan, message=message)

    async def today(self, member: Member) -> date:
        """The date on the person's wall."""
        async with self.database.read() as session:
            learner = await learners.find(session, member.team_id, member.user_id)
        zone = self.reminders.zone_of(learner) if learner is not None else self.reminders.defaults.time_zone
        return local_date(self.now(), zone)

    def _due_at(self, learner: Learner, own: Preferences | None, now: datetime) -> datetime | None:
        """When it is asked, if that time has come and nothing speaks against it now."""
        own = own or fresh(cast(int, learner.id), self.reminders.defaults)
        zone = self.reminders.zone_of(learner)
        if is_paused(own, zone, now) or is_away(own, now) or own.silent_since is not None:
            return None
        country = own.country

        def holiday(on: date) -> bool:
            return country is not None and is_holiday(country, on)

        on = cast(date, learner.interview_on)
        at = asked_at(
            on,
            at=own.daily_at,
            time_zone=zone,
            quiet=quiet_of(own),
            weekdays=own.days or EVERY_DAY,
            is_holiday=holiday,
        )
        is_late = local_date(now, zone) > on + ASKED_WITHIN
        return at if at is not None and at <= now.astimezone(UTC) and not is_late else None


def key_of(learner_id: int, interview_on: date) -> str:
    """The question's idempotency key."""
    return f"outcome:{learner_id}:{interview_on.isoformat()}"


def _draft(learner: Learner, interview_on: date, at: datetime, now: datetime) -> outbox.Draft:
    return outbox.Draft(
        idempotency_key=key_of(cast(int, learner.id), interview_on),
        team_id=learner.team_id,
        learner_id=learner.id,
        kind=KIND,
        local_date=interview_on,
        payload={"interview_on": interview_on.isoformat()},
        due_at=at,
        expires_at=now + USEFUL_FOR,
        priority=BULK,
    )
