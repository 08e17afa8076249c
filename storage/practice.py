"""What people practise day by day: the daily minimums they were given, and the log of what was done."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from sys import intern
from typing import Any, NamedTuple

from sqlalchemy import and_, delete, func, or_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import (
    Attempt,
    AttemptAnswer,
    DailyItem,
    Learner,
    LogEntry,
    OutboxMessage,
    OutboxState,
    PlanTask,
    Preferences,
    StudyPlan,
)

DEFAULT_DAY_END = 3 * 60
"""When the day of somebody without terms of their own ends, in minutes after midnight."""
HISTORIES_AT_ONCE = 40
"""People whose rows of a history of years are in memory together."""
_ITEMS = SQLModel.metadata.tables["daily_item"]


class Item(NamedTuple):
    """A daily minimum as stored."""

    learner_id: int
    on: date
    part: str
    task: str
    is_review: bool = False
    swapped_from: str | None = None
    done_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """What is known of somebody who practises. `plan_id` and what belongs to it are None without a plan."""

    learner_id: int
    time_zone: str | None
    target_level: str | None
    interview_on: date | None
    day_ends_at: int
    plan_id: int | None
    starts_on: date | None
    weeks: int
    attempt_id: int | None


async def people(session: AsyncSession, learner_ids: Collection[int]) -> dict[int, Person]:
    """By learner id, with the current plan."""
    query = (
        select(
            col(Learner.id),
            col(Learner.time_zone),
            col(Learner.target_level),
            col(Learner.interview_on),
            func.coalesce(Preferences.day_ends_at, DEFAULT_DAY_END),
            col(StudyPlan.id),
            col(StudyPlan.starts_on),
            col(StudyPlan.content_weeks),
            col(StudyPlan.attempt_id),
        )  # type: ignore[call-overload]  # typed for four columns at most
        .outerjoin(Preferences, col(Preferences.learner_id) == Learner.id)
        .outerjoin(
            StudyPlan, and_(col(StudyPlan.learner_id) == Learner.id, col(StudyPlan.ended_at).is_(None))
        )
        .where(col(Learner.id).in_(learner_ids))
    )
    return {
        row[0]: Person(
            learner_id=row[0],
            time_zone=row[1],
            target_level=row[2],
            interview_on=row[3],
            day_ends_at=row[4],
            plan_id=row[5],
            starts_on=row[6],
            weeks=len(row[7] or ()),
            attempt_id=row[8],
        )
        for row in await _rows(session, query)
    }


async def items(
    session: AsyncSession, learner_ids: Collection[int], *, from_on: date, to_on: date
) -> dict[int, list[Item]]:
    """The daily minimums of these people on these dates, the oldest first."""
    query = (
        select(
            col(DailyItem.learner_id),
            col(DailyItem.local_date),
            col(DailyItem.part),
            col(DailyItem.task),
            col(DailyItem.is_review),
            col(DailyItem.swapped_from),
            col(DailyItem.done_at),
        )  # type: ignore[call-overload]  # typed for four columns at most
        .where(
            col(DailyItem.learner_id).in_(learner_ids),
            col(DailyItem.local_date).between(from_on, to_on),
        )
        .order_by(col(DailyItem.local_date), col(DailyItem.part))
    )
    found: dict[int, list[Item]] = {}
    for row in await _rows(session, query):
        found.setdefault(row[0], []).append(Item._make(row))
    return found


async def finished(session: AsyncSession, learner_ids: Collection[int]) -> dict[int, dict[str, date]]:
    """Learner to task to the last date on which it was done."""
    found: dict[int, dict[str, date]] = {}
    # Hundreds of tasks of hundreds of people, and few different ones: what is the same is held once.
    same: dict[date, date] = {}
    ids = list(learner_ids)
    for first in range(0, len(ids), HISTORIES_AT_ONCE):
        some = ids[first : first + HISTORIES_AT_ONCE]
        query = (
            select(col(LogEntry.learner_id), col(LogEntry.task), func.max(LogEntry.local_date))
            .where(col(LogEntry.learner_id).in_(some), col(LogEntry.task).is_not(None))
            .group_by(col(LogEntry.learner_id), col(LogEntry.task))
        )
        for learner_id, task, last_on in await _rows(session, query):
            found.setdefault(learner_id, {})[intern(task)] = same.setdefault(last_on, last_on)
    return found


async def practised_on(session: AsyncSession, days: Collection[tuple[int, date]]) -> set[tuple[int, date]]:
    """Which of these (learner id, date) have anything in the log."""
    by_date: dict[date, list[int]] = {}
    for learner_id, on in days:
        by_date.setdefault(on, []).append(learner_id)
    wanted = [
        and_(col(LogEntry.local_date) == on, col(LogEntry.learner_id).in_(ids)) for on, ids in by_date.items()
    ]
    if not wanted:
        return set()
    query = select(col(LogEntry.learner_id), col(LogEntry.local_date)).where(or_(*wanted)).distinct()
    return {(learner_id, on) for learner_id, on in await session.exec(query)}


async def week_tasks(
    session: AsyncSession, weeks: Mapping[int, int] | Collection[int]
) -> dict[int, list[tuple[int, str, int, str | None]]]:
    """
    Plan id to its tasks as (week, task, times, competency), in order.

    `weeks` maps each plan to the one week that is read; given plans only, all of their weeks are read.
    """
    if not weeks:
        return {}
    wanted: Any
    if isinstance(weeks, Mapping):
        by_week: dict[int, list[int]] = {}
        for plan_id, week in weeks.items():
            by_week.setdefault(week, []).append(plan_id)
        wanted = or_(
            *(
                and_(col(PlanTask.week) == week, col(PlanTask.plan_id).in_(ids))
                for week, ids in by_week.items()
            )
        )
    else:
        wanted = col(PlanTask.plan_id).in_(weeks)
    query = (
        select(
            col(PlanTask.plan_id),
            col(PlanTask.week),
            col(PlanTask.task),
            col(PlanTask.times),
            col(PlanTask.competency),
        )  # type: ignore[call-overload]  # typed for four columns at most
        .where(wanted)
        .order_by(col(PlanTask.plan_id), col(PlanTask.week), col(PlanTask.position))
    )
    found: dict[int, list[tuple[int, str, int, str | None]]] = {}
    for row in await _rows(session, query):
        found.setdefault(row[0], []).append(row[1:])
    return found


async def last_results(session: AsyncSession, learner_ids: Collection[int]) -> dict[int, Attempt]:
    """Learner to their newest finished attempt."""
    newest = (
        select(col(Attempt.learner_id), func.max(Attempt.number).label("number"))
        .where(col(Attempt.learner_id).in_(learner_ids), col(Attempt.finished_at).is_not(None))
        .group_by(col(Attempt.learner_id))
        .subquery()
    )
    query = select(Attempt).join(
        newest, and_(newest.c.learner_id == Attempt.learner_id, newest.c.number == Attempt.number)
    )
    return {attempt.learner_id: attempt for attempt in await session.exec(query)}


async def answers_of(session: AsyncSession, attempt_ids: Collection[int]) -> dict[int, dict[str, int]]:
    """Attempt id to item slug to points."""
    query = select(col(AttemptAnswer.attempt_id), col(AttemptAnswer.item), col(AttemptAnswer.points)).where(
        col(AttemptAnswer.attempt_id).in_(attempt_ids)
    )
    found: dict[int, dict[str, int]] = {}
    for attempt_id, item, points in await session.exec(query):
        found.setdefault(attempt_id, {})[item] = points
    return found


async def add_items(session: AsyncSession, rows: Sequence[Item]) -> int:
    """Store what was chosen where nothing is stored yet; the number of rows that were new."""
    if not rows:
        return 0
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    # Many parameters to one statement, past the session: written out as one long statement, its text would
    # take longer than all the rest.
    query = insert(_ITEMS).on_conflict_do_nothing().returning(_ITEMS.c.learner_id)
    values = [
        {
            "learner_id": row.learner_id,
            "local_date": row.on,
            "part": row.part,
            "task": row.task,
            "is_review": row.is_review,
        }
        for row in rows
    ]
    added = await (await session.connection()).execute(query, values)
    return len(added.all())


async def set_done(session: AsyncSession, item: Item, *, done_at: datetime | None) -> None:
    """Tick or untick one of the day's items."""
    query = update(DailyItem).where(
        col(DailyItem.learner_id) == item.learner_id,
        col(DailyItem.local_date) == item.on,
        col(DailyItem.part) == item.part,
    )
    await session.exec(query.values(done_at=done_at))


