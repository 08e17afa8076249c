"""`kill -9` in the middle of a wave: what is lost, what is doubled, and how long until the work is done."""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tests.bench.coach import BenchClock, coach_process
from tests.bench.ledger import Server, accepting_server, lost_and_doubled
from tests.bench.population import next_morning, people_due
from tests.bench.postgres import Postgres, postgres_server
from tests.bench.rig import report
from tests.bench.senders import owe, sending
from tests.bench.senders.post import DATABASE, MESSAGE_FILE

PEOPLE = 400
KILLS = 3
KILLED_AFTER = PEOPLE * 3 // 10
POST_SECONDS = 0.05
LOOK_SECONDS = 0.005
PATIENCE_SECONDS = 30.0
AT_ONCE = {"PREP_SPREAD_SECONDS": "0", "PREP_POSTS_PER_SECOND": "0"}
LEASE_SECONDS = 45.0
"""Longer than the bot leaves alone what another worker may be doing."""
START_SECONDS = 4.0
"""APScheduler does what is due as soon as it has started."""
POLL_SECONDS = 8.0
"""Longer than procrastinate waits before it looks for work again."""
LINGER_SECONDS = 2.0
"""For doubles, after the last person got theirs."""

Start = Callable[[], AbstractAsyncContextManager[Any]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one kill led to."""

    lost: int
    doubled: int
    seconds: float
    """From the kill to the last post of a message that had not been posted before."""


async def measure() -> None:
    """Each sender works on what it had stored, and is started again at once after the kill."""
    with tempfile.TemporaryDirectory(prefix="prep-coach-bench-") as folder, postgres_server() as postgres:
        async with accepting_server() as server:
            await _measure(server, postgres, Path(folder))


async def _measure(server: Server, postgres: Postgres, folder: Path) -> None:
    ours = await _coach(server, folder)
    message = folder / "message.json"
    message.write_text(json.dumps(await server.last_message()))
    environment = {**server.environment, MESSAGE_FILE: str(message)}
    apscheduler, procrastinate = [], []
    for number in range(KILLS):
        jobs = {**environment, DATABASE: str(folder / f"{number}.jobs")}
        await owe(jobs, "apscheduler_jobs", PEOPLE)
        start: Start = partial(sending, jobs, "apscheduler_jobs", "work")
        apscheduler.append(await _killed(server, start, START_SECONDS))
        jobs = {**environment, DATABASE: postgres.database()}
        await owe(jobs, "procrastinate_jobs", PEOPLE)
        start = partial(sending, jobs, "procrastinate_jobs", "work")
        procrastinate.append(await _killed(server, start, POLL_SECONDS))
    report(
        f"kill -9 after {KILLED_AFTER} of {PEOPLE} posts of {POST_SECONDS * 1000:.0f} ms, started again at "
        f"once, {KILLS} times",
        f"lost {_each(ours, 'lost')}, doubled {_each(ours, 'doubled')}; APScheduler lost "
        f"{_each(apscheduler, 'lost')}, doubled {_each(apscheduler, 'doubled')}; procrastinate lost "
        f"{_each(procrastinate, 'lost')}, doubled {_each(procrastinate, 'doubled')}",
        "0 lost, 0 doubled",
        not any(outcome.lost or outcome.doubled for outcome in ours),
    )
    worst = max(outcome.seconds for outcome in ours)
    report(
        "from the kill to the last message delivered, leases included",
        f"{worst:.1f} s, the longest of {KILLS}",
        "under 30 s",
        worst < 30,
    )


async def _coach(server: Server, folder: Path) -> list[Outcome]:
    slot = next_morning()
    people_due(f"sqlite:///{folder / 'due.db'}", PEOPLE, slot)
    clock = BenchClock(folder / "clock")
    clock.set(slot)
    outcomes = []
    for number in range(KILLS):
        url = f"sqlite:///{shutil.copy(folder / 'due.db', folder / f'{number}.db')}"
        start = partial(coach_process, server, url, clock, **AT_ONCE)
        outcomes.append(await _killed(server, start, LEASE_SECONDS))
    return outcomes


async def _killed(server: Server, start: Start, idle_seconds: float) -> Outcome:
    """Until everybody got theirs, or nothing came for `idle_seconds`."""
    await server.reset(delay=POST_SECONDS)
    async with start():
        await server.wait_for(KILLED_AFTER, within=PATIENCE_SECONDS, every=LOOK_SECONDS)
        # Leaving the block kills.
    killed = time.time()
    async with start():
        await server.wait_until_quiet(idle_seconds, keys=PEOPLE)
        await asyncio.sleep(LINGER_SECONDS)
    posts = await server.accepted()
    firsts = {post.key: post.at for post in reversed(posts)}
    lost, doubled = lost_and_doubled(posts, PEOPLE)
    return Outcome(lost, doubled, max(firsts.values()) - killed)


def _each(outcomes: list[Outcome], what: str) -> str:
    return ", ".join(str(getattr(outcome, what)) for outcome in outcomes)
