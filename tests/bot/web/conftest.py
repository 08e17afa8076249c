"""What tests of the web server share: raw connections, and requests with Slack's signature."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.in_flight import InFlight
from bot.manifest import REQUESTS_PATH
from bot.transport.http import HttpMode
from bot.web import slack
from bot.web.server import WebServer, serving

SECRET = "0123456789abcdef0123456789abcdef"  # pragma: allowlist secret
NOW = 1_900_000_000.0
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


@dataclass
class Front:
    """The web server with Slack's address, and nothing but a notebook behind it."""

    in_flight: InFlight = field(default_factory=InFlight)
    mode: HttpMode = field(default_factory=HttpMode)
    taken: list[dict[str, Any]] = field(default_factory=list)
    headers: list[Mapping[str, Any]] = field(default_factory=list)
    reply: BoltResponse = field(default_factory=lambda: BoltResponse(status=200, body=""))
    holds: asyncio.Event | None = None
    """Answers wait for it."""
    server: WebServer | None = None
    session: aiohttp.ClientSession | None = None
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    """Set by the first request that gets through."""
    _writers: list[asyncio.StreamWriter] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where Slack posts to."""
        assert self.server is not None
        return f"http://127.0.0.1:{self.server.port}{REQUESTS_PATH}"

    async def dispatch(self, request: AsyncBoltRequest) -> BoltResponse:
        """In the place of Bolt."""
        self.taken.append(dict(request.body))
        self.asked.set()
        self.headers.append(request.headers)
        if self.holds is not None:
            await self.holds.wait()
        return self.reply

    @asynccontextmanager
    async def serve(self, *, read_seconds: float = 5.0, **limits: Any) -> AsyncIterator[None]:
        """Listen."""
        routes = slack.routes(
            self.dispatch, self.in_flight, self.mode, SECRET, clock=lambda: NOW, read_seconds=read_seconds
        )
        async with serving(routes, 0, **limits) as self.server, aiohttp.ClientSession() as self.session:
            await self.mode.connect()
            try:
                yield
            finally:
                for writer in self._writers:
                    writer.transport.abort()
                    with suppress(ConnectionError):
                        await writer.wait_closed()

    async def post(
        self,
        body: bytes | str | dict[str, Any],
        *,
        kind: str = JSON,
        stamp: str | None = None,
        secret: str = SECRET,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, str]:
        """Status and text of the answer to a signed request; `headers` replace those of a good one."""
        if isinstance(body, dict):
            body = json.dumps(body)
        content = body.encode() if isinstance(body, str) else body
        sent = {**signed(content, stamp=stamp, secret=secret), "Content-Type": kind, **(headers or {})}
        assert self.session is not None
        async with self.session.post(self.url, data=content, headers=sent) as answer:
            return answer.status, await answer.text()

    async def raw(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection to say anything over, closed at the end."""
        assert self.server is not None
        reader, writer = await asyncio.open_connection("127.0.0.1", self.server.port)
        self._writers.append(writer)
        return reader, writer


def signed(body: bytes, *, stamp: str | None = None, secret: str = SECRET) -> dict[str, str]:
    """Slack's two headers."""
    at = stamp if stamp is not None else str(int(NOW))
    return {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": slack.sign(secret, at, body)}


@pytest.fixture
async def front() -> AsyncIterator[Front]:
    """With the limits as shipped."""
    opened = Front()
    async with opened.serve():
        yield opened
