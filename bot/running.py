"""One process from start to stop: connect, work, and leave nothing half-done."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import secrets
import signal
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import aiohttp
import aiohttp.web
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import api_json
from bot.api_calls import noting
from bot.app import Coach, build
from bot.clock import AgreedClock, Now, ShiftedClock, system_now
from bot.delivery import STOP_SECONDS
from bot.metrics import Metrics
from bot.sampling import line_look
from bot.scheduler import Job
from bot.sending import CALL_SECONDS
from bot.settings import Settings
from bot.start_errors import UNREACHABLE, StartError, refusal_code, unreachable
from bot.transport.http import HttpMode
from bot.transport.line import Transport
from bot.transport.socket_mode import SocketMode
from bot.web import calendar, health, slack
from bot.web import metrics as metrics_page
from bot.web.health import Health
from bot.web.server import WebServer, serving
from bot.workspaces.directory import Connect, OneWorkspace, Workspaces
from bot.workspaces.many import many_workspaces
from bot.workspaces.presence import Presence
from bot.workspaces.secrets import UndecipherableError
from bot.workspaces.slack_oauth import is_alive
from bot.workspaces.vault import check_keys
from content.loader import Catalog, load
from storage.engine import Database, connect
from storage.migrate import DatabaseUnusableError, upgrade
from storage.preferences import Defaults

log = logging.getLogger(__name__)

GARBAGE_THRESHOLD = 50_000
"""New objects between two looks for garbage."""
FINISH_SECONDS = 6.0
"""What running listeners are given at the end; with what follows it must stay below ten seconds."""
HEALTH_SECONDS = 15.0
UNHEALTHY_CHECKS = 4


@dataclass(frozen=True, slots=True)
class Running:
    """A bot that is connected and ticking."""

    coach: Coach
    transport: Transport
    web: WebServer | None
    """Where health and the rest is served, None without a port."""


async def _nothing() -> None:
    """There is nothing to wait for."""


@dataclass(frozen=True, slots=True)
class WayIn:
    """Who lets us into workspaces: one token of the environment, or what was installed."""

    workspaces: Workspaces
    presence: Presence
    beside_tick: Sequence[Job] = ()
    routes: list[aiohttp.web.RouteDef] = field(default_factory=list)
    finish: Job = _nothing


async def run(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT; StartError when Slack does not let us in."""
    stop = asyncio.Event()
    connected = asyncio.Event()
    working = asyncio.create_task(_work(settings, stop, connected))

    def ask_to_stop() -> None:
        stop.set()
        if not connected.is_set():
            working.cancel()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ask_to_stop)
    try:
        await working
    except asyncio.CancelledError:
        if not stop.is_set():
            raise
    log.info("stopped")


async def _work(settings: Settings, stop: asyncio.Event, connected: asyncio.Event) -> None:
    try:
        _, catalog = await asyncio.gather(
            asyncio.to_thread(upgrade, settings.database_url),
            asyncio.to_thread(load, overlay=settings.content_dir),
        )
    except DatabaseUnusableError as error:
        raise StartError(str(error)) from error
    async with running_coach(settings, catalog) as running:
        connected.set()
        # Content and code stay for good: looking through them for garbage again and again costs a busy
        # sender a third of its time.
        gc.collect()
        gc.freeze()
        gc.set_threshold(GARBAGE_THRESHOLD)
        owner = running.coach.delivery.owner
        log.info("connected by %s as %s, content %s", running.transport.name, owner, catalog.version)
        await _until_stopped(stop, running.transport)
        log.info("stopping: finishing what is in hand")


@asynccontextmanager
async def running_coach(settings: Settings, catalog: Catalog) -> AsyncIterator[Running]:
    """A bot that is connected and ticking; everything it opened is closed at the end."""
    base: Now = ShiftedClock(Path(settings.clock_file)) if settings.clock_file else system_now
    now = AgreedClock(base)
    metrics = Metrics()
    metrics.describe(version=_version(), content=catalog.version)
    connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=25)
    # The clients ignore their own time-out when they are given a session.
    timeout = aiohttp.ClientTimeout(total=CALL_SECONDS)
    count_calls = noting(metrics, settings.api_url)
    async with aiohttp.ClientSession(
        connector=connector,
        timeout=timeout,
        middlewares=[count_calls],
        json_serialize=api_json.write,
        response_class=api_json.Answer,
    ) as session:
        seconds = int(CALL_SECONDS)

        def connect_with(token: str | None, **more: Any) -> AsyncWebClient:
            return AsyncWebClient(token, settings.api_url, session=session, timeout=seconds, **more)

        connect_poster = partial(connect_with, retry_handlers=[])
        database = connect(settings.database_url, on_wait=metrics.waited)
        way_in = await _way_in(settings, database, connect_poster, now)

        async def agree_on_time() -> None:
            await now.agree(database.now)

        await agree_on_time()
        coach = build(
            catalog=catalog,
            database=database,
            connect=connect_with,
            connect_poster=connect_poster,
            workspaces=way_in.workspaces,
            presence=way_in.presence,
            beside_tick=way_in.beside_tick,
            now=now,
            defaults=_defaults(settings),
            tick_seconds=settings.tick_seconds,
            owner=owner_name(),
            spread_seconds=settings.spread_seconds,
            keep_days=settings.keep_days,
            before_tick=[agree_on_time],
            public_url=settings.public_url,
            posts_per_second=settings.posts_per_second,
            metrics=metrics,
        )
        transport = _transport(settings, coach)
        line = transport.name.lower().replace(" ", "_")
        coach.sampler.looks.append(line_look(metrics, line, transport.is_connected))
        watched = Health(
            database=database, transport=transport, pulse=coach.pulse, tick_seconds=settings.tick_seconds
        )
        async with AsyncExitStack() as stack:
            stack.push_async_callback(database.close)
            web: WebServer | None = None
            if settings.http_port is not None:
                routes = _routes(settings, coach, transport, watched) + way_in.routes
                listening = serving(routes, settings.http_port, host=settings.http_host)
                web = await stack.enter_async_context(listening)
                log.info("serving HTTP on %s port %d", settings.http_host, web.port)
            await coach.take_over()
            delivering = asyncio.create_task(coach.delivery.run())
            coach.scheduler.start()
            try:
                await transport.connect()
                yield Running(coach, transport, web)
            finally:
                watched.is_stopping = True
                await _finish(coach, transport, web, way_in)
                await delivering


