"""People, by the workspace and the user id Slack gives them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import Learner


async def find(session: AsyncSession, team_id: str, user_id: str) -> Learner | None:
    """The learner, or None for somebody who never did anything we keep."""
    query = select(Learner).where(Learner.team_id == team_id, Learner.user_id == user_id)
    return (await session.exec(query)).one_or_none()


async def known(session: AsyncSession, people: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """Which of these (team id, user id) have a row."""
    key = tuple_(col(Learner.team_id), col(Learner.user_id))
    rows = await session.exec(select(Learner.team_id, Learner.user_id).where(key.in_(people)))
    return {(team_id, user_id) for team_id, user_id in rows}


async def get(session: AsyncSession, learner_id: int) -> Learner:
    """The learner with our id, who must exist."""
    return (await session.exec(select(Learner).where(Learner.id == learner_id))).one()


async def ensure(session: AsyncSession, team_id: str, user_id: str, *, now: datetime) -> Learner:
    """The learner, created if need be, and locked until the transaction ends."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    values = {"team_id": team_id, "user_id": user_id, "zone_is_fixed": False, "created_at": now}
    query = select(Learner).where(Learner.team_id == team_id, Learner.user_id == user_id)
    # What was read of them before the lock may have changed since.
    locked = query.with_for_update().execution_options(populate_existing=True)
    while True:
        await session.exec(insert(Learner).values(**values).on_conflict_do_nothing())
        found = (await session.exec(locked)).one_or_none()
        if found is not None:
            return found
        # Whoever held the row has deleted it: the person was forgotten, and begins anew.


async def held(session: AsyncSession, team_id: str, user_id: str) -> Learner | None:
    """The learner, locked until the transaction ends; None for somebody we do not know, or not any more."""
    query = select(Learner).where(Learner.team_id == team_id, Learner.user_id == user_id)
    # What was read of them before the lock may have changed since.
    locked = query.with_for_update().execution_options(populate_existing=True)
    return (await session.exec(locked)).one_or_none()


async def keep_zone(session: AsyncSession, team_id: str, user_id: str, time_zone: str) -> None:
    """Remember the zone of somebody we know, unless they chose one."""
    query = update(Learner).where(
        col(Learner.team_id) == team_id,
        col(Learner.user_id) == user_id,
        col(Learner.zone_is_fixed).is_(False),
    )
    await session.exec(query.values(time_zone=time_zone))


async def hold(session: AsyncSession, learner_ids: Collection[int]) -> set[int]:
    """
    Wait for whoever has locked these people, and keep them from being locked until the transaction ends.

    Those that are there; somebody may have been forgotten meanwhile.

    Before rows of several people are inserted: an insert locks its person only after it has taken its place
    in the index, and somebody who holds the person and wants that place would wait for ever.
    """
    query = select(Learner.id).where(col(Learner.id).in_(learner_ids)).order_by(col(Learner.id))
    rows = await session.exec(query.with_for_update(read=True, key_share=True))
    return {number for number in rows if number is not None}


async def keep_dm_channel(session: AsyncSession, learner_id: int, channel: str) -> None:
    """Remember the conversation between the learner and the bot."""
    await session.exec(update(Learner).where(col(Learner.id) == learner_id).values(dm_channel=channel))


async def deactivate(session: AsyncSession, learner_id: int, *, now: datetime) -> None:
    """The account is gone from the workspace: nothing is sent to it any more."""
    query = update(Learner).where(col(Learner.id) == learner_id, col(Learner.deactivated_at).is_(None))
    await session.exec(query.values(deactivated_at=now))
