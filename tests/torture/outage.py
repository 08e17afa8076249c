"""PostgreSQL away for half a real minute, refused and silent, in the middle of waves of two processes."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import time as wall
from datetime import timedelta
from pathlib import Path

from storage.engine import connect
from storage.migrate import upgrade
from tests.bench.postgres import postgres_server
from tests.line import Line, a_line
from tests.processes import until
from tests.survival.process_town import DAY, FINISHED_WITHIN, ProcessTown, open_process_town
from tests.survival.rig import at
from tests.torture.row import Row, of_place

AWAY_SECONDS = float(os.environ.get("TORTURE_AWAY_SECONDS", "30"))
PEOPLE = 120
RESUMED_WITHIN = 15.0
"""What was on its way when the line went is looked for first, once its lease is over."""


async def outage(folder: Path, seed: int) -> Row:
    """Both ways of being away, each in a wave of its own; the processes are never started again."""
    async with _place(folder) as (place, line):
        town = place.town
        for hour in (9, 10):
            await town.settle_many(PEOPLE, daily_at=wall(hour), weekly_on=False)
        town.workspace.faults.add(method="chat.postMessage", kind="slow", seconds=0.3, times=None)
        resumed = []
        async with place.bot(DATABASE_URL=line.url) as one, place.bot(DATABASE_URL=line.url) as other:
            await until(lambda: town.workspace.hub.connections == 2, within=FINISHED_WITHIN)
            for hour in (9, 10):
                town.set(at(f"{DAY} {hour:02}:00") + timedelta(seconds=1))
                resumed.append(await _wave(place, line, hour))
            async with asyncio.timeout(FINISHED_WITHIN):
                while not await place.is_finished():  # noqa: ASYNC110 - other processes work
                    await asyncio.sleep(0.2)
            died = [bot for bot in (one, other) if bot.process.returncode is not None]
        row = await of_place(
            place,
            f"PostgreSQL refused and silent for {AWAY_SECONDS:.0f} s each, two processes; the first post "
            f"{', '.join(f'{seconds:.1f} s' for seconds in resumed)} after it was back",
            "2 outages",
        )
        if died or max(resumed) > RESUMED_WITHIN:
            row.breaches.append(f"resumed after {resumed} s; {len(died)} processes died")
            row.breaches += [bot.said()[-1000:] for bot in died]
        return row


async def _wave(place: ProcessTown, line: Line, hour: int) -> float:
    """Seconds from the line's mending to the first post."""
    posts = place.town.posts.accepted
    before = len(posts)
    async with asyncio.timeout(FINISHED_WITHIN):
        while len(posts) < before + PEOPLE // 4:  # noqa: ASYNC110 - other processes work
            await asyncio.sleep(0.01)
    if hour == 9:
        await line.cut()
    else:
        line.silence()
    await asyncio.sleep(AWAY_SECONDS)
    left, began = len(posts), time.monotonic()
    await line.mend()
    async with asyncio.timeout(FINISHED_WITHIN):
        while len(posts) == left:  # noqa: ASYNC110 - other processes work
            await asyncio.sleep(0.01)
        took = time.monotonic() - began
        wanted = PEOPLE * (hour - 8)
        while len({key for key, _ in posts}) < wanted:  # noqa: ASYNC110 - other processes work
            await asyncio.sleep(0.05)
    return took


@asynccontextmanager
async def _place(folder: Path) -> AsyncIterator[tuple[ProcessTown, Line]]:
    with postgres_server() as postgres, tempfile.TemporaryDirectory(dir=folder) as own:
        url = postgres.database()
        await asyncio.to_thread(upgrade, url)
        database = connect(url)
        async with open_process_town(database, url, Path(own)) as place, a_line(url) as line:
            yield place, line
        await database.close()
