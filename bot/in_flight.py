"""Counts the listeners that are running, so that a stop can wait for them."""

from __future__ import annotations

import asyncio

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
        self.running += 1
        self._idle.clear()

    async def handle(self, request: AsyncBoltRequest, response: BoltResponse | None) -> None:
        """A listener has ended."""
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
