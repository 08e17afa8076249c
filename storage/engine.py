"""Engines and sessions for SQLite (the default) and PostgreSQL."""

from __future__ import annotations

import asyncio
import json
import math
import os
import socket
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from sqlalchemy import URL, Connection, event, make_url, text
from sqlalchemy.exc import DBAPIError, DisconnectionError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool, ConnectionPoolEntry, QueuePool
from sqlmodel.ext.asyncio.session import AsyncSession

BUSY_TIMEOUT_MS = 60_000
POOL_TIMEOUT_SECONDS = 120
"""SQLite's writers queue for one connection, while somebody else may hold the file for a minute."""
RESTED_SECONDS = 1.0
"""A connection that was used within this time is not tried again before it is used."""
CONNECT_SECONDS = 3
"""A PostgreSQL that does not let us in within this time is not there."""
ANSWER_SECONDS = 15.0
"""
A PostgreSQL connection that owes an answer for so long is cut: a hundred times what a statement takes.

A server that is cut off without a word answers nothing, and neither does TCP when something between us and it
goes on acknowledging. A driver that waits for an answer cannot be interrupted.
"""
IDLE_SECONDS = 10
"""PostgreSQL ends a transaction in which nothing happens for so long: its process is frozen or gone."""
POOL_SECONDS = 10.0
"""Who gets no PostgreSQL connection within this time is told so, and does not wait on."""
NETWORK: dict[str, Any] = {
    "connect_timeout": CONNECT_SECONDS,
    # A peer that has vanished is noticed after 10 + 3 x 2 seconds, or 10 s after the last thing we sent.
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
"""What libpq is asked for; what stands in DATABASE_URL goes before."""
_SQLITE_AWAY = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
}
_POSTGRES_AWAY = ("08", "53", "57")
"""Classes of PostgreSQL's codes: no connection, no room, told to stop or stopped."""


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


@dataclass(slots=True)
class _Use:
    """A connection that is in use, when it was last asked something, and when to look after it."""

    asked_at: float
    timer: asyncio.TimerHandle


@dataclass(slots=True)
class _Watch:
    """Ends PostgreSQL connections that owe an answer for too long: as if the server had hung up."""

    seconds: float
    uses: dict[Any, _Use] = field(default_factory=dict)
    is_given_up: bool = False

    def over(self, engine: AsyncEngine) -> None:
        """Watch the connections of this pool."""

        @event.listens_for(engine.sync_engine, "do_connect")
        def _connecting(dialect: Any, *_: Any) -> None:
            if self.is_given_up:
                raise dialect.loaded_dbapi.OperationalError("this process stops")

        @event.listens_for(engine.sync_engine, "checkout")
        def _taken(connection: Any, _entry: ConnectionPoolEntry, _proxy: Any) -> None:
            driver, loop = connection.driver_connection, asyncio.get_running_loop()
            timer = loop.call_later(self.seconds, self._look_after, driver)
            self.uses[driver] = _Use(loop.time(), timer)

        @event.listens_for(engine.sync_engine, "before_cursor_execute")
        def _asked(connection: Connection, *_: Any) -> None:
            if use := self.uses.get(connection.connection.driver_connection):
                use.asked_at = asyncio.get_running_loop().time()

        @event.listens_for(engine.sync_engine, "checkin")
        def _returned(connection: Any, _entry: ConnectionPoolEntry) -> None:
            # None: it was found to be dead before.
            if connection is not None:
                self._forget(connection.driver_connection)

        @event.listens_for(engine.sync_engine, "invalidate")
        def _dead(connection: Any, _entry: ConnectionPoolEntry, _error: BaseException | None) -> None:
            self._forget(connection.driver_connection)

    def give_up(self) -> None:
        """Cut all, and let nobody connect any more."""
        self.is_given_up = True
        for driver in list(self.uses):
            self._forget(driver)
            _cut(driver)

    def _look_after(self, driver: Any) -> None:
        use, loop = self.uses[driver], asyncio.get_running_loop()
        left = use.asked_at + self.seconds - loop.time()
        if left > 0:
            use.timer = loop.call_later(left, self._look_after, driver)
        else:
            self._forget(driver)
            _cut(driver)

    def _forget(self, driver: Any) -> None:
        if use := self.uses.pop(driver, None):
            use.timer.cancel()


def _cut(connection: Any) -> None:
    if connection.closed:
        return
    with socket.socket(fileno=os.dup(connection.fileno())) as line, suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)


@dataclass(frozen=True, slots=True)
class Database:
    """
    Two pools over one database.

    A reader never waits for a writer: SQLite takes one writer at a time, so its writers queue for a single
    connection here, and a locked database cannot use up the connections that answers are read with.
    """

    readers: AsyncEngine
    writers: AsyncEngine
    _watch: _Watch | None = None

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

    async def answers(self) -> bool:
        """Ask whether it is there; SQLite, which is a file, always is."""
        if self._watch is not None:
            async with self.read() as session:
                await (await session.connection()).execute(text("SELECT 1"))
        return True

    def give_up(self) -> None:
        """This process ends: what still waits for PostgreSQL fails, and nobody connects any more."""
        if self._watch is not None:
            self._watch.give_up()

    async def close(self) -> None:
        await self.readers.dispose()
        await self.writers.dispose()


def is_away(error: BaseException) -> bool:
    """Whether the database could not be reached or could not go on, so that trying later is what helps."""
    if isinstance(error, PoolTimeoutError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if isinstance(error.orig, sqlite3.Error):
        # Of an extended code, the lowest byte says what kind it is.
        return (getattr(error.orig, "sqlite_errorcode", None) or 0) & 0xFF in _SQLITE_AWAY
    state = getattr(error.orig, "sqlstate", None)
    return error.connection_invalidated or (
        state.startswith(_POSTGRES_AWAY) if state else isinstance(error, OperationalError)
    )


def connect(
    url: str,
    *,
    readers: int = 5,
    writers: int = 5,
    answer_seconds: float = ANSWER_SECONDS,
    on_wait: OnWait = lambda pool, seconds: None,
) -> Database:
    """
    Open the database lazily; nothing is read before the first session.

    `readers` and `writers` bound the connections of this process; SQLite always has one writer. PostgreSQL
    has `answer_seconds` for each statement. Raises DatabaseUrlError for an URL we cannot use.
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
    common |= {"pool_timeout": POOL_SECONDS, "connect_args": _arguments(parsed, answer_seconds)}
    reading = create_async_engine(parsed, pool_size=readers, poolclass=read_pool, **common)
    writing = create_async_engine(parsed, pool_size=writers, poolclass=write_pool, **common)
    watch = _Watch(answer_seconds)
    for engine in (reading, writing):
        watch.over(engine)
        _ask_after_a_rest(engine)
    return Database(reading, writing, watch)


def network_of(url: URL) -> dict[str, Any]:
    """NETWORK, without what the operator's PostgreSQL URL says itself."""
    return {name: value for name, value in NETWORK.items() if name not in url.query}


def _arguments(url: URL, answer_seconds: float) -> dict[str, Any]:
    if "options" in url.query:
        return network_of(url)
    # The server gives up at the same time as we do: nobody is there any more to take the answer.
    limits = {
        "statement_timeout": int(answer_seconds * 1000),
        "idle_in_transaction_session_timeout": IDLE_SECONDS * 1000,
    }
    options = " ".join(f"-c {name}={value}" for name, value in limits.items())
    return {**network_of(url), "options": options}


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
