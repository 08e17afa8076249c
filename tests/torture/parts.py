"""The long runs. Each gives its row of the table."""

from __future__ import annotations

import asyncio
import os
import random
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from content.loader import load
from storage.engine import connect
from storage.migrate import upgrade
from tests.bot.security.fuzzing import fuzzed
from tests.oracle.test_timing_against_oracle import long_run
from tests.survival import process_town
from tests.survival.files import file_of, opened
from tests.survival.month import Counts, Month
from tests.survival.process_town import ProcessTown, open_process_town
from tests.survival.rig import new_town
from tests.survival.test_storage import end_of_day, locked, nine_o_clock
from tests.torture.row import Row, of_place

KILLS = int(os.environ.get("TORTURE_KILLS", "200"))
STARTS = int(os.environ.get("TORTURE_STARTS", "50"))
BATCH = int(os.environ.get("TORTURE_BATCH", "150"))
PEOPLE = int(os.environ.get("TORTURE_PEOPLE", "10000"))
DAYS = int(os.environ.get("TORTURE_DAYS", "30"))
YEARS = int(os.environ.get("TORTURE_YEARS", "3"))
FUZZ_SECONDS = float(os.environ.get("TORTURE_FUZZ_SECONDS", "600"))
LOCKED_SECONDS = 30.0
CORES = 2


def say(line: str) -> None:
    """To whoever watches."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@asynccontextmanager
async def place_in(folder: Path) -> AsyncIterator[ProcessTown]:
    """A town whose bots are processes."""
    url = f"sqlite:///{folder / 'prep-coach.db'}"
    await asyncio.to_thread(upgrade, url)
    database = connect(url)
    async with open_process_town(database, url, folder) as place:
        yield place
    await database.close()


async def random_kills(folder: Path, seed: int) -> Row:
    """kill -9, two hundred times, wherever the process is."""
    async with place_in(folder) as place:
        await process_town.random_kills(place, KILLS, seed)
        found = ", ".join(f"{number} {state}" for state, number in sorted(place.found.items()))
        return await of_place(place, f"kill -9 at random points ({found} at the kills)", f"{KILLS} kills")


async def killed_every_300_ms(folder: Path, seed: int) -> Row:
    """No process lives longer."""
    async with place_in(folder) as place:
        await process_town.kill_every_300_ms(place, BATCH)
        return await of_place(
            place, "kill -9 every 300 ms until the batch is finished", f"{place.starts} kills"
        )


async def storm(folder: Path, seed: int) -> Row:
    """Fifty starts within a minute."""
    async with place_in(folder) as place:
        await process_town.restart_storm(place, STARTS, seed, people=300, every=60 / STARTS)
        return await of_place(place, f"{STARTS} starts in 60 s at nine", f"{STARTS} kills and stops")


async def long_lock(folder: Path, seed: int) -> Row:
    """Somebody else holds the database for half a minute."""
    upgrade(f"sqlite:///{folder / 'prep-coach.db'}")
    async with opened(folder / "prep-coach.db") as database:
        town = await nine_o_clock(database, 200)
        async with locked(file_of(database), LOCKED_SECONDS):
            await town.tick()
        counts = Counts()
        counts.judge(await end_of_day(town))
        return Row(
            f"database locked for {LOCKED_SECONDS:.0f} s at nine",
            len(town.residents),
            len(town.posts.accepted),
            "1 lock",
            counts.lost,
            counts.doubled,
            counts.late,
            breaches=counts.breaches,
        )


async def zones(folder: Path, seed: int) -> Row:
    """Slots, windows and quiet hours against the calculation."""
    counts = await asyncio.to_thread(long_run, YEARS, say, CORES)
    return Row(
        f"every zone x every 15 minutes x {YEARS} years: {counts.zones} zones, {counts.slots:,} slots,"
        f" {counts.windows:,} windows",
        faults="-",
        breaches=counts.lines or ["more than told"] * bool(counts.breaches),
    )


async def fuzz(folder: Path, seed: int) -> Row:
    """Nonsense, for minutes on end."""
    file = folder / "migrated.db"
    await asyncio.to_thread(upgrade, f"sqlite:///{file}")
    async with fuzzed(file, folder, await asyncio.to_thread(load)) as opened_app:
        # To be repeated, not to be secret.
        await opened_app.run(random.Random(seed), seconds=FUZZ_SECONDS)  # noqa: S311
    return Row(
        f"{opened_app.sent:,} requests with something wrong, {opened_app.admitted:,} of them let in",
        faults=f"{opened_app.sent:,}",
        breaches=opened_app.faults,
    )


async def month(folder: Path, seed: int) -> Row:
    """Everybody for a month, with everything that goes wrong."""
    upgrade(f"sqlite:///{folder / 'prep-coach.db'}")
    async with opened(folder / "prep-coach.db") as database:
        long = Month(new_town(database, "2026-10-20 00:00"), seed, say)
        await long.settle(PEOPLE)
        await long.live(DAYS, outages=min(4, DAYS // 4))
        say("the books ...")
        counts = await long.judge(CORES)
    third = len(counts.objects) // 3
    say(f"objects of the bot, by day: {counts.objects}")
    say(f"open files, by day: {counts.handles}")
    flat = max(counts.objects[third:]) <= max(counts.objects[:third]) * 1.2 + 2000
    if not flat or max(counts.handles[third:]) > max(counts.handles[:third]) + 2:
        counts.breaches.append("memory or file handles grew")
    return Row(
        f"{DAYS} simulated days, {counts.edits:,} changes of mind, {counts.skipped:,} skipped with a reason",
        counts.people,
        counts.messages,
        f"{counts.faults:,}, {counts.kills:,} of them kills",
        counts.lost,
        counts.doubled,
        counts.late,
        counts.missed,
        counts.breaches,
    )
