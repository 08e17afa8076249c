"""Attempts at the assessment and their answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import Attempt, AttemptAnswer


async def latest(session: AsyncSession, learner_id: int) -> Attempt | None:
    """The attempt with the highest number, finished or not."""
    query = select(Attempt).where(Attempt.learner_id == learner_id)
    return (await session.exec(query.order_by(col(Attempt.number).desc()).limit(1))).one_or_none()


async def find(session: AsyncSession, learner_id: int, number: int) -> Attempt | None:
    """A learner's attempt by its number."""
    query = select(Attempt).where(Attempt.learner_id == learner_id, Attempt.number == number)
    return (await session.exec(query)).one_or_none()


async def finished(session: AsyncSession, learner_id: int, *, limit: int) -> Sequence[Attempt]:
    """The newest finished attempts, newest first."""
    query = select(Attempt).where(Attempt.learner_id == learner_id, col(Attempt.finished_at).is_not(None))
    return (await session.exec(query.order_by(col(Attempt.number).desc()).limit(limit))).all()


async def ensure(session: AsyncSession, draft: Attempt) -> Attempt:
    """The attempt with the draft's learner and number: the stored one, or the draft now stored."""
    stored = await find(session, draft.learner_id, draft.number)
    if stored is not None:
        return stored
    session.add(draft)
    await session.flush()
    return draft


async def abandon(session: AsyncSession, attempt_id: int, *, now: datetime) -> None:
    """Give up an unfinished attempt; its answers are kept."""
    query = update(Attempt).where(col(Attempt.id) == attempt_id, col(Attempt.finished_at).is_(None))
    await session.exec(query.values(abandoned_at=now))


async def keep_answers(
    session: AsyncSession, attempt_id: int, points: Mapping[str, int], *, answered_at: datetime
) -> None:
    """Store answers (item slug to points); one that was given later elsewhere stays."""
    if not points:
        return
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    rows = [
        {"attempt_id": attempt_id, "item": item, "points": value, "answered_at": answered_at}
        for item, value in points.items()
    ]
    query = insert(AttemptAnswer).values(rows)
    await session.exec(
        query.on_conflict_do_update(
            index_elements=["attempt_id", "item"],
            set_={"points": query.excluded.points, "answered_at": query.excluded.answered_at},
            where=col(AttemptAnswer.answered_at) <= query.excluded.answered_at,
        )
    )


async def answers(session: AsyncSession, attempt_id: int) -> dict[str, int]:
    """Item slug to points."""
    rows = await session.exec(select(AttemptAnswer).where(AttemptAnswer.attempt_id == attempt_id))
    return {row.item: row.points for row in rows}
