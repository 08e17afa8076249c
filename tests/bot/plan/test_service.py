"""Plans that people take, on both databases."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest
from sqlmodel import col, select

from bot.assessment.service import AssessmentService
from bot.assessment.wizard import Wizard
from bot.errors import NoPlanError, OutdatedFormError
from bot.plan.service import PlanService
from content.loader import Catalog
from storage.engine import Database
from storage.models import OutboxMessage, StudyPlan
from tests.builders import (
    ANA,
    BEN,
    TODAY,
    Bell,
    MovingClock,
    a_profile,
    a_reminder_service,
    finish_assessment,
)


@pytest.fixture
def assessment(catalog: Catalog, database: Database, clock: MovingClock) -> AssessmentService:
    return AssessmentService(catalog, database, clock, "UTC")


@pytest.fixture
def bell() -> Bell:
    return Bell()


@pytest.fixture
def service(catalog: Catalog, database: Database, clock: MovingClock, bell: Bell) -> PlanService:
    return PlanService(catalog, database, clock, bell, a_reminder_service(database, clock))


async def owed(database: Database) -> list[OutboxMessage]:
    async with database.read() as session:
        return list((await session.exec(select(OutboxMessage).order_by(col(OutboxMessage.id)))).all())


async def stored_plans(database: Database) -> list[StudyPlan]:
    async with database.read() as session:
        return list((await session.exec(select(StudyPlan).order_by(col(StudyPlan.id)))).all())


class TestChoosing:
    async def test_stores_the_plan_and_owes_its_message(
        self, assessment: AssessmentService, service: PlanService, bell: Bell
    ) -> None:
        await finish_assessment(assessment)

        assert await service.choose(ANA, 1, "six-week") is True

        [row] = await stored_plans(service.database)
        [message] = await owed(service.database)
        assert (row.slug, row.starts_on) == ("six-week", TODAY)
        assert (message.kind, message.payload) == ("plan", {"plan_id": row.id})
        assert message.idempotency_key == f"plan:{row.id}"
        assert bell.rings == 1

    async def test_the_same_twice_is_one_plan_and_one_message(
        self, assessment: AssessmentService, service: PlanService
    ) -> None:
        await finish_assessment(assessment)

        await service.choose(ANA, 1, "six-week")
        await service.choose(ANA, 1, "six-week")

        assert len(await stored_plans(service.database)) == 1
        assert len(await owed(service.database)) == 1

    async def test_the_same_many_times_at_once_is_one_plan_and_one_message(
        self, assessment: AssessmentService, service: PlanService
    ) -> None:
        await finish_assessment(assessment)

        await asyncio.gather(*(service.choose(ANA, 1, "six-week") for _ in range(5)))

        assert len(await stored_plans(service.database)) == 1
        assert len(await owed(service.database)) == 1

    async def test_another_ends_the_first(
        self, assessment: AssessmentService, service: PlanService, clock: MovingClock
    ) -> None:
        await finish_assessment(assessment)
        await service.choose(ANA, 1, "six-week")
        clock.move(days=1)

        await service.choose(ANA, 1, "twelve-week")

        first, second = await stored_plans(service.database)
        assert (first.ended_at, second.ended_at) == (clock(), None)
        assert len(await owed(service.database)) == 2
        overview = await service.overview(ANA)
        assert overview is not None
        assert overview.plan.slug == "twelve-week"

    async def test_two_at_once_leave_one_of_them_current(
        self, assessment: AssessmentService, service: PlanService
    ) -> None:
        await finish_assessment(assessment)

        await asyncio.gather(service.choose(ANA, 1, "six-week"), service.choose(ANA, 1, "twelve-week"))

        assert [plan.ended_at is None for plan in await stored_plans(service.database)].count(True) == 1

    async def test_begins_on_the_persons_own_day_and_ends_before_their_date(
        self, assessment: AssessmentService, service: PlanService, catalog: Catalog
    ) -> None:
        plan = catalog.plans["twelve-week"]
        tomorrow = TODAY + timedelta(days=1)
        interview_on = tomorrow + timedelta(weeks=plan.fewest_weeks)
        profile = a_profile(time_zone="Pacific/Auckland", interview_on=interview_on)
        await finish_assessment(assessment, profile=profile)

        await service.choose(ANA, 1, plan.slug)

        overview = await service.overview(ANA)
        assert overview is not None
        assert overview.weeks[0].starts_on == tomorrow
        assert len(overview.weeks) == plan.fewest_weeks
        assert overview.ends_on < interview_on


class TestRefusals:
    @pytest.mark.parametrize(
        ("number", "slug"),
        [
            pytest.param(0, "six-week", id="no attempt"),
            pytest.param(2, "six-week", id="an attempt there is not"),
            pytest.param(1, "no-such-plan", id="a plan there is not"),
        ],
    )
    async def test_what_does_not_exist_cannot_be_chosen(
        self, assessment: AssessmentService, service: PlanService, number: int, slug: str
    ) -> None:
        await finish_assessment(assessment)

        with pytest.raises(OutdatedFormError, match="/prep assess"):
            await service.choose(ANA, number, slug)

        assert await stored_plans(service.database) == []
        assert await owed(service.database) == []

    async def test_anothers_attempt_cannot_be_chosen_from(
        self, assessment: AssessmentService, service: PlanService
    ) -> None:
        await finish_assessment(assessment, BEN)

        with pytest.raises(OutdatedFormError):
            await service.choose(ANA, 1, "six-week")

    async def test_an_unfinished_attempt_cannot_be_chosen_from(
        self, assessment: AssessmentService, service: PlanService
    ) -> None:
        await finish_assessment(assessment)
        standing = await assessment.standing(ANA)

        await assessment.save_profile(ANA, Wizard(number=standing.next_number, form="quick"), a_profile())

        with pytest.raises(OutdatedFormError):
            await service.choose(ANA, standing.next_number, "six-week")

    async def test_anothers_plan_cannot_be_read(
        self, assessment: AssessmentService, service: PlanService
    ) -> None:
        await finish_assessment(assessment)
        await service.choose(ANA, 1, "six-week")
        [row] = await stored_plans(service.database)
        assert row.id is not None

        assert (await service.overview_of(row.id, ANA)).plan.slug == "six-week"
        assert (await service.overview_of(row.id)).plan.slug == "six-week"
        with pytest.raises(NoPlanError):
            await service.overview_of(row.id, BEN)
        with pytest.raises(NoPlanError):
            await service.overview_of(999, ANA)


class TestOverview:
    async def test_is_none_without_a_plan(self, assessment: AssessmentService, service: PlanService) -> None:
        assert await service.overview(ANA) is None
        await finish_assessment(assessment)
        assert await service.overview(ANA) is None

    @pytest.mark.parametrize(
        ("days", "week"),
        [(0, 1), (6, 1), (7, 2), (41, 6), (42, None)],
    )
    async def test_knows_which_week_it_is(
        self,
        assessment: AssessmentService,
        service: PlanService,
        clock: MovingClock,
        days: int,
        week: int | None,
    ) -> None:
        await finish_assessment(assessment)
        await service.choose(ANA, 1, "six-week")

        clock.move(days=days)

        overview = await service.overview(ANA)
        assert overview is not None
        assert overview.this_week == week

    async def test_keeps_what_was_planned_when_the_profile_changes_later(
        self, assessment: AssessmentService, service: PlanService
    ) -> None:
        await finish_assessment(assessment, profile=a_profile(hours_per_week=15))
        await service.choose(ANA, 1, "six-week")
        before = await service.overview(ANA)

        later = a_profile(hours_per_week=2, target_level="L7", interview_on=date(2031, 1, 1))
        await finish_assessment(assessment, profile=later)

        after = await service.overview(ANA)
        assert before is not None
        assert after is not None
        assert (after.hours, after.target_level) == (15, "L6")
        assert after.weeks == before.weeks
        assert after.interview_on == date(2031, 1, 1)

    async def test_of_an_ended_plan_can_still_be_shown(
        self, assessment: AssessmentService, service: PlanService
    ) -> None:
        await finish_assessment(assessment)
        await service.choose(ANA, 1, "six-week")
        await service.choose(ANA, 1, "twelve-week")
        first, second = await stored_plans(service.database)
        assert first.id is not None
        assert second.id is not None

        assert not (await service.overview_of(first.id, ANA)).is_current
        assert (await service.overview_of(second.id, ANA)).is_current

    async def test_follows_the_persons_weakness_and_gaps(
        self, assessment: AssessmentService, service: PlanService, catalog: Catalog
    ) -> None:
        def weak_in_technical(slug: str) -> int:
            item = next(item for item in catalog.forms["quick"].items if item.slug == slug)
            return 1 if catalog.competencies[item.competency].dimension == "technical" else 5

        await finish_assessment(assessment, points=weak_in_technical)
        await service.choose(ANA, 1, "twelve-week")

        overview = await service.overview(ANA)
        assert overview is not None
        assert dict(overview.split) == {"behavioural": 40, "design": 36, "coding": 24}
        gaps = {task.competency for week in overview.weeks[:2] for task in week.tasks if task.competency}
        technical = [one.title for one in catalog.competencies.values() if one.dimension == "technical"]
        assert gaps
        assert gaps <= set(technical)
