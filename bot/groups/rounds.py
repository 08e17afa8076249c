"""The weekly round: when its thread is due, whose check-in counts, and when its summary comes."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import cast

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.clock import Now
from bot.groups import keeping
from bot.groups.keeping import BULK, THREAD, group_id_of, schedule_of
from bot.groups.schedule import WINDOW, Passed, Schedule, decide
from bot.groups.service import summary_of
from bot.groups.summary import Summary
from bot.outgoing import OnEnded, Postponed, Unneeded, nobody_counts
from bot.reminders.decision import LATE, WEEKLY_DISTANCE
from storage import groups, outbox
from storage.engine import Database
from storage.models import OPEN_STATES, GroupRound, OutboxMessage, OutboxState, StudyGroup

log = logging.getLogger(__name__)

BATCH = 50
NOBODY_IN = "nobody is in the group"
ANSWERS_FOR = timedelta(days=8)
"""After this a check-in no longer counts for the newest round: the group has missed a week since."""
SOON = timedelta(seconds=5)
Work = Callable[[AsyncSession, StudyGroup], Awaitable[None]]
"""What a tick does with one group, locked with its people."""


@dataclass(frozen=True, slots=True)
class Thread:
    """What a weekly thread says, apart from its wording."""

    group_id: int
    schedule: Schedule
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class SummaryPost:
    """A round's summary and where it goes: a reply in the thread, or in place of the first one."""

    summary: Summary
    thread_ts: str
    replaces: str | None


@dataclass(frozen=True, slots=True)
class GroupRounds:
    """The use cases of rounds."""

    database: Database
    now: Now
    wake_delivery: Callable[[], None]
    on_ended: OnEnded = nobody_counts

    async def plan_due(self) -> int:
        """Decide on every thread and summary whose time has come; the number of groups looked at."""
        now = self.now()
        async with self.database.read() as session:
            if not await groups.anything_due(session, now=now):
                return 0
        handled = await self._close_due(now)
        while decided := await self._decide_due(now):
            handled += decided
        self.wake_delivery()
        return handled

    async def _close_due(self, now: datetime) -> int:
        async with self.database.read() as session:
            group_ids = await groups.closing(session, now=now, limit=10 * BATCH)
        return await self._for_each(group_ids, partial(_close_open, now=now, only_due=True))

    async def _decide_due(self, now: datetime) -> int:
        async with self.database.read() as session:
            group_ids = await groups.due(session, now=now, limit=BATCH)
        return await self._for_each(group_ids, partial(_decide, now=now, on_ended=self.on_ended))

    async def _for_each(self, group_ids: Sequence[int], work: Work) -> int:
        """Each group in its own transaction: how many went well. A broken one must not hold up others."""
        done = 0
        for group_id in group_ids:
            try:
                async with self.database.write() as session:
                    await groups.lock_members(session, group_id)
                    group = await groups.get(session, group_id, lock=True)
                    if group is not None:
                        await work(session, group)
                done += 1
            except Exception:
                log.exception("group %s could not be decided on; the next tick tries again", group_id)
        return done

    async def on_answered(
        self, session: AsyncSession, learner_id: int, check_in_id: int, now: datetime
    ) -> None:
        """A check-in was answered or changed: it counts for the newest round of each group of the person."""
        for group in await groups.of_member(session, learner_id, lock=True):
            newest = await groups.newest_round(session, group_id_of(group))
            if newest is not None and now < newest.opened_at + ANSWERS_FOR:
                await groups.add_answer(session, cast(int, newest.id), learner_id, check_in_id, now=now)
                await keeping.round_changed(session, group, now=now)

    async def thread(self, round_id: int) -> Thread | Unneeded:
        """What the weekly thread is drawn from, right before it is posted."""
        async with self.database.read() as session:
            row = await groups.round_of(session, round_id)
            group = await groups.get(session, row.group_id) if row is not None else None
            if row is None or group is None or group.ended_at is not None:
                return Unneeded("the group has ended")
            if not await groups.members(session, row.group_id):
                return Unneeded(NOBODY_IN)
            return Thread(row.group_id, schedule_of(group), row.closes_at)

    async def summary(self, round_id: int, revision: int) -> SummaryPost | Unneeded | Postponed:
        """A round's summary as things stand now; it waits for its thread, and an edit for the first one."""
        async with self.database.read() as session:
            row = await groups.round_of(session, round_id)
            group = await groups.get(session, row.group_id) if row is not None else None
            if row is None or group is None or group.ended_at is not None:
                return Unneeded("the group has ended")
            newest = await groups.newest_round(session, row.group_id)
            if revision > 0 and newest is not None and newest.id != round_id:
                return Unneeded("the next thread has begun")
            thread = await outbox.find(session, keeping.thread_key(row))
            first = await outbox.find(session, keeping.summary_key(round_id)) if revision > 0 else None
            found = await summary_of(session, row)
        for wanted, what in ((thread, "its thread"), *([(first, "the summary")] if revision > 0 else [])):
            if wanted is not None and wanted.state in OPEN_STATES:
                return Postponed(self.now() + SOON, f"waiting for {what}")
            if _ts(wanted) is None:
                return Unneeded(f"{what} was not posted")
        return SummaryPost(found, str(_ts(thread)), _ts(first))


