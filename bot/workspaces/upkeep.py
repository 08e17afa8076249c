"""Work that is started by the tick but may take longer than a tick: it waits for Slack, or deletes a lot."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.scheduler import Job, guarded


@dataclass(slots=True)
class Upkeep:
    """Jobs that each run at most once at a time, beside the tick."""

    jobs: Sequence[Job]
    _running: dict[int, asyncio.Task[None]] = field(default_factory=dict)

    async def start(self) -> None:
        """Start each job that is not still running from an earlier tick."""
        for number, job in enumerate(self.jobs):
            if number not in self._running or self._running[number].done():
                self._running[number] = asyncio.create_task(self._run(guarded(job)))

    async def stop(self) -> None:
        """Cancel what is running, and see its end."""
        for task in self._running.values():
            task.cancel()
        await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def _run(self, job: Job) -> None:
        await job()
