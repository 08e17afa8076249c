"""
A timer: one message at its end that offers to log the time, or stopped early with what ran.

The running timer is the message that is owed for its end, so it survives a restart and needs no table. It is
asked for by the person, for an instant they chose, and so comes in quiet hours too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.clock import Now
from bot.errors import BotError
from bot.log.answers import Logged
from bot.log.entries import ACTIVITIES, Activity, Entry
from bot.log.service import LogService
from bot.members import Member
from bot.reminders.service import ReminderService
from bot.reminders.timing import learner_day
from storage import learners, log, outbox, practice, preferences
from storage.engine import Database
from storage.models import Learner, OutboxMessage

KIND = "timer"
LONGEST_MINUTES = 240
USEFUL_FOR = timedelta(hours=12)
REPLACED = "you started another timer"
STOPPED = "you stopped the timer"
_MINUTE = timedelta(minutes=1)


class TimerError(BotError):
    """The timer cannot be had as it was asked for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Timer:
    """A timer that runs or ran. Times are on the person's wall."""

    started: int
    """Seconds since 1970: its name."""
    minutes: int
    activity: Activity | None
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Started:
    """The timer that runs now, and the one it took the place of."""

    timer: Timer
    replaced: Timer | None


@dataclass(frozen=True, slots=True)
class Stopped:
    """The timer that ran; `logged` is None where the activity is not known or less than a minute ran."""

    timer: Timer
    ran: int
    """Minutes."""
    logged: Logged | None


@dataclass(frozen=True, slots=True)
class TimerService:
    """The use cases of the timer."""

    database: Database
    now: Now
    reminders: ReminderService
    log: LogService

    async def start(self, member: Member, minutes: int, activity: Activity | None, source: str) -> Started:
        """
        Start a timer; a running one is replaced. `source` names the command: repeated, it starts nothing.

        Raises TimerError.
        """
        if not 1 <= minutes <= LONGEST_MINUTES:
            raise TimerError(
                f"A timer runs 1 to {LONGEST_MINUTES} minutes, for example `/prep timer 30 coding`."
            )
        now = self.now()
        async with self.database.write() as session:
            learner = await learners.ensure(session, member.team_id, member.user_id, now=now)
            learner_id = cast(int, learner.id)
            running = await log.open_timer(session, learner_id, KIND)
            if running is not None and running.payload.get("source") == source:
                return Started(self._timer(running, learner), None)
            await outbox.cancel(session, learner_id=learner_id, kinds=(KIND,), reason=REPLACED)
            row = await self._owe(session, learner, minutes, activity, source)
            await self.reminders.touch(session, learner_id, now=now)
            replaced = self._timer(running, learner) if running and running.due_at > now else None
            return Started(self._timer(row, learner), replaced)

    async def running(self, member: Member) -> Timer | None:
        """The timer that runs now."""
        async with self.database.read() as session:
            learner = await learners.find(session, member.team_id, member.user_id)
            row = await log.open_timer(session, cast(int, learner.id), KIND) if learner else None
            return self._timer(row, learner) if row and learner and row.due_at > self.now() else None

    async def stop(self, member: Member) -> Stopped | None:
        """Stop the running timer and log what ran, if it says for what; None when none runs."""
        now = self.now()
        async with self.database.write() as session:
            learner = await learners.held(session, member.team_id, member.user_id)
            if learner is None:
                return None
            learner_id = cast(int, learner.id)
            row = await log.open_timer(session, learner_id, KIND)
            if row is None:
                return None
            timer = self._timer(row, learner)
            ran = min(timer.minutes, max(0, (now - _instant(timer.started)) // _MINUTE))
            await outbox.cancel(session, learner_id=learner_id, kinds=(KIND,), reason=STOPPED)
            message = await outbox.find(session, row.idempotency_key)
            if message is not None:
                message.payload = {**message.payload, "minutes": ran}
                session.add(message)
            await self.reminders.touch(session, learner_id, now=now)
        logged = None
        if ran and timer.activity is not None:
            logged = await self.keep(member, timer.started, timer.activity)
        return Stopped(timer, ran, logged)

    async def keep(self, member: Member, started: int, activity: Activity) -> Logged:
        """
        Log the timer that began then, once. Raises TimerError when it is not the person's, or too old.
        """
        async with self.database.read() as session:
            learner = await learners.find(session, member.team_id, member.user_id)
            learner_id = cast(int, learner.id) if learner else 0
            row = await outbox.find(session, _key(learner_id, started))
            own = await preferences.get(session, learner_id)
        if row is None or learner is None or not row.payload.get("minutes"):
            raise TimerError("I do not know that timer any more. `/prep log 30m coding` logs by hand.")
        ends_at = own.day_ends_at if own is not None else practice.DEFAULT_DAY_END
        minutes = int(row.payload["minutes"])
        ended = _instant(started) + timedelta(minutes=minutes)
        on = learner_day(min(ended, self.now()), self.reminders.zone_of(learner), ends_at)
        return await self.log.add(
            member, [Entry(activity=activity, on=on, minutes=minutes)], f"{KIND}:{started}"
        )

    async def _owe(
        self, session: AsyncSession, learner: Learner, minutes: int, activity: Activity | None, source: str
    ) -> OutboxMessage:
        now, learner_id = self.now(), cast(int, learner.id)
        started = int(now.timestamp())
        # Two timers of one second have two names.
        while await outbox.find(session, _key(learner_id, started)) is not None:
            started += 1
        draft = outbox.Draft(
            idempotency_key=_key(learner_id, started),
            team_id=learner.team_id,
            learner_id=learner_id,
            kind=KIND,
            due_at=now + timedelta(minutes=minutes),
            expires_at=now + timedelta(minutes=minutes) + USEFUL_FOR,
            payload={"started": started, "minutes": minutes, "activity": activity, "source": source},
        )
        await outbox.enqueue(session, draft, now=now)
        return cast(OutboxMessage, await outbox.find(session, draft.idempotency_key))

    def _timer(self, row: OutboxMessage, learner: Learner) -> Timer:
        return read_payload(row.payload, ZoneInfo(self.reminders.zone_of(learner)))


def read_payload(payload: dict[str, Any], zone: tzinfo = UTC) -> Timer:
    """The timer that a message is owed for."""
    started, minutes = int(payload["started"]), int(payload["minutes"])
    return Timer(
        started=started,
        minutes=minutes,
        activity=next((one for one in ACTIVITIES if one == payload.get("activity")), None),
        ends_at=(_instant(started) + timedelta(minutes=minutes)).astimezone(zone),
    )


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _key(learner_id: int, started: int) -> str:
    return f"{KIND}:{learner_id}:{started}"
