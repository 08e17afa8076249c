"""A PostgreSQL that is cut off or falls silent: nobody waits for ever, and it is used again after."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from storage import learners
from storage.engine import Database, async_url, connect, is_away, network_of
from tests.line import Line, a_line
from tests.survival.conftest import on_postgres

NOON = datetime(2030, 3, 4, 12, tzinfo=UTC)
ANSWER_SECONDS = 0.4


@pytest.fixture
async def line(database_url: str) -> AsyncIterator[Line]:
    async with a_line(database_url) as opened:
        yield opened


@pytest.fixture
async def beyond(line: Line) -> AsyncIterator[Database]:
    """The database at the other end of the line."""
    opened = connect(f"{line.url}?connect_timeout=2", readers=1, writers=1, answer_seconds=ANSWER_SECONDS)
    yield opened
    await opened.close()


async def write(database: Database, user_id: str = "U1") -> None:
    async with database.write() as session:
        await learners.ensure(session, "T1", user_id, now=NOON)


@on_postgres
async def test_a_line_that_is_cut_fails_at_once_and_works_again_when_it_is_mended(
    line: Line, beyond: Database
) -> None:
    await write(beyond)
    await line.cut()

    for _ in range(2):
        with pytest.raises(SQLAlchemyError) as failure:
            await write(beyond)
        assert is_away(failure.value)
    await line.mend()

    await write(beyond)


@on_postgres
@pytest.mark.parametrize("is_new", [True, False], ids=["on a new connection", "on one that is in use"])
async def test_a_server_that_falls_silent_holds_nobody_for_long(
    line: Line, beyond: Database, is_new: bool
) -> None:
    if not is_new:
        await write(beyond)
    line.silence()
    began = time.monotonic()

    with pytest.raises(SQLAlchemyError) as failure:
        await write(beyond)

    assert is_away(failure.value)
    assert time.monotonic() - began < 2 + 10 * ANSWER_SECONDS
    await line.mend()
    await write(beyond, "U2")


@on_postgres
async def test_a_silence_in_the_middle_of_a_transaction_leaves_nothing_half_done(
    line: Line, beyond: Database, database: Database
) -> None:
    async def fall_silent_half_way() -> None:
        async with beyond.write() as session:
            await learners.ensure(session, "T1", "U1", now=NOON)
            line.silence()

    with pytest.raises(SQLAlchemyError) as failure:
        await fall_silent_half_way()

    assert is_away(failure.value)
    async with database.read() as session:
        assert await learners.find(session, "T1", "U1") is None


@on_postgres
async def test_what_takes_long_is_ended_by_the_server_too(database_url: str, database: Database) -> None:
    hasty = connect(database_url, answer_seconds=ANSWER_SECONDS)
    async with database.write() as session:
        await learners.ensure(session, "T1", "U1", now=NOON)

        with pytest.raises(DBAPIError) as failure:
            await write(hasty)

    assert is_away(failure.value)
    await hasty.close()


@on_postgres
async def test_a_transaction_that_stands_still_lets_go_of_what_it_holds(
    line: Line, database: Database
) -> None:
    """As that of a frozen process: the server ends it, and whoever waits for its rows goes on."""
    patient = connect(f"{line.url}?options=-c%20idle_in_transaction_session_timeout%3D200")

    async def stand_still_half_way() -> None:
        async with patient.write() as session:
            await learners.ensure(session, "T1", "U1", now=NOON)
            await asyncio.wait_for(write(database), 5)

    with pytest.raises(SQLAlchemyError):
        await stand_still_half_way()

    await patient.close()


@on_postgres
async def test_a_transaction_may_take_long_as_long_as_it_gets_its_answers(database_url: str) -> None:
    hasty = connect(database_url, answer_seconds=ANSWER_SECONDS)
    async with hasty.write() as session:
        for _ in range(3):
            await learners.ensure(session, "T1", "U1", now=NOON)
            await (await session.connection()).execute(text(f"SELECT pg_sleep({ANSWER_SECONDS * 0.6})"))
    await hasty.close()


@on_postgres
async def test_every_connection_is_told_its_limits(database: Database) -> None:
    async with database.read() as session:
        connection = await session.connection()
        limits = [
            (await connection.execute(text(f"SHOW {name}"))).scalar_one()
            for name in ("statement_timeout", "idle_in_transaction_session_timeout")
        ]

    assert limits == ["15s", "10s"]


def test_what_the_operator_writes_into_the_url_goes_before_ours() -> None:
    network = network_of(async_url("postgresql://coach@db/coach?connect_timeout=30"))

    assert "connect_timeout" not in network
    assert network["tcp_user_timeout"] == 10_000


@pytest.mark.parametrize(
    ("code", "away"),
    [
        pytest.param(sqlite3.SQLITE_BUSY, True, id="locked"),
        pytest.param(sqlite3.SQLITE_IOERR | 2 << 8, True, id="cannot be written"),
        pytest.param(sqlite3.SQLITE_ERROR, False, id="a mistake of ours"),
    ],
)
def test_a_mistake_of_ours_is_no_outage_on_sqlite(code: int, away: bool) -> None:
    error = sqlite3.OperationalError("?")
    error.sqlite_errorcode = code

    assert is_away(OperationalError("SELECT", {}, error)) is away


@pytest.mark.parametrize(
    ("error", "away"),
    [
        pytest.param(psycopg.OperationalError("connection refused"), True, id="no answer"),
        pytest.param(psycopg.errors.AdminShutdown(), True, id="told to stop"),
        pytest.param(psycopg.errors.TooManyConnections(), True, id="no room"),
        pytest.param(psycopg.errors.DeadlockDetected(), False, id="a deadlock"),
        pytest.param(psycopg.errors.UndefinedColumn(), False, id="a mistake of ours"),
    ],
)
def test_a_mistake_of_ours_is_no_outage_on_postgresql(error: psycopg.Error, away: bool) -> None:
    kind = OperationalError if isinstance(error, psycopg.OperationalError) else DBAPIError

    assert is_away(kind("SELECT", {}, error)) is away
