"""Which reminders are to be decided on, and what a decision must know of each person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import and_, bindparam, func, update
from sqlalchemy import select as select_columns
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import (
    CheckIn,
    DailyItem,
    Learner,
    LogEntry,
    OutboxMessage,
    OutboxState,
    Preferences,
    Reminder,
    StudyPlan,
)

_REMINDER, _LEARNER, _PREFERENCES, _PLAN = (
    SQLModel.metadata.tables[name] for name in ("reminder", "learner", "preferences", "study_plan")
)


class Wishes(NamedTuple):
    """What a decision reads of a person's preferences: the same names, without the cost of a mapped row."""

    daily_on: bool
    daily_at: int
    days: list[int]
    evening_on: bool
    evening_at: int
    weekly_on: bool
    weekly_day: int
    weekly_at: int
    quiet_from: int
    quiet_to: int
    country: str | None
    follows_status: bool
    away: bool
    away_until: datetime | None
    paused_at: datetime | None
    paused_until: date | None
    silent_since: datetime | None


class Due(NamedTuple):
    """A reminder whose time has come, with its person. Both of the plan are None for somebody without one."""

    learner_id: int
    kind: str
    next_on: date
    next_at: datetime
    turn: int
    planned_zone: str
    """The zone `next_at` was computed in."""
    team_id: str
    time_zone: str | None
    interview_on: date | None
    deactivated_at: datetime | None
    plan_starts_on: date | None
    plan_weeks: int | None
    wishes: Wishes


class Moved(NamedTuple):
    """When a reminder is decided on next; `next_at` None lets it rest."""

    learner_id: int
    kind: str
    next_on: date
    next_at: datetime | None
    time_zone: str
    turn: int


_WISHES = [_PREFERENCES.c[name] for name in Wishes._fields]
_DUE = (
    select_columns(
        _REMINDER.c.learner_id,
        _REMINDER.c.kind,
        _REMINDER.c.next_on,
        _REMINDER.c.next_at,
        _REMINDER.c.turn,
        _REMINDER.c.time_zone,
        _LEARNER.c.team_id,
        _LEARNER.c.time_zone,
        _LEARNER.c.interview_on,
        _LEARNER.c.deactivated_at,
        _PLAN.c.starts_on,
        func.json_array_length(_PLAN.c.content_weeks),
        *_WISHES,
    )
    .join(_LEARNER, _LEARNER.c.id == _REMINDER.c.learner_id)
    .join(_PREFERENCES, _PREFERENCES.c.learner_id == _REMINDER.c.learner_id)
    .outerjoin(_PLAN, and_(_PLAN.c.learner_id == _REMINDER.c.learner_id, _PLAN.c.ended_at.is_(None)))
    .where(_REMINDER.c.next_at <= bindparam("now"), _REMINDER.c.kind.in_(bindparam("known", expanding=True)))
    .order_by(_REMINDER.c.next_at, _REMINDER.c.learner_id)
    .limit(bindparam("at_most"))
    .with_for_update(of=(_LEARNER, _REMINDER), skip_locked=True)
)
_OF_WISHES = len(Due._fields) - 1
_MOVE = (
    update(_REMINDER)
    .where(_REMINDER.c.learner_id == bindparam("new_learner_id"), _REMINDER.c.kind == bindparam("new_kind"))
    .values({name: bindparam(f"new_{name}") for name in ("next_on", "next_at", "time_zone", "turn")})
)


async def anything_due(session: AsyncSession, *, kinds: Collection[str], now: datetime) -> bool:
    """Whether any reminder's time has come: one look into an index, however many people there are."""
    query = select(Reminder.learner_id).where(col(Reminder.next_at) <= now, col(Reminder.kind).in_(kinds))
    return (await session.exec(query.limit(1))).first() is not None


async def due(session: AsyncSession, *, kinds: Collection[str], now: datetime, limit: int) -> Sequence[Due]:
    """
    Reminders whose time has come, the earliest first; not those that another process decides on.

    Nor those of a person who is just changing something: waiting for each other could last for ever. Other
    kinds are a newer version's, whose processes share the database.
    """
    asked = {"known": list(kinds), "now": now, "at_most": limit}
    rows = await (await session.connection()).execute(_DUE, asked)
    return [Due._make((*row[:_OF_WISHES], Wishes._make(row[_OF_WISHES:]))) for row in rows]


async def move(session: AsyncSession, moved: Sequence[Moved]) -> None:
    """Store the next dates, many at once."""
    if moved:
        values = [{f"new_{name}": value for name, value in row._asdict().items()} for row in moved]
        await (await session.connection()).execute(_MOVE, values)


async def people(session: AsyncSession, learner_ids: Collection[int]) -> dict[int, tuple[str | None, Wishes]]:
    """By learner id the zone and the wishes of everybody who has reminders."""
    columns = (_LEARNER.c.id, _LEARNER.c.time_zone, *_WISHES)
    query = select_columns(*columns).join(_PREFERENCES, _PREFERENCES.c.learner_id == _LEARNER.c.id)
    rows = await (await session.connection()).execute(query.where(_LEARNER.c.id.in_(learner_ids)))
    return {row[0]: (row[1], Wishes._make(row[2:])) for row in rows}


