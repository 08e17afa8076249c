"""
What is owed to people, and who is sending it right now.

    due -> claimed -> sending -> sent
     ^        |          |  \\-> failed          (a permanent refusal, with its reason)
     |        |          v
     |        |       unclear -> sent | due      (after looking into the conversation)
     +--------+-> skipped                        (no longer useful, with its reason)

A claim is a lease: a worker that dies lets it run out. The fence counts claims, so a worker that slept
past its lease can tell that the message is no longer its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, func, or_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import OPEN_STATES, OutboxMessage, OutboxState

WAITING = "waiting for its turn"
"""The reason of a message that is only paced, not refused."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A message to be owed. `payload` holds ids for the kind's renderer, never personal text."""

    idempotency_key: str
    learner_id: int
    kind: str
    due_at: datetime
    payload: dict[str, Any] = field(default_factory=dict)
    priority: int = 0
    expires_at: datetime | None = None


async def enqueue(session: AsyncSession, draft: Draft, *, now: datetime) -> bool:
    """Owe the message; False when its key was already there, in whatever state."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    query = (
        insert(OutboxMessage)
        .values(
            idempotency_key=draft.idempotency_key,
            learner_id=draft.learner_id,
            kind=draft.kind,
            payload=draft.payload,
            priority=draft.priority,
            state=OutboxState.DUE,
            due_at=draft.due_at,
            expires_at=draft.expires_at,
            fence=0,
            attempts=0,
            doubtful=False,
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=["idempotency_key"])
        .returning(col(OutboxMessage.id))
    )
    return (await session.exec(query)).first() is not None


async def claim(
    session: AsyncSession, *, owner: str, now: datetime, lease: timedelta, limit: int
) -> Sequence[OutboxMessage]:
    """
    Take up to `limit` due messages that nobody holds, the most urgent first.

    What was being sent when its lease ran out comes back as `unclear`.
    """
    free = (
        select(OutboxMessage.id)
        .where(
            col(OutboxMessage.state).in_(OPEN_STATES),
            OutboxMessage.due_at <= now,
            or_(col(OutboxMessage.lease_until).is_(None), col(OutboxMessage.lease_until) <= now),
        )
        .order_by(col(OutboxMessage.priority), col(OutboxMessage.due_at), col(OutboxMessage.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    query = (
        update(OutboxMessage)
        .where(col(OutboxMessage.id).in_(free))
        .values(
            state=case((_was_sending(), OutboxState.UNCLEAR.value), else_=OutboxState.CLAIMED.value),
            owner=owner,
            lease_until=now + lease,
            fence=OutboxMessage.fence + 1,
        )
        .returning(OutboxMessage)
        .execution_options(populate_existing=True)
    )
    rows: list[OutboxMessage] = list((await session.exec(query)).scalars())
    return sorted(rows, key=lambda row: (row.priority, row.due_at, row.id or 0))


async def begin_sending(
    session: AsyncSession, message: OutboxMessage, *, now: datetime, lease: timedelta
) -> bool:
    """Write down that the post is about to leave; False when another worker has taken the message."""
    query = (
        update(OutboxMessage)
        .where(*_held(message))
        .values(
            state=OutboxState.SENDING,
            lease_until=now + lease,
            first_sending_at=func.coalesce(OutboxMessage.first_sending_at, now),
            doubtful=message.doubtful,
        )
        .returning(col(OutboxMessage.id))
    )
    return (await session.exec(query)).first() is not None


async def mark_sent(
    session: AsyncSession, message: OutboxMessage, *, channel: str, message_ts: str, now: datetime
) -> None:
    """The post is in the conversation. True whoever holds the message, so the fence is not asked."""
    query = update(OutboxMessage).where(
        col(OutboxMessage.id) == message.id, col(OutboxMessage.state) != OutboxState.SENT
    )
    await session.exec(
        query.values(
            state=OutboxState.SENT,
            channel=channel,
            message_ts=message_ts,
            sent_at=now,
            lease_until=None,
            reason=None,
            doubtful=message.doubtful,
        )
    )


async def put_back(
    session: AsyncSession,
    message: OutboxMessage,
    *,
    due_at: datetime,
    reason: str,
    unclear: bool | None = False,
) -> None:
    """
    Try again at `due_at`.

    `unclear` says whether the post may have arrived; None: it may if it was being sent.
    """
    state: Any = OutboxState.UNCLEAR if unclear else OutboxState.DUE
    if unclear is None:
        state = case((_was_sending(), OutboxState.UNCLEAR.value), else_=OutboxState.DUE.value)
    failed = 0 if reason == WAITING else 1
    query = update(OutboxMessage).where(*_held(message))
    await session.exec(
        query.values(
            state=state,
            due_at=due_at,
            reason=reason,
            lease_until=None,
            attempts=OutboxMessage.attempts + failed,
            doubtful=message.doubtful,
        )
    )


async def close(session: AsyncSession, message: OutboxMessage, state: OutboxState, *, reason: str) -> None:
    """End the message as skipped or failed, with a reason a person can read."""
    values = {"state": state, "reason": reason, "lease_until": None, "doubtful": message.doubtful}
    await session.exec(update(OutboxMessage).where(*_held(message)).values(**values))


async def find(session: AsyncSession, idempotency_key: str) -> OutboxMessage | None:
    """The message with this key."""
    query = select(OutboxMessage).where(OutboxMessage.idempotency_key == idempotency_key)
    return (await session.exec(query)).one_or_none()


async def counts(session: AsyncSession) -> dict[str, int]:
    """State to number of messages."""
    query = select(OutboxMessage.state, func.count()).group_by(OutboxMessage.state)
    return dict((await session.exec(query)).all())


def _was_sending() -> Any:
    return col(OutboxMessage.state).in_([OutboxState.SENDING, OutboxState.UNCLEAR])


def _held(message: OutboxMessage) -> tuple[Any, ...]:
    return (
        col(OutboxMessage.id) == message.id,
        col(OutboxMessage.fence) == message.fence,
        col(OutboxMessage.state).in_(OPEN_STATES),
    )
