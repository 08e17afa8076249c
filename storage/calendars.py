"""Private addresses of calendars, found by the hash of what is secret in them."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import CalendarFeed, Learner, LogEntry


async def keep(session: AsyncSession, learner_id: int, secret_hash: str, *, now: datetime) -> None:
    """The person's address from now on; the one before leads nowhere. The person is locked."""
    row = await session.get(CalendarFeed, learner_id) or CalendarFeed(learner_id=learner_id, secret_hash="")
    row.secret_hash, row.made_at = secret_hash, now
    session.add(row)


async def of_learner(session: AsyncSession, learner_id: int) -> CalendarFeed | None:
    """The person's address, None where there is none."""
    return await session.get(CalendarFeed, learner_id)


async def remove(session: AsyncSession, learner_id: int) -> None:
    """The address leads nowhere from now on."""
    await session.exec(delete(CalendarFeed).where(col(CalendarFeed.learner_id) == learner_id))


async def owner_of(session: AsyncSession, secret_hash: str) -> Learner | None:
    """Whose address it is; None for an unknown one, and for an account that Slack has deactivated."""
    query = (
        select(Learner)
        .join(CalendarFeed, col(CalendarFeed.learner_id) == Learner.id)
        .where(CalendarFeed.secret_hash == secret_hash, col(Learner.deactivated_at).is_(None))
    )
    return (await session.exec(query)).one_or_none()


async def mocks(session: AsyncSession, learner_id: int) -> list[tuple[int, date]]:
    """Ids and dates of the mock interviews in the person's log."""
    query = (
        select(col(LogEntry.id), col(LogEntry.local_date))
        .where(LogEntry.learner_id == learner_id, LogEntry.activity == "mock")
        .order_by(col(LogEntry.id))
    )
    return [(entry_id or 0, on) for entry_id, on in await session.exec(query)]
