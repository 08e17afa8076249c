"""Try everything the bot needs, and name each fault with its fix."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import yaml
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import system_now
from bot.manifest import manifest_path
from bot.settings import ContentSettings, DatabaseSettings, Settings, SettingsError
from bot.workspaces import operator
from content.loader import ContentError, load
from storage.engine import async_url
from storage.migrate import current_revision, newest_revision

CLOCK_TOLERANCE_SECONDS = 5.0
CALL_SECONDS = 10
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was tried. `fix` is empty when it is well."""

    subject: str
    result: str
    fix: str = ""

    def __str__(self) -> str:
        return f"{'!!' if self.fix else 'ok'}  {self.subject}: {self.result}" + (
            f"\n      Fix: {self.fix}" if self.fix else ""
        )


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
    yield await asyncio.to_thread(_database)
    try:
        settings = Settings.load()
    except SettingsError as error:
        yield Finding("Settings", str(error), "Set it in .env or the environment; README has the table.")
        return
    yield Finding("Settings", "all there")
    if settings.encryption_key is not None:
        keys = settings.encryption_key.get_secret_value()
        for subject, result, fix in await operator.examine(settings.database_url, keys, system_now):
            yield Finding(subject, result, fix)
        client = AsyncWebClient("", settings.api_url, timeout=CALL_SECONDS)
        try:
            yield await _app_token(client, settings)
        except (OSError, TimeoutError) as error:
            yield _silent(settings, error)
        return
    token = settings.bot_token.get_secret_value() if settings.bot_token else ""
    client = AsyncWebClient(token, settings.api_url, timeout=CALL_SECONDS)
    async for finding in _slack(client, settings):
        yield finding


def _content() -> Finding:
    try:
        catalog = load(overlay=ContentSettings().content_dir)
    except ContentError as error:
        more = f" (and {len(error.faults) - 1} more)" if len(error.faults) > 1 else ""
        return Finding("Content", f"{error.faults[0]}{more}", "Run prep-coach content check for all of them.")
    return Finding("Content", f"version {catalog.version}, {len(catalog.tasks)} tasks")


def _database() -> Finding:
    try:
        url = async_url(DatabaseSettings.load().database_url)
    except SettingsError as error:
        return Finding("Database", str(error), "Correct DATABASE_URL.")
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
    try:
        answer = await client.auth_test()
    except SlackApiError as error:
        fix = "Copy the Bot User OAuth Token again from OAuth & Permissions into SLACK_BOT_TOKEN."
        yield Finding("Bot token", f"refused ({error.response.get('error')})", fix)
        return
    except (OSError, TimeoutError) as error:
        yield _silent(settings, error)
        return
    yield Finding("Bot token", f"works in {answer.get('team')} as {answer.get('user')}")
    headers = {name.lower(): value for name, value in (answer.headers or {}).items()}
    yield _scopes(headers.get("x-oauth-scopes", ""))
    yield _clock(headers.get("date"))
    yield await _app_token(client, settings)


def _silent(settings: Settings, error: Exception) -> Finding:
    return Finding(
        "Slack", f"{settings.api_url} does not answer ({type(error).__name__})", "Check the network."
    )


def _scopes(granted: str) -> Finding:
    manifest: dict[str, Any] = yaml.safe_load(manifest_path().read_text(encoding="utf-8"))
    needed = set(manifest["oauth_config"]["scopes"]["bot"])
    missing = sorted(needed - {scope.strip() for scope in granted.split(",")})
    if missing:
        fix = "Paste app.yaml into the app's manifest and reinstall the app to the workspace."
        return Finding("Scopes", f"missing: {', '.join(missing)}", fix)
    return Finding("Scopes", f"all {len(needed)} granted")


def _clock(date_header: str | None) -> Finding:
    if not date_header:
        return Finding("Clock", "Slack did not say what time it is; not compared")
    off = abs((datetime.now(UTC) - parsedate_to_datetime(date_header)).total_seconds())
    if off > CLOCK_TOLERANCE_SECONDS:
        return Finding(
            "Clock", f"{off:.0f} seconds away from Slack's", "Let this machine's clock be set by NTP."
        )
    return Finding("Clock", "agrees with Slack's")


async def _app_token(client: AsyncWebClient, settings: Settings) -> Finding:
    try:
        app_token = settings.app_token.get_secret_value() if settings.app_token else ""
        await client.apps_connections_open(app_token=app_token)
    except SlackApiError as error:
        fix = (
            "Create an App-Level Token with connections:write under Basic Information, put it into "
            "SLACK_APP_TOKEN, and switch Socket Mode on."
        )
        return Finding("App token", f"refused ({error.response.get('error')})", fix)
    return Finding("App token", "opens a Socket Mode connection")
