"""
Drawing in a process of its own, one at a time, which ends after each order.

A thread would leave matplotlib's 70 MB in the bot for good and hold up its answers; a process gives all of it
back, and nothing has to be kept running between two pictures. It gets no token: only what Python and
matplotlib need.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.pictures.codec import dumps
from bot.pictures.series import Picture

DRAW_SECONDS = 60.0
"""Generous: matplotlib looks through the fonts of a machine when it first draws on it."""
LENGTH_BYTES = 4
_ROOT = Path(__file__).parents[2]
_PASSED_ON = ("HOME", "LANG", "MPLCONFIGDIR", "PATH", "SYSTEMROOT", "TMPDIR", "XDG_CACHE_HOME")

Draw = Callable[[Sequence[Picture]], Awaitable[list[bytes]]]
"""Pictures in, one PNG for each out, empty for one that failed. Raises NotDrawnError."""


class NotDrawnError(Exception):
    """The drawing process failed or took too long."""


@dataclass(frozen=True, slots=True)
class Studio:
    """Draws orders one after another."""

    seconds: float = DRAW_SECONDS
    module: str = "bot.pictures"
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def draw(self, pictures: Sequence[Picture]) -> list[bytes]:
        """One PNG for each picture, empty for one that failed. Raises NotDrawnError."""
        async with self._turn:
            return await self._draw(pictures)

    async def _draw(self, pictures: Sequence[Picture]) -> list[bytes]:
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                self.module,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env=_environment(),
            )
        except OSError as error:
            raise NotDrawnError(type(error).__name__) from error
        try:
            async with asyncio.timeout(self.seconds):
                content, _ = await process.communicate(dumps(pictures).encode())
        except TimeoutError as error:
            raise NotDrawnError(f"nothing within {self.seconds:g} s") from error
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        if process.returncode != 0:
            raise NotDrawnError(f"exit code {process.returncode}")
        return _parts(content, len(pictures))


def _environment() -> dict[str, str]:
    passed = {name: value for name in _PASSED_ON if (value := os.environ.get(name))}
    return {**passed, "PYTHONPATH": str(_ROOT)}


def _parts(content: bytes, expected: int) -> list[bytes]:
    parts = []
    while content:
        length = int.from_bytes(content[:LENGTH_BYTES], "big")
        parts.append(content[LENGTH_BYTES : LENGTH_BYTES + length])
        content = content[LENGTH_BYTES + length :]
    if len(parts) != expected:
        raise NotDrawnError(f"{len(parts)} of {expected} pictures came")
    return parts
