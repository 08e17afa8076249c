"""Work for later, by the clock of the workspace: a jump releases what it passes."""

import asyncio
import heapq
import itertools
from collections.abc import Callable, Coroutine
from datetime import datetime

from bot.playground.clock import WorkspaceClock

Work = Callable[[], Coroutine[None, None, None]]


class Timeline:
    """Runs work in the background, now or at an instant of the workspace."""

    def __init__(self, clock: WorkspaceClock) -> None:
        self._clock = clock
        self._due: list[tuple[datetime, int, Work]] = []
        self._order = itertools.count()
        self._moved = asyncio.Event()
        self._waiter: asyncio.Task[None] | None = None
        self._running: set[asyncio.Task[None]] = set()
        clock.when_moved(self._moved.set)

    @property
    def waiting(self) -> int:
        """How much work is still to come."""
        return len(self._due)

    def soon(self, work: Work) -> None:
        """Do it now, without anybody waiting for it."""
        task = asyncio.get_running_loop().create_task(work())
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    def at(self, instant: datetime, work: Work) -> None:
        """Do it when the workspace's clock shows `instant`."""
        heapq.heappush(self._due, (instant, next(self._order), work))
        self._moved.set()
        if self._waiter is None or self._waiter.done():
            self._waiter = asyncio.get_running_loop().create_task(self._wait())

    async def settle(self) -> None:
        """Return when everything that is due has been done; work for later remains."""
        while self._running or (self._due and self._due[0][0] <= self._clock.now()):
            await asyncio.gather(asyncio.sleep(0), *self._running, return_exceptions=True)

    async def close(self) -> None:
        """Drop everything that has not happened."""
        self._due.clear()
        tasks = [*self._running, *([self._waiter] if self._waiter else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._waiter = None

    async def _wait(self) -> None:
        while self._due:
            delay = (self._due[0][0] - self._clock.now()).total_seconds()
            if delay <= 0:
                self.soon(heapq.heappop(self._due)[2])
                continue
            self._moved.clear()
            try:
                await asyncio.wait_for(self._moved.wait(), delay)
            except TimeoutError:
                continue