async def _has_lead(session: AsyncSession, group: StudyGroup) -> bool:
    """Whether the lead is still a member with an account; delivery may have found out that they are not."""
    members = await groups.members(session, group_id_of(group))
    return any(member.user_id == group.lead_id for member in members)


def _ts(message: OutboxMessage | None) -> str | None:
    """Where a message is, once it is there."""
    return message.message_ts if message is not None and message.state == OutboxState.SENT else None


async def _decide(session: AsyncSession, group: StudyGroup, *, now: datetime, on_ended: OnEnded) -> None:
    """Write down what becomes of every date that has come, and when to look next."""
    if group.next_at is None or group.next_at > now:
        return  # another process has decided meanwhile
    if not await _has_lead(session, group):
        await keeping.hand_over(session, group, now=now)
        if group.ended_at is not None:
            return
    passed, coming = decide(schedule_of(group), group.next_on, group.next_at, now)
    for date in passed:
        if date.is_missed:
            log.warning("group %s: the thread of %s was missed, %s", group.id, date.on, LATE)
            draft = _draft(group, date, now, state=OutboxState.MISSED, reason=LATE)
            if await outbox.enqueue(session, draft, now=now):
                on_ended(draft.kind, draft.state.value)
        else:
            await _open(session, group, date, now)
    group.next_on, group.next_at = coming.on, coming.at
    session.add(group)


async def _open(session: AsyncSession, group: StudyGroup, date: Passed, now: datetime) -> None:
    """Begin a round: the one before gets its summary if it has none."""
    await _close_open(session, group, now=now, only_due=False)
    members = await groups.members(session, group_id_of(group))
    row = GroupRound(
        group_id=group_id_of(group),
        local_date=date.on,
        opened_at=now,
        closes_at=date.slot + timedelta(hours=group.answer_hours),
    )
    round_id = cast(int, (await groups.add_round(session, row)).id)
    # Answered so shortly before that nobody should be asked twice.
    learner_ids = [member.learner_id for member in members]
    for learner_id, check_in_id in await groups.uncounted_check_ins(
        session, group_id_of(group), learner_ids, since=now - WEEKLY_DISTANCE
    ):
        await groups.add_answer(session, round_id, learner_id, check_in_id, now=now)
    await outbox.enqueue(session, _draft(group, date, now, round_id=round_id), now=now)
    group.turn += 1
    await keeping.round_changed(session, group, now=now)


async def _close_open(session: AsyncSession, group: StudyGroup, *, now: datetime, only_due: bool) -> None:
    for row in await groups.open_rounds(session, group_id_of(group)):
        if row.closes_at <= now or not only_due:
            await keeping.close_round(session, group, row, now=now)


def _draft(
    group: StudyGroup,
    date: Passed,
    now: datetime,
    *,
    round_id: int | None = None,
    state: OutboxState = OutboxState.DUE,
    reason: str | None = None,
) -> outbox.Draft:
    return outbox.Draft(
        idempotency_key=f"group:{group.id}:{date.on.isoformat()}",
        team_id=group.team_id,
        learner_id=None,
        group_id=group.id,
        local_date=date.on,
        kind=THREAD,
        due_at=date.slot if state == OutboxState.DUE else now,
        expires_at=date.slot + WINDOW,
        payload={"round_id": round_id, "turn": group.turn},
        priority=BULK,
        state=state,
        reason=reason,
    )
