"""Drawings that Slack has, and whether a workspace draws charts itself."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import Learner, Picture, Workspace


async def files(
    session: AsyncSession, team_id: str, user_id: str, digests: Collection[str]
) -> dict[str, str]:
    """Slack's file ids of the person's drawings, by digest; those that were never uploaded are left out."""
    query = (
        select(Picture.digest, Picture.file_id)
        .join(Learner, col(Learner.id) == col(Picture.learner_id))
        .where(Learner.team_id == team_id, Learner.user_id == user_id, col(Picture.digest).in_(digests))
    )
    return dict((await session.exec(query)).all())


async def keep(
    session: AsyncSession, learner_id: int, name: str, digest: str, file_id: str, *, now: datetime
) -> None:
    """Remember an upload; a later one of the same numbers takes its place."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    values = {
        "learner_id": learner_id,
        "name": name,
        "digest": digest,
        "file_id": file_id,
        "uploaded_at": now,
    }
    statement = insert(Picture).values(**values)
    changed = {"file_id": file_id, "uploaded_at": now}
    await session.exec(statement.on_conflict_do_update(index_elements=["learner_id", "digest"], set_=changed))


async def drop_old(session: AsyncSession, learner_id: int, name: str, *, kept: int) -> list[str]:
    """Forget all but the newest `kept` drawings of a kind; the file ids of the others."""
    query = (
        select(Picture)
        .where(Picture.learner_id == learner_id, Picture.name == name)
        .order_by(col(Picture.uploaded_at).desc(), col(Picture.digest))
        .offset(kept)
    )
    old = (await session.exec(query)).all()
    await forget(session, learner_id, [picture.digest for picture in old])
    return [picture.file_id for picture in old]


async def forget(session: AsyncSession, learner_id: int, digests: Collection[str]) -> None:
    """These uploads cannot be used any more."""
    query = delete(Picture).where(col(Picture.learner_id) == learner_id, col(Picture.digest).in_(digests))
    await session.exec(query)


async def file_ids(session: AsyncSession, learner_id: int) -> list[str]:
    """All files that Slack has of a person, to be deleted there with the person's data."""
    query = select(Picture.file_id).where(Picture.learner_id == learner_id).order_by(Picture.file_id)
    return list((await session.exec(query)).all())


async def charts_refused_at(session: AsyncSession, team_id: str) -> datetime | None:
    """When the workspace last refused a chart block; None if it never did."""
    query = select(Workspace.charts_refused_at).where(Workspace.team_id == team_id)
    return (await session.exec(query)).one_or_none()


async def refuse_charts(session: AsyncSession, team_id: str, *, now: datetime) -> None:
    """Remember that the workspace refused a chart block."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(Workspace).values(team_id=team_id, charts_refused_at=now)
    changed = {"charts_refused_at": now}
    await session.exec(statement.on_conflict_do_update(index_elements=["team_id"], set_=changed))
