"""
How far it carries: what one of everything costs, measured here, and what that comes to for many.

The arithmetic of "How far it carries" in ARCHITECTURE. What people do in a day is assumed, and said; every
other number is measured in the same run.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psycopg
from sqlalchemy import create_engine

from content.loader import load
from storage.engine import async_url
from storage.migrate import upgrade
from tests.bench import clicks
from tests.bench.coach import BenchClock, coach_process
from tests.bench.ledger import accepting_server
from tests.bench.population import next_morning, people_due
from tests.bench.postgres import Postgres, postgres_server
from tests.bench.rig import COACH, report, running
from tests.bench.year import write_year

YEARS = 40
"""People with a full year who are written, to see what one takes."""
MESSAGES = 1_000
PEOPLE_CLICKING = 100
CLICKING_SECONDS = 15.0
PEOPLE, WORKSPACES = 1_000_000, 5_000
# Assumed: of a person who takes part, on each of 365 days.
MESSAGES_A_DAY, PRESSES_A_DAY = 1.2, 8
BUSIEST_HOUR = 0.2
"""The part of a day's presses and messages that falls into its busiest hour."""
BUSY = 0.6
"""How much of a core may be used: above it, waiting grows faster than work."""
SLACK_POSTS_A_SECOND = 4.8
"""In one workspace; see bot.pace."""


@dataclass(frozen=True, kw_only=True)
class Units:
    """What one costs. Bytes, rows and milliseconds of a core."""

    year_rows: float
    year_bytes: float
    year_index_bytes: float
    message_ms: float
    message_database_ms: float
    press_ms: float
    press_database_ms: float
    idle_ms_a_second: float


async def measure() -> None:
    """The units, then what they come to."""
    with tempfile.TemporaryDirectory(prefix="prep-coach-bench-") as folder, postgres_server() as postgres:
        rows, size, indexes = _a_year(postgres)
        message, message_database, idle = await _a_message(postgres, Path(folder))
        press, press_database = await _a_press(postgres)
    units = Units(
        year_rows=rows,
        year_bytes=size,
        year_index_bytes=indexes,
        message_ms=message,
        message_database_ms=message_database,
        press_ms=press,
        press_database_ms=press_database,
        idle_ms_a_second=idle,
    )
    _say(units)


def _a_year(postgres: Postgres) -> tuple[float, float, float]:
    """Rows, bytes, and bytes of indexes among them, of one person's full year on PostgreSQL."""
    url = postgres.database()
    upgrade(url)
    before = _sizes(url)
    engine = create_engine(async_url(url))
    with engine.begin() as connection:
        for number in range(YEARS):
            write_year(connection, load(), "T1", f"U{number}", next_morning(), stories=40)
    engine.dispose()
    after = _sizes(url)
    rows, size, indexes = ((late - early) / YEARS for late, early in zip(after, before, strict=True))
    return rows, size, indexes


def _sizes(url: str) -> tuple[int, int, int]:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ANALYZE")
        query = (
            "SELECT sum(reltuples) FILTER (WHERE reltuples > 0)::bigint, sum(pg_total_relation_size(oid)),"
            " sum(pg_indexes_size(oid)) FROM pg_class"
            " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        found = connection.execute(query).fetchone()
    assert found is not None
    return int(found[0] or 0), int(found[1]), int(found[2])


async def _a_message(postgres: Postgres, folder: Path) -> tuple[float, float, float]:
    """Milliseconds of the bot and of PostgreSQL for a message, and of the bot in a second of nothing."""
    slot, clock = next_morning(), BenchClock(folder / "clock")
    url = postgres.database()
    people_due(url, MESSAGES, slot)
    clock.set(slot - timedelta(hours=1))
    unpaced = {"PREP_SPREAD_SECONDS": "0", "PREP_POSTS_PER_SECOND": "0"}
    async with accepting_server() as server:
        await server.reset()
        async with coach_process(server, url, clock, **unpaced) as process:
            await asyncio.sleep(2)
            began, idle = time.monotonic(), _cpu_ms(process.pid)
            await asyncio.sleep(10)
            idle = (_cpu_ms(process.pid) - idle) / (time.monotonic() - began)
            ours, theirs = _cpu_ms(process.pid), _postgres_ms(url)
            clock.set(slot)
            await server.wait_for(MESSAGES, within=180)
            await asyncio.sleep(1)
            ours, theirs = _cpu_ms(process.pid) - ours, _postgres_ms(url) - theirs
    return ours / MESSAGES, theirs / MESSAGES, idle


def _cpu_ms(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return 1000 * (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _postgres_ms(url: str) -> float:
    """Of all backends of the bot that are connected now, and of what writes for them."""
    with psycopg.connect(url, autocommit=True) as connection:
        pids = connection.execute("SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()").fetchall()
    return sum(_cpu_ms(int(pid)) for (pid,) in pids)


async def _a_press(postgres: Postgres) -> tuple[float, float]:
    """Milliseconds of the bot and of PostgreSQL for a press of the mix in `clicks`."""
    url = postgres.database()
    async with running(COACH, people=PEOPLE_CLICKING, database_url=url) as coach:
        await clicks.everybody(coach, time.monotonic())
        presses, pid = clicks.counted(coach), coach.process.pid
        ours, theirs = _cpu_ms(pid), _postgres_ms(url)
        await clicks.everybody(coach, time.monotonic() + CLICKING_SECONDS)
        ours, theirs = _cpu_ms(pid) - ours, _postgres_ms(url) - theirs
        return ours / len(presses), theirs / len(presses)


def _say(units: Units) -> None:
    """One process, one PostgreSQL, and what a million people take."""
    report(
        "what one costs",
        f"a person's year {units.year_rows:,.0f} rows, {units.year_bytes / 1024:,.0f} kB, of which "
        f"{units.year_index_bytes / 1024:,.0f} kB indexes; a message {units.message_ms:.2f} ms of the bot's "
        f"core and {units.message_database_ms:.2f} ms of PostgreSQL's; a press {units.press_ms:.1f} and "
        f"{units.press_database_ms:.1f} ms; nothing to do {units.idle_ms_a_second:.1f} ms a second",
        "a figure for each",
        True,
    )
    hour = BUSIEST_HOUR / 3600
    cores = hour * (MESSAGES_A_DAY * units.message_ms + PRESSES_A_DAY * units.press_ms) / 1000
    theirs = MESSAGES_A_DAY * units.message_database_ms + PRESSES_A_DAY * units.press_database_ms
    database = hour * theirs / 1000
    carried = int((BUSY - units.idle_ms_a_second / 1000) / cores)
    lines = [
        f"assumed of each person and day: {MESSAGES_A_DAY} messages, {PRESSES_A_DAY} presses, "
        f"{BUSIEST_HOUR:.0%} of both in the busiest hour; cores at most {BUSY:.0%} busy",
        f"one process carries {carried:,} people",
        f"{PEOPLE:,} people in {WORKSPACES:,} workspaces: {PEOPLE * cores / BUSY:.0f} processes of a core, "
        f"{PEOPLE * database / BUSY:.1f} cores of PostgreSQL, "
        f"{PEOPLE * units.year_bytes / 1024**3:,.0f} GB and {PEOPLE * units.year_rows / 1e9:.1f} billion "
        "rows a year",
        f"a workspace of {PEOPLE // WORKSPACES} people has its morning in "
        f"{PEOPLE / WORKSPACES / SLACK_POSTS_A_SECOND:.0f} s, by Slack's limit",
    ]
    sys.stdout.write("".join(f"     {line}\n" for line in lines))
