"""What weekly reminders show, on both databases."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest
from sqlalchemy import event

from bot.checkins.counts import USUAL, Counts
from bot.checkins.service import CheckInService, Tally
from bot.members import Member
from bot.outgoing import Unneeded
from bot.reminders.decision import ANSWERED
from storage import checkins, learners
from storage.models import CheckIn
from tests.bot.checkins.weeks import (
    FRIDAY,
    NEXT_FRIDAY,
    SATURDAY,
    a_reminder,
    an_answer,
    at,
    choose_plan,
    learner_id_of,
    log_practice,
    remind,
    stored,
)
from tests.builders import (
    ANA,
    BEN,
    TODAY,
    MovingClock,
)


class TestReminder:
    async def test_begins_the_check_in_that_ends_on_its_date(
        self, service: CheckInService, clock: MovingClock
    ) -> None:
        ana = await choose_plan(service)
        clock.instant = at(FRIDAY)

        tally = await remind(service, ana)

        [row] = await stored(service.database)
        assert isinstance(tally, Tally)
        assert (row.learner_id, row.from_on, row.to_on) == (ana, SATURDAY, FRIDAY)
        assert (tally.from_on, tally.to_on) == (SATURDAY, FRIDAY)
        assert (row.reported, row.answered_at) == (None, None)

    async def test_counts_what_was_logged_in_its_days(
        self, service: CheckInService, clock: MovingClock
    ) -> None:
        ana, ben = await choose_plan(service), await learner_id_of(service.database, BEN)
        await log_practice(service.database, ana, SATURDAY - timedelta(days=1), "coding", 50)
        await log_practice(service.database, ana, SATURDAY, "coding", 3)
        await log_practice(service.database, ana, FRIDAY, "coding", 4)
        await log_practice(service.database, ana, FRIDAY, "design")
        await log_practice(service.database, ana, FRIDAY, "concept", 2)
        await log_practice(service.database, ana, FRIDAY + timedelta(days=1), "mock")
        await log_practice(service.database, ben, FRIDAY, "story", 9)
        clock.instant = at(FRIDAY)

        tally = await remind(service, ana)

        assert isinstance(tally, Tally)
        assert (tally.logged, tally.concepts) == (Counts(designs=1, coding=7), 2)

    async def test_has_the_goals_of_the_plans_week_for_the_days_there_were(
        self, service: CheckInService, clock: MovingClock
    ) -> None:
        ana = await choose_plan(service)
        overview = await service.plan.overview(ANA)
        assert overview is not None
        first, second = (Counts.read(week.goals.model_dump()) for week in overview.weeks[:2])

        clock.instant = at(FRIDAY)
        begun = await remind(service, ana)
        clock.instant = at(NEXT_FRIDAY)
        full = await remind(service, ana, NEXT_FRIDAY)

        assert isinstance(begun, Tally)
        assert isinstance(full, Tally)
        assert begun.goals == first.for_days(5)
        assert full.goals == second

    @pytest.mark.parametrize("hours", [3, 15])
    async def test_and_the_modal_agree_on_every_week(
        self, service: CheckInService, clock: MovingClock, hours: int
    ) -> None:
        ana = await choose_plan(service, hours_per_week=hours)

        for days in (0, 7, 15, 39, 46, 60):
            clock.instant = at(TODAY + timedelta(days=days))
            form = await service.form(ANA)
            assert form.tally == await remind(service, ana, TODAY + timedelta(days=days))
            assert form == await service.form(ANA)

    async def test_drawn_again_is_the_same(self, service: CheckInService, clock: MovingClock) -> None:
        ana = await choose_plan(service)
        clock.instant = at(FRIDAY)

        first = await remind(service, ana)
        again = await remind(service, ana)

        assert first == again
        assert len(await stored(service.database)) == 1

    async def test_for_somebody_without_a_plan_has_the_usual_goals(self, service: CheckInService) -> None:
        ben = await learner_id_of(service.database, BEN)

        tally = await remind(service, ben)

        assert isinstance(tally, Tally)
        assert tally.goals == USUAL

    @pytest.mark.parametrize(
        ("answered_on", "needed"),
        [
            pytest.param(FRIDAY, False, id="answered that morning"),
            pytest.param(FRIDAY - timedelta(days=3), False, id="answered three days before"),
            pytest.param(FRIDAY - timedelta(days=4), True, id="answered four days before"),
        ],
    )
    async def test_is_not_needed_shortly_after_an_answer(
        self, service: CheckInService, clock: MovingClock, answered_on: date, needed: bool
    ) -> None:
        ana = await choose_plan(service)
        clock.instant = at(answered_on, 10)
        await service.answer(ANA, answered_on, an_answer())
        clock.instant = at(FRIDAY)

        tally = await remind(service, ana)

        assert isinstance(tally, Tally) if needed else tally == Unneeded(ANSWERED)
        if needed:
            assert isinstance(tally, Tally)
            assert tally.from_on == answered_on + timedelta(days=1)

    async def test_many_are_drawn_with_as_few_queries_as_two(
        self, service: CheckInService, clock: MovingClock
    ) -> None:
        people = [Member("T1", f"U{number}") for number in range(1, 8)]
        ids = [await choose_plan(service, person) for person in people]
        clock.instant = at(FRIDAY)
        queries: list[str] = []

        @event.listens_for(service.database.writers.sync_engine, "before_cursor_execute")
        def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            queries.append(statement)

        async def asked(some: list[int]) -> int:
            queries.clear()
            messages = [a_reminder(one, message_id=number) for number, one in enumerate(some)]
            tallies = await service.tallies(messages)
            assert [isinstance(tallies[number], Tally) for number in range(len(some))] == [True] * len(some)
            return len(queries)

        assert await asked(ids[:2]) == await asked(ids[2:])

    async def test_drawn_while_its_person_answers_waits_for_them(self, service: CheckInService) -> None:
        """Each would hold what the other needs, if both did not take the person first."""
        ana = await learner_id_of(service.database)
        async with service.database.write() as session:
            await learners.ensure(session, ANA.team_id, ANA.user_id, now=at(FRIDAY))
            drawing = asyncio.create_task(remind(service, ana))
            await asyncio.sleep(0.2)  # until it stands at the lock
            row = CheckIn(learner_id=ana, from_on=FRIDAY, to_on=FRIDAY, goals={}, created_at=at(FRIDAY))
            await checkins.ensure(session, row)

        assert isinstance(await drawing, Tally)
        assert len(await stored(service.database)) == 1

    async def test_of_nobody_is_nothing(self, service: CheckInService) -> None:
        assert await service.tallies([]) == {}
