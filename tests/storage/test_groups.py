"""Queries over study groups that the features' tests do not reach by themselves."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from storage import groups, learners
from storage.engine import Database
from storage.models import CheckIn, GroupMember, GroupRound, StudyGroup
from tests.builders import NOON

FRIDAY = date(2030, 3, 8)


def a_group(channel: str = "C1", **changes: Any) -> StudyGroup:
    values: dict[str, Any] = {
        "team_id": "T1",
        "channel_id": channel,
        "channel_name": "prep",
        "lead_id": "U1",
        "weekday": 5,
        "at": 960,
        "time_zone": "UTC",
        "next_on": FRIDAY,
        "next_at": NOON,
        "created_at": NOON,
    }
    return StudyGroup(**{**values, **changes})


async def a_member(session: AsyncSession, group_id: int, number: int) -> int:
    learner = await learners.ensure(session, "T1", f"U{number}", now=NOON)
    await groups.join(session, group_id, learner.id or 0, now=NOON + timedelta(minutes=number))
    return learner.id or 0


async def test_a_channel_has_one_group_whoever_comes_first(database: Database) -> None:
    async def begin() -> bool:
        async with database.write() as session:
            return (await groups.ensure(session, a_group()))[1]

    assert sorted(await asyncio.gather(*(begin() for _ in range(3)))) == [False, False, True]


async def test_due_are_those_whose_time_has_come_the_earliest_first(database: Database) -> None:
    async with database.write() as session:
        for channel, minutes in (("C1", 0), ("C2", -5), ("C3", 1)):
            await groups.ensure(session, a_group(channel, next_at=NOON + timedelta(minutes=minutes)))
        await groups.ensure(session, a_group("C4", next_at=None))

        found = [await groups.get(session, one) for one in await groups.due(session, now=NOON, limit=10)]

    assert [group.channel_id for group in found if group] == ["C2", "C1"]


async def test_whether_anything_is_due(database: Database) -> None:
    async with database.write() as session:
        assert not await groups.anything_due(session, now=NOON)
        group, _ = await groups.ensure(session, a_group(next_at=None))
        row = GroupRound(group_id=group.id or 0, local_date=FRIDAY, opened_at=NOON, closes_at=NOON)
        await groups.add_round(session, row)
        assert await groups.anything_due(session, now=NOON)
        assert not await groups.anything_due(session, now=NOON - timedelta(seconds=1))
        row.summarised_at = NOON
        session.add(row)
        await session.flush()
        assert not await groups.anything_due(session, now=NOON)


async def test_members_are_those_in_it_with_an_account_the_longest_standing_first(
    database: Database,
) -> None:
    async with database.write() as session:
        group, _ = await groups.ensure(session, a_group())
        ids = [await a_member(session, group.id or 0, number) for number in (3, 1, 2, 4)]
        await groups.leave(session, group.id or 0, ids[1], now=NOON)
        await learners.deactivate(session, ids[2], now=NOON)

        members = await groups.members(session, group.id or 0)

    assert [member.user_id for member in members] == ["U3", "U4"]


async def test_answers_of_people_who_left_or_are_gone_do_not_count(database: Database) -> None:
    async with database.write() as session:
        group, _ = await groups.ensure(session, a_group())
        group_id = group.id or 0
        row = GroupRound(group_id=group_id, local_date=FRIDAY, opened_at=NOON, closes_at=NOON)
        round_id = (await groups.add_round(session, row)).id or 0
        ids = [await a_member(session, group_id, number) for number in (1, 2, 3)]
        for learner_id in ids:
            check_in = CheckIn(
                learner_id=learner_id,
                from_on=FRIDAY,
                to_on=FRIDAY,
                goals={},
                reported={"coding": learner_id},
                blocker="private",
                created_at=NOON,
                answered_at=NOON,
            )
            session.add(check_in)
            await session.flush()
            await groups.add_answer(session, round_id, learner_id, check_in.id or 0, now=NOON)
            await groups.add_answer(session, round_id, learner_id, check_in.id or 0, now=NOON)
        await groups.leave(session, group_id, ids[0], now=NOON)
        await learners.deactivate(session, ids[1], now=NOON)

        found = await groups.answers(session, round_id)

        assert [(one.user_id, one.reported) for one in found] == [("U3", {"coding": ids[2]})]
        assert await groups.uncounted_check_ins(session, group_id, ids, since=NOON) == []


async def test_deleting_a_person_takes_their_memberships_along(database: Database) -> None:
    async with database.write() as session:
        group, _ = await groups.ensure(session, a_group())
        learner_id = await a_member(session, group.id or 0, 1)
        await session.delete(await learners.get(session, learner_id))
        await session.flush()

        assert await session.get(GroupMember, (group.id, learner_id)) is None
