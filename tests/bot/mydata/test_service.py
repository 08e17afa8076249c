"""Everything of a person handed out, and everything deleted, whatever happens at the same time."""

from __future__ import annotations

import asyncio
import io
import json
import time
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlmodel import select

from bot.clock import Now
from bot.groups.keeping import NOBODY, NOTICE
from bot.groups.service import GroupService
from bot.mydata.archive import Archive
from bot.mydata.service import Begun, MyDataService, UnderWay
from content.loader import Catalog
from storage import claims, groups, learners, outbox, reminders
from storage.claims import PutBack, Sent
from storage.engine import Database, connect
from storage.models import DailyItem, LogEntry, OutboxMessage, Reminder, ReviewLog, StudyGroup
from tests.bot.groups.conftest import FRIDAY_AT_FOUR
from tests.bot.mydata.belongings import everything_stored, one_of_everything
from tests.bot.mydata.conftest import my_data
from tests.builders import ANA, BEN, NOON, TODAY, Bell, MovingClock, a_reminder_service
from tests.conftest import sqlite_url


def files(archive: Archive | None) -> dict[str, str]:
    assert archive is not None
    with zipfile.ZipFile(io.BytesIO(archive.content)) as opened:
        return {name: opened.read(name).decode() for name in opened.namelist()}


async def group_of(database: Database) -> StudyGroup:
    async with database.read() as session:
        return (await session.exec(select(StudyGroup))).one()


def circle(database: Database, clock: Now) -> GroupService:
    touch = a_reminder_service(database, MovingClock()).touch
    return GroupService(database, clock, "UTC", touch, Bell())


class TestExport:
    async def test_has_every_row_of_theirs_and_no_other(
        self, mydata: MyDataService, database: Database
    ) -> None:
        await one_of_everything(database, ANA, "kumquat")
        await one_of_everything(database, BEN, "damson")

        packed = files(await mydata.archive(ANA))

        everything = json.loads(packed["everything.json"])
        lists = {name: rows for name, rows in everything.items() if isinstance(rows, list)}
        assert {name for name, rows in lists.items() if len(rows) != 1} == {
            "comments_written",
            "stories_shared_with_you",
        }
        assert set(everything["about"]["kinds"]) == set(lists)
        assert everything["study_groups"][0]["group_name"] == "study_group channel_name"
        assert everything["titles"]["six-week"]
        assert "damson" not in str(packed)

    async def test_has_the_files_people_use(
        self, mydata: MyDataService, database: Database, catalog: Catalog
    ) -> None:
        await one_of_everything(database, ANA, "kumquat")

        packed = files(await mydata.archive(ANA))

        assert set(packed) == {
            "everything.json",
            "log.csv",
            "stories/01-kumquat-story-title.md",
            "stories.html",
            "plan.ics",
        }
        assert "kumquat story situation" in packed["stories.html"]
        assert "Mock interview" in packed["plan.ics"]
        assert "Week 1 of 2" in packed["plan.ics"]

    async def test_of_somebody_unknown_is_nothing(self, mydata: MyDataService) -> None:
        assert await mydata.archive(ANA) is None
        assert await mydata.begin_export(ANA, "trigger-1") is None
        assert await mydata.kept(ANA) is None

    async def test_a_request_is_taken_on_once_and_another_within_a_minute_is_the_same(
        self, mydata: MyDataService, database: Database, clock: MovingClock
    ) -> None:
        await one_of_everything(database, ANA, "kumquat")

        both = await asyncio.gather(*(mydata.begin_export(ANA, "trigger-1") for _ in range(2)))
        clock.move(seconds=59)
        soon = await mydata.begin_export(ANA, "trigger-2")
        clock.move(seconds=2)
        again = await mydata.begin_export(ANA, "trigger-1")
        later = await mydata.begin_export(ANA, "trigger-3")

        assert sorted(type(one).__name__ for one in both) == ["Begun", "UnderWay"]
        assert isinstance(soon, UnderWay)
        assert isinstance(again, UnderWay), "the same request, told again, is no new one"
        assert isinstance(later, Begun)

    async def test_one_that_failed_may_be_asked_for_again_at_once(
        self, mydata: MyDataService, database: Database
    ) -> None:
        await one_of_everything(database, ANA, "kumquat")
        first = await mydata.begin_export(ANA, "trigger-1")
        assert isinstance(first, Begun)

        await mydata.export_failed(first)

        assert isinstance(await mydata.begin_export(ANA, "trigger-2"), Begun)

    async def test_of_a_year_is_packed_within_two_seconds(
        self, migrated_file: Path, tmp_path: Path, catalog: Catalog, clock: MovingClock
    ) -> None:
        database = connect(sqlite_url(migrated_file, tmp_path))
        ids = await one_of_everything(database, ANA, "kumquat")
        learner_id = ids["learner"]
        async with database.write() as session:
            for back in range(1, 366):
                on, at = TODAY - timedelta(days=back), NOON - timedelta(days=back)
                for part in ("coding", "concept", "story"):
                    common: dict[str, Any] = {"learner_id": learner_id, "local_date": on, "task": "two-sum"}
                    session.add(DailyItem(part=part, done_at=at, **common))
                    key = f"daily:{on}:{part}"
                    session.add(LogEntry(key=key, activity=part, minutes=30, logged_at=at, **common))
                    session.add(
                        ReviewLog(learner_id=learner_id, key=key, item="concept:x", rating=3, reviewed_at=at)
                    )
                draft = outbox.Draft(
                    idempotency_key=f"daily:{learner_id}:{on}",
                    team_id=ANA.team_id,
                    learner_id=learner_id,
                    kind="daily",
                    due_at=at,
                )
                await outbox.enqueue(session, draft, now=at)
        began = time.perf_counter()

        packed = await my_data(database, catalog, clock).archive(ANA)
        took = time.perf_counter() - began
        await database.close()

        assert len(json.loads(files(packed)["everything.json"])["log"]) == 3 * 365 + 1
        assert took < 2


