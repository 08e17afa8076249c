"""Socket Mode: we call Slack, and keep the line open."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError

from bot.in_flight import InFlight
from bot.start_errors import UNREACHABLE, StartError, refusal_code, unreachable

CONNECT_SECONDS = 60.0
HANG_UP_SECONDS = 1.0


class SocketMode:
    """One connection to Slack, which its client renews by itself."""

    name = "Socket Mode"

    def __init__(self, app: AsyncApp, in_flight: InFlight, app_token: str) -> None:
        self.handler = AsyncSocketModeHandler(app, app_token)
        self._client = self.handler.client
        self._client.socket_mode_request_listeners = [in_flight.counted(self.handler.handle)]

    async def connect(self) -> None:
        """Open the connection; StartError when Slack refuses it or does not answer."""
        client = self._client
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                # Asked for here, because connecting would try again for ever whatever Slack answers.
                client.wss_uri = await client.issue_new_wss_url()
                await self.handler.connect_async()
        except SlackApiError as error:
            raise StartError(
                f"Slack refused SLACK_APP_TOKEN ({refusal_code(error, client.web_client)}): it needs the "
                "scope connections:write, and Socket Mode must be on in the app's settings."
            ) from error
        except UNREACHABLE as error:
            raise unreachable(client.web_client, error) from error

    async def is_connected(self) -> bool:
        """Whether the connection is up and answers pings."""
        return bool(await self._client.is_connected())

    def refuse(self) -> None:
        """Leave what still comes to another process, or to Slack's next attempt."""
        # The line stays open meanwhile: what is running may still have to be acked.
        self._client.socket_mode_request_listeners.clear()

    async def hang_up(self) -> None:
        """Close the connection for good."""
        self._client.auto_reconnect_enabled = False
        with suppress(TimeoutError):
            async with asyncio.timeout(HANG_UP_SECONDS):
                await self.handler.disconnect_async()
        await self.handler.close_async()
