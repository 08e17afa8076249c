"""The log of practice: what was done, corrected and known before, and the timer that is running."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import (
    OPEN_STATES,
    CheckIn,
    DailyItem,
    KnownTask,
    LogEntry,
    OutboxMessage,
    OutboxState,
)


async def entries(
    session: AsyncSession, learner_id: int, *, from_on: date, to_on: date
) -> Sequence[LogEntry]:
    """What was logged for these dates, in the order it was logged."""
    query = select(LogEntry).where(
        LogEntry.learner_id == learner_id, col(LogEntry.local_date).between(from_on, to_on)
    )
    return (await session.exec(query.order_by(col(LogEntry.id)))).all()


async def entry(session: AsyncSession, learner_id: int, entry_id: int) -> LogEntry | None:
    """One entry of this learner."""
    query = select(LogEntry).where(LogEntry.learner_id == learner_id, LogEntry.id == entry_id)
    return (await session.exec(query)).one_or_none()


async def of_source(session: AsyncSession, learner_id: int, source: str) -> Sequence[LogEntry]:
    """The entries that were logged together, in order."""
    query = select(LogEntry).where(
        LogEntry.learner_id == learner_id, col(LogEntry.key).startswith(f"{source}:", autoescape=True)
    )
    return (await session.exec(query.order_by(col(LogEntry.id)))).all()


async def remove(session: AsyncSession, learner_id: int, entry_ids: Collection[int]) -> None:
    """Take entries out of the log."""
    query = delete(LogEntry).where(col(LogEntry.learner_id) == learner_id, col(LogEntry.id).in_(entry_ids))
    await session.exec(query)


async def is_logged(session: AsyncSession, learner_id: int, on: date, task: str) -> bool:
    """Whether the task was logged for that date."""
    query = select(LogEntry.id).where(
        LogEntry.learner_id == learner_id, LogEntry.local_date == on, LogEntry.task == task
    )
    return (await session.exec(query.limit(1))).first() is not None


async def practised_dates(session: AsyncSession, learner_id: int) -> list[date]:
    """Every date with anything in the log, the oldest first."""
    query = select(col(LogEntry.local_date)).where(LogEntry.learner_id == learner_id).distinct()
    return list(await session.exec(query.order_by(col(LogEntry.local_date))))


async def skipped_dates(
    session: AsyncSession, learner_id: int, kind: str, reasons: Collection[str]
) -> set[date]:
    """Dates on which a reminder of this kind was skipped for one of these reasons."""
    query = select(col(OutboxMessage.local_date)).where(
        OutboxMessage.learner_id == learner_id,
        OutboxMessage.kind == kind,
        OutboxMessage.state == OutboxState.SKIPPED,
        col(OutboxMessage.reason).in_(list(reasons)),
    )
    return {on for on in await session.exec(query) if on is not None}


async def chosen_goals(session: AsyncSession, learner_id: int, *, since: date) -> dict[str, int] | None:
    """The goals the person set in their newest check-in, if it ended on `since` or later."""
    query = (
        select(CheckIn.next_goals)
        .where(
            CheckIn.learner_id == learner_id,
            col(CheckIn.answered_at).is_not(None),
            CheckIn.to_on >= since,
        )
        .order_by(col(CheckIn.to_on).desc())
        .limit(1)
    )
    found = (await session.exec(query)).first()
    return dict(found) if found else None


async def daily_item(session: AsyncSession, learner_id: int, on: date, task: str) -> DailyItem | None:
    """The daily minimum of that date with this task."""
    query = select(DailyItem).where(
        DailyItem.learner_id == learner_id, DailyItem.local_date == on, DailyItem.task == task
    )
    return (await session.exec(query)).first()


async def replace_item(session: AsyncSession, learner_id: int, on: date, part: str, *, task: str) -> None:
    """Put another task in the place of a daily minimum without using up the day's swap."""
    query = update(DailyItem).where(
        col(DailyItem.learner_id) == learner_id, col(DailyItem.local_date) == on, col(DailyItem.part) == part
    )
    await session.exec(query.values(task=task, is_review=False))


async def know(session: AsyncSession, learner_id: int, task: str, *, now: datetime) -> bool:
    """Mark a problem as solved before; False when it was."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    query = insert(KnownTask).values(learner_id=learner_id, task=task, marked_at=now).on_conflict_do_nothing()
    return (await session.exec(query.returning(col(KnownTask.task)))).first() is not None


async def forget(session: AsyncSession, learner_id: int, task: str) -> None:
    """The problem was not solved before after all."""
    query = delete(KnownTask).where(col(KnownTask.learner_id) == learner_id, col(KnownTask.task) == task)
    await session.exec(query)


async def known(session: AsyncSession, learner_ids: Collection[int]) -> dict[int, set[str]]:
    """Learner to the problems they had solved before."""
    query = select(KnownTask.learner_id, KnownTask.task).where(col(KnownTask.learner_id).in_(learner_ids))
    found: dict[int, set[str]] = {}
    for learner_id, task in await session.exec(query):
        found.setdefault(learner_id, set()).add(task)
    return found


async def open_timer(session: AsyncSession, learner_id: int, kind: str) -> OutboxMessage | None:
    """The newest message of this kind that has not been sent: it is owed for the end of a timer."""
    query = select(OutboxMessage).where(
        OutboxMessage.learner_id == learner_id,
        OutboxMessage.kind == kind,
        col(OutboxMessage.state).in_(OPEN_STATES),
    )
    return (await session.exec(query.order_by(col(OutboxMessage.id).desc()).limit(1))).first()