async def swap(session: AsyncSession, item: Item, *, task: str) -> None:
    """Put another task into the item's place and remember what it was."""
    query = update(DailyItem).where(
        col(DailyItem.learner_id) == item.learner_id,
        col(DailyItem.local_date) == item.on,
        col(DailyItem.part) == item.part,
    )
    await session.exec(query.values(task=task, is_review=False, swapped_from=item.task))


async def log(session: AsyncSession, entry: LogEntry) -> bool:
    """Write down practice; False when its key was there already."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    query = insert(LogEntry).values(**entry.model_dump(exclude={"id"})).on_conflict_do_nothing()
    return (await session.exec(query.returning(col(LogEntry.id)))).first() is not None


async def unlog(session: AsyncSession, learner_id: int, key: str) -> None:
    """Take practice out of the log again."""
    await session.exec(
        delete(LogEntry).where(col(LogEntry.learner_id) == learner_id, col(LogEntry.key) == key)
    )


async def messages_of_day(
    session: AsyncSession, learner_id: int, on: date, kinds: Iterable[str]
) -> Sequence[OutboxMessage]:
    """What was owed to the learner for that date, in whatever state, the oldest first."""
    query = select(OutboxMessage).where(
        OutboxMessage.learner_id == learner_id,
        col(OutboxMessage.kind).in_(list(kinds)),
        OutboxMessage.local_date == on,
    )
    return (await session.exec(query.order_by(col(OutboxMessage.id)))).all()


def is_in_conversation(message: OutboxMessage) -> bool:
    """Whether we know where it was posted."""
    return message.state == OutboxState.SENT and bool(message.channel) and bool(message.message_ts)


async def _rows(session: AsyncSession, query: Any) -> Sequence[Any]:
    """Plain tuples, past the session: a morning's wave reads hundreds of thousands of them."""
    return (await (await session.connection()).execute(query)).all()
