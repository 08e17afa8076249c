"""One process from start to stop: connect, work, and leave nothing half-done."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.app import Coach, build
from bot.clock import Now, ShiftedClock, system_now
from bot.settings import Settings
from content.loader import Catalog, load
from storage.engine import connect
from storage.migrate import upgrade

log = logging.getLogger(__name__)

CALL_SECONDS = 15
"""Shorter than delivery's lease, so that a post has failed before another worker may take it over."""
FINISH_SECONDS = 6.0
HEALTH_SECONDS = 15.0
UNHEALTHY_CHECKS = 4


class StartError(Exception):
    """The bot cannot start; the message is one sentence with the fix."""


async def run(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT; StartError when Slack does not let us in."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    _, catalog = await asyncio.gather(
        asyncio.to_thread(upgrade, settings.database_url), asyncio.to_thread(load)
    )
    async with running_coach(settings, catalog) as (coach, handler):
        log.info("connected as %s, content %s", owner_name(), catalog.version)
        await _until_stopped(stop, handler)
        log.info("stopping: finishing what is in hand")
        await _finish(coach, handler)
    log.info("stopped")


@asynccontextmanager
async def running_coach(
    settings: Settings, catalog: Catalog
) -> AsyncIterator[tuple[Coach, AsyncSocketModeHandler]]:
    """A bot that is connected and ticking; everything it opened is closed at the end."""
    now: Now = ShiftedClock(Path(settings.clock_file)) if settings.clock_file else system_now
    connector = aiohttp.TCPConnector(limit=100, keepalive_timeout=25)
    async with aiohttp.ClientSession(connector=connector) as session:
        token = settings.bot_token.get_secret_value()
        client = AsyncWebClient(token, settings.api_url, session=session, timeout=CALL_SECONDS)
        poster = AsyncWebClient(
            token, settings.api_url, session=session, timeout=CALL_SECONDS, retry_handlers=[]
        )
        identity = await _identity(client, token)
        database = connect(settings.database_url)
        coach = build(
            catalog=catalog,
            database=database,
            client=client,
            poster=poster,
            identity=identity,
            now=now,
            default_zone=settings.time_zone,
            tick_seconds=settings.tick_seconds,
            owner=owner_name(),
        )
        handler = AsyncSocketModeHandler(coach.app, settings.app_token.get_secret_value())
        delivering = asyncio.create_task(coach.delivery.run())
        coach.scheduler.start()
        try:
            await _connect(handler)
            yield coach, handler
        finally:
            coach.scheduler.shutdown(wait=False)
            await coach.delivery.stop()
            await delivering
            await handler.close_async()
            await database.close()


def owner_name() -> str:
    """Who we are in claims: unique among processes that may share a database."""
    return f"{socket.gethostname()}:{os.getpid()}"


async def _identity(client: AsyncWebClient, token: str) -> AuthorizeResult:
    try:
        answer = await client.auth_test()
    except SlackApiError as error:
        code = error.response.get("error")
        raise StartError(
            f"Slack refused SLACK_BOT_TOKEN ({code}): copy the Bot User OAuth Token again from "
            "OAuth & Permissions, or reinstall the app."
        ) from error
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise StartError(
            f"Slack cannot be reached at {client.base_url} ({type(error).__name__}): check the network and "
            "SLACK_API_URL."
        ) from error
    return AuthorizeResult.from_auth_test_response(auth_test_response=answer, bot_token=token)


async def _connect(handler: AsyncSocketModeHandler) -> None:
    try:
        await handler.connect_async()
    except SlackApiError as error:
        code = error.response.get("error")
        raise StartError(
            f"Slack refused SLACK_APP_TOKEN ({code}): it needs the scope connections:write, and Socket Mode "
            "must be on in the app's settings."
        ) from error


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


async def _finish(coach: Coach, handler: AsyncSocketModeHandler) -> None:
    coach.scheduler.pause()
    await handler.disconnect_async()
    if not await coach.in_flight.wait(FINISH_SECONDS):
        log.warning("%d listeners did not finish in time", coach.in_flight.running)
