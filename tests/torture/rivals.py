"""Any two operations at the same moment in two processes, in a random order, for as long as there is time."""

from __future__ import annotations

import asyncio
import os
import random
import time
from pathlib import Path

from content.loader import load
from storage.migrate import upgrade
from tests.bench.postgres import postgres_server
from tests.rivals.arena import open_arena
from tests.rivals.operations import OPERATIONS, has_an_order
from tests.torture.row import Row

SECONDS = float(os.environ.get("TORTURE_RIVALS_SECONDS", "600"))
STOPS = 12


async def rivals(folder: Path, seed: int) -> Row:
    """Each pair becomes one of its two sequences, wherever one of them is stopped."""
    names = list(OPERATIONS)
    meetings = [(one, other) for number, one in enumerate(names) for other in names[number:]]
    pairs = [pair for pair in meetings if has_an_order(*pair)]
    random.Random(seed).shuffle(pairs)  # noqa: S311 - repeatable
    tried, breaches = 0, []
    with postgres_server() as postgres:
        url = postgres.database()
        await asyncio.to_thread(upgrade, url)
        async with open_arena(url, load()) as arena:
            end = time.monotonic() + SECONDS
            for one, other in pairs:
                if time.monotonic() > end:
                    break
                breaches += await arena.breaches(one, other, STOPS)
                tried += 1
    return Row(
        f"two processes on the same rows: {tried:,} of {len(pairs):,} pairs of {len(names)} operations, each "
        f"stopped at up to {STOPS} steps",
        people=4,
        faults=f"{tried:,} meetings",
        breaches=breaches,
    )
