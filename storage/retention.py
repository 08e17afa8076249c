"""Deletes old traces of messages, without making anything owed again."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, delete, exists, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import OutboxState
from storage.outbox import TABLE

_NEWER = TABLE.alias("newer")
_LATER = (_NEWER.c.kind == TABLE.c.kind, _NEWER.c.local_date > TABLE.c.local_date)
_HAS_SUCCESSOR = or_(
    exists().where(_NEWER.c.learner_id == TABLE.c.learner_id, *_LATER),
    exists().where(_NEWER.c.group_id == TABLE.c.group_id, *_LATER),
)
# What was missed stays: how much that was, ever, is what an operator is told.
_ENDED = (OutboxState.SENT, OutboxState.SKIPPED, OutboxState.FAILED)
_REST_DAY = and_(TABLE.c.kind == "daily", TABLE.c.state == OutboxState.SKIPPED.value)
_MAY_GO = and_(
    TABLE.c.state.in_([state.value for state in _ENDED]),
    # The newest date of a kind says from where on it is decided.
    or_(TABLE.c.local_date.is_(None), _HAS_SUCCESSOR),
    # Days of rest hold a streak together, however long it is.
    ~_REST_DAY,
)


class Cleared(NamedTuple):
    """How far a batch came."""

    deleted: int
    up_to: int | None
    """The highest number that was looked at; None when nothing older than the limit is left above it."""


async def clear(session: AsyncSession, *, before: datetime, above: int, limit: int) -> Cleared:
    """
    Delete traces of messages that were owed before an instant; looks at `limit` rows with numbers above one.

    Numbers grow with time, so the walk ends at the first row that is young enough, and needs no index.
    """
    connection = await session.connection()
    query = select(TABLE.c.id, TABLE.c.created_at).where(TABLE.c.id > above).order_by(TABLE.c.id).limit(limit)
    rows = (await connection.execute(query)).all()
    old = [number for number, created_at in rows if created_at < before]
    deleted = 0
    if old:
        query_delete = delete(TABLE).where(TABLE.c.id.in_(old), _MAY_GO)
        deleted = (await connection.execute(query_delete)).rowcount
    ends = len(rows) < limit or len(old) < len(rows)
    return Cleared(deleted, None if ends else rows[-1].id)
