"""Small pieces that tests of progress are put together from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from bot.assessment.scoring import Tier
from bot.assessment.service import AssessmentService
from bot.members import Member
from bot.plan.service import PlanService
from bot.progress.ground import Ground, Shape, Slot
from bot.progress.pace_rules import Logged, Placed, undone
from content.loader import Catalog, load
from storage import learners
from storage.engine import Database
from storage.models import LogEntry
from tests.builders import (
    ANA,
    NOON,
    TODAY,
    Bell,
    MovingClock,
    a_profile,
    a_reminder_service,
    finish_assessment,
)

CATALOG = load()
PROBLEMS = [slug for slug, task in CATALOG.tasks.items() if task.kind == "problem" and task.minutes == 30]
MOCK = "mock-behavioural"
CRITICAL, SKILL = "leading-engineers", "handling-conflict"
INTERVIEW = TODAY + timedelta(days=42)


def a_ground(
    slots: Sequence[Slot],
    *,
    weeks: int = 6,
    hours: int = 2,
    today: date = TODAY + timedelta(days=14),
    interview_on: date | None = None,
    pace: int | None = None,
    done: Sequence[str] = (),
    days_a_week: int = 7,
) -> Ground:
    """A plan that began on TODAY; two weeks of it are over."""
    logged = [Logged(TODAY, "coding", task) for task in done]
    placed = [Placed(slot.week, slot.task, slot.times, slot.competency) for slot in slots]
    this_week = (today - TODAY).days // 7 + 1
    return Ground(
        shape=Shape(
            hours=hours,
            interview_on=interview_on,
            content_weeks=tuple(range(weeks)),
            slots=numbered(slots),
        ),
        starts_on=TODAY,
        today=today,
        tasks=CATALOG.tasks,
        loads=(100,) * weeks,
        tier_of={CRITICAL: Tier.CRITICAL, SKILL: Tier.SKILL},
        undone=undone(placed, CATALOG.tasks, logged, (), starts_on=TODAY, this_week=this_week),
        days_a_week=days_a_week,
        pace=pace,
    )


def numbered(slots: Sequence[Slot]) -> tuple[Slot, ...]:
    """As stored: positions from 1 in each week."""
    weeks = sorted({slot.week for slot in slots})
    return tuple(
        slot._replace(position=position)
        for week in weeks
        for position, slot in enumerate((one for one in slots if one.week == week), start=1)
    )


def slots_of(week: int, *tasks: str, competency: str | None = None) -> list[Slot]:
    return [Slot(week, 0, task, 1, competency) for task in tasks]


async def follow_plan(
    catalog: Catalog,
    database: Database,
    clock: MovingClock,
    *,
    member: Member = ANA,
    interview_on: date | None = INTERVIEW,
    hours: int = 15,
) -> int:
    """Somebody who chose the six weeks today; our id of them."""
    profile = a_profile(hours_per_week=hours, interview_on=interview_on)
    assessment = AssessmentService(catalog, database, clock, "UTC")
    await finish_assessment(assessment, member, points=2, profile=profile)
    plans = PlanService(catalog, database, clock, Bell(), a_reminder_service(database, clock))
    await plans.choose(member, 1, "six-week")
    async with database.read() as session:
        learner = await learners.find(session, member.team_id, member.user_id)
    assert learner is not None
    assert learner.id is not None
    return learner.id


async def log_work(
    database: Database,
    learner_id: int,
    on: date,
    activity: str,
    task: str | None = None,
    *,
    count: int = 1,
    minutes: int = 30,
    rating: int | None = None,
) -> None:
    """Write practice into the log."""
    entry = LogEntry(
        learner_id=learner_id,
        key=f"{on}:{activity}:{task}:{count}",
        local_date=on,
        activity=activity,
        task=task,
        count=count,
        minutes=minutes,
        rating=rating,
        logged_at=NOON,
    )
    async with database.write() as session:
        session.add(entry)
