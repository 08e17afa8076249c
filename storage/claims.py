"""
Who is sending what is owed: claim, begin, and what came of it.

A claim is a lease: a worker that dies lets it run out. The fence counts claims, so a worker that slept
past its lease can tell that the message is no longer its own.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, Integer, bindparam, case, or_, select, text, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import Learner, OutboxMessage, OutboxState, StudyGroup
from storage.outbox import IS_OPEN, TABLE, WAS_SENDING
from storage.types import UTCDateTime

WAITING = "waiting for its turn"
"""The reason of a message that is only paced, not refused."""


@dataclass(slots=True)
class Addressee:
    """Where messages to a person or a group go."""

    user_id: str | None
    """None for a group."""
    channel: str | None
    """None for a person whose direct message was never opened."""
    gone: str | None
    """Why nothing may be sent any more."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The post is in the conversation."""

    message: OutboxMessage
    channel: str
    message_ts: str
    arrived_at: datetime | None = None
    """When it got there, where that is known to be earlier: it was found there later."""


@dataclass(frozen=True, slots=True)
class PutBack:
    """
    Try again at `due_at`.

    `unclear` says whether the post may have arrived; None: it may if it was being sent.
    """

    message: OutboxMessage
    due_at: datetime
    reason: str
    unclear: bool | None = False
    counts: bool = True
    """Whether it is a failed attempt."""


@dataclass(frozen=True, slots=True)
class Closed:
    """It ends as skipped, missed or failed, with a reason a person can read."""

    message: OutboxMessage
    state: OutboxState
    reason: str


_FREE = (
    select(TABLE.c.id)
    .where(
        TABLE.c.team_id == bindparam("team"),
        TABLE.c.priority == bindparam("of_priority"),
        IS_OPEN,
        TABLE.c.due_at <= bindparam("now"),
        or_(TABLE.c.lease_until.is_(None), TABLE.c.lease_until <= bindparam("now")),
        or_(TABLE.c.kind.in_(bindparam("known", expanding=True)), TABLE.c.expires_at <= bindparam("now")),
    )
    .order_by(TABLE.c.due_at, TABLE.c.id)
    .limit(bindparam("at_most"))
    .with_for_update(skip_locked=True)
)
_TAKE = (
    update(TABLE)
    .where(TABLE.c.id.in_(_FREE))
    .values(
        state=case((WAS_SENDING, OutboxState.UNCLEAR.value), else_=OutboxState.CLAIMED.value),
        owner=bindparam("by_owner"),
        lease_until=bindparam("leased_until"),
        fence=TABLE.c.fence + 1,
    )
    .returning(*TABLE.c)
)
# An UPDATE of the mapped class would cost three times as much for each row.
_CLAIM: Any = select(OutboxMessage).from_statement(_TAKE).execution_options(populate_existing=True)


async def claim(
    session: AsyncSession,
    *,
    team_id: str,
    kinds: Collection[str],
    priority: int,
    owner: str,
    now: datetime,
    lease: timedelta,
    limit: int,
) -> list[OutboxMessage]:
    """
    Take up to `limit` due messages of a workspace that nobody holds, the oldest first.

    What was being sent when its lease ran out comes back as `unclear`. Of kinds that are not among `kinds`
    only those whose window is over: a newer version owes them, whose processes share the database.
    """
    asked = {
        "team": team_id,
        "of_priority": priority,
        "now": now,
        "at_most": limit,
        "known": list(kinds),
    }
    taken = {"by_owner": owner, "leased_until": now + lease}
    rows: list[OutboxMessage] = list((await session.exec(_CLAIM, params={**asked, **taken})).scalars())
    return sorted(rows, key=lambda row: (row.due_at, row.id or 0))


async def addressees(
    session: AsyncSession, messages: Iterable[OutboxMessage]
) -> dict[tuple[str, int], Addressee]:
    """Where these go, by `addressed_to`."""
    asked = {addressed_to(message) for message in messages}
    found: dict[tuple[str, int], Addressee] = {}
    people = [number for kind, number in asked if kind == "learner"]
    groups = [number for kind, number in asked if kind == "group"]
    if people:
        columns = (
            col(Learner.id),
            col(Learner.user_id),
            col(Learner.dm_channel),
            col(Learner.deactivated_at),
        )
        rows: Any = await _execute(session, select(*columns).where(col(Learner.id).in_(people)))
        for number, user_id, channel, deactivated_at in rows:
            gone = "the account is deactivated" if deactivated_at is not None else None
            found["learner", number] = Addressee(user_id, channel, gone)
    if groups:
        places: Any = (col(StudyGroup.id), col(StudyGroup.channel_id), col(StudyGroup.ended_at))
        rows = await _execute(session, select(*places).where(col(StudyGroup.id).in_(groups)))
        for number, channel, ended_at in rows:
            gone = "the group has ended" if ended_at is not None else None
            found["group", number] = Addressee(None, channel, gone)
    return found


def addressed_to(message: OutboxMessage) -> tuple[str, int]:
    """The group or the learner whose conversation it goes to; messages to one keep their order."""
    if message.group_id is not None:
        return "group", message.group_id
    return "learner", message.learner_id or 0


