"""Cards that come back for review, and the answers to them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import ColumnElement, String, and_, delete, exists, func, literal, or_, tuple_, update
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import Learner, Preferences, ReviewCard, ReviewLog, Story
from storage.practice import DEFAULT_DAY_END

STORY = "story:"


class Due(NamedTuple):
    """A card that waits."""

    item: str
    due_at: datetime


async def terms(session: AsyncSession, learner_id: int) -> tuple[str | None, int]:
    """The person's zone, if known, and when their day ends, in minutes after midnight."""
    query = (
        select(col(Learner.time_zone), func.coalesce(Preferences.day_ends_at, DEFAULT_DAY_END))
        .outerjoin(Preferences, col(Preferences.learner_id) == Learner.id)
        .where(col(Learner.id) == learner_id)
    )
    zone, ends_at = (await session.exec(query)).one()
    return zone, ends_at


async def card(session: AsyncSession, learner_id: int, item: str) -> ReviewCard | None:
    """The card, locked until the transaction ends."""
    query = select(ReviewCard).where(ReviewCard.learner_id == learner_id, ReviewCard.item == item)
    return (await session.exec(query.with_for_update())).one_or_none()


async def cards(session: AsyncSession, learner_id: int, items: Collection[str]) -> dict[str, ReviewCard]:
    """These cards, by item."""
    query = select(ReviewCard).where(ReviewCard.learner_id == learner_id, col(ReviewCard.item).in_(items))
    return {row.item: row for row in await session.exec(query)}


async def add(session: AsyncSession, row: ReviewCard) -> bool:
    """Store a new card; False when there is one already."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    query = insert(ReviewCard).values(**row.model_dump()).on_conflict_do_nothing()
    return (await session.exec(query.returning(col(ReviewCard.item)))).first() is not None


async def forget(session: AsyncSession, learner_id: int, item: str) -> None:
    """Drop a card with its answers."""
    for table in (ReviewLog, ReviewCard):
        await session.exec(delete(table).where(col(table.learner_id) == learner_id, col(table.item) == item))


async def has_cards(session: AsyncSession, learner_id: int) -> bool:
    """Whether anything comes back for the person at all."""
    query = select(ReviewCard.item).where(ReviewCard.learner_id == learner_id).limit(1)
    return (await session.exec(query)).first() is not None


async def due(session: AsyncSession, learner_id: int, *, now: datetime) -> Sequence[ReviewCard]:
    """Every card that waits; a story that is archived or gone does not."""
    query = select(ReviewCard).where(*waiting(learner_id, now))
    return (await session.exec(query)).all()


async def due_of_many(
    session: AsyncSession,
    learner_ids: Collection[int],
    *,
    now: datetime,
    kinds: Collection[str],
    limit: int,
) -> dict[int, list[Due]]:
    """Learner to what waits of these kinds (the word before the colon), the oldest first, so many each."""
    place = func.row_number().over(
        partition_by=col(ReviewCard.learner_id), order_by=(col(ReviewCard.due_at), col(ReviewCard.item))
    )
    ranked = (
        select(ReviewCard.learner_id, ReviewCard.item, ReviewCard.due_at, place.label("place"))
        .where(
            col(ReviewCard.learner_id).in_(learner_ids),
            col(ReviewCard.due_at) <= now,
            or_(*(col(ReviewCard.item).startswith(f"{kind}:", autoescape=True) for kind in kinds)),
        )
        .subquery()
    )
    query = (
        select(ranked.c.learner_id, ranked.c.item, ranked.c.due_at)
        .where(ranked.c.place <= limit)
        .order_by(ranked.c.learner_id, ranked.c.place)
    )
    found: dict[int, list[Due]] = {}
    for learner_id, item, due_at in (await (await session.connection()).execute(query)).all():
        found.setdefault(learner_id, []).append(Due(item, due_at))
    return found


async def counts(
    session: AsyncSession, learner_id: int, *, until: datetime, since: datetime
) -> tuple[int, int]:
    """How many cards are due before `until`, and how many answers were given from `since` on."""
    due = select(func.count()).select_from(ReviewCard).where(*waiting(learner_id, until))
    answered = (
        select(func.count())
        .select_from(ReviewLog)
        .where(col(ReviewLog.learner_id) == learner_id, col(ReviewLog.reviewed_at) >= since)
    )
    query = select(due.scalar_subquery(), answered.scalar_subquery())
    row = (await session.exec(query)).one()
    return cast(int, row[0]), cast(int, row[1])


async def load(
    session: AsyncSession, learner_id: int, *, after: datetime, without: str | None = None
) -> list[tuple[datetime, int]]:
    """How many cards are due at which instant from now on, the next first."""
    query = (
        select(col(ReviewCard.due_at), func.count())
        .where(col(ReviewCard.learner_id) == learner_id, col(ReviewCard.due_at) > after, _is_kept(learner_id))
        .group_by(col(ReviewCard.due_at))
        .order_by(col(ReviewCard.due_at))
    )
    if without is not None:
        query = query.where(col(ReviewCard.item) != without)
    return [(due_at, number) for due_at, number in await session.exec(query)]


async def put_off(session: AsyncSession, learner_id: int, items: Collection[str], *, until: datetime) -> None:
    """These cards come later."""
    query = update(ReviewCard).where(
        col(ReviewCard.learner_id) == learner_id, col(ReviewCard.item).in_(items)
    )
    await session.exec(query.values(due_at=until))


async def log(session: AsyncSession, entry: ReviewLog) -> bool:
    """Write down an answer; False when its key was there already."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    query = insert(ReviewLog).values(**entry.model_dump(exclude={"id"})).on_conflict_do_nothing()
    return (await session.exec(query.returning(col(ReviewLog.id)))).first() is not None


