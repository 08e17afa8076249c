"""Study groups, who is in them, and their weekly rounds."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import (
    CheckIn,
    GroupAnswer,
    GroupMember,
    GroupRound,
    Learner,
    OutboxMessage,
    StudyGroup,
)


@dataclass(frozen=True, slots=True)
class Membership:
    """Somebody who is in a group now."""

    learner_id: int
    user_id: str
    shows_name: bool
    joined_at: datetime


@dataclass(frozen=True, slots=True)
class MemberAnswer:
    """A member's check-in that counts for a round: counts by goal, nothing else of it."""

    learner_id: int
    user_id: str
    shows_name: bool
    reported: dict[str, int]


async def of_channel(
    session: AsyncSession, team_id: str, channel_id: str, *, lock: bool = False
) -> StudyGroup | None:
    """The channel's group, ended or not; locked until the transaction ends if asked for."""
    query = select(StudyGroup).where(StudyGroup.team_id == team_id, StudyGroup.channel_id == channel_id)
    query = query.with_for_update() if lock else query
    return (await session.exec(query.execution_options(populate_existing=True))).one_or_none()


async def get(session: AsyncSession, group_id: int, *, lock: bool = False) -> StudyGroup | None:
    """The group with our id; locked until the transaction ends if asked for."""
    query = select(StudyGroup).where(StudyGroup.id == group_id)
    query = query.with_for_update() if lock else query
    return (await session.exec(query.execution_options(populate_existing=True))).one_or_none()


