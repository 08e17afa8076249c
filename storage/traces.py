"""What became of reminders, for whoever asks why one came or did not. Nothing here locks or changes a row."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import Learner, OutboxMessage, OutboxState, Reminder


async def next_dates(session: AsyncSession, learner_id: int) -> dict[str, Reminder]:
    """A person's reminders by kind."""
    query = select(Reminder).where(Reminder.learner_id == learner_id)
    # Rows that were just changed past the session must not be read from its memory.
    query = query.execution_options(populate_existing=True)
    return {row.kind: row for row in await session.exec(query)}


async def since(
    session: AsyncSession, learner_id: int, kinds: Collection[str], *, first: date
) -> Sequence[OutboxMessage]:
    """What was owed, skipped or missed for local dates from `first` on, the newest date first."""
    query = (
        select(OutboxMessage)
        .where(
            OutboxMessage.learner_id == learner_id,
            col(OutboxMessage.kind).in_(kinds),
            col(OutboxMessage.local_date) >= first,
        )
        .order_by(col(OutboxMessage.local_date).desc(), col(OutboxMessage.id))
    )
    return (await session.exec(query)).all()


async def newest_sent(session: AsyncSession, learner_id: int, kinds: Collection[str]) -> OutboxMessage | None:
    """The last of these that arrived, however long ago."""
    query = (
        select(OutboxMessage)
        .where(
            OutboxMessage.learner_id == learner_id,
            col(OutboxMessage.kind).in_(kinds),
            OutboxMessage.state == OutboxState.SENT,
        )
        .order_by(col(OutboxMessage.sent_at).desc())
        .limit(1)
    )
    return (await session.exec(query)).first()


async def missed(session: AsyncSession) -> int:
    """How many messages to anybody were not sent within their window, ever."""
    query = select(func.count()).where(col(OutboxMessage.state) == OutboxState.MISSED)
    return (await session.exec(query)).one()


async def called(session: AsyncSession, user_id: str, team_id: str | None = None) -> Sequence[Learner]:
    """Everybody with this Slack user id: in one workspace, or in all."""
    query = select(Learner).where(Learner.user_id == user_id)
    if team_id is not None:
        query = query.where(Learner.team_id == team_id)
    return (await session.exec(query.order_by(Learner.team_id))).all()
