"""Socket Mode: we call Slack, and keep the line open."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.in_flight import InFlight
from bot.payloads import admit
from bot.start_errors import UNREACHABLE, StartError, refusal_code, unreachable

log = logging.getLogger(__name__)

CONNECT_SECONDS = 60.0
TOO_MANY = (
    "Slack takes 10 Socket Mode connections of an app and has them already (too_many_websockets): stop "
    "another process of Prep Coach first, or run more of them over HTTP, behind a load balancer."
)
HANG_UP_SECONDS = 1.0


Take = Callable[[Any, Any], Awaitable[None]]


def only_sound(take: Take) -> Take:
    """What takes a request from the line, for those that Slack may have sent; others are only acked."""

    async def take_sound(client: Any, request: Any) -> None:
        admitted = admit(request.payload)
        if admitted is None:
            log.warning("a request was refused: it is none that Slack sends")
            await client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))
            return
        request.payload = admitted
        await take(client, request)

    return take_sound


class SocketMode:
    """One connection to Slack, which its client renews by itself."""

    name = "Socket Mode"

    def __init__(self, app: AsyncApp, in_flight: InFlight, app_token: str) -> None:
        self.handler = AsyncSocketModeHandler(app, app_token)
        self._client = self.handler.client
        self._client.socket_mode_request_listeners = [only_sound(in_flight.counted(self.handler.handle))]

    async def connect(self) -> None:
        """Open the connection; StartError when Slack refuses it or does not answer."""
        client = self._client
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                # Asked for here, because connecting would try again for ever whatever Slack answers.
                client.wss_uri = await client.issue_new_wss_url()
                greeting = self._first_frame()
                await self.handler.connect_async()
                if (await greeting).get("reason") == "too_many_websockets":
                    raise StartError(TOO_MANY)
        except SlackApiError as error:
            raise StartError(
                f"Slack refused SLACK_APP_TOKEN ({refusal_code(error, client.web_client)}): it needs the "
                "scope connections:write, and Socket Mode must be on in the app's settings."
            ) from error
        except UNREACHABLE as error:
            raise unreachable(client.web_client, error) from error

    def _first_frame(self) -> asyncio.Future[dict[str, Any]]:
        """What Slack says first over the line: hello, or why not."""
        first: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()

        async def hear(message: aiohttp.WSMessage) -> None:
            if message.type == aiohttp.WSMsgType.TEXT and not first.done():
                first.set_result(json.loads(message.data))

        self._client.on_message_listeners.append(hear)
        first.add_done_callback(lambda _: self._client.on_message_listeners.remove(hear))
        return first

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
