"""What is read of a person's work, and the questions after interviews, on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.members import Member
from storage import learners, progress
from storage.engine import Database, connect
from storage.models import (
    Attempt,
    InterviewOutcome,
    KnownTask,
    LogEntry,
    PlanChange,
    PlanTask,
    Rehearsal,
    ReviewLog,
    Story,
    StudyPlan,
)
from tests.builders import ANA, BEN, NOON, TODAY
from tests.conftest import sqlite_url


async def learner_id(database: Database, member: Member = ANA, interview_on: date | None = None) -> int:
    async with database.write() as session:
        learner = await learners.ensure(session, member.team_id, member.user_id, now=NOON)
        learner.interview_on = interview_on
        session.add(learner)
    assert learner.id is not None
    return learner.id


async def a_plan(database: Database, owner: int) -> int:
    async with database.write() as session:
        attempt = Attempt(learner_id=owner, number=1, form="quick", content_version="1", started_at=NOON)
        session.add(attempt)
        await session.flush()
        plan = StudyPlan(
            learner_id=owner,
            attempt_id=attempt.id or 0,
            slug="six-week",
            content_version="1",
            starts_on=TODAY,
            content_weeks=[0, 1],
            hours=15,
            target_level="L6",
            split={},
            created_at=NOON,
        )
        session.add(plan)
        await session.flush()
        assert plan.id is not None
        session.add_all(
            PlanTask(plan_id=plan.id, week=week, position=1, task=f"t{week}") for week in (1, 2, 3)
        )
    return plan.id


class TestWork:
    async def test_is_that_of_one_person(self, database: Database) -> None:
        ana, ben = await learner_id(database), await learner_id(database, BEN)
        async with database.write() as session:
            for owner in (ana, ben):
                session.add(
                    LogEntry(
                        learner_id=owner,
                        key="1",
                        local_date=TODAY,
                        activity="mock",
                        count=2,
                        minutes=60,
                        rating=owner,
                        logged_at=NOON,
                    )
                )
                session.add(KnownTask(learner_id=owner, task=f"known-{owner}", marked_at=NOON))

        async with database.read() as session:
            assert await progress.log_of(session, ana) == [(TODAY, "mock", None, 2, 60, ana)]
            assert await progress.solved_before(session, ana) == {f"known-{ana}"}

    async def test_only_what_was_remembered_well_counts(self, database: Database) -> None:
        ana = await learner_id(database)
        async with database.write() as session:
            for number, (item, rating) in enumerate([("concept:a", 3), ("concept:a", 1), ("concept:b", 2)]):
                at = NOON + timedelta(days=number)
                session.add(
                    ReviewLog(learner_id=ana, key=str(number), item=item, rating=rating, reviewed_at=at)
                )

        async with database.read() as session:
            assert await progress.remembered(session, ana) == {"concept:a": NOON}

    async def test_archived_stories_are_left_out(self, database: Database) -> None:
        ana = await learner_id(database)
        async with database.write() as session:
            for key, archived_at in (("1", None), ("2", NOON)):
                story = Story(
                    learner_id=ana,
                    key=key,
                    title=key,
                    principles=[],
                    created_at=NOON,
                    updated_at=NOON,
                    archived_at=archived_at,
                )
                session.add(story)
                await session.flush()
                session.add(Rehearsal(story_id=story.id or 0, key=key, told_at=NOON, rating=4))

        async with database.read() as session:
            assert [story.title for story in await progress.stories_of(session, ana)] == ["1"]
            assert len(await progress.tellings_of(session, ana)) == 2


class TestChanges:
    async def test_tasks_are_replaced_from_a_week_on(self, database: Database) -> None:
        plan_id = await a_plan(database, await learner_id(database))
        async with database.write() as session:
            new = [PlanTask(plan_id=plan_id, week=2, position=1, task="new")]
            await progress.replace_tasks(session, plan_id, 2, new)

        async with database.read() as session:
            rows = (await session.exec(text("SELECT week, task FROM plan_task ORDER BY week"))).all()  # type: ignore[call-overload]  # plain SQL
        assert [tuple(row) for row in rows] == [(1, "t1"), (2, "new")]

    async def test_the_newest_that_holds(self, database: Database) -> None:
        plan_id = await a_plan(database, await learner_id(database))
        async with database.write() as session:
            for key, undone_at in (("1", None), ("2", NOON)):
                session.add(
                    PlanChange(
                        plan_id=plan_id,
                        key=key,
                        way="more",
                        before={},
                        after={},
                        made_at=NOON,
                        undone_at=undone_at,
                    )
                )

        async with database.read() as session:
            newest = await progress.newest_change(session, plan_id)
            assert newest is not None
            assert newest.key == "1"
            assert len(await progress.changes_of(session, plan_id)) == 2


class TestInterviews:
    @pytest.mark.parametrize(
        ("interview_on", "found"),
        [(TODAY, 1), (TODAY - timedelta(days=2), 0), (TODAY + timedelta(days=2), 0)],
    )
    async def test_those_of_some_dates_that_were_not_asked_about(
        self, database: Database, interview_on: date, found: int
    ) -> None:
        ana = await learner_id(database, interview_on=interview_on)
        await learner_id(database, BEN)

        assert len(await unasked(database)) == found
        async with database.write() as session:
            assert await progress.ask(session, ana, interview_on, now=NOON)
            assert not await progress.ask(session, ana, interview_on, now=NOON)
        assert await unasked(database) == []

    async def test_another_interview_is_asked_about_anew(self, database: Database) -> None:
        ana = await learner_id(database, interview_on=TODAY)
        async with database.write() as session:
            session.add(
                InterviewOutcome(learner_id=ana, interview_on=TODAY - timedelta(days=30), asked_at=NOON)
            )

        assert await unasked(database) == [ana]

    async def test_a_tick_looks_into_the_index_only(self, migrated_file: Path, tmp_path: Path) -> None:
        """However many people there are, those without an interview these days cost nothing."""
        # PostgreSQL scans a table of a few rows whatever the index.
        database = connect(sqlite_url(migrated_file, tmp_path))
        query = (
            "EXPLAIN QUERY PLAN SELECT id FROM learner "
            "WHERE interview_on BETWEEN '2030-03-01' AND '2030-03-04' AND deactivated_at IS NULL"
        )
        async with database.read() as session:
            rows = (await session.exec(text(query))).all()  # type: ignore[call-overload]  # plain SQL
        await database.close()

        assert "ix_learner_interview" in str(rows)


async def unasked(database: Database) -> Sequence[int | None]:
    async with database.read() as session:
        found = await progress.unasked(session, first=TODAY - timedelta(days=1), last=TODAY, limit=10)
    return [learner.id for learner, _ in found]
