"""A workspace and a connected bot, as two people who never met: only Slack's protocols lie between them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import pytest
import yaml
from aiohttp import web

from bot.app import Coach
from bot.manifest import REQUESTS_PATH, http_manifest, manifest_path
from bot.playground.clock import WorkspaceClock
from bot.playground.manifest import load_manifest, read_manifest
from bot.playground.server import WorkspaceServer
from bot.playground.workspace import Workspace
from bot.running import Running, running_coach
from bot.settings import Settings
from content.loader import Catalog
from tests.slack_user import SlackUser

Routes = Callable[[web.Application, Workspace], None]
TransportName = Literal["socket", "http"]
PUBLIC_URL = "https://prep.example.org"
A_WEDNESDAY = datetime(2030, 6, 12, 10, tzinfo=UTC)


@dataclass
class Rig:
    """What a flow test needs: the workspace, its people, and the bot."""

    workspace: Workspace
    server: WorkspaceServer
    settings: Settings
    running: Running

    @property
    def coach(self) -> Coach:
        """The bot's parts."""
        return self.running.coach

    def person(self, number: int = 0) -> SlackUser:
        """One of the workspace's people."""
        people = [member.id for member in self.workspace.members.values() if not member.is_bot]
        return SlackUser(self.workspace, people[number])

    @asynccontextmanager
    async def another_process(self, catalog: Catalog) -> AsyncIterator[Running]:
        """A second bot on the same database; Slack's requests go to both in turn."""
        async with running_coach(self.settings, catalog) as second:
            await deliver_to(self.workspace, self.running, second)
            try:
                yield second
            finally:
                await deliver_to(self.workspace, self.running)


@asynccontextmanager
async def open_rig(
    database_url: str,
    folder: Path,
    catalog: Catalog,
    *,
    routes: Routes | None = None,
    transport: TransportName = "socket",
    **more: Any,
) -> AsyncIterator[Rig]:
    """Start both; stop both at the end. `routes` adds the page, `more` is configuration of the bot."""
    clock_file = folder / "clock"
    workspace = workspace_for(transport, clock_file)
    server = WorkspaceServer(workspace, port=0)
    if routes is not None:
        routes(server.app, workspace)
    await server.start()
    try:
        settings = settings_for(server, database_url, clock_file, **more)
        async with running_coach(settings, catalog) as running:
            await deliver_to(workspace, running)
            yield Rig(workspace, server, settings, running)
    finally:
        await server.stop()


def workspace_for(transport: TransportName, clock_file: Path) -> Workspace:
    """A workspace whose app is installed for this transport, on a day of practice whatever day it is here."""
    if transport == "socket":
        manifest = load_manifest(manifest_path())
    else:
        manifest = read_manifest(yaml.safe_load(http_manifest(PUBLIC_URL)))
    clock = WorkspaceClock(clock_file)
    clock.jump_to(A_WEDNESDAY)
    return Workspace(manifest=manifest, clock=clock)


async def deliver_to(workspace: Workspace, *bots: Running) -> None:
    """Tell an HTTP app's workspace where its bots are."""
    urls = [f"http://127.0.0.1:{bot.web.port}{REQUESTS_PATH}" for bot in bots if bot.web is not None]
    if urls and not workspace.manifest.socket_mode_enabled:
        assert await workspace.deliver_to(*urls)


def settings_for(server: WorkspaceServer, database_url: str, clock_file: Path, **more: Any) -> Settings:
    """The bot's configuration for a workspace."""
    workspace = server.workspace
    way_in: dict[str, Any] = (
        {"SLACK_APP_TOKEN": workspace.app_token}
        if workspace.manifest.socket_mode_enabled
        else {"SLACK_SIGNING_SECRET": workspace.signing_secret, "PREP_HTTP_PORT": 0}
    )
    values: dict[str, Any] = {
        **way_in,
        "SLACK_BOT_TOKEN": workspace.bot_token,
        "SLACK_API_URL": server.api_url,
        "DATABASE_URL": database_url,
        "PREP_TICK_SECONDS": 0.2,
        "PREP_CLOCK_FILE": clock_file,
        **more,
    }
    return Settings(_env_file=None, **values)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Each flow on both databases and over both transports, but not on each pair: these never meet."""
    twice = [item for item in items if _is_twice(item)]
    if twice:
        config.hook.pytest_deselected(items=twice)
        items[:] = [item for item in items if item not in set(twice)]


def _is_twice(item: pytest.Item) -> bool:
    params = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    return params.get("transport") == "http" and params.get("database_url") == "postgresql"


@pytest.fixture(params=["socket", "http"])
def transport(request: pytest.FixtureRequest) -> TransportName:
    """How Slack reaches the bot."""
    chosen: TransportName = request.param
    return chosen


@pytest.fixture
async def rig(
    database_url: str, tmp_path: Path, catalog: Catalog, transport: TransportName
) -> AsyncIterator[Rig]:
    """A workspace and a bot on each kind of database, over each transport."""
    async with open_rig(database_url, tmp_path, catalog, transport=transport) as opened:
        yield opened
