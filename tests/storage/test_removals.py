"""A workspace goes with every row in every table, a little at a time, and nobody else's is touched."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import PrimaryKeyConstraint, UniqueConstraint, inspect
from sqlmodel import SQLModel

from bot.members import Member
from storage import installations, removals
from storage.engine import Database
from storage.models import Installation, Removal
from tests.bot.mydata.belongings import everything_stored, one_of_everything
from tests.builders import ANA, BEN, NOON

ELSEWHERE = Member("T2", ANA.user_id)
OF_NO_WORKSPACE = {"heartbeat", "installation", "oauth_state", "removal"}
"""Tables without people's data: whoever adds one says so here."""
MINUTE = timedelta(minutes=1)


def an_installation(place: str = "T1") -> Installation:
    return Installation(
        place=place,
        team_id=place,
        name="Harbor",
        app_id="A1",
        bot_id="B1",
        bot_user_id="UBOT",
        scopes="",
        installer_id="U1",
        bot_token="key.secret",
        installed_at=NOON,
    )


async def delete_everything(database: Database, team_id: str, limit: int = 100) -> int:
    """How many transactions it took."""
    for number in range(1, 1_000):
        async with database.write() as session:
            if not await removals.delete_some(session, team_id, limit=limit):
                return number
    raise AssertionError("it does not end")


def test_every_table_belongs_to_a_workspace_or_goes_with_a_row_that_does() -> None:
    reached = set(removals.tables_of_workspaces())
    for table in SQLModel.metadata.sorted_tables:
        if any(key.column.table.name in reached and key.ondelete == "CASCADE" for key in table.foreign_keys):
            reached.add(table.name)

    assert reached == set(SQLModel.metadata.tables) - OF_NO_WORKSPACE


@pytest.mark.parametrize("limit", [1, 100])
async def test_no_row_is_left_and_the_same_people_elsewhere_keep_theirs(
    database: Database, limit: int
) -> None:
    await one_of_everything(database, ELSEWHERE, "damson")
    async with database.write() as session:
        await installations.learn(session, "T2", "E1")
    before = await everything_stored(database)
    for member in (ANA, BEN):
        await one_of_everything(database, member, f"kumquat {member.user_id}")
    async with database.write() as session:
        await installations.learn(session, "T1", "E1")

    await delete_everything(database, "T1", limit)

    assert await everything_stored(database) == before


async def begin_and_die(database: Database) -> None:
    async with database.write() as session:
        await removals.delete_some(session, "T1", limit=2)
        raise RuntimeError("killed")


async def test_it_may_be_stopped_anywhere_and_go_on(database: Database) -> None:
    for number in range(5):
        await one_of_everything(database, Member("T1", f"U{number}"), f"kumquat {number}")

    async with database.write() as session:
        assert await removals.delete_some(session, "T1", limit=2)
    with pytest.raises(RuntimeError):
        await begin_and_die(database)
    await delete_everything(database, "T1", limit=2)

    assert not any((await everything_stored(database)).values())


async def test_two_processes_share_the_work(database: Database) -> None:
    for number in range(20):
        await one_of_everything(database, Member("T1", f"U{number}"), f"kumquat {number}")

    await asyncio.gather(*(delete_everything(database, "T1", limit=1) for _ in range(2)))

    assert not any((await everything_stored(database)).values())


async def test_every_way_to_a_persons_rows_has_an_index(database: Database) -> None:
    """Deleting a person looks for their rows by each foreign key: without one that reads a whole table."""
    missing = []
    for table in SQLModel.metadata.sorted_tables:
        columns = [list(index.columns) for index in table.indexes]
        columns += [
            list(constraint.columns)
            for constraint in table.constraints
            if isinstance(constraint, PrimaryKeyConstraint | UniqueConstraint) and len(constraint.columns)
        ]
        firsts = {first.name for first, *_ in columns}
        missing += [
            f"{table.name}.{key.parent.name}" for key in table.foreign_keys if key.parent.name not in firsts
        ]

    assert missing == []
    async with database.read() as session:
        connection = await session.connection()
        names = await connection.run_sync(lambda sync: inspect(sync).get_indexes("group_answer"))
    assert "ix_group_answer_learner_id" in {index["name"] for index in names}


class TestTheMark:
    async def test_is_claimed_by_one_until_its_lease_ends(self, database: Database) -> None:
        async with database.write() as session:
            await removals.note(session, "T1", event_at=NOON, now=NOON)
        async with database.write() as session:
            claimed = await removals.claim(session, now=NOON, lease=MINUTE)
            assert claimed is not None
            assert claimed.place == "T1"
        async with database.write() as session:
            assert await removals.claim(session, now=NOON, lease=MINUTE) is None
            assert await removals.claim(session, now=NOON + MINUTE, lease=MINUTE) is not None

    async def test_closes_the_workspace_and_takes_its_installation_when_confirmed(
        self, database: Database
    ) -> None:
        async with database.write() as session:
            await installations.save(session, an_installation())
            await removals.note(session, "T1", event_at=NOON, now=NOON)
            assert not await removals.is_closed(session, ["T1"])
        async with database.write() as session:
            assert await removals.confirm(session, "T1", 1, now=NOON, next_at=NOON)
            assert await removals.is_closed(session, ["T1"])
            assert not await removals.is_closed(session, ["T2"])
            assert await installations.find(session, "T1") is None

    async def test_is_not_confirmed_when_it_was_installed_again_meanwhile(self, database: Database) -> None:
        async with database.write() as session:
            await installations.save(session, an_installation())
            await removals.note(session, "T1", event_at=NOON, now=NOON)
            await installations.save(session, an_installation())
            assert not await removals.confirm(session, "T1", 1, now=NOON, next_at=NOON)
            assert await installations.find(session, "T1") is not None

    async def test_is_looked_into_again_after_another_uninstall_during_the_deletion(
        self, database: Database
    ) -> None:
        async with database.write() as session:
            await removals.note(session, "T1", event_at=NOON, now=NOON)
            await removals.confirm(session, "T1", None, now=NOON, next_at=NOON)
            await removals.note(session, "T1", event_at=NOON + MINUTE, now=NOON + MINUTE)
            await removals.finish(session, "T1", now=NOON + 2 * MINUTE)
        async with database.read() as session:
            mark = await session.get(Removal, "T1")
            assert mark is not None
            assert mark.confirmed_at is None
        async with database.write() as session:
            await removals.confirm(session, "T1", None, now=NOON + 3 * MINUTE, next_at=NOON)
            await removals.finish(session, "T1", now=NOON + 4 * MINUTE)
            assert await session.get(Removal, "T1", populate_existing=True) is None
