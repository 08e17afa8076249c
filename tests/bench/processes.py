"""
Two processes on one PostgreSQL against one, when a post takes 50 ms; and a stop in the middle of a wave.

A process has 50 posts on their way at a time, so with 50 ms each it sends a thousand a second at most: far
more than two cores draw and write down. So that this measures what a second process adds, and not the
machine, each works for several workspaces no faster than Slack lets it: see POSTS_PER_SECOND.
"""

from __future__ import annotations

import signal
import tempfile
import time
from asyncio.subprocess import Process
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from pathlib import Path

import psycopg

from tests.bench.coach import BenchClock, coach_process
from tests.bench.ledger import Server, accepting_server, lost_and_doubled, rate
from tests.bench.population import next_morning, people_due
from tests.bench.postgres import Postgres, postgres_server
from tests.bench.rig import median, report

PEOPLE = 3_000
ROUNDS = 3
POST_SECONDS = 0.05
POSTS_PER_SECOND = 150
"""What one process sends at most, by its own pace: a third of what a core of its own would."""
PATIENCE_SECONDS = 120.0
LEAST_RATIO = 1.6
STOPPED_AFTER = 200
SECONDS_TO_STOP = 10.0
IN_HAND = ("claimed", "sending", "unclear")
AT_ONCE = {"PREP_SPREAD_SECONDS": "0", "PREP_TICK_SECONDS": "0.2"}


async def measure() -> None:
    """One and two take turns, so that the machine's moods hit both."""
    with tempfile.TemporaryDirectory(prefix="prep-coach-bench-") as folder, postgres_server() as postgres:
        async with accepting_server() as server:
            slot = next_morning()
            due = postgres.database()
            people_due(due, PEOPLE, slot)
            clock = BenchClock(Path(folder) / "clock")
            wave = Wave(server, postgres, due, clock)
            rates: dict[int, list[float]] = {1: [], 2: []}
            for _ in range(ROUNDS):
                for processes in (1, 2):
                    rates[processes].append(await wave.rate_of(processes))
            unlimited = await wave.rate_of(1, pace="0"), await wave.rate_of(2, pace="0")
            await wave.stop()
    one, two = median(rates[1]), median(rates[2])
    report(
        f"{PEOPLE} people due at once, posts of {POST_SECONDS * 1000:.0f} ms on PostgreSQL, one process and "
        f"two, each at most {POSTS_PER_SECOND} a second",
        f"{one:.0f} a second by one, {two:.0f} by two: {two / one:.2f} x; without that limit "
        f"{unlimited[0]:.0f} and {unlimited[1]:.0f} on this machine's cores",
        f"at least {LEAST_RATIO} x, each message once",
        two / one >= LEAST_RATIO,
    )


class Wave:
    """The same morning again and again."""

    def __init__(self, server: Server, postgres: Postgres, due: str, clock: BenchClock) -> None:
        self.server, self.postgres, self.due, self.clock = server, postgres, due, clock

    async def rate_of(self, processes: int, *, pace: str = str(POSTS_PER_SECOND)) -> float:
        """Posts a second, from the first to the last."""
        url = self.postgres.database(self.due)
        await self._early()
        async with AsyncExitStack() as stack:
            for _ in range(processes):
                await stack.enter_async_context(self._process(url, pace))
            self._nine()
            await self.server.wait_for(PEOPLE, within=PATIENCE_SECONDS)
        posts = await self.server.accepted()
        if (found := lost_and_doubled(posts, PEOPLE)) != (0, 0):
            raise AssertionError(f"{found[0]} lost, {found[1]} doubled")
        self.postgres.drop(url)
        return rate(posts)

    async def stop(self) -> None:
        """SIGTERM in the middle of it."""
        url = self.postgres.database(self.due)
        await self._early()
        async with self._process(url, "0") as process:
            self._nine()
            await self.server.wait_for(STOPPED_AFTER, within=PATIENCE_SECONDS, every=0.02)
            began = time.monotonic()
            process.send_signal(signal.SIGTERM)
            code = await process.wait()
            took = time.monotonic() - began
        left = _states(url)
        open_ = {
            state: number for state, number in left.items() if state in ("claimed", "sending", "unclear")
        }
        report(
            f"SIGTERM after {STOPPED_AFTER} of {PEOPLE} posts of {POST_SECONDS * 1000:.0f} ms",
            f"exit code {code} after {took:.1f} s; {left.get('sent', 0)} sent, {left.get('due', 0)} due, "
            f"{open_ or 'nothing'} in hand",
            f"0, under {SECONDS_TO_STOP:.0f} s, nothing in sending",
            code == 0 and took < SECONDS_TO_STOP and not open_ and left.get("due", 0) > 0,
        )

    async def _early(self) -> None:
        self.clock.set(next_morning().replace(hour=8))
        await self.server.reset(delay=POST_SECONDS, workspace_of=PEOPLE)

    def _nine(self) -> None:
        self.clock.set(next_morning())

    def _process(self, url: str, pace: str) -> AbstractAsyncContextManager[Process]:
        return coach_process(self.server, url, self.clock, PREP_POSTS_PER_SECOND=pace, **AT_ONCE)


def _states(url: str) -> dict[str, int]:
    """State to number of messages."""
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT state, count(*) FROM outbox_message GROUP BY state").fetchall()
    return {str(state): int(number) for state, number in rows}
