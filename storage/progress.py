"""What a person's work shows, how their plan was bent, and what became of an interview."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, delete, func, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import (
    InterviewOutcome,
    KnownTask,
    Learner,
    LogEntry,
    OutboxMessage,
    OutboxState,
    PlanChange,
    PlanTask,
    Preferences,
    Rehearsal,
    ReviewLog,
    Story,
)

REMEMBERED = 3
"""The lowest rating of a review that counts as remembered: Good."""


async def log_of(
    session: AsyncSession, learner_id: int
) -> list[tuple[date, str, str | None, int, int, int | None]]:
    """(local date, activity, task, count, minutes, rating) of all that was logged."""
    query = select(
        col(LogEntry.local_date),
        col(LogEntry.activity),
        col(LogEntry.task),
        col(LogEntry.count),
        col(LogEntry.minutes),
        col(LogEntry.rating),
    ).where(  # type: ignore[call-overload]  # typed for four columns at most
        col(LogEntry.learner_id) == learner_id
    )
    return [tuple(row) for row in await _rows(session, query)]


async def solved_before(session: AsyncSession, learner_id: int) -> set[str]:
    """Tasks the person had solved before."""
    return set(await session.exec(select(KnownTask.task).where(KnownTask.learner_id == learner_id)))


async def remembered(session: AsyncSession, learner_id: int) -> dict[str, datetime]:
    """Item of a review to when it was last remembered well."""
    query = (
        select(col(ReviewLog.item), func.max(ReviewLog.reviewed_at))
        .where(col(ReviewLog.learner_id) == learner_id, col(ReviewLog.rating) >= REMEMBERED)
        .group_by(col(ReviewLog.item))
    )
    return dict(iter(await _rows(session, query)))


async def stories_of(session: AsyncSession, learner_id: int) -> Sequence[Story]:
    """Stories that are not archived, the oldest first."""
    query = select(Story).where(Story.learner_id == learner_id, col(Story.archived_at).is_(None))
    return (await session.exec(query.order_by(col(Story.id)))).all()


async def tellings_of(session: AsyncSession, learner_id: int) -> list[tuple[int, datetime, int | None]]:
    """(story id, when, rating) of each time a story was told."""
    query = (
        select(col(Rehearsal.story_id), col(Rehearsal.told_at), col(Rehearsal.rating))
        .join(Story, col(Story.id) == Rehearsal.story_id)
        .where(col(Story.learner_id) == learner_id)
    )
    return [(story_id, told_at, rating) for story_id, told_at, rating in await session.exec(query)]


async def changes_of(session: AsyncSession, plan_id: int) -> Sequence[PlanChange]:
    """Every change of the plan, also what was taken back, the oldest first."""
    query = select(PlanChange).where(PlanChange.plan_id == plan_id)
    return (await session.exec(query.order_by(col(PlanChange.id)))).all()


async def newest_change(session: AsyncSession, plan_id: int) -> PlanChange | None:
    """The last change of the plan that holds."""
    query = select(PlanChange).where(PlanChange.plan_id == plan_id, col(PlanChange.undone_at).is_(None))
    return (await session.exec(query.order_by(col(PlanChange.id).desc()).limit(1))).one_or_none()


async def replace_tasks(
    session: AsyncSession, plan_id: int, from_week: int, tasks: Iterable[PlanTask]
) -> None:
    """Put these into the place of the plan's tasks from a week on."""
    await session.exec(
        delete(PlanTask).where(col(PlanTask.plan_id) == plan_id, col(PlanTask.week) >= from_week)
    )
    session.add_all(tasks)
    await session.flush()


async def unasked(
    session: AsyncSession, *, first: date, last: date, limit: int
) -> list[tuple[Learner, Preferences | None]]:
    """People whose interview was on one of these dates and who were not asked how it went."""
    query = (
        select(Learner, Preferences)
        .outerjoin(Preferences, col(Preferences.learner_id) == Learner.id)
        .outerjoin(
            InterviewOutcome,
            and_(
                col(InterviewOutcome.learner_id) == Learner.id,
                col(InterviewOutcome.interview_on) == Learner.interview_on,
            ),
        )
        .where(
            col(Learner.interview_on).between(first, last),
            col(InterviewOutcome.learner_id).is_(None),
            col(Learner.deactivated_at).is_(None),
        )
        .order_by(col(Learner.interview_on), col(Learner.id))
        .limit(limit)
    )
    return [(learner, own) for learner, own in await session.exec(query)]


async def ask(session: AsyncSession, learner_id: int, interview_on: date, *, now: datetime) -> bool:
    """Note that the person is asked how it went; False when they were already."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    query = insert(InterviewOutcome).values(learner_id=learner_id, interview_on=interview_on, asked_at=now)
    rows = await session.exec(query.on_conflict_do_nothing().returning(col(InterviewOutcome.learner_id)))
    return rows.first() is not None


async def outcome_of(session: AsyncSession, learner_id: int, interview_on: date) -> InterviewOutcome | None:
    """What the person said of that interview; its `outcome` is None while unanswered."""
    query = select(InterviewOutcome).where(
        InterviewOutcome.learner_id == learner_id, InterviewOutcome.interview_on == interview_on
    )
    return (await session.exec(query)).one_or_none()


async def outcomes_of(
    session: AsyncSession, asked: Iterable[int]
) -> dict[tuple[int, date], InterviewOutcome]:
    """(learner id, interview) to what these people said."""
    query = select(InterviewOutcome).where(col(InterviewOutcome.learner_id).in_(list(asked)))
    return {(row.learner_id, row.interview_on): row for row in await session.exec(query)}


async def answer(
    session: AsyncSession, learner_id: int, interview_on: date, outcome: str, *, now: datetime
) -> None:
    """Keep what the person said; the newest answer counts."""
    query = update(InterviewOutcome).where(
        col(InterviewOutcome.learner_id) == learner_id, col(InterviewOutcome.interview_on) == interview_on
    )
    await session.exec(query.values(outcome=outcome, answered_at=now))


async def place_of(session: AsyncSession, idempotency_key: str) -> tuple[str, str] | None:
    """(channel, ts) of a message that arrived."""
    query = select(OutboxMessage).where(
        OutboxMessage.idempotency_key == idempotency_key, OutboxMessage.state == OutboxState.SENT
    )
    row = (await session.exec(query)).one_or_none()
    return (row.channel, row.message_ts) if row and row.channel and row.message_ts else None


async def _rows(session: AsyncSession, query: Any) -> Sequence[Any]:
    """Plain tuples, past the session: a year of days is more than a thousand of them."""
    return (await (await session.connection()).execute(query)).all()
