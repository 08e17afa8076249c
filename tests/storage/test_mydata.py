"""What belongs to a person is found, counted and deleted in whatever table it is."""

from __future__ import annotations

from sqlmodel import SQLModel

from bot.members import Member
from storage import learners, mydata, outbox
from storage.engine import Database
from storage.models import Learner
from tests.bot.mydata.belongings import everything_stored, one_of_everything
from tests.builders import ANA, BEN, NOON

NOBODYS = {
    "heartbeat",
    "study_group",
    "group_round",
    "workspace",
    "installation",
    "oauth_state",
    "removal",
}
"""Tables without a person: whoever adds one says so here."""


async def id_of(database: Database, member: Member) -> int:
    async with database.read() as session:
        learner = await learners.find(session, member.team_id, member.user_id)
    assert learner is not None
    return learner.id or 0


async def delete(database: Database, learner_id: int) -> None:
    async with database.write() as session:
        learner = await session.get(Learner, learner_id)
        assert learner is not None
        await mydata.delete_all(session, learner)


def test_every_table_belongs_to_people_or_to_nobody() -> None:
    assert set(mydata.owned_tables()) == set(SQLModel.metadata.tables) - NOBODYS
    assert mydata.owned_tables()[0] == "learner"


async def test_only_their_own_rows_are_found(database: Database) -> None:
    await one_of_everything(database, ANA, "kumquat")
    ids = await one_of_everything(database, BEN, "damson")

    async with database.read() as session:
        rows = await mydata.rows(session, ids["learner"])
        counts = await mydata.counts(session, ids["learner"])

    assert set(rows) == set(mydata.owned_tables())
    assert {table: len(found) for table, found in rows.items()} == counts == dict.fromkeys(rows, 1)
    assert "damson" in str(rows)
    assert "kumquat" not in str(rows)


async def test_deleting_leaves_no_row_and_nobody_elses_is_touched(database: Database) -> None:
    ids = await one_of_everything(database, BEN, "damson")
    before = await everything_stored(database)
    await one_of_everything(database, ANA, "kumquat", group=ids["study_group"])

    await delete(database, await id_of(database, ANA))

    assert await everything_stored(database) == before


async def test_deleting_takes_what_they_wrote_on_others_stories(database: Database) -> None:
    ids = await one_of_everything(database, BEN, "damson")
    await one_of_everything(database, ANA, "kumquat")
    async with database.write() as session:
        connection = await session.connection()
        tables = SQLModel.metadata.tables
        share = tables["story_share"].update().where(tables["story_share"].c.id == ids["story_share"])
        await connection.execute(share.values(user_id=ANA.user_id))
        comment = (
            tables["story_comment"].update().where(tables["story_comment"].c.share_id == ids["story_share"])
        )
        await connection.execute(comment.values(text="well told"))

    async with database.read() as session:
        [written] = await mydata.comments_written(session, ANA.team_id, ANA.user_id)
    await delete(database, await id_of(database, ANA))

    assert written["text"] == "well told"
    stored = await everything_stored(database)
    assert stored["story_share"] == stored["story_comment"] == []
    assert len(stored["story"]) == 1


async def test_somebody_with_the_same_id_in_another_workspace_keeps_theirs(database: Database) -> None:
    await one_of_everything(database, BEN, "damson")
    async with database.write() as session:
        share = SQLModel.metadata.tables["story_share"].update().values(user_id="U7")
        await (await session.connection()).execute(share)
        await learners.ensure(session, "T2", "U7", now=NOON)

    async with database.write() as session:
        learner = await learners.find(session, "T2", "U7")
        assert learner is not None
        await mydata.delete_all(session, learner)

    assert len((await everything_stored(database))["story_comment"]) == 1


async def test_an_owner_is_not_told_of_a_comment_that_is_gone(database: Database) -> None:
    ids = await one_of_everything(database, BEN, "damson")
    await one_of_everything(database, ANA, "kumquat")
    async with database.write() as session:
        share = SQLModel.metadata.tables["story_share"]
        theirs = share.update().where(share.c.id == ids["story_share"]).values(user_id=ANA.user_id)
        await (await session.connection()).execute(theirs)
        for kind, share_id in (("story-comment", ids["story_share"]), ("story-comment", 999), ("daily", 1)):
            draft = outbox.Draft(
                idempotency_key=f"{kind}:{share_id}",
                team_id=BEN.team_id,
                learner_id=ids["learner"],
                kind=kind,
                due_at=NOON,
                payload={"share_id": share_id},
            )
            await outbox.enqueue(session, draft, now=NOON)

    await delete(database, await id_of(database, ANA))

    async with database.read() as session:
        assert await outbox.find(session, f"story-comment:{ids['story_share']}") is None
        assert await outbox.find(session, "story-comment:999") is not None
        assert await outbox.find(session, "daily:1") is not None
