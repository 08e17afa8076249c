"""The page's way to the server, without a browser."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.playground.page_api import add_routes
from bot.playground.server import WorkspaceServer
from bot.playground.workspace import Workspace


@asynccontextmanager
async def serving(workspace: Workspace) -> AsyncIterator[WorkspaceServer]:
    """The workspace with its page, until the end of the block."""
    server = WorkspaceServer(workspace)
    add_routes(server.app, workspace)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


@dataclass(frozen=True)
class PageClient:
    """Acts as one person."""

    session: aiohttp.ClientSession
    user_id: str

    async def act(self, **act: Any) -> dict[str, Any]:
        """The answer to one act."""
        answer = await self.session.post("/page/act", json={"as": self.user_id, "act": act})
        assert answer.status == 200, await answer.text()
        content: dict[str, Any] = await answer.json()
        return content

    async def state(self, channel: str = "") -> dict[str, Any]:
        """What the person's client shows."""
        answer = await self.session.get("/page/state", params={"as": self.user_id, "channel": channel})
        content: dict[str, Any] = await answer.json()
        return content

    async def unread(self, channel: str) -> int:
        """The number on the channel's badge."""
        rooms = (await self.state())["channels"]
        return next(int(room["unread"]) for room in rooms if room["id"] == channel)
