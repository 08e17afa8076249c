"""Processes under measurement, each connected to a workspace of its own in this process."""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.manifest import manifest_path
from bot.playground.clock import WorkspaceClock
from bot.playground.manifest import load_manifest
from bot.playground.server import WorkspaceServer
from bot.playground.workspace import Workspace

COACH = ("-m", "bot", "run")
BARE = ("-m", "tests.bench.bare")


@dataclass
class Running:
    """A process and its workspace. Times are milliseconds."""

    workspace: Workspace
    process: asyncio.subprocess.Process
    database: Path
    start_ms: float
    people: list[str] = field(default_factory=list)

    @property
    def memory_mb(self) -> float:
        """Resident memory of the process."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise OSError("no VmRSS")

    @property
    def cpu_seconds(self) -> float:
        """User and system time the process has used so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@asynccontextmanager
async def running(
    arguments: Sequence[str],
    *,
    people: int = 0,
    database_url: str | None = None,
    settings: Mapping[str, str] | None = None,
    prepare: Callable[[Path], Awaitable[None]] | None = None,
) -> AsyncIterator[Running]:
    """
    Start a process against a fresh workspace and database (SQLite unless said), until it is connected.

    `settings` are further environment variables; `prepare` fills the SQLite file first.
    """
    with tempfile.TemporaryDirectory(prefix="prep-coach-bench-") as folder:
        workspace = Workspace(manifest=load_manifest(manifest_path()), clock=WorkspaceClock())
        workspace.rate_limits_enabled = False
        members = [(await workspace.add_member(f"Person {number}")).id for number in range(people)]
        server = WorkspaceServer(workspace)
        await server.start()
        database = Path(folder) / "prep-coach.db"
        environment = {
            **os.environ,
            "SLACK_API_URL": server.api_url,
            "SLACK_BOT_TOKEN": workspace.bot_token,
            "SLACK_APP_TOKEN": workspace.app_token,
            "DATABASE_URL": database_url or f"sqlite:///{database}",
            "PREP_LOG_LEVEL": "ERROR",
            **(settings or {}),
        }
        if prepare is not None:
            await prepare(database)
        began = time.perf_counter()
        process = await asyncio.create_subprocess_exec(sys.executable, *arguments, env=environment)
        try:
            async with asyncio.timeout(30), workspace.changes.subscribe() as changes:
                while not workspace.connected:
                    await anext(changes)
            start_ms = (time.perf_counter() - began) * 1000
            yield Running(workspace, process, database, start_ms, members)
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()
            await server.stop()


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that `percent` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, -(-len(ordered) * percent // 100) - 1)]


def median(values: Sequence[float]) -> float:
    """The middle value."""
    return statistics.median(values)


def report(what: str, measured: str, reach: str, reached: bool) -> None:
    """One row of the table."""
    sys.stdout.write(f"{'ok ' if reached else 'NOT'}  {what}\n       {measured}\n       to reach: {reach}\n")
    sys.stdout.flush()
