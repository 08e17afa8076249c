"""The bot as a process of its own on a prepared database, living in a time that a file moves."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.bench.ledger import LOOK_SECONDS, Server

CONNECT_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class BenchClock:
    """The time of a bot that runs with PREP_CLOCK_FILE."""

    file: Path

    def set(self, instant: datetime) -> None:
        """From now the bot lives at `instant`, and on."""
        waiting = self.file.with_suffix(".new")
        waiting.write_text(f"{instant.timestamp() - time.time():.6f}")
        waiting.rename(self.file)

    @property
    def offset(self) -> float:
        """Seconds that the bot is ahead of the machine."""
        return float(self.file.read_text())


@asynccontextmanager
async def coach_process(
    server: Server, database_url: str, clock: BenchClock, **settings: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A connected bot; killed at the end. `settings` are further environment variables."""
    environment = {
        **os.environ,
        **server.environment,
        "DATABASE_URL": database_url,
        "PREP_CLOCK_FILE": str(clock.file),
        "PREP_LOG_LEVEL": "ERROR",
        **settings,
    }
    before = await server.greeted()
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", "run", env=environment)
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            while await server.greeted() <= before:  # noqa: ASYNC110 - another process is asked
                await asyncio.sleep(LOOK_SECONDS)
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
