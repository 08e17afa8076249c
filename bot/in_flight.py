"""Counts the requests and listeners that are running, so that a stop can wait for them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from slack_bolt.listener.async_listener_completion_handler import AsyncListenerCompletionHandler
from slack_bolt.listener.async_listener_start_handler import AsyncListenerStartHandler
from slack_bolt.listener.asyncio_runner import AsyncioListenerRunner
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse


class InFlight(AsyncListenerCompletionHandler):
    """Bolt runs listeners in tasks of its own and waits for none of them; this one does."""

    def __init__(self) -> None:
        self.running = 0
        self._idle = asyncio.Event()
        self._idle.set()

    def watch(self, runner: AsyncioListenerRunner) -> None:
        """Be told when a listener starts and when it ends, however it ends."""
        runner.listener_start_handler = _Started(self)
        runner.listener_completion_handler = self

    def started(self) -> None:
        """A request or listener begins."""
        self.running += 1
        self._idle.clear()

    def counted(self, take: Callable[[Any, Any], Awaitable[None]]) -> Callable[[Any, Any], Awaitable[None]]:
        """What takes a request from the line, counted too."""

        async def take_counted(client: Any, request: Any) -> None:
            async with self.request():
                await take(client, request)

        return take_counted

    @asynccontextmanager
    async def request(self) -> AsyncIterator[None]:
        """
        Around the work on a request, which is counted too.

        Before its listener starts and after it ends, a request reads the database or is still to be acked.
        """
        self.started()
        try:
            yield
            # A listener that was acked for by Bolt may only start in the loop's next round.
            await asyncio.sleep(0)
        finally:
            self._ended()

    async def handle(self, request: AsyncBoltRequest, response: BoltResponse | None) -> None:
        """A listener has ended."""
        self._ended()

    def _ended(self) -> None:
        self.running -= 1
        if self.running == 0:
            self._idle.set()

    async def wait(self, seconds: float) -> bool:
        """Wait until none is running; False when some still are after so many seconds."""
        try:
            async with asyncio.timeout(seconds):
                await self._idle.wait()
        except TimeoutError:
            return False
        return True


class _Started(AsyncListenerStartHandler):
    def __init__(self, in_flight: InFlight) -> None:
        self._in_flight = in_flight

    async def handle(self, request: AsyncBoltRequest, response: BoltResponse | None) -> None:
        self._in_flight.started()
