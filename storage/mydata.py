"""
All that belongs to one person, in whatever table: to be handed out, counted, and deleted.

What belongs to them is read off the foreign keys, so a new table is in it from its first day.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, func, or_, select, update
from sqlmodel import SQLModel, col
from sqlmodel import select as select_model
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import (
    GroupMember,
    Learner,
    OutboxMessage,
    OutboxState,
    Picture,
    Reminder,
    Story,
    StoryComment,
    StoryShare,
    StudyGroup,
)
from storage.outbox import IS_OPEN
from storage.outbox import TABLE as OUTBOX

Row = dict[str, Any]
FORGOTTEN = "forgotten"
"""The kind of what is left of a message that was in a worker's hands: nothing but its number."""
_IN_HAND = (OutboxState.CLAIMED.value, OutboxState.SENDING.value, OutboxState.UNCLEAR.value)


@cache
def owned_tables() -> tuple[str, ...]:
    """Every table whose rows belong to a learner by their foreign keys, the learner's own first."""
    names = [table.name for table in SQLModel.metadata.sorted_tables if _is_owned(table, 0) is not None]
    return tuple(sorted(names, key=lambda name: name != "learner"))


async def hold_reminders(session: AsyncSession, learner_id: int) -> None:
    """
    Lock the person's reminders, who must be held; on PostgreSQL it fails when somebody else has one.

    A tick holds reminders and then asks for their people, so waiting for it here would be for ever.
    """
    query = select_model(Reminder.kind).where(Reminder.learner_id == learner_id)
    await session.exec(query.with_for_update(nowait=True))


async def rows(session: AsyncSession, learner_id: int) -> dict[str, list[Row]]:
    """Table to all rows that are theirs, in the order of their keys. Instants are aware, in UTC."""
    connection = await session.connection()
    found: dict[str, list[Row]] = {}
    for name in owned_tables():
        table = SQLModel.metadata.tables[name]
        query = select(table).where(_owned(table, learner_id)).order_by(*table.primary_key.columns)
        found[name] = [dict(row) for row in (await connection.execute(query)).mappings()]
    return found


async def counts(session: AsyncSession, learner_id: int) -> dict[str, int]:
    """Table to how many rows are theirs; tables without one are left out."""
    connection = await session.connection()
    found: dict[str, int] = {}
    for name in owned_tables():
        table = SQLModel.metadata.tables[name]
        query = select(func.count()).select_from(table).where(_owned(table, learner_id))
        number = int((await connection.execute(query)).scalar_one())
        if number:
            found[name] = number
    return found


async def comments_written(session: AsyncSession, team_id: str, user_id: str) -> list[Row]:
    """What the person said of other people's stories. The stories are not theirs."""
    query = (
        select(col(StoryComment.text), col(StoryComment.created_at))
        .join(StoryShare, col(StoryShare.id) == StoryComment.share_id)
        .where(_reads(team_id, user_id))
        .order_by(col(StoryComment.created_at), col(StoryComment.id))
    )
    return [dict(row) for row in (await (await session.connection()).execute(query)).mappings()]


async def stories_read(session: AsyncSession, team_id: str, user_id: str) -> list[Row]:
    """Which stories others let the person read: when, and until when. What is in them is not theirs."""
    query = (
        select(col(StoryShare.shared_at), col(StoryShare.revoked_at))
        .where(_reads(team_id, user_id))
        .order_by(col(StoryShare.shared_at), col(StoryShare.id))
    )
    return [dict(row) for row in (await (await session.connection()).execute(query)).mappings()]


async def picture_files(session: AsyncSession, learner_id: int) -> list[str]:
    """Slack's ids of the pictures that were uploaded for them."""
    return list(await session.exec(select_model(Picture.file_id).where(Picture.learner_id == learner_id)))


async def group_names(session: AsyncSession, learner_id: int) -> dict[int, str]:
    """Our ids of the study groups they were ever in, with their channels' names."""
    query = (
        select_model(StudyGroup.id, StudyGroup.channel_name)
        .join(GroupMember, col(GroupMember.group_id) == StudyGroup.id)
        .where(GroupMember.learner_id == learner_id)
    )
    return {group_id or 0: name for group_id, name in await session.exec(query)}


async def groups_touched(session: AsyncSession, learner_id: int, team_id: str, user_id: str) -> list[int]:
    """Groups the person is in or leads, ended ones too, in the order in which they are locked."""
    member_of = select(col(GroupMember.group_id)).where(
        col(GroupMember.learner_id) == learner_id, col(GroupMember.left_at).is_(None)
    )
    leads = (col(StudyGroup.team_id) == team_id) & (col(StudyGroup.lead_id) == user_id)
    query = select_model(StudyGroup.id).where(or_(col(StudyGroup.id).in_(member_of), leads))
    return [group_id or 0 for group_id in await session.exec(query.order_by(col(StudyGroup.id)))]


