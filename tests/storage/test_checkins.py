"""Check-ins and what belongs to their weeks, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import cast

import pytest
from sqlmodel import col, select

from storage import attempts, checkins, learners, plans
from storage.engine import Database
from storage.models import Attempt, CheckIn, LogEntry, PlanTask, StudyPlan

NOON = datetime(2030, 3, 8, 12, tzinfo=UTC)
FRIDAY = NOON.date()
WEEK = timedelta(days=7)


@pytest.fixture
async def people(database: Database) -> list[int]:
    """Our ids of three people."""
    async with database.write() as session:
        rows = [await learners.ensure(session, "T1", f"U{number}", now=NOON) for number in range(3)]
    return [cast(int, row.id) for row in rows]


def a_check_in(learner_id: int, to_on: date = FRIDAY, *, answered: bool = False, coding: int = 10) -> CheckIn:
    return CheckIn(
        learner_id=learner_id,
        from_on=to_on - timedelta(days=6),
        to_on=to_on,
        goals={"coding": coding},
        answered_at=NOON if answered else None,
        created_at=NOON,
    )


async def add(database: Database, *rows: CheckIn | LogEntry) -> None:
    async with database.write() as session:
        session.add_all(rows)


async def test_there_is_one_for_each_person_and_last_day(database: Database, people: list[int]) -> None:
    ana, ben, _ = people
    async with database.write() as session:
        first = await checkins.ensure(session, a_check_in(ana))
        again = await checkins.ensure(session, a_check_in(ana, coding=99))
        other = await checkins.ensure(session, a_check_in(ben))

    assert first.id == again.id != other.id
    assert again.goals == {"coding": 10}
    assert (again.reported, again.next_goals, again.answered_at) == (None, None, None)


async def test_only_the_missing_ones_are_added_and_answers_stay(
    database: Database, people: list[int]
) -> None:
    ana, ben, _ = people
    await add(database, a_check_in(ana, answered=True))

    async with database.write() as session:
        await checkins.add_missing(session, [a_check_in(ana, coding=99), a_check_in(ben)])
        await checkins.add_missing(session, [])

    async with database.read() as session:
        rows = (await session.exec(select(CheckIn).order_by(col(CheckIn.learner_id)))).all()
    assert [(row.learner_id, row.goals["coding"]) for row in rows] == [(ana, 10), (ben, 10)]
    assert rows[0].answered_at == NOON


async def test_the_newest_and_the_one_before_a_date(database: Database, people: list[int]) -> None:
    ana, ben, _ = people
    await add(database, a_check_in(ana, FRIDAY - WEEK), a_check_in(ana), a_check_in(ben, FRIDAY + WEEK))

    async with database.read() as session:
        newest = await checkins.newest(session, ana)
        before = await checkins.newest(session, ana, before=FRIDAY)
        none = await checkins.newest(session, ana, before=FRIDAY - WEEK)

    assert newest is not None
    assert before is not None
    assert (newest.to_on, before.to_on, none) == (FRIDAY, FRIDAY - WEEK, None)


async def test_the_answered_ones_newest_first(database: Database, people: list[int]) -> None:
    ana, ben, _ = people
    days = [FRIDAY - number * WEEK for number in range(4)]
    await add(database, *(a_check_in(ana, on, answered=on != days[1]) for on in days))
    await add(database, a_check_in(ben, answered=True))

    async with database.read() as session:
        found = await checkins.answered(session, ana, limit=2)

    assert [row.to_on for row in found] == [days[0], days[2]]


async def test_those_of_several_people_since_a_day(database: Database, people: list[int]) -> None:
    ana, ben, eva = people
    await add(database, a_check_in(ana), a_check_in(ana, FRIDAY - WEEK), a_check_in(ben), a_check_in(eva))

    async with database.read() as session:
        found = await checkins.since(session, {ana, ben}, FRIDAY - WEEK + timedelta(days=1))
        earlier = await checkins.since(session, {ana}, FRIDAY - WEEK)

    assert sorted((row.learner_id, row.to_on) for row in found) == [(ana, FRIDAY), (ben, FRIDAY)]
    assert [row.to_on for row in earlier] == [FRIDAY - WEEK, FRIDAY]


async def test_what_was_logged_is_added_up_by_day_and_activity(database: Database, people: list[int]) -> None:
    ana, ben, _ = people
    days = (FRIDAY - WEEK, FRIDAY - timedelta(days=6), FRIDAY, FRIDAY + timedelta(days=1))
    await add(
        database,
        *(
            LogEntry(
                learner_id=person,
                key=f"{on}:{activity}:{count}",
                local_date=on,
                activity=activity,
                count=count,
                logged_at=NOON,
            )
            for person in (ana, ben)
            for on in days
            for activity, count in (("coding", 1), ("coding", 2), ("mock", 1))
        ),
    )

    async with database.read() as session:
        found = await checkins.logged(session, {ana}, days[1], days[2])

    assert sorted(found) == [
        (ana, days[1], "coding", 3),
        (ana, days[1], "mock", 1),
        (ana, days[2], "coding", 3),
        (ana, days[2], "mock", 1),
    ]


async def test_current_plans_and_the_tasks_of_some_of_their_weeks(
    database: Database, people: list[int]
) -> None:
    ana, ben, eva = people
    ids = {}
    async with database.write() as session:
        for person in (ana, ben):
            draft = Attempt(learner_id=person, number=1, form="quick", content_version="1", started_at=NOON)
            attempt = await attempts.ensure(session, draft)
            for slug in ("old", "new"):
                await plans.end_current(session, person, now=NOON)
                plan = StudyPlan(
                    learner_id=person,
                    attempt_id=cast(int, attempt.id),
                    slug=slug,
                    content_version="1",
                    starts_on=FRIDAY,
                    content_weeks=[0, 1],
                    hours=10,
                    target_level="L6",
                    split={},
                    created_at=NOON,
                )
                tasks = [
                    PlanTask(week=week, position=1, task=f"{slug}-{week}", times=week) for week in (1, 2)
                ]
                ids[person, slug] = cast(int, (await plans.add(session, plan, tasks)).id)

    async with database.read() as session:
        found = await checkins.current_plans(session, {ana, ben, eva})
        tasks_found = await checkins.tasks_of_weeks(session, {(ids[ana, "new"], 2), (ids[ben, "new"], 1)})
        nothing = await checkins.tasks_of_weeks(session, set())

    assert {person: plan.slug for person, plan in found.items()} == {ana: "new", ben: "new"}
    assert sorted(tasks_found) == [(ids[ana, "new"], 2, "new-2", 2), (ids[ben, "new"], 1, "new-1", 1)]
    assert nothing == []
