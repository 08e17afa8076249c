"""What the doctor says of the web server."""

from __future__ import annotations

from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port

from bot.doctor import _web
from bot.metrics import Metrics
from bot.sampling import Sampler
from bot.slack_checks import Finding
from bot.web.metrics import routes


def healthz(status: int, body: str) -> web.RouteDef:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=status, text=body, content_type="application/json")

    return web.get("/healthz", answer)


async def found(*served: web.RouteDef) -> Finding:
    """What the doctor finds at a server with these pages."""
    app = web.Application()
    app.add_routes(served)
    async with TestServer(app) as server:
        return await _web("127.0.0.1", server.port or 0)


async def test_a_bot_that_is_well_says_so_and_how_many_windows_it_missed() -> None:
    metrics = Metrics()
    metrics.ended("daily", "missed")

    finding = await found(healthz(200, '{"status": "ready"}'), *routes(metrics, Sampler([])))

    assert finding.fix == ""
    assert finding.result.startswith("ready on port ")
    assert finding.result.endswith("1 missed since its start")


async def test_a_bot_that_is_not_ready_says_why() -> None:
    body = '{"status": "not ready", "reason": "tick: last seen 300 s ago"}'

    finding = await found(healthz(503, body), *routes(Metrics(), Sampler([])))

    assert "not ready, tick: last seen 300 s ago" in finding.result
    assert finding.fix


async def test_another_program_on_the_port_is_told() -> None:
    assert (await found(healthz(200, '{"status": "ready"}'))).fix.startswith("Another program")
    assert (await found(healthz(200, "Hello"))).fix.startswith("Another program")


async def test_a_bot_that_does_not_run_is_no_fault() -> None:
    finding = await _web("0.0.0.0", unused_port())  # noqa: S104 - what an operator may have set

    assert finding.fix == ""
    assert "the bot is not running" in finding.result
