"""A person's own terms for reminders."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import Preferences

EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)


@dataclass(frozen=True, kw_only=True, slots=True)
class Defaults:
    """What somebody gets who never chose: minutes after midnight, weekday 1 (Monday) to 7."""

    daily_at: int = 9 * 60
    weekly_day: int = 5
    weekly_at: int = 16 * 60
    time_zone: str = "UTC"


def fresh(learner_id: int, defaults: Defaults) -> Preferences:
    """The terms of somebody who never chose, not stored."""
    return Preferences(
        learner_id=learner_id,
        daily_at=defaults.daily_at,
        days=list(EVERY_DAY),
        weekly_day=defaults.weekly_day,
        weekly_at=defaults.weekly_at,
    )


async def get(session: AsyncSession, learner_id: int) -> Preferences | None:
    """The person's terms, or None for somebody with the defaults."""
    return (await session.exec(select(Preferences).where(Preferences.learner_id == learner_id))).one_or_none()


async def ensure(session: AsyncSession, learner_id: int, defaults: Defaults) -> Preferences:
    """The person's terms, stored if they were not, and locked until the transaction ends."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    values = fresh(learner_id, defaults).model_dump()
    await session.exec(insert(Preferences).values(**values).on_conflict_do_nothing())
    query = select(Preferences).where(Preferences.learner_id == learner_id).with_for_update()
    return (await session.exec(query)).one()


async def fall_silent(session: AsyncSession, learner_ids: Collection[int], *, now: datetime) -> None:
    """These people were asked whether to pause: nothing more is sent until they do something."""
    query = update(Preferences).where(col(Preferences.learner_id).in_(learner_ids))
    await session.exec(query.values(silent_since=now))
