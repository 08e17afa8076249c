"""Start the accepting server and ask it what it accepted."""

from __future__ import annotations

import asyncio
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

LOOK_SECONDS = 0.2
"""Seldom enough to cost the server nothing."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """One accepted post; `at` in seconds since the epoch, by the machine's clock."""

    key: str
    channel: str
    at: float


@dataclass(frozen=True, slots=True)
class Server:
    """The accepting server, seen from outside."""

    port: int
    session: aiohttp.ClientSession

    @property
    def environment(self) -> dict[str, str]:
        """What leads a bot, or any other sender, here."""
        return {
            "SLACK_API_URL": f"http://127.0.0.1:{self.port}/api/",
            "SLACK_BOT_TOKEN": "xoxb-bench",
            "SLACK_APP_TOKEN": "xapp-bench",
        }

    async def reset(self, *, delay: float = 0.0, limits: bool = False, workspace_of: int = 0) -> None:
        """
        Forget all posts.

        From now each takes `delay` seconds, with `limits` Slack's limits hold, and posts go into a playground
        workspace of so many people rather than only being noted.
        """
        await self._ask("reset", {"delay": delay, "limits": limits, "workspace_of": workspace_of})

    async def count(self) -> int:
        """How many posts were accepted."""
        return int((await self._ask("count"))["accepted"])

    async def greeted(self) -> int:
        """How many connections of bots there have been."""
        return int((await self._ask("count"))["greeted"])

    async def accepted(self) -> list[Accepted]:
        """All accepted posts in order."""
        return [Accepted(*row) for row in (await self._ask("ledger"))["accepted"]]

    async def refused(self) -> int:
        """How many posts were answered with 429."""
        return int((await self._ask("ledger"))["refused"])

    async def last_message(self) -> dict[str, Any]:
        """Text and blocks of the latest post."""
        return dict((await self._ask("ledger"))["last"])

    async def wait_for(self, posts: int, *, within: float, every: float = LOOK_SECONDS) -> None:
        """Until so many posts were accepted, asked `every` so often; TimeoutError after `within` seconds."""
        async with asyncio.timeout(within):
            while await self.count() < posts:  # noqa: ASYNC110 - another process is asked
                await asyncio.sleep(every)

    async def wait_until_quiet(self, seconds: float, *, keys: int) -> None:
        """Until so many different keys were accepted, or no post has arrived for `seconds`."""
        seen, since = -1, time.monotonic()
        while time.monotonic() < since + seconds:
            counts = await self._ask("count")
            if counts["keys"] >= keys:
                return
            if counts["accepted"] != seen:
                seen, since = counts["accepted"], time.monotonic()
            await asyncio.sleep(LOOK_SECONDS)

    async def _ask(self, word: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        async with self.session.post(f"http://127.0.0.1:{self.port}/bench/{word}", json=body or {}) as answer:
            return dict(await answer.json())


@asynccontextmanager
async def accepting_server() -> AsyncIterator[Server]:
    """The server as a process of its own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.post_server", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    port = int(await process.stdout.readline())
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as session:
        try:
            yield Server(port, session)
        finally:
            process.terminate()
            await process.wait()


def rate(posts: Sequence[Accepted]) -> float:
    """Posts per second from the first to the last."""
    instants = [post.at for post in posts]
    return (len(instants) - 1) / (max(instants) - min(instants))


def lost_and_doubled(posts: Sequence[Accepted], expected: int) -> tuple[int, int]:
    """How many of the `expected` keys never arrived, and how many posts were one too many."""
    times = Counter(post.key for post in posts)
    return expected - len(times), len(posts) - len(times)
