"""Tries tokens against Slack: do they work, what may they do, do they belong together; and the clock."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import yaml
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.manifest import manifest_path

CLOCK_TOLERANCE_SECONDS = 5.0
CALL_SECONDS = 10
# AttributeError: slack_sdk takes the body of any 200 for an object, also a web page's.
UNREACHABLE = (aiohttp.ClientError, TimeoutError, OSError, AttributeError)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was tried. `fix` is empty when it is well."""

    subject: str
    result: str
    fix: str = ""
    is_known: bool = True
    """False when it could not be tried, so that nobody knows."""

    def __str__(self) -> str:
        return f"{'!!' if self.fix else 'ok'}  {self.subject}: {self.result}" + (
            f"\n      Fix: {self.fix}" if self.fix else ""
        )


async def bot_token(client: AsyncWebClient) -> AsyncIterator[Finding]:
    """Whether the client's token works and has every scope, and whether the clocks agree."""
    try:
        answer = await client.auth_test()
    except SlackApiError as error:
        fix = "Copy the Bot User OAuth Token again from OAuth & Permissions into SLACK_BOT_TOKEN."
        yield _refused("Bot token", error, fix)
        return
    except UNREACHABLE as error:
        yield _silent(client, type(error).__name__)
        return
    yield Finding("Bot token", f"works in {answer.get('team')} as {answer.get('user')}")
    headers = {name.lower(): value for name, value in (answer.headers or {}).items()}
    yield _scopes(headers.get("x-oauth-scopes", ""))
    yield _clock(headers.get("date"))


async def app_token(client: AsyncWebClient, token: str) -> Finding:
    """Whether it opens a connection, and is of the same app as the client's bot token."""
    try:
        await client.apps_connections_open(app_token=token)
    except SlackApiError as error:
        fix = (
            "Create an App-Level Token with connections:write under Basic Information, put it into "
            "SLACK_APP_TOKEN, and switch Socket Mode on."
        )
        return _refused("App token", error, fix)
    except UNREACHABLE as error:
        return _silent(client, type(error).__name__)
    its_app = token.split("-")[2] if token.count("-") >= 2 else ""
    bots_app = await _app_of_bot(client)
    if bots_app and its_app.startswith("A") and its_app != bots_app:
        fix = "Take both tokens from the same app: otherwise the bot speaks and never hears an answer."
        return Finding("App token", f"belongs to the app {its_app}, the bot token to {bots_app}", fix)
    return Finding("App token", "opens a Socket Mode connection")


async def _app_of_bot(client: AsyncWebClient) -> str | None:
    """The app that the client's token is of; None when Slack does not say."""
    try:
        bot_id = (await client.auth_test()).get("bot_id")
        bot: dict[str, Any] = (await client.bots_info(bot=str(bot_id))).get("bot") or {}
        return bot.get("app_id")
    except (SlackApiError, *UNREACHABLE):
        return None


def _refused(subject: str, error: SlackApiError, fix: str) -> Finding:
    data = getattr(error.response, "data", None)
    if not isinstance(data, dict) or "error" not in data or error.response.status_code >= 500:
        return Finding("Slack", "does not answer as it should", "Try again in a minute.", is_known=False)
    return Finding(subject, f"refused ({data['error']})", fix)


def _silent(client: AsyncWebClient, why: str) -> Finding:
    return Finding(
        "Slack", f"{client.base_url} does not answer ({why})", "Check the network.", is_known=False
    )


def _scopes(granted: str) -> Finding:
    manifest: dict[str, Any] = yaml.safe_load(manifest_path().read_text(encoding="utf-8"))
    needed = set(manifest["oauth_config"]["scopes"]["bot"])
    missing = sorted(needed - {scope.strip() for scope in granted.split(",")})
    if missing:
        purposes = scope_purposes()
        listed = "; ".join(f"{scope} (there for: {purposes.get(scope, '?')})" for scope in missing)
        fix = "Paste app.yaml into the app's manifest and reinstall the app to the workspace."
        return Finding("Scopes", f"missing: {listed}", fix)
    return Finding("Scopes", f"all {len(needed)} granted")


def scope_purposes() -> dict[str, str]:
    """What would stop without each scope, as app.yaml says it."""
    text = manifest_path().read_text(encoding="utf-8")
    return dict(re.findall(r"^\s*- ([a-z_.]+(?::[a-z_.]+)?)\s+# (.+)$", text, re.MULTILINE))


def _clock(date_header: str | None) -> Finding:
    if not date_header:
        return Finding("Clock", "Slack did not say what time it is; not compared")
    off = abs((datetime.now(UTC) - parsedate_to_datetime(date_header)).total_seconds())
    if off > CLOCK_TOLERANCE_SECONDS:
        return Finding(
            "Clock", f"{off:.0f} seconds away from Slack's", "Let this machine's clock be set by NTP."
        )
    return Finding("Clock", "agrees with Slack's")
