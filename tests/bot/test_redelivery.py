"""Slack sends an event again whose ack was lost: nothing is done twice, and what is over is left alone."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any, Literal

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.groups.service import GroupService
from storage import learners
from storage.models import GroupMember, StudyGroup
from tests.bot.groups.conftest import TERMS, groups_of
from tests.bot.mydata.belongings import everything_stored
from tests.builders import ANA, BEN
from tests.dispatch import Dispatcher, answer, event
from tests.test_manifest import CONTENT_OF_EVENTS, PARSED

Transport = Literal["socket_mode", "http"]
Deliver = Callable[[dict[str, Any], int], Awaitable[int]]
CHANNEL = "C1"


@pytest.fixture(params=["socket_mode", "http"])
def deliver(request: pytest.FixtureRequest, slack: Dispatcher) -> Deliver:
    """Sends an event as the transport does, the n-th time again; the status of the answer."""
    mode: Transport = request.param

    async def send(body: dict[str, Any], attempt: int = 0) -> int:
        headers = {"x-slack-retry-num": str(attempt), "x-slack-retry-reason": "http_timeout"}
        if mode == "http" and not attempt:
            headers = {}
        headers["content-type"] = "application/json"
        content = json.dumps(body) if mode == "http" else body
        asked = AsyncBoltRequest(body=content, headers={**headers}, mode=mode)
        response = await slack.coach.app.async_dispatch(asked)
        return int(response.status)

    return send


@pytest.fixture
async def groups(slack: Dispatcher) -> GroupService:
    """Ana leads the channel's group, and Ben is in it."""
    service = groups_of(slack.coach, slack.clock)
    state = await service.start(ANA, CHANNEL, "prep", TERMS)
    await service.join(BEN, state.group_id)
    slack.clock.move(minutes=10)
    return service


def told(name: str, slack: Dispatcher, **content: Any) -> dict[str, Any]:
    """An event that has just happened."""
    body = event(name, **{**CONTENT_OF_EVENTS.get(name, {}), **content})
    return {**body, "event_time": int(slack.clock().timestamp())}


async def group(slack: Dispatcher) -> StudyGroup:
    async with slack.coach.database.read() as session:
        found = await session.get(StudyGroup, 1)
    assert found is not None
    return found


@pytest.mark.parametrize("name", sorted({name.partition(".")[0] for name in PARSED.bot_events}))
async def test_every_event_twice_is_once(
    slack: Dispatcher, groups: GroupService, deliver: Deliver, name: str
) -> None:
    slack.client.conversations_info.return_value = answer(channel={"id": CHANNEL, "name": "prep"})
    body = told(name, slack)

    assert await deliver(body, 0) == 200
    before = await everything_stored(slack.coach.database)
    for attempt in (1, 2, 3):
        slack.clock.move(minutes=1)
        assert await deliver(body, attempt) == 200

    assert await everything_stored(slack.coach.database) == before


async def test_a_zone_that_was_changed_again_meanwhile_stays(
    slack: Dispatcher, groups: GroupService, deliver: Deliver
) -> None:
    first = told("user_change", slack, user={"id": ANA.user_id, "team_id": "T1", "tz": "Asia/Tokyo"})
    second = told("user_change", slack, user={"id": ANA.user_id, "team_id": "T1", "tz": "Europe/Lisbon"})
    slack.client.users_info.return_value = answer(user=second["event"]["user"])

    await deliver(second, 0)
    await deliver(first, 1)

    async with slack.coach.database.read() as session:
        learner = await learners.find(session, ANA.team_id, ANA.user_id)
    assert learner is not None
    assert learner.time_zone == "Europe/Lisbon"


@pytest.mark.parametrize(("rejoins", "is_in"), [(True, True), (False, False)])
async def test_who_joined_again_after_leaving_the_channel_stays_in_the_group(
    slack: Dispatcher, groups: GroupService, deliver: Deliver, rejoins: bool, is_in: bool
) -> None:
    left = told("member_left_channel", slack, user=BEN.user_id)
    slack.clock.move(minutes=1)
    if rejoins:
        await groups.leave(BEN, 1)
        await groups.join(BEN, 1)

    await deliver(left, 1)

    async with slack.coach.database.read() as session:
        ben = await learners.find(session, BEN.team_id, BEN.user_id)
        row = await session.get(GroupMember, (1, ben.id if ben else 0))
    assert row is not None
    assert (row.left_at is None) is is_in


@pytest.mark.parametrize("name", ["channel_archive", "group_archive", "channel_left", "group_left"])
@pytest.mark.parametrize(
    ("channel", "goes_on"),
    [
        pytest.param({"is_archived": False, "is_member": True}, True, id="back"),
        pytest.param({"is_archived": True, "is_member": True}, False, id="archived"),
        pytest.param({"is_archived": False, "is_member": False}, False, id="left"),
    ],
)
async def test_a_channel_that_is_back_meanwhile_keeps_its_group(
    slack: Dispatcher,
    groups: GroupService,
    deliver: Deliver,
    name: str,
    channel: dict[str, bool],
    goes_on: bool,
) -> None:
    slack.client.conversations_info.return_value = answer(channel={"id": CHANNEL, **channel})

    await deliver(told(name, slack, channel=CHANNEL), 1)

    assert ((await group(slack)).ended_at is None) is goes_on


async def test_a_bot_that_was_invited_again_meanwhile_keeps_the_group(
    slack: Dispatcher, groups: GroupService, deliver: Deliver
) -> None:
    slack.client.conversations_info.return_value = answer(channel={"id": CHANNEL, "is_member": True})

    await deliver(told("member_left_channel", slack, user="UBOT", channel=CHANNEL), 2)

    assert (await group(slack)).ended_at is None


async def test_the_newest_name_of_a_channel_stays(
    slack: Dispatcher, groups: GroupService, deliver: Deliver
) -> None:
    slack.client.conversations_info.return_value = answer(channel={"id": CHANNEL, "name": "newest"})

    await deliver(told("channel_rename", slack, channel={"id": CHANNEL, "name": "older"}), 1)

    assert (await group(slack)).channel_name == "newest"


async def test_news_are_taken_as_they_are(slack: Dispatcher, groups: GroupService, deliver: Deliver) -> None:
    """Only what comes again costs a question to Slack."""
    await deliver(told("channel_rename", slack, channel={"id": CHANNEL, "name": "told"}), 0)
    await deliver(told("user_change", slack), 0)
    await deliver(told("channel_archive", slack, channel=CHANNEL), 0)

    assert (await group(slack)).channel_name == "told"
    assert (await group(slack)).ended_reason == "archived"
    slack.client.conversations_info.assert_not_awaited()
    slack.client.users_info.assert_not_awaited()
