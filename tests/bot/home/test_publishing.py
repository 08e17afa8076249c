"""However quickly somebody acts: few publishes, and the newest state is the one that stays."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.home.overview import Overview
from bot.home.publishing import HomePublisher
from bot.home.service import HomeService
from bot.members import Member
from tests.bot.home.test_views import BLANK, SCORED
from tests.bot.surfaces import words_of
from tests.builders import ANA, BEN


@dataclass
class Slack:
    """What Slack shows of everybody's Home, and a bot whose state a test changes."""

    state: Overview = BLANK
    shown: list[str] = field(default_factory=list)
    """Everything that was published, in the order it arrived."""
    go: asyncio.Event = field(default_factory=asyncio.Event)
    """While it is not set, publishes are on their way."""
    pauses: list[float] = field(default_factory=list)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    """While it is not set, the pause lasts."""
    broken: Exception | None = None

    async def overview(self, _member: Member) -> Overview:
        return self.state

    async def views_publish(self, *, user_id: str, view: dict[str, Any]) -> None:
        text = words_of(view)
        await self.go.wait()
        if self.broken is not None:
            raise self.broken
        self.shown.append(f"{user_id} {'scored' if 'Where you stand' in text else 'blank'}")

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        await self.over.wait()


@pytest.fixture
def slack() -> Slack:
    return Slack()


@pytest.fixture
def publisher(slack: Slack) -> HomePublisher:
    async def client_of(_team_id: str) -> AsyncWebClient:
        return cast(AsyncWebClient, slack)

    return HomePublisher(client_of, cast(HomeService, slack), pause=0.7, sleep=slack.sleep)


async def settle() -> None:
    """Let everything that can go on go on."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_ten_at_once_are_two_and_the_last_state_stays(slack: Slack, publisher: HomePublisher) -> None:
    first = asyncio.create_task(publisher.publish(ANA))
    await settle()
    slack.state = SCORED
    others = [asyncio.create_task(publisher.publish(ANA)) for _ in range(9)]
    await settle()
    assert slack.shown == [], "the first is still on its way"

    slack.go.set()
    slack.over.set()
    await asyncio.gather(first, *others)

    assert slack.shown == ["U1 blank", "U1 scored"]


async def test_the_second_waits_for_the_pause(slack: Slack, publisher: HomePublisher) -> None:
    slack.go.set()
    await publisher.publish(ANA)
    slack.state = SCORED
    second = asyncio.create_task(publisher.publish(ANA))
    await settle()
    assert (slack.shown, slack.pauses) == (["U1 blank"], [0.7])

    slack.over.set()
    await second

    assert slack.shown == ["U1 blank", "U1 scored"]


async def test_nobody_waits_for_somebody_else(slack: Slack, publisher: HomePublisher) -> None:
    slack.go.set()
    await asyncio.gather(publisher.publish(ANA), publisher.publish(BEN))

    assert slack.shown == ["U1 blank", "U2 blank"]


async def test_nothing_is_remembered_beyond_the_pause(slack: Slack, publisher: HomePublisher) -> None:
    slack.go.set()
    await asyncio.gather(*(publisher.publish(Member("T1", f"U{number}")) for number in range(50)))
    assert publisher.in_hand == 50

    slack.over.set()
    await settle()

    assert publisher.in_hand == 0


async def test_a_failure_is_told_to_who_asked_and_the_next_one_works(
    slack: Slack, publisher: HomePublisher
) -> None:
    slack.go.set()
    slack.over.set()
    slack.broken = OSError("no line")
    with pytest.raises(OSError, match="no line"):
        await publisher.publish(ANA)

    slack.broken = None
    await publisher.publish(ANA)

    assert slack.shown == ["U1 blank"]


async def test_who_gives_up_does_not_take_it_from_the_others(slack: Slack, publisher: HomePublisher) -> None:
    hasty, patient = (asyncio.create_task(publisher.publish(ANA)) for _ in range(2))
    await settle()
    hasty.cancel()
    slack.go.set()
    slack.over.set()
    await patient

    assert slack.shown == ["U1 blank"]