async def of_learner(session: AsyncSession, learner_id: int) -> dict[str, Reminder]:
    """A person's reminders by kind, locked until the transaction ends."""
    query = select(Reminder).where(Reminder.learner_id == learner_id).with_for_update()
    return {row.kind: row for row in await session.exec(query)}


async def left_out(session: AsyncSession, *, limit: int) -> Sequence[Learner]:
    """People with a plan who have no terms: a version stored it that knew no reminders."""
    query = (
        select(Learner)
        .join(StudyPlan, (col(StudyPlan.learner_id) == Learner.id) & col(StudyPlan.ended_at).is_(None))
        .outerjoin(Preferences, col(Preferences.learner_id) == Learner.id)
        .where(col(Preferences.learner_id).is_(None))
        .limit(limit)
    )
    return (await session.exec(query)).all()


async def newest_dates(session: AsyncSession, learner_id: int) -> dict[str, date]:
    """The newest decided date of each kind of a person."""
    query = (
        select(col(OutboxMessage.kind), func.max(OutboxMessage.local_date))
        .where(OutboxMessage.learner_id == learner_id, col(OutboxMessage.local_date).is_not(None))
        .group_by(OutboxMessage.kind)
    )
    return {kind: on for kind, on in await session.exec(query) if on is not None}


async def put(session: AsyncSession, rows: Iterable[Reminder]) -> None:
    """Store when each of these is decided on next."""
    values = [row.model_dump() for row in rows]
    if not values:
        return
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    query = insert(Reminder)
    changed = {name: query.excluded[name] for name in ("next_on", "next_at", "time_zone", "turn")}
    query = query.on_conflict_do_update(index_elements=["learner_id", "kind"], set_=changed)
    await (await session.connection()).execute(query, values)


async def rest(session: AsyncSession, learner_ids: Collection[int]) -> None:
    """Nothing more is decided for these people until something wakes them."""
    query = update(Reminder).where(col(Reminder.learner_id).in_(learner_ids))
    await session.exec(query.values(next_at=None))


async def done_dates(
    session: AsyncSession, learner_ids: Collection[int], *, since: date
) -> dict[int, set[date]]:
    """Learner to the dates on which every daily minimum is ticked."""
    query = (
        select(col(DailyItem.learner_id), col(DailyItem.local_date))
        .where(col(DailyItem.learner_id).in_(learner_ids), DailyItem.local_date >= since)
        .group_by(col(DailyItem.learner_id), col(DailyItem.local_date))
        .having(func.count() == func.count(col(DailyItem.done_at)))
    )
    return _by_learner(await session.exec(query))


async def practised_dates(
    session: AsyncSession, learner_ids: Collection[int], *, since: date
) -> dict[int, set[date]]:
    """Learner to the dates on which anything was logged."""
    query = (
        select(col(LogEntry.learner_id), col(LogEntry.local_date))
        .where(col(LogEntry.learner_id).in_(learner_ids), LogEntry.local_date >= since)
        .distinct()
    )
    return _by_learner(await session.exec(query))


async def ignored_counts(
    session: AsyncSession, learner_ids: Collection[int], *, now: datetime
) -> dict[int, int]:
    """Learner to the number of daily messages that arrived since the person last did anything."""
    since = (now - timedelta(days=90)).date()
    query = (
        select(col(OutboxMessage.learner_id), func.count())
        .join(Preferences, col(Preferences.learner_id) == OutboxMessage.learner_id)
        .where(
            col(OutboxMessage.learner_id).in_(learner_ids),
            OutboxMessage.kind == "daily",
            col(OutboxMessage.local_date) >= since,
            OutboxMessage.state == OutboxState.SENT,
            (col(Preferences.active_at).is_(None)) | (col(OutboxMessage.sent_at) > Preferences.active_at),
        )
        .group_by(col(OutboxMessage.learner_id))
    )
    return {learner_id or 0: number for learner_id, number in await session.exec(query)}


async def last_answered(session: AsyncSession, learner_ids: Collection[int]) -> dict[int, date]:
    """Learner to the last day of their newest answered check-in."""
    query = (
        select(col(CheckIn.learner_id), func.max(CheckIn.to_on))
        .where(col(CheckIn.learner_id).in_(learner_ids), col(CheckIn.answered_at).is_not(None))
        .group_by(col(CheckIn.learner_id))
    )
    return {learner_id: on for learner_id, on in await session.exec(query) if on is not None}


def _by_learner(rows: Iterable[tuple[int, date]]) -> dict[int, set[date]]:
    found: dict[int, set[date]] = defaultdict(set)
    for learner_id, on in rows:
        found[learner_id].add(on)
    return found
