"""What Slack says of a person's account, on both databases."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.people.account import Account
from bot.people.service import PeopleService
from storage import learners, mydata, preferences
from storage.engine import Database
from storage.models import Learner
from tests.bot.reminders.conftest import Desk
from tests.builders import ANA, BEN, NOON, MovingClock, a_reminder_service

LISBON = Account(time_zone="Europe/Lisbon")
VACATION = replace(LISBON, status_emoji=":palm_tree:")


@pytest.fixture
def service(database: Database, clock: MovingClock) -> PeopleService:
    return PeopleService(database, clock, a_reminder_service(database, clock))


@pytest.fixture
def desk(database: Database, clock: MovingClock) -> Desk:
    """At Monday, 4 March 2030, eight o'clock in UTC."""
    opened = Desk(database, clock)
    opened.at("03-04 08:00")
    return opened


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
    await service.follow(ANA, replace(VACATION, time_zone="Asia/Tokyo"))

    assert await ana(database) is None


async def test_somebody_who_is_forgotten_meanwhile_stays_so(
    service: PeopleService, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await known(database)
    get = preferences.get

    async def get_and_be_forgotten(session: Any, learner_id: int) -> Any:
        found = await get(session, learner_id)
        async with database.write() as other:
            learner = await learners.held(other, ANA.team_id, ANA.user_id)
            assert learner is not None
            await mydata.delete_all(other, learner)
        return found

    monkeypatch.setattr(preferences, "get", get_and_be_forgotten)
    await service.follow(ANA, Account(time_zone="Asia/Tokyo"))

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

    await service.follow(ANA, Account(time_zone=told))

    learner = await ana(database)
    assert learner is not None
    assert learner.time_zone == zone


async def test_a_deactivated_account_keeps_the_first_instant_and_may_come_back(
    service: PeopleService, database: Database, clock: MovingClock
) -> None:
    await known(database)

    await service.follow(ANA, replace(LISBON, is_deleted=True))
    clock.move(days=1)
    await service.follow(ANA, Account(time_zone="Asia/Tokyo", is_deleted=True))

    gone = await ana(database)
    assert gone is not None
    assert gone.deactivated_at == NOON

    await service.follow(ANA, Account(time_zone="Asia/Tokyo"))

    back = await ana(database)
    assert back is not None
    assert back.deactivated_at is None


async def test_a_zone_of_ones_own_choice_stays_also_when_the_account_changes(
    service: PeopleService, database: Database
) -> None:
    await known(database, is_fixed=True)

    await service.follow(ANA, Account(time_zone="Asia/Tokyo", is_deleted=True))

    learner = await ana(database)
    assert learner is not None
    assert (learner.time_zone, learner.deactivated_at) == ("Europe/Lisbon", NOON)


async def test_many_who_ask_at_once_each_learn_whether_they_are_known(
    service: PeopleService, database: Database
) -> None:
    await known(database)

    asked = await asyncio.gather(*(service.is_known(member) for member in (ANA, BEN, ANA, BEN)))

    assert asked == [True, False, True, False]


class TestReminders:
    async def test_rest_with_the_account_and_wake_with_it(self, desk: Desk, service: PeopleService) -> None:
        person = await desk.person(zone="Europe/Lisbon")

        await service.follow(ANA, replace(LISBON, is_deleted=True))
        assert await desk.next_at(person) is None
        desk.clock.move(days=3, hours=2)
        await desk.service.plan_due()
        await service.follow(ANA, LISBON)
        await desk.service.plan_due()

        assert await desk.traces(person) == []
        assert await desk.next_at(person) == datetime(2030, 3, 8, 9, tzinfo=UTC)

    async def test_follow_a_move_from_the_next_local_day_on(self, desk: Desk, service: PeopleService) -> None:
        person = await desk.person(zone="Europe/Lisbon")

        await service.follow(ANA, Account(time_zone="Europe/Helsinki"))

        assert await desk.next_at(person) == datetime(2030, 3, 4, 9, tzinfo=UTC)
        desk.at("03-04 09:00")
        await desk.service.plan_due()
        assert await desk.traces(person) == ["03-04 due"]
        assert await desk.next_at(person) == datetime(2030, 3, 5, 7, tzinfo=UTC)


class TestStatus:
    async def test_without_consent_nothing_is_kept(self, desk: Desk, service: PeopleService) -> None:
        person = await desk.person(zone="Europe/Lisbon")

        await service.follow(ANA, VACATION)

        own = await desk.preferences(person)
        assert (own.away, own.away_until) == (False, None)

    async def test_on_vacation_holds_back_until_it_is_cleared(
        self, desk: Desk, service: PeopleService
    ) -> None:
        person = await desk.person(zone="Europe/Lisbon", follows_status=True)
        await service.follow(ANA, VACATION)
        desk.at("03-04 09:00")
        await desk.service.plan_due()
        desk.at("03-05 08:00")

        await service.follow(ANA, LISBON)
        desk.at("03-05 09:00")
        await desk.service.plan_due()

        assert await desk.traces(person) == [
            "03-04 skipped: your Slack status said you were away",
            "03-05 due",
        ]

    async def test_cancels_what_is_owed(self, desk: Desk, service: PeopleService) -> None:
        person = await desk.person(zone="Europe/Lisbon", follows_status=True)
        desk.at("03-04 09:00")
        await desk.service.plan_due()

        await service.follow(ANA, VACATION)

        assert await desk.traces(person) == ["03-04 skipped: your Slack status said you were away"]

    async def test_ends_by_itself_when_slack_said_so(self, desk: Desk, service: PeopleService) -> None:
        person = await desk.person(zone="Europe/Lisbon", follows_status=True)
        ends = desk.clock() + timedelta(hours=20)

        await service.follow(ANA, replace(VACATION, status_ends_at=ends))
        assert (await desk.preferences(person)).away_until == ends
        for day in ("03-04", "03-05"):
            desk.at(f"{day} 09:00")
            await desk.service.plan_due()

        assert (await desk.traces(person))[-1] == "03-05 due"

    @pytest.mark.parametrize(
        "status",
        [
            {"status_text": "Lunch"},
            {"status_emoji": ":palm_tree:", "status_ends_at": NOON - timedelta(days=1)},
        ],
    )
    async def test_of_another_sort_changes_nothing(
        self, desk: Desk, service: PeopleService, status: dict[str, Any]
    ) -> None:
        person = await desk.person(zone="Europe/Lisbon", follows_status=True)

        await service.follow(ANA, replace(LISBON, **status))

        assert (await desk.preferences(person)).away is False
