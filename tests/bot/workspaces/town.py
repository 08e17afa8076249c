"""Two workspaces of one Slack, with the same people's ids, and what installs a bot in them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from slack_sdk.web.async_client import AsyncWebClient

from bot.manifest import manifest_path
from bot.playground import authorize_page
from bot.playground.clock import WorkspaceClock
from bot.playground.manifest import load_manifest
from bot.playground.server import WorkspaceServer
from bot.playground.slack_app import SlackApp
from bot.playground.team import Team
from bot.playground.workspace import Workspace
from bot.settings import Settings
from bot.workspaces.many import Many, many_workspaces
from bot.workspaces.secrets import new_key
from storage.engine import Database

HARBOR, QUAY = "T0HARBOR01", "T0QUAY0002"
PUBLIC_URL = "https://prep.example.org"
INSTALLER = "U0INES0001"


@dataclass
class Seconds:
    """Monotonic seconds that move only when told."""

    now: float = 1_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Town:
    """What a test holds in its hands."""

    server: WorkspaceServer
    harbor: Workspace
    quay: Workspace
    slack_app: SlackApp
    settings: Settings
    many: Many
    database: Database
    seconds: Seconds
    browser: TestClient[web.Request, web.Application]
    slack: AsyncWebClient = field(repr=False)
    cookies: dict[str, str] = field(default_factory=dict)
    """What the browser keeps: a real jar would not give secure cookies to the plain HTTP of a test."""

    @property
    def clock(self) -> WorkspaceClock:
        """By which tokens end, and which the bot reads too."""
        return self.harbor.clock

    async def sent_to_slack(self) -> dict[str, str]:
        """Press "Add to Slack"; what Slack is asked."""
        response = await self.get("/slack/install/start")
        assert response.status == 302
        for name, morsel in response.cookies.items():
            assert morsel["secure"]
            assert morsel["httponly"]
            assert (morsel["samesite"], morsel["path"]) == ("Lax", "/slack")
            self.cookies[name] = morsel.value
        asked = urlsplit(response.headers["Location"])
        assert f"{asked.scheme}://{asked.netloc}{asked.path}" == f"{self.server.url}/oauth/v2/authorize"
        return {name: values[0] for name, values in parse_qs(asked.query).items()}

    def agreed(self, asked: dict[str, str], team_id: str, *, without: tuple[str, ...] = ()) -> str:
        """Press Allow; the path and query that Slack sends the browser to."""
        location = self.slack_app.allow(
            team_id,
            INSTALLER,
            scopes=set(asked["scope"].split(",")) - set(without),
            redirect_uri=asked["redirect_uri"],
            state=asked["state"],
        )
        return location.removeprefix(PUBLIC_URL)

    async def get(self, target: str) -> aiohttp.ClientResponse:
        """One of our pages, as the browser asks for it."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return await self.browser.get(target, headers={"Cookie": cookies}, allow_redirects=False)

    async def page(self, target: str) -> tuple[int, str]:
        """Its status and text."""
        response = await self.get(target)
        return response.status, await response.text()

    async def install(self, team_id: str) -> str:
        """All of it, as somebody does who agrees to everything; the page they see at the end."""
        status, text = await self.page(self.agreed(await self.sent_to_slack(), team_id))
        assert status == 200, text
        return text

    def later(self, **by: float) -> None:
        """Move the time, for Slack and for us."""
        self.clock.jump_by(timedelta(**by))


@asynccontextmanager
async def open_town(database: Database, folder: Path, *, rotates: bool = False) -> AsyncIterator[Town]:
    """The bot is installed nowhere yet."""
    clock = WorkspaceClock(folder / "clock")
    manifest = load_manifest(manifest_path())
    harbor = Workspace(manifest=manifest, clock=clock, installed=False)
    team = Team(id=QUAY, name="Quay <Works>", domain="quay-works", bot_id="B0PREP0002")
    quay = Workspace(manifest=manifest, clock=clock, installed=False, team=team, beside=harbor)
    slack_app = SlackApp([harbor, quay], clock, rotates=rotates)
    server = WorkspaceServer(harbor, others=[quay])
    authorize_page.add_routes(server.app, slack_app)
    async with server, aiohttp.ClientSession() as session:
        values: dict[str, Any] = {
            "SLACK_CLIENT_ID": slack_app.client_id,
            "SLACK_CLIENT_SECRET": slack_app.client_secret,
            "PREP_ENCRYPTION_KEY": new_key(),
            "PREP_PUBLIC_URL": PUBLIC_URL,
            "PREP_HTTP_PORT": 0,
            "SLACK_APP_TOKEN": harbor.app_token,
            "SLACK_API_URL": server.api_url,
        }
        settings = Settings(_env_file=None, **values)
        slack = AsyncWebClient("", server.api_url, session=session, retry_handlers=[])
        many = many_workspaces(settings, database=database, client=slack, now=clock.now)
        seconds = Seconds()
        many.workspaces.monotonic = seconds
        app = web.Application()
        app.add_routes(many.routes)
        async with TestClient(TestServer(app), cookie_jar=aiohttp.DummyCookieJar()) as browser:
            yield Town(server, harbor, quay, slack_app, settings, many, database, seconds, browser, slack)
