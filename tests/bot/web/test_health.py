"""Whether the process can work: 503 with the reason when not, and never a flood for the database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest

from bot.pulse import DELIVERY, TICK, Pulse
from bot.transport.http import HttpMode
from bot.web import health
from bot.web.health import Health
from bot.web.server import WebServer, serving
from storage.engine import Database


@dataclass
class Watched:
    """A server that only tells of health."""

    health: Health
    clock: list[float]
    server: WebServer
    session: aiohttp.ClientSession
    queries: list[int] = field(default_factory=list)

    async def get(self, path: str = "/healthz") -> tuple[int, dict[str, Any]]:
        """Status and body, a second and a half after the last look."""
        self.clock[0] += 1.5
        async with self.session.get(f"http://127.0.0.1:{self.server.port}{path}") as answer:
            return answer.status, await answer.json()


@pytest.fixture
async def watched(database: Database) -> AsyncIterator[Watched]:
    """Everything is well."""
    clock = [100.0]
    mode = HttpMode()
    await mode.connect()
    known = Health(
        database=database,
        transport=mode,
        pulse=Pulse(lambda: clock[0]),
        tick_seconds=5.0,
        monotonic=lambda: clock[0],
    )
    async with serving(health.routes(known), 0) as server, aiohttp.ClientSession() as session:
        yield Watched(known, clock, server, session)


async def test_all_is_well(watched: Watched) -> None:
    watched.health.pulse.beat(TICK)

    for path in ("/healthz", "/healthz/ready"):
        status, body = await watched.get(path)
        assert (status, body["status"]) == (200, "ready")
        assert body["checks"]["database"] == {"ok": True}
        assert body["checks"]["slack"] == {"ok": True, "by": "HTTP"}
        assert body["checks"]["tick"]["ok"]
        assert "reason" not in body


@pytest.mark.parametrize(("part", "name", "after"), [(TICK, "tick", 61), (DELIVERY, "delivery", 121)])
async def test_a_part_that_stands_still_is_named(
    watched: Watched, part: str, name: str, after: float
) -> None:
    watched.clock[0] += after - 10
    watched.health.pulse.beat({TICK: DELIVERY, DELIVERY: TICK}[part])
    assert (await watched.get())[0] == 200
    watched.clock[0] += 10

    status, body = await watched.get()

    assert (status, body["status"]) == (503, "not ready")
    assert body["reason"].startswith(f"{name}: last seen ")
    watched.health.pulse.beat(part)
    assert (await watched.get())[0] == 200


async def test_a_line_that_is_down(watched: Watched) -> None:
    watched.health.transport.refuse()

    assert (await watched.get())[1]["reason"] == "slack: not connected"


async def test_a_database_that_fails_is_named_without_its_address(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_database: Database) -> None:
        raise OSError("postgresql://prep:secret@db/prep")

    monkeypatch.setattr(health, "_ask", fail)

    status, body = await watched.get()

    assert (status, body["reason"]) == (503, "database: OSError")
    assert "secret" not in str(body)


async def test_a_database_that_hangs_is_asked_once(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, answers = [], asyncio.Event()

    async def hang(_database: Database) -> None:
        asked.append(1)
        await answers.wait()

    monkeypatch.setattr(health, "_ask", hang)
    monkeypatch.setattr(health, "DATABASE_SECONDS", 0.01)

    for _ in range(3):
        assert (await watched.get())[1]["reason"] == "database: no answer in time"
    assert len(asked) == 1

    answers.set()
    assert (await watched.get())[0] == 200


async def test_a_hundred_callers_are_one_query_a_second(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    async def count(_database: Database) -> None:
        asked.append(1)

    monkeypatch.setattr(health, "_ask", count)
    url = f"http://127.0.0.1:{watched.server.port}/healthz"

    async def ask() -> None:
        async with watched.session.get(url) as answer:
            assert answer.status == 200

    await asyncio.gather(*(ask() for _ in range(100)))

    assert len(asked) == 1


async def test_a_process_that_stops_lives_and_is_not_ready(watched: Watched) -> None:
    watched.health.is_stopping = True

    assert await watched.get("/healthz/ready") == (503, {"status": "not ready", "reason": "stopping"})
    assert await watched.get("/healthz/live") == (200, {"status": "alive"})
