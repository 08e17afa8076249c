"""One process from start to stop: connect, work, and leave nothing half-done."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import secrets
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.app import Coach, build
from bot.clock import AgreedClock, Now, ShiftedClock, system_now
from bot.pace import Pace
from bot.payloads import admit
from bot.sending import CALL_SECONDS
from bot.settings import Settings
from content.loader import Catalog, load
from storage.engine import connect
from storage.migrate import DatabaseUnusableError, upgrade
from storage.preferences import Defaults

log = logging.getLogger(__name__)

CONNECT_SECONDS = 60.0
GARBAGE_THRESHOLD = 50_000
"""New objects between two looks for garbage."""
FINISH_SECONDS = 6.0
"""What running listeners are given at the end; with what follows it must stay below ten seconds."""
HANG_UP_SECONDS = 1.0
HEALTH_SECONDS = 15.0
UNHEALTHY_CHECKS = 4


# AttributeError: slack_sdk takes the body of any 200 for an object, also a web page's.
_UNREACHABLE = (aiohttp.ClientError, TimeoutError, OSError, AttributeError)


class StartError(Exception):
    """The bot cannot start; the message is one sentence with the fix."""


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
    async with running_coach(settings, catalog) as (coach, handler):
        connected.set()
        # Content and code stay for good: looking through them for garbage again and again costs a busy
        # sender a third of its time.
        gc.collect()
        gc.freeze()
        gc.set_threshold(GARBAGE_THRESHOLD)
        log.info("connected as %s, content %s", coach.delivery.owner, catalog.version)
        await _until_stopped(stop, handler)
        log.info("stopping: finishing what is in hand")


@asynccontextmanager
async def running_coach(
    settings: Settings, catalog: Catalog
) -> AsyncIterator[tuple[Coach, AsyncSocketModeHandler]]:
    """A bot that is connected and ticking; everything it opened is closed at the end."""
    base: Now = ShiftedClock(Path(settings.clock_file)) if settings.clock_file else system_now
    now = AgreedClock(base)
    connector = aiohttp.TCPConnector(limit=100, keepalive_timeout=25)
    # The clients ignore their own time-out when they are given a session.
    timeout = aiohttp.ClientTimeout(total=CALL_SECONDS)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
        token = settings.bot_token.get_secret_value()
        seconds = int(CALL_SECONDS)
        client = AsyncWebClient(token, settings.api_url, session=session, timeout=seconds)
        poster = AsyncWebClient(token, settings.api_url, session=session, timeout=seconds, retry_handlers=[])
        identity = await _identity(client, token)
        database = connect(settings.database_url)

        async def agree_on_time() -> None:
            await now.agree(database.now)

        await agree_on_time()
        coach = build(
            catalog=catalog,
            database=database,
            client=client,
            poster=poster,
            identity=identity,
            now=now,
            defaults=_defaults(settings),
            tick_seconds=settings.tick_seconds,
            owner=owner_name(),
            spread_seconds=settings.spread_seconds,
            before_tick=[agree_on_time],
            pace=Pace(asyncio.get_running_loop().time, settings.posts_per_second),
        )
        handler = AsyncSocketModeHandler(coach.app, settings.app_token.get_secret_value())
        take = only_sound(handler.handle)
        handler.client.socket_mode_request_listeners = [coach.in_flight.counted(take)]
        await coach.take_over()
        delivering = asyncio.create_task(coach.delivery.run())
        coach.scheduler.start()
        try:
            await _connect(handler)
            yield coach, handler
        finally:
            await _finish(coach, handler)
            await delivering
            await database.close()


def only_sound(take: Callable[[Any, Any], Awaitable[None]]) -> Callable[[Any, Any], Awaitable[None]]:
    """What takes a request from the line, for those that Slack may have sent; others are only acked."""

    async def take_sound(client: Any, request: Any) -> None:
        admitted = admit(request.payload)
        if admitted is None:
            log.warning("a request was refused: it is none that Slack sends")
            await client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))
            return
        request.payload = admitted
        await take(client, request)

    return take_sound


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
            f"Slack refused SLACK_BOT_TOKEN ({_code(error, client)}): copy the Bot User OAuth Token again "
            "from OAuth & Permissions, or reinstall the app."
        ) from error
    except _UNREACHABLE as error:
        raise _unreachable(client, error) from error
    return AuthorizeResult.from_auth_test_response(auth_test_response=answer, bot_token=token)


async def _connect(handler: AsyncSocketModeHandler) -> None:
    client = handler.client
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            # Asked for here, because connecting would try again for ever whatever Slack answers.
            client.wss_uri = await client.issue_new_wss_url()
            await handler.connect_async()
    except SlackApiError as error:
        raise StartError(
            f"Slack refused SLACK_APP_TOKEN ({_code(error, client.web_client)}): it needs the scope "
            "connections:write, and Socket Mode must be on in the app's settings."
        ) from error
    except _UNREACHABLE as error:
        raise _unreachable(client.web_client, error) from error


def _code(error: SlackApiError, client: AsyncWebClient) -> str:
    """Slack's word for its refusal; StartError when it was not Slack that answered, or Slack is down."""
    data = getattr(error.response, "data", None)
    if not isinstance(data, dict) or "error" not in data or error.response.status_code >= 500:
        raise _unreachable(client, error) from error
    return str(data["error"])


def _unreachable(client: AsyncWebClient, error: Exception) -> StartError:
    return StartError(
        f"Slack cannot be reached at {client.base_url} ({type(error).__name__}): check the network and "
        "SLACK_API_URL."
    )


async def _until_stopped(stop: asyncio.Event, handler: AsyncSocketModeHandler) -> None:
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
            failed = 0 if await handler.client.is_connected() else failed + 1
            if failed >= UNHEALTHY_CHECKS:
                raise StartError("The connection to Slack is lost and does not come back.") from None


async def _tick_ended(coach: Coach) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(FINISH_SECONDS), coach.ticking:
            pass


async def _finish(coach: Coach, handler: AsyncSocketModeHandler) -> None:
    """Take nothing new, finish what is in hand, hang up."""
    coach.scheduler.pause()
    # The line stays open meanwhile: what is running may still have to be acked.
    handler.client.socket_mode_request_listeners.clear()
    idle, *_ = await asyncio.gather(
        coach.in_flight.wait(FINISH_SECONDS), coach.delivery.stop(), _tick_ended(coach)
    )
    if not idle:
        log.warning("%d listeners did not finish in time", coach.in_flight.running)
    # Only now: it cancels a tick that is under way.
    coach.scheduler.shutdown(wait=False)
    handler.client.auto_reconnect_enabled = False
    with suppress(TimeoutError):
        async with asyncio.timeout(HANG_UP_SECONDS):
            await handler.disconnect_async()
    await handler.close_async()
