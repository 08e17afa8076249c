"""Try everything the bot needs, and name each fault with its fix."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from bot import slack_checks
from bot.settings import ContentSettings, DatabaseSettings, Settings, SettingsError
from bot.slack_checks import Finding
from content.loader import ContentError, load
from storage.engine import async_url
from storage.migrate import current_revision, newest_revision

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
    client = AsyncWebClient(
        settings.bot_token.get_secret_value(), settings.api_url, timeout=slack_checks.CALL_SECONDS
    )
    async for finding in _slack(client, settings):
        yield finding


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
    except SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        fix = (
            "Check that the server runs and DATABASE_URL names it, or that the file's folder may be written."
        )
        return Finding("Database", f"{place} cannot be opened: {str(cause).splitlines()[0]}", fix)
    finally:
        engine.dispose()
    newest = newest_revision()
    if revision is not None and revision > newest:
        fix = "Run the version of Prep Coach that made it, or a newer one."
        return Finding("Database", f"{place} is at {revision}, newer than this program ({newest})", fix)
    state = (
        f"at {revision}" if revision == newest else f"at {revision or 'nothing'}, upgraded at the next start"
    )
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
        yield await slack_checks.app_token(client, settings.app_token.get_secret_value())
