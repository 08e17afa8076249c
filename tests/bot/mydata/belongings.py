"""A person with one row in every table, whatever tables there are, and a look at all that is stored."""

from __future__ import annotations

import itertools
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Date, Float, Integer, Table, select
from sqlmodel import SQLModel

from bot.members import Member
from storage import mydata
from storage.engine import Database
from storage.models import OutboxState
from storage.types import UTCDateTime
from tests.builders import NOON, TODAY

SHARED = ("study_group", "group_round")
READER = "U99"
_channels = itertools.count(1)


async def one_of_everything(
    database: Database, member: Member, mark: str, group: int | None = None
) -> dict[str, int]:
    """
    One row in each table that belongs to people; every text of theirs contains `mark`.

    The study group is led by the person; `group` joins another's instead. The ids by table.
    """
    ids: dict[str, int] = {}
    async with database.write() as session:
        connection = await session.connection()
        for table in SQLModel.metadata.sorted_tables:
            if table.name not in (*mydata.owned_tables(), *SHARED):
                continue
            if table.name == "study_group" and group is not None:
                ids["study_group"] = group
                continue
            if table.name == "group_round" and group is not None:
                query = select(table.c.id).where(table.c.group_id == group)
                ids["group_round"] = (await connection.execute(query)).scalar_one()
                continue
            values = {
                column.name: _value(table, column, member, mark, ids)
                for column in table.columns
                if not (column.name == "id" and column.primary_key)
            }
            inserted = await connection.execute(table.insert().values(values))
            if "id" in table.c and inserted.inserted_primary_key is not None:
                ids[table.name] = int(inserted.inserted_primary_key[0])
    return ids


def _value(table: Table, column: Column[Any], member: Member, mark: str, ids: dict[str, int]) -> Any:
    known: dict[str, Any] = {
        "team_id": member.team_id,
        "outbox_message.group_id": None,
        "outbox_message.state": OutboxState.SENT.value,
        "learner.user_id": member.user_id,
        "learner.time_zone": "Europe/Lisbon",
        "learner.deactivated_at": None,
        "story_share.user_id": READER,
        "study_group.lead_id": member.user_id,
        "study_group.channel_id": f"C{next(_channels)}",
        "study_group.time_zone": "UTC",
        "ended_at": None,
        "left_at": None,
        "revoked_at": None,
        "preferences.days": [1, 2, 3],
        "study_plan.slug": "six-week",
        "study_plan.content_weeks": [0, 1],
        "log_entry.activity": "mock",
    }
    for name in (f"{table.name}.{column.name}", column.name):
        if name in known:
            return known[name]
    if column.foreign_keys:
        return ids[next(iter(column.foreign_keys)).column.table.name]
    if isinstance(column.type, JSON):
        return {mark: 1}
    if isinstance(column.type, Date):
        return TODAY
    for kind, value in {UTCDateTime: NOON, Boolean: True, Integer: 1, Float: 1.0}.items():
        if isinstance(column.type, kind):
            return value
    return f"{table.name} {column.name}" if table.name in SHARED else f"{mark} {table.name} {column.name}"


async def everything_stored(database: Database) -> dict[str, list[str]]:
    """Each table's rows as text, whoever they belong to."""
    async with database.read() as session:
        connection = await session.connection()
        return {
            table.name: [str(tuple(row)) for row in await connection.execute(select(table))]
            for table in SQLModel.metadata.sorted_tables
        }
