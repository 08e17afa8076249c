"""Bending a stored plan, once, and taking it back, on both databases."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest
from sqlmodel import col, select

from bot.errors import NoPlanError
from bot.plan.service import PlanService
from bot.progress.bending import BendError, BendingService, DateError
from storage import reminders
from storage.models import Learner, PlanChange, PlanTask, Reminder, StudyPlan
from tests.bot.progress.plans import INTERVIEW, follow_plan, log_work
from tests.builders import ANA, BEN, TODAY, MovingClock

Rows = list[tuple[int, int, str, int, str | None]]


async def rows(service: BendingService) -> Rows:
    query = select(PlanTask).order_by(col(PlanTask.week), col(PlanTask.position))
    async with service.database.read() as session:
        found = (await session.exec(query)).all()
    return [(row.week, row.position, row.task, row.times, row.competency) for row in found]


async def changes(service: BendingService) -> list[PlanChange]:
    async with service.database.read() as session:
        return list((await session.exec(select(PlanChange))).all())


async def interview_of(service: BendingService) -> date | None:
    async with service.database.read() as session:
        return (await session.exec(select(Learner))).one().interview_on


@pytest.fixture
async def behind(bending: BendingService, clock: MovingClock) -> BendingService:
    """Ana, in the third week of a plan of which she did nothing but one mock."""
    learner_id = await follow_plan(bending.catalog, bending.database, clock)
    clock.move(days=15)
    await log_work(bending.database, learner_id, TODAY, "mock", minutes=60)
    return bending


class TestPreview:
    async def test_changes_nothing(self, behind: BendingService) -> None:
        before = await rows(behind)

        previews = await behind.previews(ANA)

        assert set(previews) == {"more", "fewer", "later"}
        assert previews["more"].bent.after.hours > 15
        assert previews["fewer"].bent.dropped
        assert previews["later"].bent.after.interview_on is not None
        assert await rows(behind) == before
        assert await changes(behind) == []

    async def test_needs_a_plan(self, bending: BendingService) -> None:
        with pytest.raises(NoPlanError):
            await bending.previews(BEN)


class TestApplying:
    async def test_does_what_was_shown(self, behind: BendingService, plan: PlanService) -> None:
        shown = (await behind.previews(ANA))["fewer"]

        made = await behind.apply(ANA, "fewer", shown.base)

        assert made.bent == shown.bent
        stored = [(week, position, task) for week, position, task, _, _ in await rows(behind)]
        assert stored == [(slot.week, slot.position, slot.task) for slot in shown.bent.after.slots]
        overview = await plan.overview(ANA, with_change=True)
        assert overview is not None
        assert overview.change is not None
        assert (overview.change.dropped, overview.change.way) == (len(shown.bent.dropped), "fewer")
        assert overview.change.can_undo

    async def test_finished_weeks_stay(self, behind: BendingService) -> None:
        before = [row for row in await rows(behind) if row[0] < 3]

        await behind.apply(ANA, "later", (await behind.previews(ANA))["later"].base)

        assert [row for row in await rows(behind) if row[0] < 3] == before

    async def test_twice_is_once(self, behind: BendingService) -> None:
        base = (await behind.previews(ANA))["more"].base

        first = await behind.apply(ANA, "more", base)
        after = await rows(behind)
        second = await behind.apply(ANA, "more", base)

        assert first.change_id == second.change_id
        assert second.bent.moved == first.bent.moved
        assert await rows(behind) == after
        assert len(await changes(behind)) == 1

    async def test_two_at_the_same_time_are_one(self, behind: BendingService) -> None:
        base = (await behind.previews(ANA))["fewer"].base

        made = await asyncio.gather(*(behind.apply(ANA, "fewer", base) for _ in range(3)))

        assert len({one.change_id for one in made}) == 1
        assert len(await changes(behind)) == 1

    async def test_an_old_preview_moves_nothing(self, behind: BendingService) -> None:
        previews = await behind.previews(ANA)
        await behind.apply(ANA, "more", previews["more"].base)
        after = await rows(behind)

        with pytest.raises(BendError, match="has changed since"):
            await behind.apply(ANA, "fewer", previews["fewer"].base)
        assert await rows(behind) == after

    async def test_a_later_date_is_kept_and_resting_reminders_wake(
        self, behind: BendingService, clock: MovingClock
    ) -> None:
        base = (await behind.previews(ANA))["later"].base
        wanted = INTERVIEW + timedelta(days=14)
        async with behind.database.write() as session:
            await reminders.rest(session, [1])

        await behind.apply(ANA, "later", base, wanted)

        assert await interview_of(behind) == wanted
        async with behind.database.read() as session:
            weeks = (await session.exec(select(StudyPlan.content_weeks))).one()
            daily = (await session.exec(select(Reminder).where(Reminder.kind == "daily"))).one()
        assert len(weeks) == 8
        assert daily.next_at is not None
        assert daily.next_at > clock()

    @pytest.mark.parametrize(
        "wanted",
        [
            pytest.param(INTERVIEW, id="the same"),
            pytest.param(TODAY, id="past"),
            pytest.param(INTERVIEW - timedelta(days=7), id="sooner"),
            pytest.param(TODAY + timedelta(days=900), id="absurd"),
        ],
    )
    async def test_an_impossible_date_is_refused(self, behind: BendingService, wanted: date) -> None:
        base = (await behind.previews(ANA))["later"].base

        with pytest.raises(DateError):
            await behind.apply(ANA, "later", base, wanted)
        assert await interview_of(behind) == INTERVIEW

    async def test_what_was_dropped_is_not_missed_again(self, behind: BendingService) -> None:
        dropped = (await behind.apply(ANA, "fewer", (await behind.previews(ANA))["fewer"].base)).bent.dropped

        again = (await behind.previews(ANA))["more"].bent

        assert not {entry.task for entry in again.moved} & set(dropped)


class TestUndo:
    @pytest.mark.parametrize("way", ["more", "fewer", "later"])
    async def test_gives_back_hours_date_and_tasks(
        self, behind: BendingService, plan: PlanService, way: str
    ) -> None:
        before, overview = await rows(behind), await plan.overview(ANA)
        base = (await behind.previews(ANA))["more"].base
        made = await behind.apply(ANA, way, base)  # type: ignore[arg-type]  # one of the ways

        await behind.undo(ANA, made.change_id or 0)
        await behind.undo(ANA, made.change_id or 0)

        assert await rows(behind) == before
        assert await interview_of(behind) == INTERVIEW
        assert await plan.overview(ANA) == overview
        # And the same change can be made anew.
        anew = await behind.apply(ANA, way, (await behind.previews(ANA))["more"].base)  # type: ignore[arg-type]
        assert anew.change_id != made.change_id

    async def test_only_the_newest(self, behind: BendingService) -> None:
        first = await behind.apply(ANA, "more", (await behind.previews(ANA))["more"].base)
        await behind.apply(ANA, "later", (await behind.previews(ANA))["later"].base)

        with pytest.raises(BendError, match="only the newest"):
            await behind.undo(ANA, first.change_id or 0)

    async def test_not_when_a_week_it_changed_is_over(
        self, behind: BendingService, clock: MovingClock, plan: PlanService
    ) -> None:
        made = await behind.apply(ANA, "more", (await behind.previews(ANA))["more"].base)
        clock.move(days=14)
        after = await rows(behind)

        with pytest.raises(BendError, match="is over"):
            await behind.undo(ANA, made.change_id or 0)
        assert await rows(behind) == after
        overview = await plan.overview(ANA, with_change=True)
        assert overview is not None
        assert overview.change is not None
        assert not overview.change.can_undo

    async def test_a_change_of_somebody_else_is_not_found(
        self, behind: BendingService, clock: MovingClock
    ) -> None:
        made = await behind.apply(ANA, "more", (await behind.previews(ANA))["more"].base)
        await follow_plan(behind.catalog, behind.database, clock, member=BEN)

        with pytest.raises(BendError, match="another plan"):
            await behind.undo(BEN, made.change_id or 0)


class TestAnotherDate:
    async def test_stretches_a_plan_that_is_over(self, behind: BendingService, clock: MovingClock) -> None:
        clock.move(days=28)
        wanted = TODAY + timedelta(days=60)

        moved = await behind.move(ANA, wanted)

        assert moved is not None
        assert moved.bent.moved
        assert await interview_of(behind) == wanted
        assert {row[0] for row in await rows(behind) if row[0] > 6} <= {7, 8, 9}

    async def test_without_a_plan_it_is_only_kept(self, bending: BendingService) -> None:
        assert await bending.move(ANA, TODAY + timedelta(days=20)) is None
        assert await interview_of(bending) == TODAY + timedelta(days=20)
        with pytest.raises(DateError):
            await bending.move(ANA, TODAY)
