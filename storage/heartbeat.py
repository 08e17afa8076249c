"""Notices that nobody ran on this database for a while: it may have come out of a backup."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import case
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import Heartbeat

LONG_ABSENCE = timedelta(minutes=2)
"""Longer than a restart; after it the database may not know what was sent since."""
ONLY = 1


async def begin(session: AsyncSession, *, now: datetime) -> None:
    """A process starts: after a long absence, what is due by now has to be looked for."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    query = insert(Heartbeat).values(id=ONLY, at=now, look_until=None)
    was_away = col(Heartbeat.at) < now - LONG_ABSENCE
    query = query.on_conflict_do_update(
        index_elements=["id"],
        set_={"at": now, "look_until": case((was_away, now), else_=Heartbeat.look_until)},
    )
    await session.exec(query)


async def beat(session: AsyncSession, *, now: datetime) -> None:
    """A process still runs."""
    row = (await session.exec(select(Heartbeat).where(Heartbeat.id == ONLY))).one_or_none()
    if row is not None:
        row.at = now
        session.add(row)


async def find(session: AsyncSession) -> Heartbeat | None:
    """The row, None before any process ran."""
    return (await session.exec(select(Heartbeat).where(Heartbeat.id == ONLY))).one_or_none()
