"""Try everything the bot needs, and name each fault with its fix."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from yarl import URL

from bot import slack_checks
from bot.clock import system_now
from bot.settings import ContentSettings, DatabaseSettings, Settings, SettingsError
from bot.slack_checks import Finding
from bot.workspaces import operator
from content.loader import ContentError, load
from storage.engine import async_url
from storage.migrate import current_revision, is_too_new, newest_revision

Say = Callable[[str], None]


async def examine(say: Say) -> int:
    """Say what was found; the exit code is 1 when there is something to mend."""
    faults = 0
    async for finding in findings():
        say(str(finding))
        faults += bool(finding.fix)
    say("Everything is well." if not faults else f"{faults} to mend.")
    return 1 if faults else 0


async def findings() -> AsyncIterator[Finding]:
    """Try one thing after another, without changing any."""
    yield await asyncio.to_thread(_content)
    yield await asyncio.to_thread(_configured_database)
    try:
        settings = Settings.load()
    except SettingsError as error:
        yield Finding("Settings", str(error), "Set it in .env or the environment; README has the table.")
        return
    yield Finding("Settings", "all there")
    if settings.http_port:
        yield await _web(settings.http_host, settings.http_port)
    if settings.encryption_key is not None:
        keys = settings.encryption_key.get_secret_value()
        for subject, result, fix in await operator.examine(settings.database_url, keys, system_now):
            yield Finding(subject, result, fix)
        client = AsyncWebClient(None, settings.api_url, timeout=slack_checks.CALL_SECONDS)
        try:
            yield await _transport(client, settings)
        except (OSError, TimeoutError) as error:
            told = f"{settings.api_url} does not answer ({type(error).__name__})"
            yield Finding("Slack", told, "Check the network.")
        return
    token = settings.bot_token.get_secret_value() if settings.bot_token else None
    client = AsyncWebClient(token, settings.api_url, timeout=slack_checks.CALL_SECONDS)
    async for finding in _slack(client, settings):
        yield finding


async def _web(host: str, port: int) -> Finding:
    """Whether the bot answers on its port, if it runs, and what it says of itself."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - asked, not bound
    base = URL.build(scheme="http", host=reachable, port=port)
    place = f"port {port} on {host}"
    try:
        async with aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=slack_checks.CALL_SECONDS)
        ) as session:
            async with session.get(base / "healthz") as answer:
                health = await answer.json(content_type=None)
            async with session.get(base / "metrics") as answer:
                figures = await answer.text()
    except aiohttp.ClientConnectorError:
        return Finding("Web server", f"nothing listens on {place}; the bot is not running")
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
        fix = "Another program may have this port: choose another PREP_HTTP_PORT."
        return Finding("Web server", f"{place} gives no answer of ours ({type(error).__name__})", fix)
    missed = re.search(r"^prep_missed_total (\S+)$", figures, re.MULTILINE)
    if not isinstance(health, dict) or "status" not in health or missed is None:
        fix = "Another program has this port: choose another PREP_HTTP_PORT."
        return Finding("Web server", f"{place} answers, but not as this bot does", fix)
    if health["status"] != "ready":
        fix = "See what it says, and its log."
        return Finding("Web server", f"{place} says: not ready, {health.get('reason', 'no reason')}", fix)
    return Finding("Web server", f"ready on {place}, {float(missed[1]):.0f} missed since its start")


def _content() -> Finding:
    try:
        catalog = load(overlay=ContentSettings().content_dir)
    except ContentError as error:
        more = f" (and {len(error.faults) - 1} more)" if len(error.faults) > 1 else ""
        return Finding("Content", f"{error.faults[0]}{more}", "Run prep-coach content check for all of them.")
    return Finding("Content", f"version {catalog.version}, {len(catalog.tasks)} tasks")


def _configured_database() -> Finding:
    try:
        return database(DatabaseSettings.load().database_url)
    except SettingsError as error:
        return Finding("Database", str(error), "Correct DATABASE_URL.")


def database(database_url: str) -> Finding:
    """Whether it can be used, and how far its schema is."""
    url = async_url(database_url)
    place = url.set(drivername=url.get_backend_name()).render_as_string(hide_password=True)
    sqlite = url.get_backend_name() == "sqlite"
    if sqlite and not Path(str(url.database)).exists():
        return _new_file(place, Path(str(url.database)))
    engine = create_engine(url.set(drivername="sqlite") if sqlite else url)
    try:
        with engine.connect() as connection:
            if sqlite:
                result = connection.execute(text("PRAGMA quick_check")).scalar()
                if result != "ok":
                    return Finding("Database", f"{place} is damaged: {result}", "Restore a backup.")
            revision = current_revision(connection)
            too_new = is_too_new(connection)
    except SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        fix = (
            "Check that the server runs and DATABASE_URL names it, or that the file's folder may be written."
        )
        return Finding("Database", f"{place} cannot be opened: {str(cause).splitlines()[0]}", fix)
    finally:
        engine.dispose()
    newest = newest_revision()
    if too_new:
        fix = "Run the version of Prep Coach that made it, or a newer one."
        return Finding("Database", f"{place} is at {revision}, newer than this program ({newest})", fix)
    if revision is None or revision < newest:
        state = f"at {revision or 'nothing'}, upgraded at the next start"
    elif revision == newest:
        state = f"at {revision}"
    else:
        state = f"at {revision}, newer than this program ({newest}), which may still run on it"
    return Finding("Database", f"{place}, {state}")


def _new_file(place: str, file: Path) -> Finding:
    """Opening it would make it, and the doctor changes nothing."""
    folder = next(parent for parent in file.absolute().parents if parent.exists())
    if not os.access(folder, os.W_OK):
        fix = "Let the bot write there, or name another file in DATABASE_URL."
        return Finding("Database", f"{place} cannot be made: {folder} may not be written", fix)
    return Finding("Database", f"{place} is made at the first start")


async def _slack(client: AsyncWebClient, settings: Settings) -> AsyncIterator[Finding]:
    is_let_in = False
    async for finding in slack_checks.bot_token(client):
        is_let_in = is_let_in or (finding.subject == "Bot token" and not finding.fix)
        yield finding
    if is_let_in:
        yield await _transport(client, settings)


async def _transport(client: AsyncWebClient, settings: Settings) -> Finding:
    if settings.app_token is None:
        return Finding("Transport", f"HTTP on port {settings.http_port}; Slack calls /slack/events")
    return await slack_checks.app_token(client, settings.app_token.get_secret_value())