class TestForgetting:
    async def test_leaves_no_word_and_no_id_of_theirs_and_says_what_it_was(
        self, mydata: MyDataService, database: Database
    ) -> None:
        await one_of_everything(database, BEN, "damson")
        before = await everything_stored(database)
        await one_of_everything(database, ANA, "kumquat")

        deleted = await mydata.forget(ANA)

        assert deleted is not None
        assert set(deleted.counts.values()) == {1}
        assert deleted.files == ["kumquat picture file_id"]
        stored = await everything_stored(database)
        assert "kumquat" not in str(stored)
        assert repr(ANA.user_id) not in str(stored)
        theirs = {name: rows for name, rows in stored.items() if name not in ("study_group", "group_round")}
        assert {name: rows for name, rows in theirs.items() if rows != before[name]} == {}

    async def test_twice_at_once_is_once(self, mydata: MyDataService, database: Database) -> None:
        await one_of_everything(database, ANA, "kumquat")

        both = await asyncio.gather(mydata.forget(ANA), mydata.forget(ANA))

        assert sorted(one is None for one in both) == [False, True]
        assert await mydata.forget(ANA) is None

    async def test_hands_their_group_to_who_has_been_in_it_longest(
        self, mydata: MyDataService, database: Database, clock: MovingClock
    ) -> None:
        state = await circle(database, clock).start(ANA, "C1", "prep", FRIDAY_AT_FOUR)
        await circle(database, clock).join(BEN, state.group_id)

        await mydata.forget(ANA)

        group = await group_of(database)
        assert (group.lead_id, group.ended_at) == (BEN.user_id, None)
        async with database.read() as session:
            assert [one.user_id for one in await groups.members(session, state.group_id)] == [BEN.user_id]
            told = (await session.exec(select(OutboxMessage).where(OutboxMessage.kind == NOTICE))).one()
            ben = await learners.find(session, BEN.team_id, BEN.user_id)
        assert ben is not None
        assert told.learner_id == ben.id

    async def test_ends_a_group_that_has_nobody_else(
        self, mydata: MyDataService, database: Database, clock: MovingClock
    ) -> None:
        await circle(database, clock).start(ANA, "C1", "prep", FRIDAY_AT_FOUR)

        await mydata.forget(ANA)

        group = await group_of(database)
        assert (group.lead_id, group.ended_reason, group.next_at) == ("", NOBODY, None)

    async def test_lets_an_ended_group_name_them_no_longer(
        self, mydata: MyDataService, database: Database, clock: MovingClock
    ) -> None:
        state = await circle(database, clock).start(ANA, "C1", "prep", FRIDAY_AT_FOUR)
        await circle(database, clock).join(BEN, state.group_id)
        await circle(database, clock).stop(ANA, "C1", is_admin=False)

        await mydata.forget(ANA)

        assert (await group_of(database)).lead_id == BEN.user_id

    async def test_of_the_last_who_had_not_answered_owes_the_summary(
        self, mydata: MyDataService, database: Database, clock: MovingClock
    ) -> None:
        ids = await one_of_everything(database, BEN, "damson")
        await one_of_everything(database, ANA, "kumquat", group=ids["study_group"])

        await mydata.forget(ANA)

        async with database.read() as session:
            rows = (
                await session.exec(select(OutboxMessage).where(OutboxMessage.kind == "group-summary"))
            ).all()
        assert [row.payload["round_id"] for row in rows] == [ids["group_round"]]


