"""
All that the dashboard shows of one person, in seven queries whatever there is of it.

What only needs a few columns is read as plain tuples: a year of days is more than a thousand rows.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, cast

from sqlalchemy import Date, Integer, String, and_, case, func, literal, null, or_, union_all
from sqlalchemy import cast as sql_cast
from sqlalchemy import select as select_columns
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import (
    Attempt,
    AttemptAnswer,
    CheckIn,
    DailyItem,
    KnownTask,
    Learner,
    LogEntry,
    OutboxMessage,
    OutboxState,
    Preferences,
    Rehearsal,
    ReviewCard,
    ReviewLog,
    Story,
    StudyPlan,
)
from storage.practice import Item
from storage.progress import REMEMBERED
from storage.reviews import waiting
from storage.types import UTCDateTime

_TEXTS = ("situation", "task", "action", "result")


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Somebody with their terms, the plan they follow and their newest answered check-in."""

    learner: Learner
    own: Preferences | None
    plan: StudyPlan | None
    check_in: CheckIn | None


class Told(NamedTuple):
    """A story without its texts, and one time it was told; None where it never was."""

    id: int
    key: str
    title: str
    principles: list[str] | None
    scenario: str | None
    scope: str | None
    updated_at: datetime
    filled: int
    """How many of its four parts hold words."""
    told_at: datetime | None
    rating: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Marks:
    """What is only counted, or looked up by name."""

    items: Sequence[Item]
    """Daily minimums, the earliest first."""
    known: frozenset[str]
    """Problems solved before."""
    remembered: dict[str, datetime]
    """Item of a review to when it was last remembered well."""
    ratings: dict[str, int]
    """Part of the day to how well it went."""
    rested: frozenset[date]
    """Dates on which no reminder came, for a reason that breaks no streak."""
    due: int
    """Cards that wait."""
    answered: int
    """Answers that were given to cards today."""


async def one_snapshot(session: AsyncSession) -> None:
    """Let all that this session reads be of one moment; SQLite does so by itself."""
    if session.get_bind().dialect.name == "postgresql":
        await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


async def person(session: AsyncSession, team_id: str, user_id: str) -> Person | None:
    """None for somebody who never did anything we keep."""
    newest = (
        select_columns(col(CheckIn.id))
        .where(col(CheckIn.learner_id) == col(Learner.id), col(CheckIn.answered_at).is_not(None))
        .order_by(col(CheckIn.to_on).desc())
        .limit(1)
        .correlate(Learner)
        .scalar_subquery()
    )
    query = (
        select(Learner, Preferences, StudyPlan, CheckIn)
        .outerjoin(Preferences, col(Preferences.learner_id) == col(Learner.id))
        .outerjoin(
            StudyPlan, and_(col(StudyPlan.learner_id) == col(Learner.id), col(StudyPlan.ended_at).is_(None))
        )
        .outerjoin(CheckIn, col(CheckIn.id) == newest)
        .where(col(Learner.team_id) == team_id, col(Learner.user_id) == user_id)
    )
    row = (await session.exec(query)).one_or_none()
    return Person(learner=row[0], own=row[1], plan=row[2], check_in=row[3]) if row else None


async def attempts(session: AsyncSession, learner_id: int) -> Sequence[Attempt]:
    """The newest attempt, finished or not, and the newest two that are, the newest first."""
    newest = (
        select_columns(func.max(Attempt.number))
        .where(col(Attempt.learner_id) == learner_id)
        .scalar_subquery()
    )
    query = select(Attempt).where(
        Attempt.learner_id == learner_id,
        or_(col(Attempt.finished_at).is_not(None), col(Attempt.number) == newest),
    )
    return (await session.exec(query.order_by(col(Attempt.number).desc()).limit(3))).all()


async def answers(session: AsyncSession, attempt_ids: Collection[int]) -> dict[int, dict[str, int]]:
    """Attempt id to item slug to points."""
    query = select_columns(
        col(AttemptAnswer.attempt_id), col(AttemptAnswer.item), col(AttemptAnswer.points)
    ).where(col(AttemptAnswer.attempt_id).in_(attempt_ids))
    found: dict[int, dict[str, int]] = {}
    for attempt_id, item, points in await _rows(session, query):
        found.setdefault(attempt_id, {})[item] = points
    return found


