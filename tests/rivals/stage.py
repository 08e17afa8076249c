"""A prepared database that is put back before each try, and everything that stands in it afterwards."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy import make_url, text
from sqlmodel import SQLModel

from storage.engine import Database

TABLES = tuple(table.name for table in SQLModel.metadata.sorted_tables)
Contents = Mapping[str, tuple[str, ...]]
"""Table to its rows as JSON, sorted; without their own numbers, which tell only who was first."""
_RANDOM = re.compile(r"[0-9a-f]{16,}")
_NUMBER = re.compile(r"(?<=:)[0-9]+(?=:)")


class Stage(Protocol):
    """What differs between the databases."""

    async def put_back(self) -> None:
        """As it was prepared."""

    async def has_somebody_waiting(self) -> bool:
        """Whether a transaction waits for a lock, as far as can be seen."""

    async def close(self) -> None:
        """Nothing is needed any more."""


@dataclass
class SqliteStage:
    """The file, kept in memory."""

    file: Path
    databases: tuple[Database, ...]
    content: bytes

    @classmethod
    async def of(cls, url: str, *databases: Database) -> SqliteStage:
        """What stands there now is what is put back."""
        for database in databases:
            await database.close()
        return cls._read(Path(str(make_url(url).database)), databases)

    @classmethod
    def _read(cls, file: Path, databases: tuple[Database, ...]) -> SqliteStage:
        assert not file.with_name(file.name + "-wal").exists(), "somebody still has it open"
        return cls(file, databases, file.read_bytes())

    async def put_back(self) -> None:
        for database in self.databases:
            await database.close()
        for ending in ("-wal", "-shm"):
            self.file.with_name(self.file.name + ending).unlink(missing_ok=True)
        self.file.write_bytes(self.content)

    async def has_somebody_waiting(self) -> bool:
        return False

    async def close(self) -> None:
        pass


@dataclass
class PostgresStage:
    """The tables, kept in a schema beside."""

    connection: psycopg.AsyncConnection[Any]
    script: str

    @classmethod
    async def of(cls, url: str, *_: Database) -> PostgresStage:
        """What stands there now is what is put back."""
        connection = await psycopg.AsyncConnection.connect(make_conninfo(url), autocommit=True)
        kept = "; ".join(f"CREATE TABLE kept.{name} AS TABLE {name}" for name in TABLES)
        await connection.execute(f"CREATE SCHEMA kept; {kept}")
        lines = ["SET session_replication_role = replica"]
        for table in SQLModel.metadata.sorted_tables:
            name = table.name
            lines += [f"DELETE FROM {name}", f"INSERT INTO {name} SELECT * FROM kept.{name}"]  # noqa: S608
            if "id" in table.c:
                newest = f"(SELECT COALESCE(max(id), 0) + 1 FROM {name})"  # noqa: S608
                lines.append(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), {newest}, false)")
        return cls(connection, "; ".join(lines))

    async def put_back(self) -> None:
        await self.connection.execute(self.script)

    async def has_somebody_waiting(self) -> bool:
        query = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        found = await (await self.connection.execute(query)).fetchone()
        return bool(cast(tuple[int], found)[0])

    async def close(self) -> None:
        await self.connection.close()


async def contents(database: Database) -> Contents:
    """Everything that is stored. People go by their names: who begins anew has another number."""
    found: dict[str, tuple[str, ...]] = {}
    async with database.read() as session:
        connection = await session.connection()
        people = await connection.execute(text("SELECT id, user_id FROM learner"))
        names: dict[Any, str] = {row[0]: row[1] for row in people}
        for table in SQLModel.metadata.sorted_tables:
            shown = ", ".join(f'"{column.name}"' for column in table.c if column.name != "id")
            rows = await connection.execute(text(f"SELECT {shown} FROM {table.name}"))  # noqa: S608
            found[table.name] = tuple(sorted(_line(dict(row), names) for row in rows.mappings()))
    return found


def _line(row: dict[str, Any], names: Mapping[Any, str]) -> str:
    if "learner_id" in row:
        row["learner_id"] = names.get(row["learner_id"])
    if "idempotency_key" in row:
        key = str(row["idempotency_key"])
        row["idempotency_key"] = _NUMBER.sub(lambda number: names.get(int(number[0]), number[0]), key)
    return _RANDOM.sub("?", json.dumps(row, default=str, sort_keys=True))


def difference(one: Contents, other: Contents) -> str:
    """Which rows stand in one and not in the other."""
    lines = []
    for name in TABLES:
        mine, theirs = set(one[name]), set(other[name])
        lines += [f"  + {name} {row}" for row in sorted(mine - theirs)]
        lines += [f"  - {name} {row}" for row in sorted(theirs - mine)]
        if mine == theirs and one[name] != other[name]:
            lines.append(f"  ~ {name} rows of the same content differ in number")
    return "\n".join(lines)
