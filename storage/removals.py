"""
All that belongs to one workspace, in whatever table, deleted a little at a time.

A table with a column `team_id` belongs to workspaces, and what refers to its rows goes with them; so a new
table is in it from its first day.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import Table, delete, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel, col
from sqlmodel import select as select_model
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import Installation, Reminder, Removal, Workspace

_NOT_DATA = {"installation"}
"""Deleted when the removal is confirmed: a newer one in the same workspace stays."""


@cache
def tables_of_workspaces() -> tuple[str, ...]:
    """Every table with a workspace in its rows; people first, and last what says who the workspace is."""
    names = [
        table.name
        for table in SQLModel.metadata.sorted_tables
        if "team_id" in table.c and table.name not in _NOT_DATA
    ]
    return tuple(sorted(names, key=lambda name: (name == "workspace", name != "learner")))


async def note(session: AsyncSession, place: str, *, event_at: datetime, now: datetime) -> None:
    """Remember to look whether this workspace or organisation is really uninstalled, and to delete it."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    query = insert(Removal).values(place=place, event_at=event_at, noted_at=now, next_at=now)
    await (await session.connection()).execute(
        query.on_conflict_do_update(
            index_elements=["place"],
            set_={"event_at": event_at, "noted_at": now},
            where=col(Removal.event_at) < event_at,
        )
    )


async def any_due(session: AsyncSession, *, now: datetime) -> bool:
    """Whether a removal has a step to do; a tick asks this without writing."""
    query = select_model(Removal.place).where(col(Removal.next_at) <= now).limit(1)
    return (await session.exec(query)).first() is not None


async def claim(session: AsyncSession, *, now: datetime, lease: timedelta) -> Removal | None:
    """A removal whose next step is due; nobody else takes it within the lease."""
    query = (
        select_model(Removal)
        .where(col(Removal.next_at) <= now)
        .order_by(col(Removal.next_at))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    found = (await session.exec(query)).one_or_none()
    if found is not None:
        await put_off(session, found.place, until=now + lease)
    return found


async def put_off(session: AsyncSession, place: str, *, until: datetime) -> None:
    """Go on with it then."""
    query = update(Removal).where(col(Removal.place) == place).values(next_at=until)
    await (await session.connection()).execute(query)


async def drop(session: AsyncSession, place: str) -> None:
    """It is not uninstalled after all."""
    await (await session.connection()).execute(delete(Removal).where(col(Removal.place) == place))


async def finish(session: AsyncSession, place: str, *, now: datetime) -> None:
    """Nothing is left. Where it was uninstalled once more meanwhile, that is looked into next."""
    connection = await session.connection()
    again = update(Removal).where(
        col(Removal.place) == place, col(Removal.noted_at) > col(Removal.confirmed_at)
    )
    if not (await connection.execute(again.values(confirmed_at=None, next_at=now))).rowcount:
        await drop(session, place)


async def confirm(
    session: AsyncSession, place: str, revision: int | None, *, now: datetime, next_at: datetime
) -> bool:
    """
    Close the workspace for good: its installation goes now, its data from `next_at` on.

    `revision` is that of the installation that was looked at, None when there was none. False, and nothing is
    changed, when it was installed again meanwhile.
    """
    query = select_model(Installation.revision).where(Installation.place == place).with_for_update()
    if (await session.exec(query)).one_or_none() != revision:
        return False
    connection = await session.connection()
    await connection.execute(delete(Installation).where(col(Installation.place) == place))
    values = {"confirmed_at": now, "next_at": next_at}
    await connection.execute(update(Removal).where(col(Removal.place) == place).values(**values))
    return True


async def is_closed(session: AsyncSession, places: Collection[str]) -> bool:
    """Whether one of these is being deleted."""
    query = select_model(Removal.place).where(
        col(Removal.place).in_(places), col(Removal.confirmed_at).is_not(None)
    )
    return (await session.exec(query.limit(1))).first() is not None


async def teams(session: AsyncSession, place: str) -> list[str]:
    """The workspaces of a place: itself, or those in which an organisation's installation was used."""
    if not place.startswith("E"):
        return [place]
    query = select_model(Workspace.team_id).where(Workspace.enterprise_id == place)
    return list(await session.exec(query.order_by(Workspace.team_id)))


async def delete_some(session: AsyncSession, team_id: str, *, limit: int) -> bool:
    """Delete up to `limit` people, groups or other rows of a workspace; False when none is left."""
    for name in tables_of_workspaces():
        table = SQLModel.metadata.tables[name]
        keys = list(table.primary_key.columns)
        query = select(*keys).where(table.c.team_id == team_id).limit(limit)
        connection = await session.connection()
        found = (await connection.execute(query.with_for_update(skip_locked=True))).all()
        if found:
            if name == "learner":
                await _hold_reminders(session, [row[0] for row in found])
            # Of one column also a bare value, which PostgreSQL can look up in an index.
            theirs = keys[0].in_([row[0] for row in found]) if len(keys) == 1 else tuple_(*keys).in_(found)
            await connection.execute(delete(table).where(theirs))
            return True
        if await _has_any(session, table, team_id):
            return True  # somebody else holds them
    return False


async def _hold_reminders(session: AsyncSession, learner_ids: Collection[int]) -> None:
    """A tick holds reminders and then asks for their people: waiting for it here would be for ever."""
    query = select_model(Reminder.kind).where(col(Reminder.learner_id).in_(learner_ids))
    await session.exec(query.with_for_update(nowait=True))


async def _has_any(session: AsyncSession, table: Table, team_id: str) -> bool:
    query = select(table.c.team_id).where(table.c.team_id == team_id).limit(1)
    return (await (await session.connection()).execute(query)).first() is not None
