"""A workspace and a connected bot, as two people who never met: only Slack's protocols lie between them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.app import Coach
from bot.manifest import manifest_path
from bot.playground.clock import WorkspaceClock
from bot.playground.manifest import load_manifest
from bot.playground.server import WorkspaceServer
from bot.playground.workspace import Workspace
from bot.running import running_coach
from bot.settings import Settings
from content.loader import Catalog
from tests.slack_user import SlackUser

Routes = Callable[[web.Application, Workspace], None]


@dataclass
class Rig:
    """What a flow test needs: the workspace, its people, and the bot."""

    workspace: Workspace
    server: WorkspaceServer
    settings: Settings
    coach: Coach

    def person(self, number: int = 0) -> SlackUser:
        """One of the workspace's people."""
        people = [member.id for member in self.workspace.members.values() if not member.is_bot]
        return SlackUser(self.workspace, people[number])


@asynccontextmanager
async def open_rig(
    database_url: str, folder: Path, catalog: Catalog, *, routes: Routes | None = None
) -> AsyncIterator[Rig]:
    """Start both; stop both at the end. `routes` adds the page."""
    clock_file = folder / "clock"
    workspace = Workspace(manifest=load_manifest(manifest_path()), clock=WorkspaceClock(clock_file))
    server = WorkspaceServer(workspace, port=0)
    if routes is not None:
        routes(server.app, workspace)
    await server.start()
    try:
        settings = settings_for(server, database_url, clock_file)
        async with running_coach(settings, catalog) as (coach, _handler):
            yield Rig(workspace, server, settings, coach)
    finally:
        await server.stop()


def settings_for(server: WorkspaceServer, database_url: str, clock_file: Path) -> Settings:
    """The bot's configuration for a workspace."""
    values: dict[str, Any] = {
        "SLACK_BOT_TOKEN": server.workspace.bot_token,
        "SLACK_APP_TOKEN": server.workspace.app_token,
        "SLACK_API_URL": server.api_url,
        "DATABASE_URL": database_url,
        "PREP_TICK_SECONDS": 0.2,
        "PREP_CLOCK_FILE": clock_file,
    }
    return Settings(_env_file=None, **values)


@pytest.fixture
async def rig(database_url: str, tmp_path: Path, catalog: Catalog) -> AsyncIterator[Rig]:
    """A workspace and a bot on each kind of database."""
    async with open_rig(database_url, tmp_path, catalog) as opened:
        yield opened
