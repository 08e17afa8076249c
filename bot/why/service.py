"""Reads what became of a person's reminders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from bot.clock import local_date
from bot.members import Member
from bot.preferences.service import REMINDERS, PreferencesService
from bot.why.explanation import DAYS, Explanation, State, Trace
from storage import learners, traces
from storage.engine import Database
from storage.models import OutboxMessage


@dataclass(frozen=True, slots=True)
class WhyService:
    """The use cases of explaining. Nothing is changed or locked by asking."""

    database: Database
    preferences: PreferencesService

    async def explain(self, member: Member) -> Explanation:
        """Also for somebody who never did anything."""
        now = self.preferences.now()
        async with self.database.read() as session:
            learner = await learners.find(session, member.team_id, member.user_id)
            if learner is None:
                return Explanation(outlook=await self.preferences.outlook(member))
            outlook = await self.preferences.outlook_of(session, learner, now=now)
            learner_id = cast(int, learner.id)
            first = local_date(now, outlook.time_zone) - timedelta(days=DAYS - 1)
            rows = await traces.since(session, learner_id, REMINDERS, first=first)
            last = await traces.newest_sent(session, learner_id, REMINDERS)
        return Explanation(
            outlook=outlook,
            last=_trace(last) if last else None,
            traces=tuple(_trace(row) for row in rows),
        )

    async def called(self, person: str) -> Sequence[Member]:
        """Everybody we know with this Slack user id, `U...` or `TEAM:U...`."""
        team_id, _, user_id = person.rpartition(":")
        async with self.database.read() as session:
            found = await traces.called(session, user_id, team_id or None)
        return [Member(learner.team_id, learner.user_id) for learner in found]

    async def missed(self) -> int:
        """Missed windows of all people, ever."""
        async with self.database.read() as session:
            return await traces.missed(session)


def _trace(row: OutboxMessage) -> Trace:
    return Trace(
        kind=row.kind,
        on=row.local_date or row.created_at.date(),
        state=cast(State, str(row.state)),
        due_at=row.due_at,
        sent_at=row.sent_at,
        reason=row.reason,
        doubtful=row.doubtful,
        is_started=row.first_sending_at is not None,
        attempts=row.attempts,
    )
