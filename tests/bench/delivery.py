"""
10,000 people due in the same minute: posts per second.

Beside a bare `asyncio.gather` over the same call with the same concurrency, which stores nothing; and beside
the schedulers that store one job per person.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from bot import sending as sending_module
from tests.bench.coach import BenchClock, coach_process
from tests.bench.ledger import Accepted, Server, accepting_server, lost_and_doubled, rate
from tests.bench.population import next_morning, people_due
from tests.bench.postgres import Postgres, postgres_server
from tests.bench.rig import median, report
from tests.bench.senders import owe, sending
from tests.bench.senders.post import CONCURRENCY, DATABASE, MESSAGE_FILE

PEOPLE = 10_000
ROUNDS = 3
PATIENCE_SECONDS = 180.0
OTHERS_SECONDS = 60.0
"""Long enough to see how fast the schedulers with a job per person are; they need not finish."""
UNPACED = {"PREP_SPREAD_SECONDS": "0", "PREP_POSTS_PER_SECOND": "0", "PREP_TICK_SECONDS": "0.2"}


async def measure() -> None:
    """The bot on either database and the bare client take turns, so that the machine's moods hit all."""
    with tempfile.TemporaryDirectory(prefix="prep-coach-bench-") as folder, postgres_server() as postgres:
        async with accepting_server() as server:
            await _measure(server, postgres, Path(folder))


async def _measure(server: Server, postgres: Postgres, folder: Path) -> None:
    assert CONCURRENCY == sending_module.CONCURRENCY, "the yardstick has another concurrency than the bot"
    slot = next_morning()
    people_due(f"sqlite:///{folder / 'due.db'}", PEOPLE, slot)
    due = postgres.database()
    people_due(due, PEOPLE, slot)
    clock = BenchClock(folder / "clock")
    message = folder / "message.json"
    environment = {**server.environment, MESSAGE_FILE: str(message)}
    on_sqlite, on_postgres, bare = Runs(), Runs(), Runs()
    for number in range(ROUNDS):
        file = folder / f"{number}.db"
        shutil.copy(folder / "due.db", file)
        await _bot(on_sqlite, server, f"sqlite:///{file}", clock, slot)
        if number == 0:
            # Everybody else posts what the bot posted.
            message.write_text(json.dumps(await server.last_message()))
        await _bare(bare, server, environment)
        database = postgres.database(due)
        await _bot(on_postgres, server, database, clock, slot)
        postgres.drop(database)
        await _bare(bare, server, environment)
    ratios = on_sqlite.rate / bare.rate, on_postgres.rate / bare.rate
    report(
        f"{PEOPLE} people due in the same minute, posts per second, median of {ROUNDS} rounds",
        f"{on_sqlite.rate:.0f} on SQLite, {on_postgres.rate:.0f} on PostgreSQL; bare asyncio.gather with "
        f"the same concurrency of {CONCURRENCY} {bare.rate:.0f}: ratios {ratios[0]:.2f} and {ratios[1]:.2f}",
        "at least 0.7 x the bare calls, everything stored",
        min(ratios) >= 0.7,
    )
    apscheduler, procrastinate = Runs(), Runs()
    jobs = {**environment, DATABASE: str(folder / "apscheduler.db")}
    await _scheduler(apscheduler, server, jobs, "apscheduler_jobs")
    jobs = {**environment, DATABASE: postgres.database()}
    await _scheduler(procrastinate, server, jobs, "procrastinate_jobs")
    report(
        "the same from the instant they are due to the last post, posts per second",
        f"{on_sqlite.whole_rate:.0f} on SQLite, {on_postgres.whole_rate:.0f} on PostgreSQL; APScheduler with "
        f"a job per person {apscheduler.whole_rate:.0f}, procrastinate on PostgreSQL "
        f"{procrastinate.whole_rate:.0f}",
        "faster than both",
        min(on_sqlite.whole_rate, on_postgres.whole_rate)
        > max(apscheduler.whole_rate, procrastinate.whole_rate),
    )


class Runs:
    """How fast one sender was, each time."""

    def __init__(self) -> None:
        self._rates: list[float] = []
        self._whole_rates: list[float] = []

    def add(self, posts: list[Accepted], due: float, *, is_whole: bool = True) -> None:
        """What was accepted of a run to everybody, who were `due` at that many seconds since the epoch."""
        lost, doubled = lost_and_doubled(posts, PEOPLE)
        if is_whole and (lost or doubled):
            raise AssertionError(f"{lost} lost, {doubled} doubled without any trouble")
        self._rates.append(rate(posts))
        self._whole_rates.append(len(posts) / (max(post.at for post in posts) - due))

    @property
    def rate(self) -> float:
        """Posts per second from the first to the last, median of the runs."""
        return median(self._rates)

    @property
    def whole_rate(self) -> float:
        """Posts per second since they were due, median of the runs."""
        return median(self._whole_rates)


async def _bot(runs: Runs, server: Server, url: str, clock: BenchClock, slot: datetime) -> None:
    """The bot is connected and idle before they are due."""
    clock.set(slot - timedelta(hours=1))
    await server.reset(workspace_of=PEOPLE)
    async with coach_process(server, url, clock, **UNPACED):
        due = time.time()
        clock.set(slot)
        await server.wait_for(PEOPLE, within=PATIENCE_SECONDS)
        runs.add(await server.accepted(), due)


async def _bare(runs: Runs, server: Server, environment: Mapping[str, str]) -> None:
    await server.reset(workspace_of=PEOPLE)
    async with sending(environment, "bare", str(PEOPLE)) as sender:
        await server.wait_for(PEOPLE, within=PATIENCE_SECONDS)
        runs.add(await server.accepted(), sender.began)


async def _scheduler(runs: Runs, server: Server, environment: Mapping[str, str], module: str) -> None:
    await owe(environment, module, PEOPLE)
    await server.reset(workspace_of=PEOPLE)
    async with sending(environment, module, "work") as sender:
        with suppress(TimeoutError):
            await server.wait_for(PEOPLE, within=OTHERS_SECONDS)
        runs.add(await server.accepted(), sender.began, is_whole=False)
