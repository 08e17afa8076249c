"""What is read together for a person's progress, and the taper in their daily list, on both databases."""

from __future__ import annotations

from datetime import timedelta

from bot.checkins.counts import USUAL, Counts
from bot.members import Member
from bot.progress.service import ProgressService
from bot.today.service import TodayService
from storage.models import CheckIn, KnownTask, Rehearsal, ReviewLog, Story
from tests.bot.progress.plans import INTERVIEW, PROBLEMS, follow_plan, log_work
from tests.builders import ANA, BEN, NOON, TODAY, Bell, MovingClock

NOBODY = Member("T1", "U-nobody")


async def test_somebody_unknown_has_nothing_and_it_is_said(progress: ProgressService) -> None:
    found = await progress.progress(NOBODY)

    assert {(bar.said, bar.shown) for bar in found.bars.values()} == {(None, 0)}
    assert (found.forecast, found.week.goals, found.scores) == (None, USUAL, ())


async def test_work_results_and_the_plan_come_together(progress: ProgressService, clock: MovingClock) -> None:
    ana = await follow_plan(progress.catalog, progress.database, clock)
    ben = await follow_plan(progress.catalog, progress.database, clock, member=BEN)
    clock.move(days=8)
    in_week_two = TODAY + timedelta(days=7)
    await log_work(progress.database, ana, TODAY, "coding", PROBLEMS[0], minutes=45)
    await log_work(progress.database, ana, in_week_two, "coding", count=2, minutes=0)
    await log_work(progress.database, ana, in_week_two, "mock", rating=4, minutes=60)
    await log_work(progress.database, ben, TODAY, "coding", PROBLEMS[1])

    found = await progress.progress(ANA)

    assert found.this_week.counts == {"coding": 2, "mock": 1}
    assert found.week.from_on == in_week_two
    assert {one.track: one.done for one in found.hours} == {"behavioural": 60, "design": 0, "coding": 105}
    assert all(one.planned for one in found.hours)
    assert found.scores == ((TODAY, 40),)
    assert found.bars["technical"].pieces == 3
    assert (found.bars["readiness"].pieces, found.bars["readiness"].confidence) == (1, "low")
    assert found.forecast is not None
    assert found.forecast.done["coding"] == 3
    assert found.days_to_interview == 34


async def test_goals_of_a_check_in_and_what_it_told_beyond_the_log_count(
    progress: ProgressService, clock: MovingClock
) -> None:
    ana = await follow_plan(progress.catalog, progress.database, clock)
    clock.move(days=8)
    before = (await progress.progress(ANA)).forecast
    chosen = Counts(coding=4)
    await log_work(progress.database, ana, TODAY, "coding", count=2, minutes=0)
    async with progress.database.write() as session:
        session.add(
            CheckIn(
                learner_id=ana,
                from_on=TODAY,
                to_on=TODAY + timedelta(days=6),
                goals=USUAL.to_dict(),
                reported=Counts(coding=5).to_dict(),
                next_goals=chosen.to_dict(),
                created_at=NOON,
                answered_at=NOON,
            )
        )

    found = await progress.progress(ANA)

    assert found.week.goals == chosen
    assert before is not None
    assert found.forecast is not None
    assert found.forecast.done["coding"] == 5
    assert found.forecast.left["coding"] == before.left["coding"] - 5


async def test_stories_tellings_and_reviews_are_evidence(
    progress: ProgressService, clock: MovingClock
) -> None:
    ana = await follow_plan(progress.catalog, progress.database, clock)
    async with progress.database.write() as session:
        story = Story(
            learner_id=ana,
            key="1",
            title="Migration",
            situation="x",
            task="x",
            action="x",
            result="x",
            principles=["ownership", "dive-deep"],
            scenario="innovation",
            scope="L6",
            created_at=NOON,
            updated_at=NOON,
        )
        session.add(story)
        await session.flush()
        session.add(Rehearsal(story_id=story.id or 0, key="1", told_at=NOON, rating=2))
        session.add(ReviewLog(learner_id=ana, key="1", item=f"story:{story.id}", rating=4, reviewed_at=NOON))

    bars = await progress.bars(ANA)

    points = {part.name: part.points for name in ("stories", "culture") for part in bars[name].parts}
    assert (points["principles"], points["scenarios"]) == (12, 20)
    assert (points["told"], points["told-principles"]) == (8, 12)


async def test_what_was_solved_before_is_done_of_the_plan_but_no_evidence(
    progress: ProgressService, clock: MovingClock
) -> None:
    ana = await follow_plan(progress.catalog, progress.database, clock)
    planned = (await progress.facts(ANA)).slots
    problem = next(slot.task for slot in planned if progress.catalog.tasks[slot.task].kind == "problem")
    before = (await progress.progress(ANA)).forecast
    async with progress.database.write() as session:
        session.add(KnownTask(learner_id=ana, task=problem, marked_at=NOON))

    found = await progress.progress(ANA)

    assert found.done_of_plan == {"coding": 1}
    assert found.bars["technical"].shown == 0
    assert before is not None
    assert found.forecast is not None
    assert found.forecast.left["coding"] == before.left["coding"] - 1


async def test_the_last_days_hold_a_warm_up_and_say_why(
    progress: ProgressService, clock: MovingClock
) -> None:
    ana = await follow_plan(progress.catalog, progress.database, clock)
    await log_work(progress.database, ana, TODAY, "coding", PROBLEMS[0])
    clock.move(days=40)
    today = TodayService(progress.catalog, progress.database, clock, progress.reminders, Bell())

    shown = await today.show(ANA)

    assert shown.on == INTERVIEW - timedelta(days=2)
    assert {line.part for line in shown.lines} == {"coding", "story"}
    assert next(line.slug for line in shown.lines if line.part == "coding") == PROBLEMS[0]
    assert {line.why for line in shown.lines} == {"a warm-up: nothing new before your interview"}
    leads = {one.text for one in progress.catalog.messages.values() if one.occasion == "last-72-hours"}
    assert shown.lead in leads