_HELD = (
    TABLE.c.id == bindparam("of_id", type_=Integer),
    TABLE.c.fence == bindparam("of_fence", type_=Integer),
    IS_OPEN,
)
_PUT_BACK = (
    update(TABLE)
    .where(*_HELD)
    .values(
        state=case(
            (bindparam("is_unclear", type_=Integer) == 1, OutboxState.UNCLEAR.value),
            (bindparam("is_unclear", type_=Integer) == 0, OutboxState.DUE.value),
            (WAS_SENDING, OutboxState.UNCLEAR.value),
            else_=OutboxState.DUE.value,
        ),
        due_at=bindparam("at"),
        reason=bindparam("why"),
        lease_until=None,
        attempts=TABLE.c.attempts + bindparam("failed", type_=Integer),
        doubtful=bindparam("is_doubtful"),
    )
)
_CLOSED = (
    update(TABLE)
    .where(*_HELD)
    .values(
        state=bindparam("as_state"),
        reason=bindparam("why"),
        lease_until=None,
        doubtful=bindparam("is_doubtful"),
    )
)


# One statement for all rows, which come as JSON: a parameter for each value costs more than the rows do.
_ROWS = {
    "sqlite": "SELECT json_extract(value, '$[0]') AS id, json_extract(value, '$[1]') AS fence,"
    " json_extract(value, '$[2]') AS doubtful, json_extract(value, '$[3]') AS channel,"
    " json_extract(value, '$[4]') AS ts FROM json_each(:rows)",
    "postgresql": "SELECT (value->>0)::integer AS id, (value->>1)::integer AS fence,"
    " (value->>2)::boolean AS doubtful, value->>3 AS channel, value->>4 AS ts"
    " FROM json_array_elements(CAST(:rows AS json))",
}
_INSTANTS = (bindparam("now", type_=UTCDateTime), bindparam("leased_until", type_=UTCDateTime))
_BEGIN_ALL = """
    UPDATE outbox_message
    SET state = 'sending', lease_until = :leased_until, sending_at = :now,
        first_sending_at = COALESCE(first_sending_at, :now), doubtful = held.doubtful
    FROM (ROWS) AS held
    WHERE outbox_message.id = held.id AND outbox_message.fence = held.fence
        AND state IN ('claimed', 'sending', 'unclear') AND (expires_at IS NULL OR expires_at > :now)
    RETURNING outbox_message.id
"""
_SENT_ALL = """
    UPDATE outbox_message
    SET state = 'sent', channel = held.channel, message_ts = held.ts, sent_at = :now,
        lease_until = NULL, reason = NULL, doubtful = held.doubtful
    FROM (ROWS) AS held
    WHERE outbox_message.id = held.id AND state <> 'sent'
"""
_BEGIN = {
    dialect: text(_BEGIN_ALL.replace("ROWS", rows)).bindparams(*_INSTANTS) for dialect, rows in _ROWS.items()
}
_SENT = {
    dialect: text(_SENT_ALL.replace("ROWS", rows)).bindparams(_INSTANTS[0]) for dialect, rows in _ROWS.items()
}


async def begin_sending(
    session: AsyncSession, messages: Sequence[OutboxMessage], *, now: datetime, lease: timedelta
) -> set[int]:
    """
    Write down that the posts are about to leave; the ids of those that may.

    The others were taken by another worker, cancelled, or their window is over.
    """
    rows = json.dumps([(each.id, each.fence, each.doubtful) for each in messages])
    values = {"rows": rows, "now": now, "leased_until": now + lease}
    return set((await _execute(session, _BEGIN[_dialect(session)], values)).scalars())


async def mark_sent(session: AsyncSession, sent: Sequence[Sent], *, now: datetime) -> None:
    """The posts are in their conversations. True whoever holds the messages, so no fence is asked."""
    by_instant: defaultdict[datetime, list[tuple[int | None, None, bool, str, str]]] = defaultdict(list)
    for each in sent:
        row = (each.message.id, None, each.message.doubtful, each.channel, each.message_ts)
        by_instant[each.arrived_at or now].append(row)
    for instant, rows in by_instant.items():
        await _execute(session, _SENT[_dialect(session)], {"rows": json.dumps(rows), "now": instant})


async def put_back(session: AsyncSession, put: Sequence[PutBack]) -> None:
    """Let them be tried again; what another worker holds by now stays as it is."""
    rows = [
        {
            **_held(each.message),
            "is_unclear": -1 if each.unclear is None else int(each.unclear),
            "at": each.due_at,
            "why": each.reason,
            "failed": int(each.counts),
        }
        for each in put
    ]
    await _execute(session, _PUT_BACK, rows)


async def close(session: AsyncSession, closed: Sequence[Closed]) -> None:
    """End them; what another worker holds by now stays as it is."""
    rows = [{**_held(each.message), "as_state": each.state.value, "why": each.reason} for each in closed]
    await _execute(session, _CLOSED, rows)


def _held(message: OutboxMessage) -> dict[str, Any]:
    return {"of_id": message.id, "of_fence": message.fence, "is_doubtful": message.doubtful}


def _dialect(session: AsyncSession) -> str:
    return session.get_bind().dialect.name


async def _execute(
    session: AsyncSession,
    query: Any,
    parameters: Sequence[Mapping[str, Any]] | Mapping[str, Any] | None = None,
) -> CursorResult[Any]:
    result: CursorResult[Any] = await (await session.connection()).execute(query, parameters)
    return result
