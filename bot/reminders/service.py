"""Decides what is owed to whom, and when to look next."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.clock import Now, local_date
from bot.outgoing import OnEnded, Postponed, Unneeded, nobody_counts
from bot.reminders.decision import (
    AWAY,
    MOST_TRACES,
    PAUSED,
    PLAN_OVER,
    QUIET_HOURS,
    Decision,
    Facts,
    Outcome,
    Terms,
    decide,
    first_date,
    next_instant,
)
from bot.reminders.terms import is_away, is_back_on, is_on, is_paused, plan_end, quiet_of, terms_of
from bot.reminders.timing import KINDS, ReminderKind, is_quiet, quiet_end, spread
from storage import heartbeat, learners, outbox, plans, preferences, reminders
from storage.engine import Database
from storage.models import Learner, OutboxMessage, OutboxState, Preferences, Reminder
from storage.preferences import Defaults
from storage.reminders import Due, Moved, Wishes

log = logging.getLogger(__name__)

BATCH = 250
WAVE = 20
"""So many people of one workspace due at once are a wave, which is spread out."""
BULK = 1
"""The priority of what nobody waits for."""
BEAT_EVERY = timedelta(seconds=30)
BROKEN_AGAIN = timedelta(hours=1)
ENDS_WITH_PLAN: tuple[ReminderKind, ...] = ("daily", "evening")
SWITCHED_OFF = "you switched it off"
SILENT = "three reminders in a row found no answer"


@dataclass(frozen=True, slots=True)
class ReminderService:
    """The use cases of reminders. Others call `begin`, `reschedule` and `touch` in their own transaction."""

    database: Database
    now: Now
    defaults: Defaults
    wake_delivery: Callable[[], None]
    spread_seconds: int = 0
    on_ended: OnEnded = nobody_counts

    async def plan_due(self) -> int:
        """Decide every date whose time has come; the number of reminders looked at."""
        looked_at = 0
        waves: Counter[str] = Counter()
        while True:
            async with self.database.read() as session:
                if not await reminders.anything_due(session, kinds=KINDS, now=self.now()):
                    break
            async with self.database.write() as session:
                batch = await reminders.due(session, kinds=KINDS, now=self.now(), limit=BATCH)
                ended = await self._decide_all(session, batch, waves)
            for kind, state in ended:
                self.on_ended(kind, state)
            looked_at += len(batch)
            self.wake_delivery()
            if not batch:
                break
        return looked_at

    async def beat(self) -> None:
        """Leave word that we run; see storage.heartbeat."""
        async with self.database.read() as session:
            known = await heartbeat.find(session)
        if known is None or self.now() - known.at > BEAT_EVERY:
            async with self.database.write() as session:
                leave_word = heartbeat.begin if known is None else heartbeat.beat
                await leave_word(session, now=self.now())

    async def take_over(self) -> None:
        """A process starts: notice a long absence, and begin for plans that an older version stored."""
        async with self.database.write() as session:
            await heartbeat.begin(session, now=self.now())
        while True:
            async with self.database.write() as session:
                left_out = await reminders.left_out(session, limit=BATCH)
                for learner in left_out:
                    await self.begin(session, learner, now=self.now())
            if not left_out:
                return

    async def begin(self, session: AsyncSession, learner: Learner, *, now: datetime) -> None:
        """A plan was chosen: reminders begin, or go on."""
        own = await preferences.ensure(session, cast(int, learner.id), self.defaults)
        await self._wake(session, own, now)
        await self.reschedule(session, learner, own, now=now)

    async def touch(self, session: AsyncSession, learner_id: int, *, now: datetime) -> None:
        """The person did something: nothing they were sent before counts as ignored."""
        own = await preferences.ensure(session, learner_id, self.defaults)
        was_silent = own.silent_since is not None
        await self._wake(session, own, now)
        if was_silent:
            learner = await learners.get(session, learner_id)
            await self.reschedule(session, learner, own, now=now)

    @staticmethod
    async def _wake(session: AsyncSession, own: Preferences, now: datetime) -> None:
        own.active_at = max(own.active_at, now) if own.active_at else now
        own.silent_since = None
        session.add(own)

    async def follow(self, session: AsyncSession, learner: Learner, now: datetime) -> None:
        """Their zone or their interview may have changed."""
        own = await preferences.get(session, cast(int, learner.id))
        if own is not None:
            await self.reschedule(session, learner, own, now=now)

    async def reschedule(
        self, session: AsyncSession, learner: Learner, own: Preferences, *, now: datetime
    ) -> None:
        """Compute anew when each kind comes next, after the person's terms have changed."""
        learner_id = cast(int, learner.id)
        zone = self.zone_of(learner)
        existing = await reminders.of_learner(session, learner_id)
        newest = await reminders.newest_dates(session, learner_id)
        has_plan = await plans.current(session, learner_id) is not None
        rests = learner.deactivated_at is not None or own.silent_since is not None
        rows = []
        for kind in KINDS:
            old = existing.get(kind)
            wanted = is_on(own, kind) and not rests and (has_plan or kind not in ENDS_WITH_PLAN)
            # The check-in begins with the first plan, and goes on without one.
            if old is None and not (wanted and has_plan):
                continue
            terms = terms_of(own, kind, zone, now)
            if wanted and old is not None and self._stays_today(old, terms, now):
                rows.append(self._in_new_zone(old, terms))
                continue
            pending = old.next_on if old is not None and old.next_at is not None else None
            on = first_date(terms, pending, newest.get(kind), now)
            if pending is not None and old is not None and self._has_only_moved(old, terms):
                # Who travelled did not choose another time: what that costs is told as missed.
                on = pending if kind != "weekly" or pending.isoweekday() == own.weekly_day else on
            rows.append(
                Reminder(
                    learner_id=learner_id,
                    kind=kind,
                    next_on=on,
                    next_at=next_instant(terms, on) if wanted else None,
                    time_zone=zone,
                    turn=old.turn if old else 0,
                )
            )
        await reminders.put(session, rows)

    async def _decide_all(
        self, session: AsyncSession, batch: Sequence[Due], waves: Counter[str]
    ) -> list[tuple[str, str]]:
        """Write down what becomes of each; kind and state of those that ended with that."""
        now = self.now()
        facts = await self._facts(session, batch, now)
        waves.update(due.team_id for due in batch)
        drafts: list[outbox.Draft] = []
        moved: list[Moved] = []
        asked: set[int] = set()
        for due, known in zip(batch, facts, strict=True):
            try:
                decisions, next_one = self._decide(due, known, now)
            except Exception:
                # One broken row must not hold up the others.
                log.exception("%s of learner %s cannot be decided", due.kind, due.learner_id)
                moved.append(self._moved(due, due.next_on, now + BROKEN_AGAIN))
                continue
            moved.append(next_one)
            is_wave = waves[due.team_id] > WAVE
            drafts += [self._draft(due, decision, now, is_wave=is_wave) for decision in decisions]
            if any(decision.outcome == Outcome.ASK for decision in decisions):
                asked.add(due.learner_id)
        new = await outbox.enqueue_all(session, drafts, now=now)
        await reminders.move(session, moved)
        if asked:
            await preferences.fall_silent(session, asked, now=now)
            await reminders.rest(session, asked)
        return [
            (draft.kind, draft.state.value)
            for draft in drafts
            if draft.state != OutboxState.DUE and draft.idempotency_key in new
        ]

    def _decide(self, due: Due, facts: Facts, now: datetime) -> tuple[list[Decision], Moved]:
        """Decide what has come; when the reminder is looked at next, or that it rests."""
        kind = cast(ReminderKind, due.kind)
        is_resting = due.deactivated_at is not None or due.wishes.silent_since is not None
        if is_resting or not is_on(due.wishes, kind) or (kind in ENDS_WITH_PLAN and due.plan_weeks is None):
            return [], self._moved(due, due.next_on, None)
        terms = terms_of(due.wishes, kind, self._zone(due.time_zone), now)
        planned = terms.slot(due.next_on)
        if due.planned_zone == terms.time_zone and planned is not None and planned > now:
            # The rules of the zone have changed since.
            return [], self._moved(due, due.next_on, planned)
        decisions, next_on = decide(terms, facts, due.next_on, due.next_at, now)
        is_over = kind in ENDS_WITH_PLAN and any(decision.reason == PLAN_OVER for decision in decisions)
        next_at = None if is_over else next_instant(terms, next_on)
        return decisions, self._moved(due, next_on, next_at, sum(one.slot is not None for one in decisions))

    def _moved(self, due: Due, next_on: date, next_at: datetime | None, owed: int = 0) -> Moved:
        return Moved(due.learner_id, due.kind, next_on, next_at, self._zone(due.time_zone), due.turn + owed)

    def _draft(self, due: Due, decision: Decision, now: datetime, *, is_wave: bool) -> outbox.Draft:
        due_at, state = decision.slot or now, OutboxState.DUE
        payload: dict[str, Any] = {}
        if decision.slot is None or decision.expires_at is None:
            state = OutboxState.SKIPPED
            if decision.outcome == Outcome.MISSED:
                state = OutboxState.MISSED
                log.warning(
                    "%s of learner %s on %s: %s", due.kind, due.learner_id, decision.on, decision.reason
                )
        else:
            if is_wave:
                latest = decision.expires_at - timedelta(seconds=1)
                due_at = min(max(due_at, now) + spread(due.learner_id, self.spread_seconds), latest)
            payload["turn"] = due.turn
            if decision.outcome == Outcome.ASK:
                payload["ask"] = True
        return outbox.Draft(
            idempotency_key=f"{due.kind}:{due.learner_id}:{decision.on}",
            team_id=due.team_id,
            learner_id=due.learner_id,
            kind=due.kind,
            local_date=decision.on,
            payload=payload,
            priority=BULK,
            due_at=due_at,
            expires_at=decision.expires_at,
            state=state,
            reason=decision.reason,
        )

    async def _facts(self, session: AsyncSession, batch: Sequence[Due], now: datetime) -> list[Facts]:
        """What a decision must know, with one query for each question."""
        of_kind: dict[str, list[int]] = {kind: [] for kind in KINDS}
        for due in batch:
            of_kind.setdefault(due.kind, []).append(due.learner_id)
        earliest = min((due.next_on for due in batch), default=now.date())
        since = max(earliest, now.date() - timedelta(days=MOST_TRACES + 1))
        done = await reminders.done_dates(session, of_kind["daily"], since=since)
        ignored = await reminders.ignored_counts(session, of_kind["daily"], now=now)
        practised = await reminders.practised_dates(session, of_kind["evening"], since=since)
        answered = await reminders.last_answered(session, of_kind["weekly"])
        return [
            Facts(
                plan_ends_on=_plan_end(due),
                all_done_on=done.get(due.learner_id, ()),
                practised_on=practised.get(due.learner_id, ()),
                answered_on=answered.get(due.learner_id),
                ignored=ignored.get(due.learner_id, 0),
            )
            for due in batch
        ]

    async def still_wanted(self, messages: Sequence[OutboxMessage]) -> Mapping[int, Unneeded | Postponed]:
        """By message id those that must not be sent now, because the person's terms have changed since."""
        now = self.now()
        async with self.database.read() as session:
            people = await reminders.people(session, {message.learner_id or 0 for message in messages})
        answers = {}
        for message in messages:
            if message.learner_id in people:
                answer = self._objection(message, *people[message.learner_id], now)
                if answer is not None:
                    answers[message.id or 0] = answer
        return answers

    def _objection(
        self, message: OutboxMessage, time_zone: str | None, own: Wishes, now: datetime
    ) -> Unneeded | Postponed | None:
        zone = self._zone(time_zone)
        kind = message.kind if message.kind in KINDS else "daily"  # a snoozed one
        if not is_on(own, kind):
            return Unneeded(SWITCHED_OFF)
        if is_paused(own, zone, now) and not is_back_on(own, message.local_date):
            return Unneeded(PAUSED)
        if is_away(own, now):
            return Unneeded(AWAY)
        if own.silent_since is not None and not message.payload.get("ask"):
            return Unneeded(SILENT)
        quiet = quiet_of(own)
        if is_quiet(now, zone, quiet):
            return Postponed(quiet_end(now, zone, quiet), QUIET_HOURS)
        return None

    @staticmethod
    def _stays_today(row: Reminder, terms: Terms, now: datetime) -> bool:
        """Another zone takes effect from the next local day: today's reminder comes as planned."""
        if row.next_at is None or row.next_at < now or row.next_on > local_date(now, row.time_zone):
            return False
        return ReminderService._has_only_moved(row, terms)

    @staticmethod
    def _has_only_moved(row: Reminder, terms: Terms) -> bool:
        """Whether the zone is another than the reminder was planned in, and the time the same."""
        if row.time_zone == terms.time_zone:
            return False
        planned = replace(terms, time_zone=row.time_zone).slot(row.next_on)
        return planned is not None and row.next_at in (planned, _out_of_quiet(planned, row.next_on, terms))

    @staticmethod
    def _in_new_zone(row: Reminder, terms: Terms) -> Reminder:
        """The reminder as it was planned, but out of the quiet hours of where the person is now."""
        moved = _out_of_quiet(cast(datetime, row.next_at), row.next_on, terms)
        return Reminder(**row.model_dump(exclude={"next_at"}), next_at=moved)

    def zone_of(self, learner: Learner) -> str:
        """The zone the person's days are counted in."""
        return self._zone(learner.time_zone)

    def _zone(self, time_zone: str | None) -> str:
        return time_zone or self.defaults.time_zone


def _out_of_quiet(instant: datetime, on: date, terms: Terms) -> datetime:
    """The end of the quiet hours it lies in, if that is on the same date; otherwise it stays."""
    end = quiet_end(instant, terms.time_zone, terms.quiet)
    return end if local_date(end, terms.time_zone) == on else instant


def _plan_end(due: Due) -> date | None:
    if due.plan_starts_on is None or due.plan_weeks is None:
        return None
    return plan_end(due.plan_starts_on, due.plan_weeks, due.interview_on)
