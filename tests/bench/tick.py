"""A tick with nobody due, a million people against a thousand, on both databases."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from datetime import datetime
from pathlib import Path

from tests.bench.population import next_morning, people_idle
from tests.bench.postgres import postgres_server
from tests.bench.rig import report

FEW = 1_000
MANY = 1_000_000
NOISE_MB = 5.0


async def measure() -> None:
    """The ticks on few and on many take turns."""
    now = next_morning()
    with tempfile.TemporaryDirectory(prefix="prep-coach-bench-") as folder:
        urls = [f"sqlite:///{Path(folder) / f'{people}.db'}" for people in (FEW, MANY)]
        for url, people in zip(urls, (FEW, MANY), strict=True):
            people_idle(url, people, now)
        await _compare("SQLite", now, *urls)
    with postgres_server() as postgres:
        urls = [postgres.database() for _ in (FEW, MANY)]
        for url, people in zip(urls, (FEW, MANY), strict=True):
            people_idle(url, people, now)
        await _compare("PostgreSQL", now, *urls)


async def _compare(name: str, now: datetime, few_url: str, many_url: str) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.bench.ticking",
        few_url,
        many_url,
        now.isoformat(),
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    figures = json.loads(output)
    ratio = figures["many_ms"] / figures["few_ms"]
    grown = figures["after_mb"] - figures["before_mb"]
    report(
        f"a tick with nobody due, {MANY} people against {FEW}, {name}",
        f"median {figures['many_ms']:.2f} ms against {figures['few_ms']:.2f} ms, ratio {ratio:.2f}; memory "
        f"{figures['before_mb']:.0f} MB with few, {figures['after_mb']:.0f} MB with many",
        f"at most 2 x, memory grows by no more than {NOISE_MB:.0f} MB",
        ratio <= 2 and grown <= NOISE_MB,
    )
