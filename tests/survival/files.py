"""Copies of a database's files, as a backup or a power cut leaves them."""

from __future__ import annotations

import asyncio
import random
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from storage.engine import Database, connect


def file_of(database: Database) -> Path:
    """The main file."""
    return Path(str(database.writers.url.database))


def log_of(file: Path) -> Path:
    """Where SQLite writes first."""
    return file.with_name(f"{file.name}-wal")


async def back_up(database: Database, to: Path) -> None:
    """A sound copy of everything that is committed."""
    await settle(database)
    await asyncio.to_thread(shutil.copyfile, file_of(database), to)


async def settle(database: Database) -> None:
    """Everything that is committed moves into the main file."""
    async with database.writers.connect() as connection:
        raw = await connection.get_raw_connection()
        cursor = await raw.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
        await cursor.close()


async def synchronous(database: Database) -> int:
    """1: what was committed last may be lost with the power; 2: it may not."""
    async with database.write() as session:
        rows = await (await session.connection()).exec_driver_sql("PRAGMA synchronous")
        return int(rows.scalar_one())


def cut_power(file: Path, to: Path, *, keeps: int, chance: random.Random) -> None:
    """
    What a disk holds after the power failed: the main file, and the log up to some byte.

    `keeps`: so many bytes of the log had certainly reached the disk.
    """
    to.write_bytes(file.read_bytes())
    log = log_of(file).read_bytes()
    log_of(to).write_bytes(log[: chance.randint(min(keeps, len(log)), len(log))])


@asynccontextmanager
async def opened(file: Path) -> AsyncIterator[Database]:
    """That file as a database."""
    database = connect(f"sqlite:///{file}")
    try:
        yield database
    finally:
        await database.close()
