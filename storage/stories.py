"""Stories of people, who may read them, what those said, and how often they were told."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import String, and_, cast, delete, func, literal, update
from sqlalchemy import select as select_columns
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import Learner, Rehearsal, ReviewCard, ReviewLog, Story, StoryComment, StoryShare

TEXTS = ("situation", "task", "action", "result", "figures")


class BankRow(NamedTuple):
    """A story with when it was last told and reviewed."""

    id: int
    key: str
    title: str
    principles: list[str] | None
    scenario: str | None
    scope: str | None
    happened_on: Any
    revision: int
    updated_at: datetime
    archived_at: datetime | None
    situation: str
    task: str
    action: str
    result: str
    figures: str
    told_at: datetime | None
    times_told: int
    reviewed_at: datetime | None


class Outline(NamedTuple):
    """A story without its texts, and when it was last told."""

    id: int
    key: str
    title: str
    principles: list[str] | None
    scenario: str | None
    scope: str | None
    updated_at: datetime
    told_at: datetime | None


class Comment(NamedTuple):
    """What a reader said."""

    user_id: str
    text: str
    created_at: datetime


async def bank(
    session: AsyncSession, learner_id: int, *, story_id: int | None = None, texts: bool = True
) -> list[BankRow]:
    """All stories of a person, or the one; without `texts` their parts are empty, for who only counts."""
    told = (
        select_columns(
            col(Rehearsal.story_id),
            func.max(Rehearsal.told_at).label("told_at"),
            func.count().label("times"),
        )
        .join(Story, col(Story.id) == col(Rehearsal.story_id))
        .where(col(Story.learner_id) == learner_id)
        .group_by(col(Rehearsal.story_id))
        .subquery()
    )
    item = literal("story:") + cast(col(Story.id), String)
    parts = [getattr(Story, name) if texts else literal("").label(name) for name in TEXTS]
    columns: list[Any] = [
        col(Story.id),
        col(Story.key),
        col(Story.title),
        col(Story.principles),
        col(Story.scenario),
        col(Story.scope),
        col(Story.happened_on),
        col(Story.revision),
        col(Story.updated_at),
        col(Story.archived_at),
        *parts,
        told.c.told_at,
        func.coalesce(told.c.times, 0),
        col(ReviewCard.reviewed_at),
    ]
    query = (
        select_columns(*columns)
        .select_from(Story)
        .outerjoin(told, told.c.story_id == col(Story.id))
        .outerjoin(
            ReviewCard,
            and_(col(ReviewCard.learner_id) == col(Story.learner_id), col(ReviewCard.item) == item),
        )
        .where(col(Story.learner_id) == learner_id)
    )
    if story_id is not None:
        query = query.where(col(Story.id) == story_id)
    # Past the session: five hundred stories are searched while somebody waits.
    rows = (await (await session.connection()).execute(query)).all()
    return [BankRow._make(row) for row in rows]


async def outlines(session: AsyncSession, learner_ids: Collection[int]) -> dict[int, list[Outline]]:
    """Learner to their stories that are not archived."""
    columns: list[Any] = [
        col(Story.learner_id),
        col(Story.id),
        col(Story.key),
        col(Story.title),
        col(Story.principles),
        col(Story.scenario),
        col(Story.scope),
        col(Story.updated_at),
        func.max(Rehearsal.told_at),
    ]
    query = (
        select_columns(*columns)
        .outerjoin(Rehearsal, col(Rehearsal.story_id) == col(Story.id))
        .where(col(Story.learner_id).in_(learner_ids), col(Story.archived_at).is_(None))
        .group_by(col(Story.id))
    )
    found: dict[int, list[Outline]] = {}
    # Past the session: a morning's wave asks for thousands of people.
    for row in (await (await session.connection()).execute(query)).all():
        found.setdefault(row[0], []).append(Outline._make(row[1:]))
    return found


async def get(session: AsyncSession, learner_id: int, story_id: int) -> Story | None:
    """A story of this person; None for anybody else's."""
    query = select(Story).where(Story.id == story_id, Story.learner_id == learner_id)
    return (await session.exec(query)).one_or_none()


