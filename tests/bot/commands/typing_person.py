"""Somebody at a terminal: a program runs in it, they read what it says and type."""

from __future__ import annotations

import asyncio
import fcntl
import os
import sys
import termios
import tty
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from tests.processes import PATIENCE_SECONDS, until

CTRL_C = "\x03"


class Conversation:
    """What was said so far, and what is typed."""

    def __init__(self, process: Process, terminal: int) -> None:
        self.process = process
        self.said = ""
        self._terminal = terminal
        self._heard = 0
        os.set_blocking(terminal, False)

    async def hears(self, words: str) -> None:
        """Wait until these words come, after those that were heard before."""
        await until(lambda: self._listen(words), within=3 * PATIENCE_SECONDS)

    async def types(self, text: str, *, after: str) -> None:
        """Wait for the question and answer it."""
        await self.hears(after)
        if ": " in after and "not shown" in after:
            await until(self._is_hidden)
        os.write(self._terminal, text.encode())

    async def ended(self) -> int:
        """Wait for the end; the exit code."""
        code = await self.process.wait()
        self._listen("")
        return code

    def _listen(self, words: str) -> bool:
        while True:
            try:
                more = os.read(self._terminal, 65536)
            except OSError:
                break
            if not more:
                break
            self.said += more.decode(errors="replace").replace("\r\n", "\n")
        found = self.said.find(words, self._heard)
        if found >= 0:
            self._heard = found + len(words)
        return found >= 0

    def _is_hidden(self) -> bool:
        return not termios.tcgetattr(self._terminal)[tty.LFLAG] & termios.ECHO


@asynccontextmanager
async def conversation(folder: Path, values: Mapping[str, str], *words: str) -> AsyncIterator[Conversation]:
    """`prep-coach` with these words in a terminal, in a folder."""
    terminal, inside = os.openpty()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *words,
        cwd=folder,
        env=dict(values),
        stdin=inside,
        stdout=inside,
        stderr=inside,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    try:
        yield Conversation(process, terminal)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        os.close(inside)
        os.close(terminal)
