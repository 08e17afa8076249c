"""The same town with bots in processes of their own, which can be killed in earnest."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from datetime import time as wall
from pathlib import Path

from bot.playground.server import WorkspaceServer
from bot.playground.workspace import Workspace
from bot.sending import LEASE, SETTLED
from storage import outbox
from storage.engine import Database
from storage.models import OPEN_STATES
from tests.processes import Bot, HandClock, environment, open_workspace, running_bot, until
from tests.survival.books import Posts
from tests.survival.rig import Town, at

PAST_LEASE = max(LEASE, SETTLED) + timedelta(seconds=5)
DAY = "2026-05-04"
"""A Monday on which nobody's clock is changed."""
FINISHED_WITHIN = 120.0
LIFE_SECONDS = 0.3
MOST_POSTS_OF_A_LIFE = 8
"""A process that is lucky dies earlier."""


class ProcessClock(HandClock):
    """The time of a workspace that listens: it flows, and can be moved."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def now(self) -> datetime:
        return self._workspace.clock.now()

    def monotonic(self) -> float:
        return time.monotonic()

    def move(self, seconds: float) -> None:
        self._workspace.clock.jump_by(timedelta(seconds=seconds))


@dataclass
class ProcessTown:
    """A town, and what a bot needs to work in it."""

    town: Town
    server: WorkspaceServer
    folder: Path
    values: dict[str, str]
    found: dict[str, int] = field(default_factory=dict)
    """State to number of messages that were in it when a bot died."""
    starts: int = 0

    @asynccontextmanager
    async def bot(self, **others: str) -> AsyncIterator[Bot]:
        """One more bot, with `others` in the place of its values; killed at the end, if it still runs."""
        self.starts += 1
        async with running_bot({**self.values, **others}, self.folder, f"bot{self.starts}") as bot:
            yield bot

    async def counts(self) -> dict[str, int]:
        """State to number of messages."""
        async with self.town.database.read() as session:
            return await outbox.counts(session)

    async def is_finished(self) -> bool:
        """Whether everybody who is due was decided on, and nothing is on its way."""
        counts = await self.counts()
        is_open = any(counts.get(state) for state in OPEN_STATES)
        return not is_open and sum(counts.values()) >= len(self.town.residents)

    async def note_states(self) -> None:
        """What the last bot left behind."""
        for state, number in (await self.counts()).items():
            if state in OPEN_STATES:
                self.found[state] = self.found.get(state, 0) + number

    async def connected(self) -> None:
        """Look until a bot is there."""
        await until(lambda: self.server.workspace.connected, within=60)

    async def die(self, bot: Bot) -> None:
        """kill -9, and the workspace has seen it."""
        bot.kill()
        await bot.ended()
        await until(lambda: not self.server.workspace.connected)

    async def finish(self) -> None:
        """Leases run out, and a last bot does what is left."""
        self.town.workspace.faults.clear()
        self.town.workspace.clock.jump_by(PAST_LEASE)
        async with self.bot(), asyncio.timeout(FINISHED_WITHIN):
            while not await self.is_finished():  # noqa: ASYNC110 - another process works
                await asyncio.sleep(0.2)

    async def breaches(self) -> list[str]:
        """Where the books of the day differ from what was owed."""
        on = datetime.fromisoformat(DAY).date()
        return await self.town.breaches(on, on)


@asynccontextmanager
async def open_process_town(
    database: Database, database_url: str, folder: Path
) -> AsyncIterator[ProcessTown]:
    """Early in the morning; nobody lives there yet."""
    clock_file = folder / "clock"
    async with open_workspace(clock_file) as server, AsyncExitStack() as stack:
        workspace = server.workspace
        workspace.rate_limits_enabled = False
        workspace.clock.jump_to(at(f"{DAY} 06:00"))
        clock = ProcessClock(workspace)
        posts = Posts(clock)
        workspace.posts = posts
        town = Town(database, clock, workspace, posts, weeks=6)
        values = environment(server, database_url, clock_file) | {
            "PREP_SPREAD_SECONDS": "0",
            "PREP_POSTS_PER_SECOND": "0",
        }
        yield ProcessTown(town, server, folder, values)
        await stack.aclose()


async def random_kills(place: ProcessTown, kills: int, seed: int, *, people: int = 12) -> None:
    """A bot is killed again and again, each time in the middle of somebody's minute; then one may finish."""
    chance = random.Random(seed)  # noqa: S311 - repeatable
    town = place.town
    for number in range(kills):
        await town.settle_many(people, daily_at=wall(9 + number // 60, number % 60), weekly_on=False)
    town.workspace.faults.add(
        method="chat.postMessage", kind="slow", seconds=0.05, times=None, probability=0.5
    )
    for number in range(kills):
        town.set(at(f"{DAY} 09:00") + timedelta(minutes=number, seconds=1))
        async with place.bot() as bot:
            await place.connected()
            await _work_seen(town, chance.randrange(people + 1))
            await asyncio.sleep(chance.random() * 0.06)
            await place.die(bot)
        await place.note_states()
    await place.finish()


async def _work_seen(town: Town, posts: int, *, within: float = 1.0) -> None:
    """So many more posts, or the time is over."""
    before, patience = len(town.posts.accepted), time.monotonic() + within
    while (  # noqa: ASYNC110 - another process works
        len(town.posts.accepted) < before + posts and time.monotonic() < patience
    ):
        await asyncio.sleep(0.002)


async def kill_every_300_ms(place: ProcessTown, people: int) -> None:
    """No bot lives longer than 300 ms or a few posts after it has connected, until the batch is finished."""
    town = place.town
    await town.settle_many(people, weekly_on=False)
    town.workspace.faults.add(method="chat.postMessage", kind="slow", seconds=0.15, times=None)
    town.set(at(f"{DAY} 09:00") + timedelta(seconds=1))
    while not await place.is_finished():
        assert place.starts < people, "it does not come to an end"
        async with place.bot() as bot:
            await place.connected()
            await _work_seen(town, MOST_POSTS_OF_A_LIFE, within=LIFE_SECONDS * max(1.0, _crowd()))
            await place.die(bot)
        await place.note_states()
        town.workspace.clock.jump_by(PAST_LEASE)


def _crowd() -> float:
    """How many want each of the machine's processors: on a busy one, 300 ms are not 300 ms."""
    return os.getloadavg()[0] / (os.cpu_count() or 1)


async def restart_storm(place: ProcessTown, starts: int, seed: int, *, people: int, every: float) -> None:
    """Bots that are started one upon the other at nine, and killed or asked to stop at once."""
    chance = random.Random(seed)  # noqa: S311 - repeatable
    town = place.town
    await town.settle_many(people, weekly_on=False)
    town.workspace.faults.add(method="chat.postMessage", kind="slow", seconds=0.3, times=None)
    town.set(at(f"{DAY} 09:00") + timedelta(seconds=1))

    async def short_life(seconds: float, end: signal.Signals) -> None:
        async with place.bot() as bot:
            await asyncio.sleep(seconds)
            if bot.process.returncode is None:
                bot.send(end)
            await bot.ended()

    lives = []
    for _ in range(starts):
        end = chance.choice((signal.SIGKILL, signal.SIGKILL, signal.SIGTERM))
        lives.append(asyncio.create_task(short_life(chance.uniform(0.8, 4), end)))
        await asyncio.sleep(every)
    await asyncio.gather(*lives)
    await place.note_states()
    await place.finish()
