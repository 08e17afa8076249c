"""A stop waits for what is in hand."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.home.service import HomeService
from bot.in_flight import InFlight
from tests.dispatch import Dispatcher, event


async def test_nothing_running_is_nothing_to_wait_for() -> None:
    assert await InFlight().wait(5)


async def test_a_running_listener_is_counted_until_it_ends(
    slack: Dispatcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    go, entered = asyncio.Event(), asyncio.Event()
    overview = HomeService.overview

    async def slow(*arguments: Any) -> Any:
        entered.set()
        await go.wait()
        return await overview(*arguments)

    monkeypatch.setattr(HomeService, "overview", slow)
    sending = asyncio.create_task(slack.send(event("app_home_opened", tab="home")))
    await entered.wait()

    assert slack.coach.in_flight.running == 1
    assert not await slack.coach.in_flight.wait(0.01)
    go.set()

    assert await slack.coach.in_flight.wait(5)
    await sending


async def test_a_listener_that_fails_has_ended_too(
    slack: Dispatcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(HomeService, "overview", fail)

    await slack.send(event("app_home_opened", tab="home"))

    assert slack.coach.in_flight.running == 0


async def test_a_request_is_counted_from_the_line_to_its_end() -> None:
    in_flight = InFlight()
    seen = []

    async def take(_client: Any, request: Any) -> None:
        seen.append((request, in_flight.running))

    await in_flight.counted(take)(None, "request")

    assert seen == [("request", 1)]
    assert in_flight.running == 0
