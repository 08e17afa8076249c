"""What Slack and the way to it may do: slow down, fall over, lose answers; and people who opt out."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, time, timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.pace import Pace
from bot.playground.faults import FaultKind
from bot.playground.server import WorkspaceServer
from storage.engine import Database
from storage.models import OutboxState
from tests.survival.books import on_of
from tests.survival.conftest import on_sqlite
from tests.survival.edge import StraightClient
from tests.survival.rig import Town, new_town

PEOPLE = 20
TODAY = date(2026, 5, 4)


async def nine_o_clock(database: Database, people: int = PEOPLE) -> Town:
    """Everybody is due now."""
    town = new_town(database, "2026-05-04 00:00")
    await town.settle_many(people, weekly_on=False)
    town.set("2026-05-04 09:00")
    return town


async def end_of_day(town: Town) -> None:
    """Live on until the books of the day can be closed."""
    await town.live_until("2026-05-04 23:00")


@pytest.mark.parametrize("retry_after", [1, 20, 60])
@on_sqlite
async def test_17_a_429_costs_what_slack_asks_for_and_no_more(database: Database, retry_after: int) -> None:
    """Survives 17: 429 to a third of the posts; done within ten percent of what Slack's answers add up to."""
    town = await nine_o_clock(database, 40)
    pace = Pace(town.clock.monotonic, posts_per_second=0)
    town.delivery = town.worker(pace=pace)
    town.workspace.faults.add(
        method="chat.postMessage", kind="ratelimited", seconds=retry_after, times=None, probability=0.3
    )
    began, closings = town.clock.seconds, 0
    await town.service.plan_due()
    while len(town.accepted()) < 40:
        await town.delivery.drain()
        if (closed := pace.closed_for()) > 0:
            closings += 1
            town.clock.move(closed)
    town.workspace.faults.clear()

    took = town.clock.seconds - began
    assert closings > 0
    assert took <= closings * retry_after * 1.1
    await end_of_day(town)
    assert await town.breaches(TODAY, TODAY) == []


@on_sqlite
async def test_17_a_429_on_every_method(database: Database) -> None:
    """Survives 17: whatever is called is answered 429 for a while."""
    town = await nine_o_clock(database)
    town.workspace.faults.add(method="chat.postMessage", kind="lost_answer", times=5)
    town.workspace.faults.add(method="*", kind="ratelimited", seconds=7, times=60, probability=0.5)

    await end_of_day(town)

    assert town.workspace.faults.met > 10
    assert await town.breaches(TODAY, TODAY) == []


async def test_18_one_answer_in_ten_is_lost(database: Database) -> None:
    """Survives 18: accepted, and the answer never came; the conversation is read back."""
    town = await nine_o_clock(database, 60)
    town.workspace.faults.add(method="chat.postMessage", kind="lost_answer", times=None, probability=0.1)

    await end_of_day(town)

    assert town.workspace.faults.met > 2
    assert await town.breaches(TODAY, TODAY) == []


async def test_18_who_reacts_before_the_bot_knows_that_it_arrived_ignored_nothing(database: Database) -> None:
    """Survives 18: the day's message is found a while after it was answered; three more make the question."""
    town = await nine_o_clock(database, 1)
    town.workspace.faults.add(method="chat.postMessage", kind="lost_answer")
    await town.tick()
    town.set("2026-05-04 09:00:01")
    await town.touch()

    await town.live_until("2026-05-12 00:00")

    assert await town.breaches(TODAY, date(2026, 5, 10)) == []
    assert [on_of(key).day for key in town.accepted()] == [4, 5, 6, 7, 8]


@on_sqlite
@pytest.mark.parametrize(
    ("wants", "doubled"),
    [
        pytest.param({"weekly_on": False}, 0, id="daily minimums are not sent again"),
        pytest.param(
            {"daily_on": False, "weekly_day": 0, "weekly_at": time(9)}, 3, id="check-ins are sent again"
        ),
    ],
)
async def test_18_what_cannot_be_read_back_follows_the_published_rule(
    database: Database, wants: dict[str, Any], doubled: int
) -> None:
    """Survives 18: the conversation is unreadable: the kind decides, and it is counted."""
    town = new_town(database, "2026-05-04 00:00")
    await town.settle_many(PEOPLE, **wants)
    town.set("2026-05-04 09:00")
    town.workspace.faults.add(method="chat.postMessage", kind="lost_answer", times=3)
    town.workspace.faults.add(method="conversations.history", kind="error", error="missing_scope", times=None)

    await end_of_day(town)

    accepted = town.accepted()
    assert len(accepted) == PEOPLE + doubled
    assert len(set(accepted)) == PEOPLE
    assert await doubtful(town) == 3


async def doubtful(town: Town) -> int:
    """How many the bot says may have been doubled."""
    async with town.database.read() as session:
        rows = await (await session.connection()).exec_driver_sql(
            "SELECT count(*) FROM outbox_message WHERE doubtful"
        )
        return int(rows.scalar_one())


