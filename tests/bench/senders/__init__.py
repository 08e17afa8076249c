"""What delivery is compared with. Each is run as a process of its own and posts through the same client."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sender:
    """A running sender; it began to work at `began`, in seconds since the epoch."""

    process: asyncio.subprocess.Process
    began: float


@asynccontextmanager
async def sending(environment: Mapping[str, str], module: str, *arguments: str) -> AsyncIterator[Sender]:
    """Start `tests.bench.senders.<module>`, which prints when it begins; it is killed at the end."""
    process = await _start(environment, module, *arguments)
    assert process.stdout is not None
    try:
        yield Sender(process, float(await process.stdout.readline()))
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def owe(environment: Mapping[str, str], module: str, people: int) -> None:
    """Let the sender store what it owes to the people."""
    process = await _start(environment, module, "owe", str(people))
    if await process.wait():
        raise RuntimeError(f"{module} could not store its jobs")


async def _start(environment: Mapping[str, str], module: str, *arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-W",
        "ignore",
        "-m",
        f"tests.bench.senders.{module}",
        *arguments,
        env={**os.environ, **environment},
        stdout=asyncio.subprocess.PIPE,
    )
