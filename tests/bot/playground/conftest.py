"""A workspace with a throwaway Bolt app in it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.clock import WorkspaceClock
from bot.playground.manifest import read_manifest
from bot.playground.seed import PEOPLE
from bot.playground.server import WorkspaceServer
from bot.playground.workspace import Workspace
from tests.slack_user import SlackUser

MANIFEST: dict[str, Any] = {
    "display_information": {"name": "Test App"},
    "features": {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "bot_user": {"display_name": "test-app"},
        "slash_commands": [{"command": "/test", "description": "Test", "should_escape": True}],
        "shortcuts": [
            {"name": "Everywhere", "type": "global", "callback_id": "everywhere", "description": "x"},
            {"name": "On a message", "type": "message", "callback_id": "on_message", "description": "x"},
        ],
    },
    "oauth_config": {
        "scopes": {
            "bot": [
                "app_mentions:read",
                "channels:history",
                "channels:read",
                "chat:write",
                "commands",
                "files:write",
                "groups:read",
                "im:history",
                "im:read",
                "im:write",
                "reactions:write",
                "team:read",
                "users:read",
            ]
        }
    },
    "settings": {
        "event_subscriptions": {
            "bot_events": [
                "app_home_opened",
                "app_mention",
                "channel_archive",
                "channel_deleted",
                "channel_rename",
                "channel_unarchive",
                "member_joined_channel",
                "member_left_channel",
                "team_join",
                "user_change",
            ]
        },
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
    },
}
INES, MARCUS = PEOPLE[0].id, PEOPLE[1].id
ACK_SECONDS = 0.3


class Stopwatch:
    """Monotonic seconds that move only when told."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def stopwatch() -> Stopwatch:
    return Stopwatch()


@pytest.fixture
def workspace(stopwatch: Stopwatch) -> Workspace:
    return Workspace(
        manifest=read_manifest(MANIFEST),
        clock=WorkspaceClock(),
        monotonic=stopwatch,
        ack_seconds=ACK_SECONDS,
    )


@pytest.fixture
async def server(workspace: Workspace) -> AsyncIterator[WorkspaceServer]:
    async with WorkspaceServer(workspace) as server:
        yield server


@pytest.fixture
def client(server: WorkspaceServer) -> AsyncWebClient:
    """The bot's own client, without retries."""
    return AsyncWebClient(
        token=server.workspace.bot_token, base_url=server.api_url, retry_handlers=[], timeout=2
    )


@pytest.fixture
def app(client: AsyncWebClient) -> AsyncApp:
    return AsyncApp(client=client, request_verification_enabled=False)


async def error_of(call: Awaitable[Any]) -> str:
    """The code with which Slack refuses a call."""
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


@asynccontextmanager
async def connected(workspace: Workspace, app: AsyncApp) -> AsyncIterator[AsyncSocketModeHandler]:
    handler = AsyncSocketModeHandler(app, workspace.app_token, ping_interval=1)
    before = workspace.hub.connections
    await handler.connect_async()
    user = SlackUser(workspace, INES)
    await user.see(lambda: workspace.hub.connections > before)
    try:
        yield handler
    finally:
        await handler.close_async()


@pytest.fixture
async def run(workspace: Workspace, server: WorkspaceServer) -> AsyncIterator[Callable[[AsyncApp], Any]]:
    """Connect an app until the end of the test."""
    async with AsyncExitStack() as stack:

        async def connect(app: AsyncApp) -> AsyncSocketModeHandler:
            return await stack.enter_async_context(connected(workspace, app))

        yield connect


@pytest.fixture
def ines(workspace: Workspace) -> SlackUser:
    return SlackUser(workspace, INES)


@pytest.fixture
def marcus(workspace: Workspace) -> SlackUser:
    return SlackUser(workspace, MARCUS)
