"""Where the bot is installed. Tokens come and go as they are kept: encrypted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel, col
from sqlmodel import select as select_model
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import Installation, Removal, Workspace

TABLE = SQLModel.metadata.tables["installation"]
_KEY_ID_LENGTH = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How many installations there are, and how they do."""

    workspaces: int
    organisations: int
    rotating: int
    """Whose tokens expire."""
    failing: int
    """Of these, whose token could not be exchanged when it was last tried."""
    expired: int
    """Of these, whose token is not good any more."""
    removals: int
    """Workspaces that are being deleted."""


async def find(session: AsyncSession, place: str) -> Installation | None:
    """The installation in a workspace (T...) or organisation (E...)."""
    return (await session.exec(select_model(Installation).where(Installation.place == place))).one_or_none()


async def save(session: AsyncSession, installation: Installation) -> None:
    """Keep a new installation, or install again over the one in the same place."""
    values = installation.model_dump(exclude={"id", "revision"})
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    query = insert(TABLE).values(**values, revision=1)
    await (await session.connection()).execute(
        query.on_conflict_do_update(
            index_elements=["place"], set_={**values, "revision": TABLE.c.revision + 1}
        )
    )


async def enterprise_of(session: AsyncSession, team_id: str) -> str | None:
    """The organisation whose installation the bot works with in this workspace, as far as we learnt."""
    query = select_model(Workspace.enterprise_id).where(Workspace.team_id == team_id)
    return (await session.exec(query)).one_or_none()


async def learn(session: AsyncSession, team_id: str, enterprise_id: str) -> None:
    """Note which organisation's installation the bot works with in a workspace."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    query = insert(Workspace).values(team_id=team_id, enterprise_id=enterprise_id)
    await (await session.connection()).execute(
        query.on_conflict_do_update(index_elements=["team_id"], set_={"enterprise_id": enterprise_id})
    )


async def any_rotation_due(session: AsyncSession, *, now: datetime) -> bool:
    """Whether a token is due to be exchanged; a tick asks this without writing."""
    query = select_model(Installation.id).where(col(Installation.rotate_at) <= now).limit(1)
    return (await session.exec(query)).first() is not None


async def claim_rotation(
    session: AsyncSession, *, now: datetime, until: datetime, limit: int
) -> Sequence[Installation]:
    """Installations whose token is due to be exchanged. They are ours until that instant."""
    query = (
        select_model(Installation)
        .where(col(Installation.rotate_at) <= now)
        .order_by(col(Installation.rotate_at))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    found = (await session.exec(query)).all()
    ids = [installation.id for installation in found]
    await (await session.connection()).execute(
        update(TABLE).where(TABLE.c.id.in_(ids)).values(rotate_at=until)
    )
    return found


async def renew(
    session: AsyncSession,
    old: Installation,
    *,
    bot_token: str,
    refresh_token: str,
    expires_at: datetime,
    rotate_at: datetime,
) -> bool:
    """Keep the tokens that `old`'s were exchanged for; False when it was installed again meanwhile."""
    return await _changed(
        session,
        old,
        bot_token=bot_token,
        refresh_token=refresh_token,
        expires_at=expires_at,
        rotate_at=rotate_at,
        rotation_failures=0,
        rotation_error=None,
        revision=TABLE.c.revision + 1,
    )


async def note_failure(session: AsyncSession, old: Installation, error: str, *, again_at: datetime) -> bool:
    """The exchange failed and is tried again then; False when somebody else succeeded meanwhile."""
    return await _changed(
        session,
        old,
        rotation_error=error,
        rotation_failures=TABLE.c.rotation_failures + 1,
        rotate_at=again_at,
    )


async def key_ids(session: AsyncSession) -> dict[str, int]:
    """The keys that stored tokens are encrypted with, and how many installations each still reads."""
    found: dict[str, int] = {}
    for column in (TABLE.c.bot_token, TABLE.c.refresh_token):
        key = func.substr(column, 1, _KEY_ID_LENGTH)
        query = select(key, func.count()).where(column.is_not(None)).group_by(key)
        for key_id, number in await (await session.connection()).execute(query):
            found[key_id] = max(found.get(key_id, 0), number)
    return found


async def kept_with_another_key(session: AsyncSession, key_id: str, *, limit: int) -> Sequence[Installation]:
    """Some installations with a token that another key encrypted, locked."""
    query = (
        select_model(Installation)
        .where(
            or_(
                ~col(Installation.bot_token).startswith(f"{key_id}."),
                ~col(Installation.refresh_token).startswith(f"{key_id}."),
            )
        )
        .order_by(col(Installation.id))
        .limit(limit)
        .with_for_update()
    )
    return (await session.exec(query)).all()


async def standing(session: AsyncSession, *, now: datetime) -> Standing:
    """The counts an operator looks at."""
    row: Any = (
        await (await session.connection()).execute(
            select(
                func.count(TABLE.c.team_id),
                func.count(TABLE.c.id) - func.count(TABLE.c.team_id),
                func.count(TABLE.c.expires_at),
                func.count(TABLE.c.rotation_error),
                func.count(TABLE.c.id).filter(TABLE.c.expires_at <= now),
                select(func.count()).select_from(Removal).scalar_subquery(),
            )
        )
    ).one()
    return Standing(
        workspaces=row[0],
        organisations=row[1],
        rotating=row[2],
        failing=row[3],
        expired=row[4],
        removals=row[5],
    )


async def _changed(session: AsyncSession, old: Installation, **values: Any) -> bool:
    query = update(TABLE).where(TABLE.c.id == old.id, TABLE.c.revision == old.revision).values(**values)
    return bool((await (await session.connection()).execute(query)).rowcount)