class TestInTheMiddleOfThings:
    async def test_a_message_in_a_workers_hands_is_neither_sent_nor_written_down(
        self, mydata: MyDataService, database: Database
    ) -> None:
        ids = await one_of_everything(database, ANA, "kumquat")
        await self._owe(database, ids["learner"], "daily:ana")
        [held] = await self._claim(database)

        await mydata.forget(ANA)
        async with database.write() as session:
            ben = await learners.ensure(session, BEN.team_id, BEN.user_id, now=NOON)
            ben_id = ben.id or 0
        await self._owe(database, ben_id, "daily:ben")
        [other] = await self._claim(database)

        async with database.write() as session:
            lease = timedelta(seconds=20)
            assert await claims.begin_sending(session, [held], now=NOON, lease=lease) == set()
            await claims.mark_sent(session, [Sent(held, "D-ANA", "1.0")], now=NOON)
            await claims.put_back(session, [PutBack(held, NOON, "late")])
            assert await claims.begin_sending(session, [other], now=NOON, lease=lease) == {other.id}
        stored = str(await everything_stored(database))
        assert "D-ANA" not in stored
        assert "kumquat" not in stored

    async def test_a_tick_that_holds_their_reminder_goes_first_and_its_message_is_deleted_too(
        self, mydata: MyDataService, database: Database
    ) -> None:
        ids = await one_of_everything(database, ANA, "kumquat")
        learner_id = ids["learner"]
        async with database.write() as session:
            row = Reminder(learner_id=learner_id, kind="weekly", next_on=TODAY, next_at=NOON, time_zone="UTC")
            await reminders.put(session, [row])

        async with database.write() as session:
            assert await reminders.due(session, kinds=["weekly"], now=NOON, limit=10)
            forgetting = asyncio.create_task(mydata.forget(ANA))
            await asyncio.sleep(0.1)
            draft = outbox.Draft(
                idempotency_key="weekly:ana",
                team_id=ANA.team_id,
                learner_id=learner_id,
                kind="weekly",
                due_at=NOON,
            )
            await outbox.enqueue(session, draft, now=NOON)

        assert await forgetting is not None
        stored = await everything_stored(database)
        assert [name for name, rows in stored.items() if rows] == ["study_group", "group_round"]

    @staticmethod
    async def _owe(database: Database, learner_id: int, key: str) -> None:
        draft = outbox.Draft(
            idempotency_key=key, team_id=ANA.team_id, learner_id=learner_id, kind="daily", due_at=NOON
        )
        async with database.write() as session:
            await outbox.enqueue(session, draft, now=NOON)

    @staticmethod
    async def _claim(database: Database) -> list[OutboxMessage]:
        async with database.write() as session:
            return await claims.claim(
                session,
                team_id=ANA.team_id,
                kinds=["daily"],
                priority=0,
                owner="a worker",
                now=NOON,
                lease=timedelta(seconds=20),
                limit=10,
            )
