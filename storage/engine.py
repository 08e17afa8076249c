"""Engines and sessions for SQLite (the default) and PostgreSQL."""

from __future__ import annotations

import json
import math
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from sqlalchemy import URL, Connection, event, make_url, text
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool, ConnectionPoolEntry, QueuePool
from sqlmodel.ext.asyncio.session import AsyncSession

BUSY_TIMEOUT_MS = 60_000
POOL_TIMEOUT_SECONDS = 120
RESTED_SECONDS = 1.0
"""A connection that was used within this time is not tried again before it is used."""


OnWait = Callable[[str, float], object]
"""Told which pool (`readers`, `writers`) gave a connection, and after how many seconds."""


class DatabaseUrlError(ValueError):
    """The URL names no database we can use; the message says what to write instead."""


def async_url(url: str) -> URL:
    """Turn the operator's URL (`sqlite:///PATH` or `postgresql://...`) into one with our driver."""
    try:
        parsed = make_url(url)
    except Exception as error:
        raise DatabaseUrlError("write sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME") from error
    match parsed.get_backend_name():
        case "sqlite" if parsed.database and parsed.database != ":memory:":
            return parsed.set(drivername="sqlite+aiosqlite")
        case "postgresql":
            return parsed.set(drivername="postgresql+psycopg")
        case "sqlite":
            raise DatabaseUrlError("an SQLite database needs a file: write sqlite:///PATH")
        case name:
            raise DatabaseUrlError(f"{name} is not supported: write sqlite:///PATH or postgresql://...")


@dataclass(frozen=True, slots=True)
class Database:
    """
    Two pools over one database.

    A reader never waits for a writer: SQLite takes one writer at a time, so its writers queue for a single
    connection here, and a locked database cannot use up the connections that answers are read with.
    """

    readers: AsyncEngine
    writers: AsyncEngine

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session for reading one consistent snapshot."""
        async with AsyncSession(self.readers, expire_on_commit=False) as session:
            yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """One transaction: committed at the end of the block, rolled back if it raises."""
        async with AsyncSession(self.writers, expire_on_commit=False) as session, session.begin():
            yield session

    @property
    def pools(self) -> dict[str, QueuePool]:
        """The two pools by name."""
        return {
            "readers": cast(QueuePool, self.readers.pool),
            "writers": cast(QueuePool, self.writers.pool),
        }

    async def now(self) -> datetime | None:
        """The time of the database's server; None for SQLite, which has none of its own."""
        if self.readers.dialect.name == "sqlite":
            return None
        async with self.read() as session:
            answer = await (await session.connection()).execute(text("SELECT clock_timestamp()"))
            found: datetime = answer.scalar_one()
        return found

    async def close(self) -> None:
        await self.readers.dispose()
        await self.writers.dispose()


def connect(
    url: str, *, readers: int = 5, writers: int = 5, on_wait: OnWait = lambda pool, seconds: None
) -> Database:
    """
    Open the database lazily; nothing is read before the first session.

    `readers` and `writers` bound the connections of this process; SQLite always has one writer.
    Raises DatabaseUrlError for an URL we cannot use.
    """
    parsed = async_url(url)
    common: dict[str, Any] = {
        "max_overflow": 0,
        "pool_timeout": POOL_TIMEOUT_SECONDS,
        # An error names the statement, never what people wrote.
        "hide_parameters": True,
    }
    read_pool, write_pool = _timed_pool("readers", on_wait), _timed_pool("writers", on_wait)
    if parsed.get_backend_name() == "sqlite":
        Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
        common["json_deserializer"] = _read_json
        reading = create_async_engine(parsed, pool_size=readers, poolclass=read_pool, **common)
        writing = create_async_engine(parsed, pool_size=1, poolclass=write_pool, **common)
        _prepare_sqlite(reading, begin="BEGIN")
        # IMMEDIATE takes the write lock at once: a transaction that reads first could not be upgraded later.
        _prepare_sqlite(writing, begin="BEGIN IMMEDIATE")
        return Database(reading, writing)
    reading = create_async_engine(parsed, pool_size=readers, poolclass=read_pool, **common)
    writing = create_async_engine(parsed, pool_size=writers, poolclass=write_pool, **common)
    for engine in (reading, writing):
        _ask_after_a_rest(engine)
    return Database(reading, writing)


def _timed_pool(name: str, on_wait: OnWait) -> type[AsyncAdaptedQueuePool]:
    """A pool that tells how long somebody waited for a connection; there is no event for it."""

    class TimedPool(AsyncAdaptedQueuePool):
        # Where it looks up its logger, which would otherwise be one of ours.
        _sqla_logger_namespace = "sqlalchemy.pool.TimedPool"

        def _do_get(self) -> ConnectionPoolEntry:
            began = time.perf_counter()
            try:
                return super()._do_get()
            finally:
                on_wait(name, time.perf_counter() - began)

    return TimedPool


def _read_json(value: str) -> Any:
    """None for what is no JSON, which SQLite does not refuse: one such row must not spoil a whole query."""
    try:
        return json.loads(value)
    except ValueError:
        return None


def _prepare_sqlite(engine: AsyncEngine, *, begin: str) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def _connect(connection: Any, _entry: ConnectionPoolEntry) -> None:
        apply_pragmas(connection)

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)


def _ask_after_a_rest(engine: AsyncEngine) -> None:
    """
    Try a connection that rested before it is used: the server may be a new one.

    The pool's own `pre_ping` asks before every transaction, which costs busy senders a round trip each.
    """

    @event.listens_for(engine.sync_engine, "checkin")
    def _returned(_connection: Any, entry: ConnectionPoolEntry) -> None:
        entry.info["returned"] = time.monotonic()

    @event.listens_for(engine.sync_engine, "checkout")
    def _taken(connection: Any, entry: ConnectionPoolEntry, _proxy: Any) -> None:
        if time.monotonic() - entry.info.get("returned", math.inf) < RESTED_SECONDS:
            return
        if "returned" in entry.info and not _answers(engine, connection):
            raise DisconnectionError


def _answers(engine: AsyncEngine, connection: Any) -> bool:
    try:
        return bool(engine.dialect.do_ping(connection))
    except engine.dialect.loaded_dbapi.Error:
        return False


def apply_pragmas(connection: Any) -> None:
    """What every SQLite connection needs; the driver must not open transactions of its own."""
    connection.isolation_level = None
    cursor: sqlite3.Cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    # A commit that a power cut takes back would be a post that is sent again.
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()