async def by_key(session: AsyncSession, learner_id: int, key: str) -> Story | None:
    """The person's story with this key."""
    query = select(Story).where(Story.learner_id == learner_id, Story.key == key)
    return (await session.exec(query)).one_or_none()


async def count(session: AsyncSession, learner_id: int) -> int:
    """How many stories a person has, the archived ones too."""
    query = select(func.count()).select_from(Story).where(Story.learner_id == learner_id)
    return (await session.exec(query)).one()


async def remove(session: AsyncSession, story: Story) -> None:
    """Delete a story with its shares, comments and rehearsals, and its card and answers in reviews."""
    item = f"story:{story.id}"
    # By hand: cards name what they are about by text, and another story may get this id.
    for table in (ReviewCard, ReviewLog):
        theirs = (col(table.learner_id) == story.learner_id, col(table.item) == item)
        await session.exec(delete(table).where(*theirs))
    await session.exec(delete(Story).where(col(Story.id) == story.id))


async def add_rehearsal(session: AsyncSession, rehearsal: Rehearsal) -> bool:
    """Write down that a story was told; False when its key was there already."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    query = insert(Rehearsal).values(**rehearsal.model_dump(exclude={"id"})).on_conflict_do_nothing()
    return (await session.exec(query.returning(col(Rehearsal.id)))).first() is not None


async def shares(session: AsyncSession, story_id: int) -> Sequence[StoryShare]:
    """Who may read the story now, in the order in which they were asked."""
    query = select(StoryShare).where(StoryShare.story_id == story_id, col(StoryShare.revoked_at).is_(None))
    return (await session.exec(query.order_by(col(StoryShare.shared_at), col(StoryShare.id)))).all()


async def share_with(session: AsyncSession, story_id: int, user_id: str) -> StoryShare | None:
    """The share with this person, taken back or not."""
    query = select(StoryShare).where(StoryShare.story_id == story_id, StoryShare.user_id == user_id)
    return (await session.exec(query)).one_or_none()


async def shared(
    session: AsyncSession, share_id: int, *, lock: bool = False
) -> tuple[StoryShare, Story, Learner] | None:
    """A share that was not taken back, with the story and its owner; the share is locked if asked for."""
    query = (
        select(StoryShare, Story, Learner)
        .join(Story, col(Story.id) == StoryShare.story_id)
        .join(Learner, col(Learner.id) == Story.learner_id)
        .where(StoryShare.id == share_id, col(StoryShare.revoked_at).is_(None))
    )
    if lock:
        query = query.with_for_update(of=StoryShare)
    return (await session.exec(query)).one_or_none()


async def revoke(session: AsyncSession, share_id: int, *, now: datetime) -> bool:
    """Take a share back; False when it was taken back before."""
    query = update(StoryShare).where(col(StoryShare.id) == share_id, col(StoryShare.revoked_at).is_(None))
    return bool((await session.exec(query.values(revoked_at=now))).rowcount)


async def add_comment(session: AsyncSession, comment: StoryComment) -> int | None:
    """Store a comment; its id, or None when its key was there already."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    query = insert(StoryComment).values(**comment.model_dump(exclude={"id"})).on_conflict_do_nothing()
    row = (await session.exec(query.returning(col(StoryComment.id)))).first()
    return row[0] if row else None


async def comments(
    session: AsyncSession, *, story_id: int | None = None, share_id: int | None = None, limit: int
) -> list[Comment]:
    """The newest comments on a story, or of one share, the newest first; also of who may not read on."""
    query = (
        select(col(StoryShare.user_id), col(StoryComment.text), col(StoryComment.created_at))
        .join(StoryShare, col(StoryShare.id) == StoryComment.share_id)
        .order_by(col(StoryComment.created_at).desc(), col(StoryComment.id).desc())
        .limit(limit)
    )
    if story_id is not None:
        query = query.where(StoryShare.story_id == story_id)
    if share_id is not None:
        query = query.where(StoryComment.share_id == share_id)
    return [Comment._make(row) for row in await session.exec(query)]


async def comments_of(session: AsyncSession, share_id: int) -> int:
    """How many comments a reader has left."""
    query = select(func.count()).select_from(StoryComment).where(StoryComment.share_id == share_id)
    return (await session.exec(query)).one()