async def answer(session: AsyncSession, learner_id: int, key: str) -> ReviewLog | None:
    """The answer with this key."""
    query = select(ReviewLog).where(ReviewLog.learner_id == learner_id, ReviewLog.key == key)
    return (await session.exec(query)).one_or_none()


async def answers(session: AsyncSession, learner_id: int, item: str) -> Sequence[ReviewLog]:
    """All answers to a card, the oldest first."""
    query = select(ReviewLog).where(ReviewLog.learner_id == learner_id, ReviewLog.item == item)
    return (await session.exec(query.order_by(col(ReviewLog.reviewed_at), col(ReviewLog.id)))).all()


async def unlog(session: AsyncSession, learner_id: int, key: str) -> None:
    """Take an answer out again."""
    await session.exec(
        delete(ReviewLog).where(col(ReviewLog.learner_id) == learner_id, col(ReviewLog.key) == key)
    )


async def ratings(session: AsyncSession, keys: Collection[tuple[int, str]]) -> dict[tuple[int, str], int]:
    """(Learner, key) to the rating given, for those that were."""
    if not keys:
        return {}
    both = tuple_(col(ReviewLog.learner_id), col(ReviewLog.key))
    query = select(ReviewLog.learner_id, ReviewLog.key, ReviewLog.rating).where(both.in_(list(keys)))
    return {(learner_id, key): rating for learner_id, key, rating in await session.exec(query)}


async def given(session: AsyncSession, learner_id: int, *, since: datetime) -> dict[int, int]:
    """Rating to how often it was given from that instant on."""
    query = (
        select(col(ReviewLog.rating), func.count())
        .where(col(ReviewLog.learner_id) == learner_id, col(ReviewLog.reviewed_at) >= since)
        .group_by(col(ReviewLog.rating))
    )
    return dict((await session.exec(query)).all())


async def stories(session: AsyncSession, learner_id: int, items: Collection[str]) -> dict[str, Story]:
    """The person's stories by the item that stands for them; archived ones are left out."""
    ids = [int(number) for item in items if (number := item.removeprefix(STORY)) != item and _is_id(number)]
    if not ids:
        return {}
    query = select(Story).where(
        Story.learner_id == learner_id, col(Story.id).in_(ids), col(Story.archived_at).is_(None)
    )
    return {f"{STORY}{row.id}": row for row in await session.exec(query)}


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 9


def waiting(learner_id: int, now: datetime) -> tuple[Any, ...]:
    """The conditions of a card that waits; a story that is archived or gone does not."""
    return col(ReviewCard.learner_id) == learner_id, col(ReviewCard.due_at) <= now, _is_kept(learner_id)


def _is_kept(learner_id: int) -> ColumnElement[bool]:
    """Not a story that is archived or gone."""
    name = literal(STORY).concat(sql_cast(col(Story.id), String))
    story = exists().where(
        and_(
            col(Story.learner_id) == learner_id,
            col(Story.archived_at).is_(None),
            name == col(ReviewCard.item),
        )
    )
    return or_(~col(ReviewCard.item).startswith(STORY, autoescape=True), story)