async def lock_people(session: AsyncSession, learner_id: int, group_ids: Collection[int]) -> None:
    """Lock the person and everybody in these groups, as whoever asks for a group must do first."""
    beside = select(col(GroupMember.learner_id)).where(col(GroupMember.group_id).in_(group_ids))
    query = select_model(Learner.id).where(or_(col(Learner.id) == learner_id, col(Learner.id).in_(beside)))
    await session.exec(query.order_by(col(Learner.id)).with_for_update())


async def delete_all(session: AsyncSession, learner: Learner) -> None:
    """
    Delete the person, with every row that is theirs and what they wrote on others' stories.

    A message that a worker has in its hands keeps its number and nothing else: SQLite would give the number
    of a deleted last row to the next message, and the worker would take that one for its own.
    """
    connection = await session.connection()
    await session.flush()
    shares = await _shares_concerned(session, learner)
    await _let_go_of(session, OUTBOX.c.learner_id == learner.id)
    if shares:
        about = select(OUTBOX.c.id, OUTBOX.c.payload).where(IS_OPEN, OUTBOX.c.kind.like("story-%"))
        ids = [
            number
            for number, payload in (await connection.execute(about)).all()
            if isinstance(payload, dict) and payload.get("share_id") in shares
        ]
        await _let_go_of(session, OUTBOX.c.id.in_(ids))
    await connection.execute(
        delete(StoryShare).where(_reads(learner.team_id, learner.user_id)),
    )
    await connection.execute(delete(Learner).where(col(Learner.id) == learner.id))


async def _shares_concerned(session: AsyncSession, learner: Learner) -> set[int]:
    """Shares of their stories, and of others' stories with them."""
    theirs = select(col(Story.id)).where(col(Story.learner_id) == learner.id)
    query = select_model(StoryShare.id).where(
        or_(col(StoryShare.story_id).in_(theirs), _reads(learner.team_id, learner.user_id))
    )
    return {share_id or 0 for share_id in await session.exec(query)}


async def _let_go_of(session: AsyncSession, which: ColumnElement[bool]) -> None:
    """Delete these messages; the row of one in a worker's hands is emptied, so that nothing is written."""
    connection = await session.connection()
    ids = list(
        (await connection.execute(select(OUTBOX.c.id).where(which, OUTBOX.c.state.in_(_IN_HAND)))).scalars()
    )
    for number in ids:
        await connection.execute(update(OUTBOX).where(OUTBOX.c.id == number).values(**_shell(number)))
    await connection.execute(delete(OUTBOX).where(which, OUTBOX.c.id.not_in(ids)))


def _shell(number: int) -> Row:
    return {
        "idempotency_key": f"{FORGOTTEN}:{number}",
        "learner_id": None,
        "kind": FORGOTTEN,
        "local_date": None,
        "payload": {},
        # A late "sent" is only written where it is not written yet.
        "state": OutboxState.SENT.value,
        "fence": OUTBOX.c.fence + 1,
        "lease_until": None,
        "channel": None,
        "message_ts": None,
        "reason": None,
    }


async def exports_since(session: AsyncSession, learner_id: int, kind: str, since: datetime) -> int:
    """How many exports the person asked for since then."""
    query = select(func.count()).where(
        OUTBOX.c.learner_id == learner_id, OUTBOX.c.kind == kind, OUTBOX.c.created_at > since
    )
    return int((await (await session.connection()).execute(query)).scalar_one())


async def export_sent(session: AsyncSession, idempotency_key: str, *, now: datetime) -> None:
    """The file is in the conversation."""
    query = update(OUTBOX).where(OUTBOX.c.idempotency_key == idempotency_key)
    await (await session.connection()).execute(
        query.values(state=OutboxState.SENT.value, sent_at=now, reason=None)
    )


async def export_failed(session: AsyncSession, idempotency_key: str) -> None:
    """Nothing was sent: the person may ask again at once."""
    await (await session.connection()).execute(
        delete(OutboxMessage).where(col(OutboxMessage.idempotency_key) == idempotency_key)
    )


def _reads(team_id: str, user_id: str) -> ColumnElement[bool]:
    """Shares that let this person read: ids of people are only unique within a workspace."""
    of_team = (
        select(col(Story.id))
        .join(Learner, col(Learner.id) == Story.learner_id)
        .where(col(Learner.team_id) == team_id)
    )
    return (col(StoryShare.user_id) == user_id) & col(StoryShare.story_id).in_(of_team)


def _owned(table: Table, learner_id: int) -> ColumnElement[bool]:
    found = _is_owned(table, learner_id)
    if found is None:
        raise LookupError(f"{table.name} belongs to nobody")
    return found


def _is_owned(table: Table, learner_id: int) -> ColumnElement[bool] | None:
    """The condition that a row is theirs, by the shortest way to the learner; None where there is no way."""
    if table.name == "learner":
        return table.c.id == learner_id
    keys = sorted(table.foreign_keys, key=lambda key: (key.column.table.name != "learner", key.parent.name))
    for key in keys:
        parent = key.column.table
        if parent.name == "learner":
            return key.parent == learner_id
        if (owned := _is_owned(parent, learner_id)) is not None:
            return key.parent.in_(select(key.column).where(owned))
    return None
