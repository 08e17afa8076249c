"""Weekly check-ins, and what was logged and planned in their weeks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from sqlalchemy import func, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import CheckIn, LogEntry, PlanTask, StudyPlan


async def newest(session: AsyncSession, learner_id: int, *, before: date | None = None) -> CheckIn | None:
    """The learner's check-in with the latest last day, answered or not; `before` that date, if given."""
    query = select(CheckIn).where(CheckIn.learner_id == learner_id)
    if before is not None:
        query = query.where(CheckIn.to_on < before)
    return (await session.exec(query.order_by(col(CheckIn.to_on).desc()).limit(1))).one_or_none()


async def answered(session: AsyncSession, learner_id: int, *, limit: int) -> Sequence[CheckIn]:
    """The newest answered check-ins, newest first."""
    query = select(CheckIn).where(CheckIn.learner_id == learner_id, col(CheckIn.answered_at).is_not(None))
    return (await session.exec(query.order_by(col(CheckIn.to_on).desc()).limit(limit))).all()


async def since(session: AsyncSession, learner_ids: Collection[int], on: date) -> Sequence[CheckIn]:
    """Check-ins of these learners whose last day is `on` or later, the earliest first."""
    query = select(CheckIn).where(col(CheckIn.learner_id).in_(learner_ids), CheckIn.to_on >= on)
    return (await session.exec(query.order_by(col(CheckIn.to_on)))).all()


async def ensure(session: AsyncSession, draft: CheckIn) -> CheckIn:
    """The check-in with the draft's learner and last day: the stored one, or the draft now stored."""
    await add_missing(session, [draft])
    query = select(CheckIn).where(CheckIn.learner_id == draft.learner_id, CheckIn.to_on == draft.to_on)
    return (await session.exec(query.with_for_update())).one()


async def add_missing(session: AsyncSession, drafts: Iterable[CheckIn]) -> None:
    """Store those whose learner and last day are not there yet; answers are not looked at."""
    values = [
        {
            "learner_id": draft.learner_id,
            "from_on": draft.from_on,
            "to_on": draft.to_on,
            "goals": draft.goals,
            "created_at": draft.created_at,
        }
        for draft in drafts
    ]
    if not values:
        return
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    await session.exec(insert(CheckIn).values(values).on_conflict_do_nothing())


async def logged(
    session: AsyncSession, learner_ids: Collection[int], first: date, last: date
) -> Sequence[tuple[int, date, str, int]]:
    """(learner id, local date, activity, how many) for what was logged from `first` to `last`."""
    number = func.sum(col(LogEntry.count))
    query = (
        select(col(LogEntry.learner_id), col(LogEntry.local_date), col(LogEntry.activity), number)
        .where(
            col(LogEntry.learner_id).in_(learner_ids),
            LogEntry.local_date >= first,
            LogEntry.local_date <= last,
        )
        .group_by(col(LogEntry.learner_id), col(LogEntry.local_date), col(LogEntry.activity))
    )
    rows = await session.exec(query)
    return [(learner_id, on, activity, total) for learner_id, on, activity, total in rows]


async def current_plans(session: AsyncSession, learner_ids: Collection[int]) -> dict[int, StudyPlan]:
    """Learner to the plan they are following."""
    query = select(StudyPlan).where(
        col(StudyPlan.learner_id).in_(learner_ids), col(StudyPlan.ended_at).is_(None)
    )
    return {plan.learner_id: plan for plan in await session.exec(query)}


async def tasks_of_weeks(
    session: AsyncSession, weeks: Collection[tuple[int, int]]
) -> Sequence[tuple[int, int, str, int]]:
    """(plan id, week, task, times) for the tasks of these (plan id, week)."""
    if not weeks:
        return []
    query = select(col(PlanTask.plan_id), col(PlanTask.week), col(PlanTask.task), col(PlanTask.times))
    rows = await session.exec(query.where(tuple_(col(PlanTask.plan_id), col(PlanTask.week)).in_(weeks)))
    return [(plan_id, week, task, times) for plan_id, week, task, times in rows]
