"""
What is owed to people and groups, and who is sending it right now.

    due -> claimed -> sending -> sent
     ^        |          |  \\-> failed          (a permanent refusal, with its reason)
     |        |          v
     |        |       unclear -> sent | due      (after looking into the conversation)
     +--------+-> skipped                        (no longer useful, with its reason)
              \\-> missed                         (its window was over)

`claims` moves what is due through these states.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import bindparam, case, func, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel
from sqlmodel import select as select_model
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import OPEN_STATES, OutboxMessage, OutboxState
from storage.types import UTCDateTime

WITHDRAWN = datetime(1970, 1, 1, tzinfo=UTC)
"""The expires_at of what was cancelled while it was on its way: it is not started again."""

TABLE = SQLModel.metadata.tables["outbox_message"]
# Written out, because a query that binds the states cannot use the index over open messages.
IS_OPEN = text(f"outbox_message.state IN ({', '.join(repr(state.value) for state in OPEN_STATES)})")
WAS_SENDING = TABLE.c.state.in_([OutboxState.SENDING.value, OutboxState.UNCLEAR.value])


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """
    A message to be owed. `payload` holds ids for the kind's renderer, never personal text.

    A reminder that is not to be sent leaves its trace with the state `skipped` or `missed` and a reason.
    """

    idempotency_key: str
    team_id: str
    learner_id: int | None
    kind: str
    due_at: datetime
    group_id: int | None = None
    """The study group whose channel it goes to; otherwise it goes to the learner's direct message."""
    local_date: date | None = None
    payload: dict[str, Any] = field(default_factory=dict)
    priority: int = 0
    """0: somebody waits for it; 1: bulk."""
    expires_at: datetime | None = None
    state: OutboxState = OutboxState.DUE
    reason: str | None = None


async def enqueue(session: AsyncSession, draft: Draft, *, now: datetime) -> bool:
    """Owe the message; False when its key was already there, in whatever state."""
    return bool(await enqueue_all(session, [draft], now=now))


async def enqueue_all(session: AsyncSession, drafts: Sequence[Draft], *, now: datetime) -> set[str]:
    """Owe the messages; the keys that were not there yet, in whatever state."""
    if not drafts:
        return set()
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    query = insert(TABLE).on_conflict_do_nothing(index_elements=["idempotency_key"])
    # What was only added so far must be there first: these statements do not go through the session.
    await session.flush()
    connection = await session.connection()
    new = await connection.execute(
        query.returning(TABLE.c.idempotency_key), [_values(draft, now) for draft in drafts]
    )
    return set(new.scalars())


def _values(draft: Draft, now: datetime) -> dict[str, Any]:
    return {
        "idempotency_key": draft.idempotency_key,
        "team_id": draft.team_id,
        "learner_id": draft.learner_id,
        "group_id": draft.group_id,
        "kind": draft.kind,
        "local_date": draft.local_date,
        "payload": draft.payload,
        "priority": draft.priority,
        "state": draft.state.value,
        "due_at": draft.due_at,
        "expires_at": draft.expires_at,
        "fence": 0,
        "attempts": 0,
        "doubtful": False,
        "reason": draft.reason,
        "created_at": now,
    }


async def adopt(session: AsyncSession) -> int:
    """Name the workspace of what an older version owed, which knew of one only; how many those were."""
    learner = SQLModel.metadata.tables["learner"]
    team = select(learner.c.team_id).where(learner.c.id == TABLE.c.learner_id).scalar_subquery()
    query = update(TABLE).where(TABLE.c.team_id == "", IS_OPEN).values(team_id=team)
    return await _changed(session, query)


# A scan from workspace to workspace: DISTINCT would read every open message.
_TEAMS_DUE_SQL = """
    WITH RECURSIVE team (id) AS (
        SELECT min(team_id) FROM outbox_message WHERE IS_OPEN
        UNION ALL
        SELECT (SELECT min(team_id) FROM outbox_message WHERE IS_OPEN AND team_id > team.id)
        FROM team WHERE team.id IS NOT NULL
    )
    SELECT id FROM team
    WHERE id IS NOT NULL AND EXISTS (
        SELECT 1 FROM outbox_message
        WHERE IS_OPEN AND team_id = team.id AND priority IN (0, 1) AND due_at <= :now
            AND (lease_until IS NULL OR lease_until <= :now)
    )
"""
_TEAMS_DUE = text(_TEAMS_DUE_SQL.replace("IS_OPEN", str(IS_OPEN))).bindparams(
    bindparam("now", type_=UTCDateTime)
)


async def teams_due(session: AsyncSession, *, now: datetime) -> list[str]:
    """The workspaces in which a message is due that nobody holds; "" stands for what is to be adopted."""
    found = await (await session.connection()).execute(_TEAMS_DUE, {"now": now})
    return list(found.scalars())


async def cancel(
    session: AsyncSession,
    *,
    kinds: Collection[str],
    reason: str,
    learner_id: int | None = None,
    group_id: int | None = None,
) -> int:
    """
    Skip what is owed to a person or a group; how many messages that ended.

    Nothing of these kinds is started after the transaction. What is on its way already is not, either, when
    this try turns out not to have arrived.
    """
    whose = TABLE.c.learner_id == learner_id if group_id is None else TABLE.c.group_id == group_id
    theirs = (whose, TABLE.c.kind.in_(list(kinds)), IS_OPEN)
    await _changed(session, update(TABLE).where(*theirs, WAS_SENDING).values(expires_at=WITHDRAWN))
    ended = update(TABLE).where(*theirs, ~WAS_SENDING)
    values = {"state": OutboxState.SKIPPED.value, "reason": reason, "lease_until": None}
    return await _changed(session, ended.values(fence=TABLE.c.fence + 1, **values))


async def find(session: AsyncSession, idempotency_key: str) -> OutboxMessage | None:
    """The message with this key."""
    query = select_model(OutboxMessage).where(OutboxMessage.idempotency_key == idempotency_key)
    return (await session.exec(query)).one_or_none()


async def counts(session: AsyncSession, *, team_id: str | None = None) -> dict[str, int]:
    """State to number of messages, of one workspace or of all."""
    query = select(TABLE.c.state, func.count()).group_by(TABLE.c.state)
    if team_id is not None:
        query = query.where(TABLE.c.team_id == team_id)
    rows: Any = await (await session.connection()).execute(query)
    return dict(iter(rows))


@dataclass(frozen=True, slots=True)
class Backlog:
    """What is due and not done."""

    open: int
    overdue: int
    """Due since before the asked instant."""
    workspaces: int


async def backlog(session: AsyncSession, *, now: datetime, overdue: datetime) -> Backlog:
    """What is due now, from the index over open messages alone."""
    query = (
        select(
            func.count(),
            func.coalesce(func.sum(case((TABLE.c.due_at < overdue, 1), else_=0)), 0),
            func.count(TABLE.c.team_id.distinct()),
        )
        .select_from(TABLE)
        .where(IS_OPEN, TABLE.c.due_at <= now)
    )
    return Backlog(*(await (await session.connection()).execute(query)).one())


async def _changed(session: AsyncSession, query: Any) -> int:
    await session.flush()
    return int((await (await session.connection()).execute(query)).rowcount)
