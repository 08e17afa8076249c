"""What Slack says of a person's account, on both databases."""

from __future__ import annotations

import asyncio

import pytest

from bot.people.service import PeopleService
from storage import learners
from storage.engine import Database
from storage.models import Learner
from tests.builders import ANA, BEN, NOON, MovingClock


@pytest.fixture
def service(database: Database, clock: MovingClock) -> PeopleService:
    return PeopleService(database, clock)


async def known(database: Database, *, zone: str | None = "Europe/Lisbon", is_fixed: bool = False) -> None:
    """Ana is somebody we know."""
    async with database.write() as session:
        learner = await learners.ensure(session, ANA.team_id, ANA.user_id, now=NOON)
        learner.time_zone, learner.zone_is_fixed = zone, is_fixed
        session.add(learner)


async def ana(database: Database) -> Learner | None:
    async with database.read() as session:
        return await learners.find(session, ANA.team_id, ANA.user_id)


async def test_a_stranger_stays_one(service: PeopleService, database: Database) -> None:
    await service.follow(ANA, time_zone="Asia/Tokyo", is_deleted=False)

    assert await ana(database) is None


@pytest.mark.parametrize(
    ("is_fixed", "told", "zone"),
    [
        pytest.param(False, "Asia/Tokyo", "Asia/Tokyo", id="a move is followed"),
        pytest.param(True, "Asia/Tokyo", "Europe/Lisbon", id="a zone of one's own choice stays"),
        pytest.param(False, None, "Europe/Lisbon", id="nothing told"),
        pytest.param(False, "Mars/Base", "Europe/Lisbon", id="a zone there is not"),
    ],
)
async def test_the_time_zone(
    service: PeopleService, database: Database, is_fixed: bool, told: str | None, zone: str
) -> None:
    await known(database, is_fixed=is_fixed)

    await service.follow(ANA, time_zone=told, is_deleted=False)

    learner = await ana(database)
    assert learner is not None
    assert learner.time_zone == zone


async def test_a_deactivated_account_keeps_the_first_instant_and_may_come_back(
    service: PeopleService, database: Database, clock: MovingClock
) -> None:
    await known(database)

    await service.follow(ANA, time_zone="Europe/Lisbon", is_deleted=True)
    clock.move(days=1)
    await service.follow(ANA, time_zone="Asia/Tokyo", is_deleted=True)

    gone = await ana(database)
    assert gone is not None
    assert gone.deactivated_at == NOON

    await service.follow(ANA, time_zone="Asia/Tokyo", is_deleted=False)

    back = await ana(database)
    assert back is not None
    assert back.deactivated_at is None


async def test_a_zone_of_ones_own_choice_stays_also_when_the_account_changes(
    service: PeopleService, database: Database
) -> None:
    await known(database, is_fixed=True)

    await service.follow(ANA, time_zone="Asia/Tokyo", is_deleted=True)

    learner = await ana(database)
    assert learner is not None
    assert (learner.time_zone, learner.deactivated_at) == ("Europe/Lisbon", NOON)


async def test_many_who_ask_at_once_each_learn_whether_they_are_known(
    service: PeopleService, database: Database
) -> None:
    await known(database)

    asked = await asyncio.gather(*(service.is_known(member) for member in (ANA, BEN, ANA, BEN)))

    assert asked == [True, False, True, False]
