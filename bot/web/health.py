"""Whether this process lives, and whether it can work: for a balancer, a container engine, and a person."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from sqlalchemy import text

from bot.pulse import DELIVERY, TICK, Pulse
from bot.transport.line import Transport
from storage.engine import Database

CACHE_SECONDS = 1.0
"""However often it is asked: the database is asked this often."""
DATABASE_SECONDS = 2.0
LATE_TICKS = 4
LATE_SECONDS = 60.0
"""A tick may be late by so much, or by so many of its own lengths, whichever is longer."""
LATE_DELIVERY_SECONDS = 120.0
"""A wave that Slack holds up makes the pump wait, but not for so long."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; `fault` is empty when it is well."""

    fault: str
    more: dict[str, Any] = field(default_factory=dict)


@dataclass(kw_only=True)
class Health:
    """What can be said of this process, looked at no more than once a second."""

    database: Database
    transport: Transport
    pulse: Pulse
    tick_seconds: float
    monotonic: Callable[[], float] = time.monotonic
    is_stopping: bool = False
    _looked_at: float = float("-inf")
    _found: dict[str, Check] = field(default_factory=dict)
    _looking: asyncio.Lock = field(default_factory=asyncio.Lock)
    _asking: asyncio.Task[None] | None = None
    """A question to the database without an answer yet."""

    async def checks(self) -> dict[str, Check]:
        """By part; those who ask at the same time get the same answer."""
        async with self._looking:
            if self.monotonic() - self._looked_at >= CACHE_SECONDS:
                self._found = {
                    "database": await self._database(),
                    "slack": await _slack(self.transport),
                    "tick": _age(self.pulse.age(TICK), max(LATE_SECONDS, LATE_TICKS * self.tick_seconds)),
                    "delivery": _age(
                        self.pulse.age(DELIVERY), max(LATE_DELIVERY_SECONDS, LATE_TICKS * self.tick_seconds)
                    ),
                }
                self._looked_at = self.monotonic()
        return self._found

    async def _database(self) -> Check:
        """Never two questions at once: a database that does not answer would use up its connections."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(_ask(self.database))
        done, _ = await asyncio.wait({self._asking}, timeout=DATABASE_SECONDS)
        if not done:
            return Check("no answer in time")
        error = self._asking.exception()
        return Check("" if error is None else type(error).__name__)


def routes(health: Health) -> list[web.RouteDef]:
    """/healthz/live: nothing to ask but us. /healthz and /healthz/ready: 503 with the reason, or 200."""

    async def live(_request: web.Request) -> web.StreamResponse:
        # A restart mends no database: whoever restarts what is not alive must not do so then.
        return web.json_response({"status": "alive"})

    async def ready(_request: web.Request) -> web.StreamResponse:
        if health.is_stopping:
            return web.json_response({"status": "not ready", "reason": "stopping"}, status=503)
        return _as_response(await health.checks())

    look: Callable[[web.Request], Awaitable[web.StreamResponse]] = ready
    return [web.get("/healthz/live", live), web.get("/healthz/ready", look), web.get("/healthz", look)]


def _as_response(checks: dict[str, Check]) -> web.Response:
    faults = [f"{name}: {check.fault}" for name, check in checks.items() if check.fault]
    body: dict[str, Any] = {"status": "not ready" if faults else "ready"}
    if faults:
        body["reason"] = "; ".join(faults)
    body["checks"] = {name: {"ok": not check.fault, **check.more} for name, check in checks.items()}
    return web.json_response(body, status=503 if faults else 200)


async def _ask(database: Database) -> None:
    async with database.read() as session:
        await (await session.connection()).execute(text("SELECT 1"))


async def _slack(transport: Transport) -> Check:
    fault = "" if await transport.is_connected() else "not connected"
    return Check(fault, {"by": transport.name})


def _age(seconds: float, most: float) -> Check:
    fault = f"last seen {seconds:.0f} s ago" if seconds > most else ""
    return Check(fault, {"seconds_ago": round(seconds, 1)})
