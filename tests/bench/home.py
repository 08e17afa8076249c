"""People with a year of daily history: their Home, their export, a search over 500 stories, and memory."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import create_engine

from bot.clock import system_now
from bot.members import Member
from bot.mydata.service import MyDataService
from bot.plan.service import PlanService
from bot.reminders.service import ReminderService
from bot.stories.bank import Wanted
from bot.stories.service import StoryService
from content.loader import Catalog, load
from storage.engine import Database, connect
from storage.migrate import upgrade
from storage.preferences import Defaults
from tests.bench.coach import BenchClock, coach_process
from tests.bench.ledger import accepting_server
from tests.bench.population import next_morning, people_due
from tests.bench.rig import COACH, median, percentile, report, running
from tests.bench.year import DAYS, MOST_STORIES, STORIES, write_year, year_of_many
from tests.slack_user import SlackUser

OPENINGS = 30
ANA = Member("T0BENCH", "U0ANA")
QUERIES = ("migration", "payments", "region 146", "lost one order", "migratoin", "nothing like it")
TIMES = 5
PEOPLE = 10_000
UNPACED = {"PREP_SPREAD_SECONDS": "0", "PREP_POSTS_PER_SECOND": "0", "PREP_TICK_SECONDS": "0.2"}
PATIENCE_SECONDS = 240.0


async def measure() -> None:
    """One after the other; each part has a database of its own."""
    catalog = load()
    await _home(catalog)
    await _alone(catalog)
    await _memory(catalog)


async def _home(catalog: Catalog) -> None:
    """CPU time of the bot's process from the event to the published view, idle ticks included."""
    async with running(COACH, people=OPENINGS + 1) as coach:
        engine = create_engine(f"sqlite:///{coach.database}")
        for person in coach.people:
            with engine.begin() as connection:
                team = coach.workspace.team_id
                write_year(connection, catalog, team, person, datetime.now(UTC), stories=STORIES)
        engine.dispose()
        first, *others = [SlackUser(coach.workspace, person) for person in coach.people]
        await _open(first)
        before = coach.cpu_seconds
        waits = [await _open(person) for person in others]
        spent = (coach.cpu_seconds - before) * 1000 / OPENINGS
    report(
        f"Home of people with {DAYS} days of history, rendered and published",
        f"{spent:.0f} ms of the bot's CPU time (mean of {OPENINGS}); {median(waits):.0f} ms until seen, "
        f"p99 {percentile(waits, 99):.0f} ms",
        "under 60 ms",
        spent < 60,
    )


async def _open(person: SlackUser) -> float:
    began = time.perf_counter()
    await person.open_home()
    await person.see(lambda: "Where you stand" in person.text_of(person.home() or {}))
    return (time.perf_counter() - began) * 1000


async def _alone(catalog: Catalog) -> None:
    """What needs no Slack: from the call to the answer."""
    with tempfile.TemporaryDirectory(prefix="prep-coach-bench-") as folder:
        url = f"sqlite:///{Path(folder) / 'prep-coach.db'}"
        await asyncio.to_thread(upgrade, url)
        database = connect(url)
        async with database.writers.begin() as connection:
            await connection.run_sync(
                write_year, catalog, ANA.team_id, ANA.user_id, system_now(), stories=MOST_STORIES
            )
        reminders = ReminderService(database, system_now, Defaults(), _nobody)
        await _export(catalog, database, reminders)
        await _search(StoryService(catalog, database, system_now, reminders))
        await database.close()


async def _export(catalog: Catalog, database: Database, reminders: ReminderService) -> None:
    plan = PlanService(catalog, database, system_now, _nobody, reminders)
    data = MyDataService(catalog, database, system_now, plan, reminders, _nobody)
    took = [await _seconds(lambda: data.archive(ANA)) for _ in range(TIMES)]
    archive = await data.archive(ANA)
    size = len(archive.content) / 1024 if archive is not None else 0
    report(
        f"export of that year with {MOST_STORIES} stories, packed",
        f"{median(took):.2f} s (median of {TIMES}), longest {max(took):.2f} s, {size:.0f} kB",
        "under 2 s",
        max(took) < 2,
    )


async def _search(stories: StoryService) -> None:
    await stories.page(ANA, Wanted.searching("warm up"))
    took = []
    for query in QUERIES * TIMES:
        wanted = Wanted.searching(query)
        took.append(await _seconds(lambda wanted=wanted: stories.page(ANA, wanted)) * 1000)  # type: ignore[misc]
    report(
        f"a search over {MOST_STORIES} stories, from the database to the page",
        f"median {median(took):.1f} ms, p99 {percentile(took, 99):.1f} ms",
        "under 20 ms",
        median(took) < 20,
    )


async def _memory(catalog: Catalog) -> None:
    """The most the process ever held while everybody's list is chosen and sent."""
    slot = next_morning()
    with tempfile.TemporaryDirectory(prefix="prep-coach-bench-") as folder:
        url = f"sqlite:///{Path(folder) / 'prep-coach.db'}"
        people_due(url, PEOPLE, slot)
        engine = create_engine(url)
        with engine.begin() as connection:
            year_of_many(connection, catalog, PEOPLE, slot.date())
        engine.dispose()
        clock = BenchClock(Path(folder) / "clock")
        clock.set(slot - timedelta(hours=1))
        async with accepting_server() as server, coach_process(server, url, clock, **UNPACED) as process:
            before = _peak_mb(process.pid)
            clock.set(slot)
            began = time.monotonic()
            await server.wait_for(PEOPLE, within=PATIENCE_SECONDS)
            took = time.monotonic() - began
            after = _peak_mb(process.pid)
    report(
        f"{PEOPLE} people with {DAYS} days of history get their list: the most memory the process ever held",
        f"{after:.0f} MB, {before:.0f} MB before anybody was due; all lists sent in {took:.0f} s",
        "under 200 MB",
        after < 200,
    )


def _peak_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise OSError("no VmHWM")


async def _seconds(call: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await call()
    return time.perf_counter() - began


def _nobody() -> None:
    """Nobody is woken."""
