"""Daily minimums and the log, on both databases."""

from __future__ import annotations

from datetime import date, timedelta
from typing import cast

from sqlmodel.ext.asyncio.session import AsyncSession

from storage import learners, practice
from storage.engine import Database
from storage.models import Attempt, LogEntry, PlanTask, StudyPlan
from storage.practice import Item
from tests.builders import NOON, TODAY


async def a_learner(session: AsyncSession, user_id: str = "U1") -> int:
    return cast(int, (await learners.ensure(session, "T1", user_id, now=NOON)).id)


async def a_plan(session: AsyncSession, learner_id: int, *, number: int = 1) -> int:
    """A plan of two weeks, with one task in the first and two in the second."""
    attempt = Attempt(
        learner_id=learner_id,
        number=number,
        form="quick",
        content_version="1",
        started_at=NOON,
        finished_at=NOON,
        score=50,
    )
    session.add(attempt)
    await session.flush()
    plan = StudyPlan(
        learner_id=learner_id,
        attempt_id=cast(int, attempt.id),
        slug="six-week",
        content_version="1",
        starts_on=TODAY,
        content_weeks=[0, 1],
        hours=10,
        target_level="L6",
        split={},
        created_at=NOON,
    )
    session.add(plan)
    await session.flush()
    plan_id = cast(int, plan.id)
    for week, position, task in ((1, 1, "a"), (2, 1, "b"), (2, 2, "c")):
        session.add(PlanTask(plan_id=plan_id, week=week, position=position, task=task))
    await session.flush()
    return plan_id


def an_entry(learner_id: int, key: str, *, on: date = TODAY, task: str | None = "a") -> LogEntry:
    return LogEntry(
        learner_id=learner_id,
        key=key,
        local_date=on,
        activity="coding",
        task=task,
        minutes=30,
        logged_at=NOON,
    )


class TestItems:
    async def test_the_first_choice_for_a_part_holds(self, database: Database) -> None:
        async with database.write() as session:
            learner_id = await a_learner(session)
            assert await practice.add_items(session, [Item(learner_id, TODAY, "coding", "a")]) == 1
            later = [Item(learner_id, TODAY, "coding", "b"), Item(learner_id, TODAY, "story", "c", True)]
            assert await practice.add_items(session, later) == 1
            assert await practice.add_items(session, []) == 0

            stored = await practice.items(session, [learner_id], from_on=TODAY, to_on=TODAY)

        assert stored == {
            learner_id: [
                Item(learner_id, TODAY, "coding", "a"),
                Item(learner_id, TODAY, "story", "c", is_review=True),
            ]
        }

    async def test_thousands_are_stored_at_once(self, database: Database) -> None:
        async with database.write() as session:
            learner_id = await a_learner(session)
            rows = [Item(learner_id, TODAY + timedelta(days=days), "coding", "a") for days in range(1201)]

            assert await practice.add_items(session, rows) == 1201

    async def test_ticks_and_swaps_touch_one_line(self, database: Database) -> None:
        async with database.write() as session:
            learner_id = await a_learner(session)
            items = [Item(learner_id, TODAY, part, "a") for part in ("coding", "concept")]
            await practice.add_items(session, items)
            await practice.set_done(session, items[0], done_at=NOON)
            await practice.swap(session, items[1], task="b")

            stored = await practice.items(session, [learner_id], from_on=TODAY, to_on=TODAY)

        assert stored[learner_id] == [
            Item(learner_id, TODAY, "coding", "a", done_at=NOON),
            Item(learner_id, TODAY, "concept", "b", swapped_from="a"),
        ]


class TestLog:
    async def test_a_key_is_logged_once(self, database: Database) -> None:
        async with database.write() as session:
            ana, ben = await a_learner(session), await a_learner(session, "U2")

            assert await practice.log(session, an_entry(ana, "k"))
            assert not await practice.log(session, an_entry(ana, "k"))
            assert await practice.log(session, an_entry(ben, "k"))

            await practice.unlog(session, ana, "k")
            assert set(await practice.finished(session, [ana, ben])) == {ben}

    async def test_says_when_each_task_was_done_last(self, database: Database) -> None:
        async with database.write() as session:
            ana = await a_learner(session)
            for days, task in ((0, "a"), (9, "a"), (3, "b"), (1, None)):
                on = TODAY - timedelta(days=days)
                await practice.log(session, an_entry(ana, f"{on}", on=on, task=task))

            done = await practice.finished(session, [ana])
            assert done == {ana: {"a": TODAY, "b": TODAY - timedelta(days=3)}}

    async def test_says_on_which_days_anything_was_done(self, database: Database) -> None:
        async with database.write() as session:
            ana, ben = await a_learner(session), await a_learner(session, "U2")
            await practice.log(session, an_entry(ana, "k", task=None))
            tomorrow = TODAY + timedelta(days=1)

            wanted = [(ana, TODAY), (ana, tomorrow), (ben, TODAY)]

            assert await practice.practised_on(session, wanted) == {(ana, TODAY)}
            assert await practice.practised_on(session, []) == set()


class TestPlans:
    async def test_one_week_or_all_of_them_are_read(self, database: Database) -> None:
        async with database.write() as session:
            ana, ben = await a_learner(session), await a_learner(session, "U2")
            first, second = await a_plan(session, ana), await a_plan(session, ben)

            weeks = await practice.week_tasks(session, {first: 2, second: 1})
            whole = await practice.week_tasks(session, [second])

            assert weeks == {first: [(2, "b", 1, None), (2, "c", 1, None)], second: [(1, "a", 1, None)]}
            assert [task for _, task, _, _ in whole[second]] == ["a", "b", "c"]
            assert await practice.week_tasks(session, {}) == {}

    async def test_people_come_with_their_plan_and_terms_if_they_have_any(self, database: Database) -> None:
        async with database.write() as session:
            ana, ben = await a_learner(session), await a_learner(session, "U2")
            plan_id = await a_plan(session, ana)

            people = await practice.people(session, [ana, ben, 999])

        assert (people[ana].plan_id, people[ana].starts_on, people[ana].weeks) == (plan_id, TODAY, 2)
        assert (people[ben].plan_id, people[ben].day_ends_at) == (None, practice.DEFAULT_DAY_END)
        assert set(people) == {ana, ben}

    async def test_the_newest_finished_attempt_is_the_last_result(self, database: Database) -> None:
        async with database.write() as session:
            ana = await a_learner(session)
            await a_plan(session, ana)
            session.add(
                Attempt(
                    learner_id=ana,
                    number=2,
                    form="complete",
                    content_version="1",
                    started_at=NOON,
                    finished_at=NOON,
                    score=60,
                )
            )
            session.add(Attempt(learner_id=ana, number=3, form="quick", content_version="1", started_at=NOON))
            await session.flush()

            assert {
                key: one.number for key, one in (await practice.last_results(session, [ana])).items()
            } == {ana: 2}
