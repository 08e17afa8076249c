"""A stop waits for what is in hand."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.correlation import current
from bot.home.service import HomeService
from bot.in_flight import InFlight
from bot.metrics import Metrics
from tests.dispatch import Dispatcher, Payload, block_actions, command, event, shortcut
from tests.figures import figure


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
    metrics = Metrics()
    in_flight = InFlight(metrics)
    request = SocketModeRequest(type="slash_commands", envelope_id="1", payload=command("today"))
    seen = []

    async def take(_client: Any, request: Any) -> None:
        seen.append((request, in_flight.running, figure(metrics, "prep_requests_in_flight")))

    await in_flight.counted(take)(None, request)

    assert seen == [(request, 1, 1)]
    assert in_flight.running == 0
    assert figure(metrics, "prep_requests_in_flight") == 0


@pytest.mark.parametrize(
    ("payload", "kind"),
    [
        (command("log 2 coding"), "command"),
        (event("app_home_opened"), "event"),
        (block_actions("today.tick"), "block_actions"),
        (shortcut("start_assessment"), "shortcut"),
        ({"type": "made up by somebody"}, "other"),
        ({}, "other"),
    ],
)
async def test_the_time_to_the_ack_is_kept_by_type_of_payload(payload: Payload, kind: str) -> None:
    metrics = Metrics()

    async with InFlight(metrics).request(payload):
        pass

    assert figure(metrics, "prep_ack_seconds_count", type=kind) == 1
    assert figure(metrics, "prep_ack_seconds_bucket", type=kind, le="1.0") == 1


async def test_a_request_that_broke_off_was_not_acked() -> None:
    metrics = Metrics()
    in_flight = InFlight(metrics)

    with pytest.raises(ZeroDivisionError):
        async with in_flight.request(command("today")):
            raise ZeroDivisionError

    assert figure(metrics, "prep_ack_seconds_count", type="command") is None
    assert in_flight.running == 0


async def test_what_a_request_starts_carries_its_id() -> None:
    async def listener() -> tuple[str, str] | None:
        return current()

    async with InFlight().request(event("app_home_opened", "Ev123")):
        started = asyncio.create_task(listener())

    assert await started == ("Ev123", "event")
    assert current() is None