async def stories(session: AsyncSession, learner_id: int) -> list[Told]:
    """Stories that are not archived, each as often as it was told, the oldest first."""
    filled: Any = literal(0)
    for name in _TEXTS:
        filled = filled + case((func.trim(getattr(Story, name)) != "", 1), else_=0)
    query = (
        select_columns(
            col(Story.id),
            col(Story.key),
            col(Story.title),
            col(Story.principles),
            col(Story.scenario),
            col(Story.scope),
            col(Story.updated_at),
            filled,
            col(Rehearsal.told_at),
            col(Rehearsal.rating),
        )
        .outerjoin(Rehearsal, col(Rehearsal.story_id) == col(Story.id))
        .where(col(Story.learner_id) == learner_id, col(Story.archived_at).is_(None))
        .order_by(col(Story.id))
    )
    return [Told._make(row) for row in await _rows(session, query)]


async def marks(
    session: AsyncSession,
    learner_id: int,
    *,
    today: date,
    look_back: timedelta,
    until: datetime,
    since: datetime,
    reasons: Collection[str],
) -> Marks:
    """
    Everything that is a name, a date or a number.

    Cards count that are due before `until` and answers from `since` on; `reasons` are those of reminders
    that break no streak.
    """
    mine = learner_id
    queries = [
        _mark(
            "item",
            name=col(DailyItem.task),
            part=col(DailyItem.part),
            on=col(DailyItem.local_date),
            at=col(DailyItem.done_at),
            number=sql_cast(col(DailyItem.is_review), Integer),
            other=col(DailyItem.swapped_from),
        ).where(
            col(DailyItem.learner_id) == mine, col(DailyItem.local_date).between(today - look_back, today)
        ),
        _mark("known", name=col(KnownTask.task)).where(col(KnownTask.learner_id) == mine),
        _mark("remembered", name=col(ReviewLog.item), at=func.max(col(ReviewLog.reviewed_at)))
        .where(col(ReviewLog.learner_id) == mine, col(ReviewLog.rating) >= REMEMBERED)
        .group_by(col(ReviewLog.item)),
        _mark("rating", name=col(ReviewLog.key), number=col(ReviewLog.rating)).where(
            col(ReviewLog.learner_id) == mine,
            or_(*(col(ReviewLog.key) == f"daily:{today}:{part}" for part in ("coding", "concept", "story"))),
        ),
        _mark("rested", on=col(OutboxMessage.local_date)).where(
            col(OutboxMessage.learner_id) == mine,
            col(OutboxMessage.kind) == "daily",
            col(OutboxMessage.state) == OutboxState.SKIPPED,
            col(OutboxMessage.reason).in_(list(reasons)),
        ),
        _mark("due", number=func.count()).select_from(ReviewCard).where(*waiting(mine, until)),
        _mark("answered", number=func.count())
        .select_from(ReviewLog)
        .where(col(ReviewLog.learner_id) == mine, col(ReviewLog.reviewed_at) >= since),
    ]
    found: dict[str, list[Any]] = {}
    for row in await _rows(session, union_all(*queries)):
        found.setdefault(row.kind, []).append(row)
    items = [
        Item(mine, row.on, row.part, row.name, bool(row.number), row.other, row.at)
        for row in found.get("item", ())
    ]
    return Marks(
        items=sorted(items, key=lambda item: (item.on, item.part)),
        known=frozenset(row.name for row in found.get("known", ())),
        remembered={row.name: row.at for row in found.get("remembered", ())},
        ratings={row.name.rpartition(":")[2]: row.number for row in found.get("rating", ())},
        rested=frozenset(row.on for row in found.get("rested", ()) if row.on is not None),
        due=found["due"][0].number,
        answered=found["answered"][0].number,
    )


async def log_of(session: AsyncSession, learner_id: int) -> Sequence[Any]:
    """(local date, activity, task, count, minutes, rating) of all that was logged, in that order."""
    query = (
        select_columns(
            col(LogEntry.local_date),
            col(LogEntry.activity),
            col(LogEntry.task),
            col(LogEntry.count),
            col(LogEntry.minutes),
            col(LogEntry.rating),
        )
        .where(col(LogEntry.learner_id) == learner_id)
        .order_by(col(LogEntry.id))
    )
    return await _rows(session, query)


def _mark(kind: str, **columns: Any) -> Any:
    """One row shape for all of them; what a kind does not have is null."""
    types: dict[str, Any] = {
        "name": String,
        "part": String,
        "on": Date,
        "at": UTCDateTime,
        "number": Integer,
        "other": String,
    }
    shown = [
        columns[name].label(name) if name in columns else sql_cast(null(), kept).label(name)
        for name, kept in types.items()
    ]
    return select_columns(literal(kind).label("kind"), *shown)


async def _rows(session: AsyncSession, query: Any) -> Sequence[Any]:
    """Plain tuples, past the session."""
    return cast(Sequence[Any], (await (await session.connection()).execute(query)).all())