async def ensure(session: AsyncSession, group: StudyGroup) -> tuple[StudyGroup, bool]:
    """The channel's group, locked, and whether it is new: created as given if there was none."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    query = insert(StudyGroup).values(**group.model_dump(exclude={"id"})).on_conflict_do_nothing()
    new = (await session.exec(query.returning(col(StudyGroup.id)))).first() is not None
    found = select(StudyGroup).where(
        StudyGroup.team_id == group.team_id, StudyGroup.channel_id == group.channel_id
    )
    return (await session.exec(found.with_for_update())).one(), new


async def anything_due(session: AsyncSession, *, now: datetime) -> bool:
    """Whether a thread or a summary is to be decided on: one look into each of two indexes."""
    thread = select(StudyGroup.id).where(col(StudyGroup.next_at) <= now).limit(1)
    if (await session.exec(thread)).first() is not None:
        return True
    summary = select(GroupRound.id).where(*_is_closing(now)).limit(1)
    return (await session.exec(summary)).first() is not None


async def due(session: AsyncSession, *, now: datetime, limit: int) -> Sequence[int]:
    """Groups whose next date has come, the earliest first."""
    query = (
        select(StudyGroup.id)
        .where(col(StudyGroup.next_at) <= now)
        .order_by(col(StudyGroup.next_at), col(StudyGroup.id))
        .limit(limit)
    )
    return [group_id or 0 for group_id in await session.exec(query)]


async def closing(session: AsyncSession, *, now: datetime, limit: int) -> list[int]:
    """Groups with a round whose deadline has come and that has no summary yet."""
    query = (
        select(GroupRound.group_id).where(*_is_closing(now)).order_by(col(GroupRound.closes_at)).limit(limit)
    )
    return list(dict.fromkeys((await session.exec(query)).all()))


async def of_member(session: AsyncSession, learner_id: int, *, lock: bool = False) -> Sequence[StudyGroup]:
    """Groups that go on and that this person is in, by id; locked if asked for."""
    query = (
        select(StudyGroup)
        .join(GroupMember, col(GroupMember.group_id) == StudyGroup.id)
        .where(
            GroupMember.learner_id == learner_id,
            col(GroupMember.left_at).is_(None),
            col(StudyGroup.ended_at).is_(None),
        )
        .order_by(col(StudyGroup.id))
    )
    return (await session.exec(query.with_for_update(of=StudyGroup) if lock else query)).all()


async def members(session: AsyncSession, group_id: int) -> list[Membership]:
    """Who is in the group and has an account, the longest-standing first."""
    query = (
        select(GroupMember, Learner.user_id)
        .join(Learner, col(Learner.id) == GroupMember.learner_id)
        .where(*_is_in(group_id))
        .order_by(col(GroupMember.joined_at), col(GroupMember.learner_id))
    )
    return [
        Membership(row.learner_id, user_id, row.shows_name, row.joined_at)
        for row, user_id in await session.exec(query)
    ]


async def lock_members(session: AsyncSession, group_id: int) -> None:
    """
    Lock the people of a group.

    Whoever owes a message to one of them while holding the group must do this first: others hold a person
    and then ask for the group.
    """
    query = (
        select(Learner.id)
        .join(GroupMember, col(GroupMember.learner_id) == Learner.id)
        .where(GroupMember.group_id == group_id)
        .order_by(col(Learner.id))
    )
    await session.exec(query.with_for_update(of=Learner))


async def join(
    session: AsyncSession, group_id: int, learner_id: int, *, shows_name: bool = False, now: datetime
) -> bool:
    """Put the person into the group; False when they are in it already."""
    row = await session.get(GroupMember, (group_id, learner_id))
    if row is not None and row.left_at is None:
        return False
    row = row or GroupMember(group_id=group_id, learner_id=learner_id)
    row.shows_name, row.joined_at, row.left_at = shows_name, now, None
    session.add(row)
    await session.flush()
    return True


async def leave(session: AsyncSession, group_id: int, learner_id: int, *, now: datetime) -> bool:
    """Take the person out of the group; False when they are not in it."""
    query = (
        update(GroupMember)
        .where(*_current(group_id), col(GroupMember.learner_id) == learner_id)
        .values(left_at=now, shows_name=False)
        .returning(col(GroupMember.learner_id))
    )
    return (await session.exec(query)).first() is not None


async def joined_after(session: AsyncSession, group_id: int, learner_id: int, instant: datetime) -> bool:
    """Whether the person is in the group, and joined it after that."""
    query = select(GroupMember.learner_id).where(
        *_current(group_id), col(GroupMember.learner_id) == learner_id, col(GroupMember.joined_at) > instant
    )
    return (await session.exec(query)).first() is not None


async def show_name(session: AsyncSession, group_id: int, learner_id: int, *, shows: bool) -> bool:
    """Keep what the person agreed to; False when they are not in the group."""
    query = (
        update(GroupMember)
        .where(*_current(group_id), col(GroupMember.learner_id) == learner_id)
        .values(shows_name=shows)
        .returning(col(GroupMember.learner_id))
    )
    return (await session.exec(query)).first() is not None


async def add_round(session: AsyncSession, row: GroupRound) -> GroupRound:
    """Store a new round; it then has its id."""
    session.add(row)
    await session.flush()
    return row


async def round_of(session: AsyncSession, round_id: int) -> GroupRound | None:
    """The round with our id."""
    return await session.get(GroupRound, round_id)


async def newest_round(session: AsyncSession, group_id: int) -> GroupRound | None:
    """The round that answers count for."""
    query = select(GroupRound).where(GroupRound.group_id == group_id)
    return (await session.exec(query.order_by(col(GroupRound.local_date).desc()).limit(1))).one_or_none()


async def newest_summarised(session: AsyncSession, group_id: int) -> GroupRound | None:
    """The last round with a summary."""
    query = select(GroupRound).where(
        GroupRound.group_id == group_id, col(GroupRound.summarised_at).is_not(None)
    )
    return (await session.exec(query.order_by(col(GroupRound.local_date).desc()).limit(1))).one_or_none()


async def last_decided(session: AsyncSession, group_id: int, kind: str) -> date | None:
    """The newest local date with a trace of this kind of message."""
    query = select(func.max(OutboxMessage.local_date)).where(
        OutboxMessage.group_id == group_id, OutboxMessage.kind == kind
    )
    return (await session.exec(query)).one()


async def add_answer(
    session: AsyncSession, round_id: int, learner_id: int, check_in_id: int, *, now: datetime
) -> None:
    """The check-in counts for the round, in place of an earlier one of the same person."""
    row = await session.get(GroupAnswer, (round_id, learner_id))
    row = row or GroupAnswer(round_id=round_id, learner_id=learner_id, answered_at=now)
    row.check_in_id = check_in_id
    session.add(row)
    await session.flush()


async def answers(session: AsyncSession, round_id: int) -> list[MemberAnswer]:
    """What counts for the round, of people who are still in the group, in the order it came."""
    query = (
        select(GroupMember, Learner.user_id, CheckIn.reported)
        .select_from(GroupAnswer)
        .join(GroupRound, col(GroupRound.id) == GroupAnswer.round_id)
        .join(
            GroupMember,
            (col(GroupMember.group_id) == GroupRound.group_id)
            & (col(GroupMember.learner_id) == GroupAnswer.learner_id),
        )
        .join(Learner, col(Learner.id) == GroupAnswer.learner_id)
        .join(CheckIn, col(CheckIn.id) == GroupAnswer.check_in_id)
        .where(
            GroupAnswer.round_id == round_id,
            col(GroupMember.left_at).is_(None),
            col(Learner.deactivated_at).is_(None),
        )
        .order_by(col(GroupAnswer.answered_at), col(GroupAnswer.learner_id))
    )
    return [
        MemberAnswer(row.learner_id, user_id, row.shows_name, dict(reported or {}))
        for row, user_id, reported in await session.exec(query)
    ]


async def open_rounds(session: AsyncSession, group_id: int) -> Sequence[GroupRound]:
    """Rounds that have no summary yet."""
    query = select(GroupRound).where(GroupRound.group_id == group_id, col(GroupRound.summarised_at).is_(None))
    return (await session.exec(query.order_by(col(GroupRound.local_date)))).all()


async def uncounted_check_ins(
    session: AsyncSession, group_id: int, learner_ids: Collection[int], *, since: datetime
) -> list[tuple[int, int]]:
    """(learner id, check-in id) answered since then and counted for no round of the group yet."""
    counted = (
        select(GroupAnswer.check_in_id)
        .join(GroupRound, col(GroupRound.id) == GroupAnswer.round_id)
        .where(GroupRound.group_id == group_id)
    )
    query = (
        select(CheckIn.learner_id, CheckIn.id)
        .where(
            col(CheckIn.learner_id).in_(learner_ids),
            col(CheckIn.answered_at) >= since,
            col(CheckIn.id).not_in(counted),
        )
        .order_by(col(CheckIn.answered_at))
    )
    newest = {learner_id: check_in_id or 0 for learner_id, check_in_id in await session.exec(query)}
    return list(newest.items())


def _is_closing(now: datetime) -> tuple[Any, ...]:
    return col(GroupRound.summarised_at).is_(None), col(GroupRound.closes_at) <= now


def _current(group_id: int) -> tuple[Any, ...]:
    return col(GroupMember.group_id) == group_id, col(GroupMember.left_at).is_(None)


def _is_in(group_id: int) -> tuple[Any, ...]:
    return *_current(group_id), col(Learner.deactivated_at).is_(None)