async def _way_in(settings: Settings, database: Database, connect_poster: Connect, now: Now) -> WayIn:
    """StartError when nobody lets us in."""
    if not settings.has_many_workspaces:
        token = settings.bot_token.get_secret_value() if settings.bot_token else ""
        poster = connect_poster(token)
        identity = await _identity(poster, token)
        own = {identity.team_id or "": token}
        return WayIn(OneWorkspace(identity), Presence(is_alive=partial(is_alive, poster), own_tokens=own))
    many = many_workspaces(settings, database=database, client=connect_poster(None), now=now)
    try:
        await check_keys(database, many.cipher)
    except UndecipherableError as error:
        raise StartError(str(error)) from error
    finish = partial(many.rotation.finish, STOP_SECONDS)
    return WayIn(many.workspaces, many.presence, [many.rotation.run_due], many.routes, finish)


def _transport(settings: Settings, coach: Coach) -> Transport:
    if settings.app_token is None:
        return HttpMode()
    return SocketMode(coach.app, coach.in_flight, settings.app_token.get_secret_value())


def _routes(
    settings: Settings, coach: Coach, transport: Transport, watched: Health
) -> list[aiohttp.web.RouteDef]:
    """Everything that is served over HTTP."""
    found = health.routes(watched) + metrics_page.routes(coach.metrics, coach.sampler)
    if isinstance(transport, HttpMode) and settings.signing_secret is not None:
        secret = settings.signing_secret.get_secret_value()
        found += slack.routes(coach.app.async_dispatch, coach.in_flight, transport, secret)
    if settings.public_url is not None:
        found += calendar.routes(coach.calendar_feeds.read)
    return found


def _version() -> str:
    try:
        return version("prep-coach")
    except PackageNotFoundError:
        return "unknown"  # run from its files without being installed


def owner_name() -> str:
    """Who we are in claims: unique among all starts of all processes that may share a database."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


def _defaults(settings: Settings) -> Defaults:
    weekly_day, weekly_at = settings.weekly_at
    return Defaults(
        daily_at=settings.daily_at,
        weekly_day=weekly_day,
        weekly_at=weekly_at,
        time_zone=settings.time_zone,
    )


async def _identity(client: AsyncWebClient, token: str) -> AuthorizeResult:
    try:
        answer = await client.auth_test()
    except SlackApiError as error:
        raise StartError(
            f"Slack refused SLACK_BOT_TOKEN ({refusal_code(error, client)}): copy the Bot User OAuth Token "
            "again from OAuth & Permissions, or reinstall the app."
        ) from error
    except UNREACHABLE as error:
        raise unreachable(client, error) from error
    return AuthorizeResult.from_auth_test_response(auth_test_response=answer, bot_token=token)


async def _until_stopped(stop: asyncio.Event, transport: Transport) -> None:
    """
    Wait for the signal, or for a connection that stays dead although the client should have renewed it.

    Leaving lets whatever supervises us start afresh, which is the known cure.
    """
    failed = 0
    while not stop.is_set():
        try:
            async with asyncio.timeout(HEALTH_SECONDS):
                await stop.wait()
        except TimeoutError:
            failed = 0 if await transport.is_connected() else failed + 1
            if failed >= UNHEALTHY_CHECKS:
                raise StartError("The connection to Slack is lost and does not come back.") from None


async def _tick_ended(coach: Coach) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(FINISH_SECONDS), coach.ticking:
            pass


async def _finish(coach: Coach, transport: Transport, web: WebServer | None, way_in: WayIn) -> None:
    """Take nothing new, finish what is in hand, hang up."""
    coach.scheduler.pause()
    # A database that does not answer must not hold us: what is in hand is left as it stands there.
    giving_up = asyncio.get_running_loop().call_later(STOP_SECONDS, coach.database.give_up)
    transport.refuse()
    if web is not None:
        web.stop_listening()
    idle, *_ = await asyncio.gather(
        coach.in_flight.wait(FINISH_SECONDS), coach.delivery.stop(), _tick_ended(coach)
    )
    if not idle:
        log.warning("%d listeners did not finish in time", coach.in_flight.running)
    # Only now: it cancels a tick that is under way.
    coach.scheduler.shutdown(wait=False)
    await coach.upkeep.stop()
    await way_in.finish()
    await transport.hang_up()
    giving_up.cancel()
