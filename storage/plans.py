"""Study plans and their tasks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple, cast

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import PlanTask, StudyPlan


async def current(session: AsyncSession, learner_id: int) -> StudyPlan | None:
    """The plan the learner is following."""
    query = select(StudyPlan).where(StudyPlan.learner_id == learner_id, col(StudyPlan.ended_at).is_(None))
    return (await session.exec(query)).one_or_none()


async def find(session: AsyncSession, plan_id: int) -> StudyPlan | None:
    """The plan with our id."""
    return (await session.exec(select(StudyPlan).where(StudyPlan.id == plan_id))).one_or_none()


async def end_current(session: AsyncSession, learner_id: int, *, now: datetime) -> None:
    """Make room for another plan; the old one stays in the history."""
    query = update(StudyPlan).where(
        col(StudyPlan.learner_id) == learner_id, col(StudyPlan.ended_at).is_(None)
    )
    await session.exec(query.values(ended_at=now))


async def add(session: AsyncSession, plan: StudyPlan, tasks: Iterable[PlanTask]) -> StudyPlan:
    """Store a plan and its tasks, whose `plan_id` is filled in here."""
    session.add(plan)
    await session.flush()
    for task in tasks:
        task.plan_id = cast(int, plan.id)
        session.add(task)
    return plan


class TaskRow(NamedTuple):
    """A task of a plan, to be shown."""

    week: int
    position: int
    task: str
    times: int
    competency: str | None


async def task_rows(session: AsyncSession, plan_id: int) -> list[TaskRow]:
    """The same as `tasks_of` as plain tuples, past the session: half a year is five hundred of them."""
    query = (
        select(
            col(PlanTask.week),
            col(PlanTask.position),
            col(PlanTask.task),
            col(PlanTask.times),
            col(PlanTask.competency),
        )  # type: ignore[call-overload]  # typed for four columns at most
        .where(PlanTask.plan_id == plan_id)
        .order_by(col(PlanTask.week), col(PlanTask.position))
    )
    return [TaskRow._make(row) for row in (await (await session.connection()).execute(query)).all()]


async def tasks_of(session: AsyncSession, plan_id: int) -> Sequence[PlanTask]:
    """All tasks, by week and position."""
    query = select(PlanTask).where(PlanTask.plan_id == plan_id)
    return (await session.exec(query.order_by(col(PlanTask.week), col(PlanTask.position)))).all()