@pytest.mark.parametrize("kind", ["http_500", "drop", "hang"])
@on_sqlite
async def test_19_twenty_minutes_of_trouble(
    database: Database, kind: FaultKind, caplog: pytest.LogCaptureFixture
) -> None:
    """Survives 19 and 27: whatever is called fails for twenty minutes, and each failure leaves its line."""
    caplog.set_level(logging.INFO)
    town = await nine_o_clock(database)
    town.workspace.faults.add(method="*", kind=kind, times=None)
    await town.live_until("2026-05-04 09:20")
    assert town.accepted() == []
    town.workspace.faults.clear()

    await town.live_until("2026-05-04 09:31")

    assert len(town.accepted()) == PEOPLE, "not everybody had theirs ten minutes later"
    await end_of_day(town)
    assert await town.breaches(TODAY, TODAY) == []
    said = {"http_500": "http_500", "drop": "ServerDisconnectedError", "hang": "TimeoutError"}[kind]
    lines = [record.getMessage() for record in caplog.records if said in record.getMessage()]
    assert len(lines) >= PEOPLE
    assert all("outbox" in line and "daily" in line for line in lines)


@pytest.mark.parametrize("trouble", ["dns", "tls", "black hole", "slow"])
@on_sqlite
async def test_19_the_network_itself_fails(
    database: Database, trouble: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Survives 19: no such host, no TLS, a socket that swallows everything, answers that come too late."""
    caplog.set_level(logging.INFO)
    town = await nine_o_clock(database, 4)
    async with WorkspaceServer(town.workspace) as server:
        async with broken_way(trouble, server, town) as poster:
            town.delivery = town.worker(poster=poster)
            await town.tick()
        assert "again in" in caplog.text
        async with aiohttp.ClientSession() as session:
            poster = AsyncWebClient(
                town.workspace.bot_token, server.api_url, session=session, retry_handlers=[]
            )
            town.delivery = town.worker(poster=poster)
            await end_of_day(town)

    assert await town.breaches(TODAY, TODAY) == []


@asynccontextmanager
async def broken_way(trouble: str, server: WorkspaceServer, town: Town) -> AsyncIterator[AsyncWebClient]:
    """A client that does not get through."""
    url = server.api_url
    connector = aiohttp.TCPConnector()
    # Connections are taken by the kernel, and nobody ever answers.
    swallowing = socket.create_server(("127.0.0.1", 0))
    match trouble:
        case "dns":
            connector = aiohttp.TCPConnector(resolver=NoSuchHost())
            url = "http://slack.invalid/api/"
        case "tls":
            url = url.replace("http://", "https://")
        case "black hole":
            url = f"http://127.0.0.1:{swallowing.getsockname()[1]}/api/"
        case "slow":
            town.workspace.faults.add(method="chat.postMessage", kind="slow", seconds=0.4, times=None)
    timeout = aiohttp.ClientTimeout(total=0.2)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
        yield AsyncWebClient(town.workspace.bot_token, url, session=session, retry_handlers=[])
    swallowing.close()
    if trouble == "slow":
        while len(town.accepted()) < len(town.residents):  # noqa: ASYNC110 - Slack takes its time
            await asyncio.sleep(0.02)
        town.workspace.faults.clear()


class NoSuchHost(AbstractResolver):
    """Knows no name."""

    async def resolve(self, host: str, port: int = 0, family: int = socket.AF_INET) -> list[ResolveResult]:
        raise socket.gaierror(socket.EAI_NONAME, f"{host} is not known")

    async def close(self) -> None:
        return None


@pytest.mark.parametrize("posts_before", [0, 1, 5, 11])
async def test_22_after_stop_is_confirmed_nothing_more_is_started(
    database: Database, posts_before: int
) -> None:
    """Survives 22: a pause amid the wave: whoever has seen its confirmation gets nothing more."""
    town = await nine_o_clock(database, 12)
    confirmed: set[str] = set()
    violations: list[str] = []

    class Watching(StraightClient):
        """Lets people pause when so many posts were made; then watches what is still started."""

        async def api_call(self, api_method: str, **request: Any) -> AsyncSlackResponse:
            if api_method == "chat.postMessage":
                key = request["json"]["metadata"]["event_payload"]["key"]
                if key in confirmed:
                    violations.append(key)
                if len(town.accepted()) >= posts_before and not confirmed:
                    await everybody_pauses()
            return await super().api_call(api_method, **request)

    async def everybody_pauses() -> None:
        for who in town.residents[::-1]:
            await town.pause(who)
            key = f"daily:{who.learner_id}:{TODAY}"
            async with town.database.read() as session:
                state = (
                    await (await session.connection()).exec_driver_sql(
                        f"SELECT state FROM outbox_message WHERE idempotency_key = '{key}'"  # noqa: S608
                    )
                ).scalar_one()
            # What was being sent when the pause was stored had been started before.
            if state not in (OutboxState.SENDING, OutboxState.SENT):
                confirmed.add(key)

    town.delivery = town.worker(poster=Watching(town.workspace))
    await town.tick()
    town.delivery = town.worker()
    await end_of_day(town)

    assert violations == []
    assert confirmed.isdisjoint(town.accepted())
    assert len(town.accepted()) == len(set(town.accepted()))
    assert len(town.accepted()) + len(confirmed) == 12


@on_sqlite
async def test_22_a_lost_post_is_not_repeated_after_a_stop(database: Database) -> None:
    """Survives 22: it was on its way when the person paused, and did not arrive: it is not started again."""
    town = await nine_o_clock(database, 1)
    town.workspace.faults.add(method="chat.postMessage", kind="drop")
    await town.tick()
    await town.pause(town.residents[0])

    await town.live_until(town.clock.now() + timedelta(hours=3))

    assert town.accepted() == []
