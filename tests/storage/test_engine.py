"""What every connection is set to, and that readers and writers do not stand in each other's way."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlmodel import select

from storage import learners
from storage.engine import Database, DatabaseUrlError, async_url, connect
from storage.models import Attempt, Learner

NOON = datetime(2030, 3, 4, 12, tzinfo=UTC)


async def add_learner(database: Database, *, at: datetime = NOON) -> Learner:
    async with database.write() as session:
        return await learners.ensure(session, "T1", "U1", now=at)


async def test_an_instant_comes_back_as_it_went_in_in_utc(database: Database) -> None:
    await add_learner(database, at=NOON.astimezone(timezone(timedelta(hours=5, minutes=45))))

    async with database.read() as session:
        stored = (await session.exec(select(Learner))).one()

    assert stored.created_at == NOON
    assert stored.created_at.tzinfo is UTC


async def test_an_instant_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="has no time zone"):
        await add_learner(database, at=NOON.replace(tzinfo=None))


async def test_a_row_cannot_belong_to_nobody(database: Database) -> None:
    attempt = Attempt(learner_id=999, number=1, form="quick", content_version="1", started_at=NOON)

    with pytest.raises(IntegrityError):
        async with database.write() as session:
            session.add(attempt)


async def test_what_belongs_to_a_person_goes_with_them(database: Database) -> None:
    learner = await add_learner(database)
    async with database.write() as session:
        session.add(
            Attempt(learner_id=learner.id or 0, number=1, form="quick", content_version="1", started_at=NOON)
        )
    async with database.write() as session:
        await session.delete(learner)

    async with database.read() as session:
        assert (await session.exec(select(Attempt))).all() == []


async def test_a_failed_transaction_leaves_nothing(database: Database) -> None:
    async def fail_half_way() -> None:
        async with database.write() as session:
            await learners.ensure(session, "T1", "U1", now=NOON)
            raise LookupError

    with pytest.raises(LookupError):
        await fail_half_way()

    async with database.read() as session:
        assert await learners.find(session, "T1", "U1") is None


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_sqlite_is_set_to_wal_foreign_keys_and_patience(database: Database) -> None:
    for opened in (database.read, database.write):
        async with opened() as session:
            connection = await session.connection()
            assert (await connection.execute(text("PRAGMA journal_mode"))).scalar() == "wal"
            assert (await connection.execute(text("PRAGMA foreign_keys"))).scalar() == 1
            assert (await connection.execute(text("PRAGMA busy_timeout"))).scalar() == 60_000


async def test_readers_are_not_held_up_by_a_writer_nor_by_those_who_wait_for_it(database: Database) -> None:
    await add_learner(database)
    async with database.write() as session:
        await learners.ensure(session, "T1", "U2", now=NOON)
        waiting = [asyncio.create_task(add_learner(database)) for _ in range(10)]

        async with asyncio.timeout(2):
            for _ in range(20):
                async with database.read() as reader:
                    assert await learners.find(reader, "T1", "U1") is not None
                    assert await learners.find(reader, "T1", "U2") is None

    await asyncio.gather(*waiting)


async def test_writers_wait_for_each_other_and_none_is_lost(database: Database) -> None:
    async def write(number: int) -> None:
        async with database.write() as session:
            await learners.ensure(session, "T1", f"U{number}", now=NOON)

    await asyncio.gather(*(write(number) for number in range(50)))

    async with database.read() as session:
        assert len((await session.exec(select(Learner))).all()) == 50


async def test_two_processes_may_write_to_one_file(database: Database, database_url: str) -> None:
    other = connect(database_url)

    async def write(opened: Database, name: str) -> None:
        for number in range(20):
            async with opened.write() as session:
                await learners.ensure(session, "T1", f"{name}{number}", now=NOON)

    await asyncio.gather(write(database, "A"), write(other, "B"))
    await other.close()

    async with database.read() as session:
        assert len((await session.exec(select(Learner))).all()) == 40


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://host/name", "prep.db", ""])
def test_an_url_that_names_no_database_of_ours_is_refused_with_the_right_form(url: str) -> None:
    with pytest.raises(DatabaseUrlError, match="write sqlite:///PATH"):
        async_url(url)
