"""
Ticks on two databases in turn, in a process of its own so that its memory is nobody else's.

`python -m tests.bench.ticking FEW_URL MANY_URL NOW` prints as JSON the median milliseconds of a tick on
either, and the resident memory in MB before and after the first ticks on the second.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path

from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.app import Coach, build
from bot.workspaces.directory import OneWorkspace
from content.loader import Catalog, load
from storage.engine import connect
from storage.preferences import Defaults
from tests.bench.post_server import BOT_USER, TEAM
from tests.bench.rig import median

WARM_UP = 20
TICKS = 300


async def main(few_url: str, many_url: str, now: datetime) -> None:
    """Few first: what the process holds after that, it holds for any number of people."""
    catalog = load()
    async with AsyncExitStack() as stack:
        few = _coach(catalog, few_url, now, stack)
        many = _coach(catalog, many_url, now, stack)
        for _ in range(WARM_UP):
            await _tick(few)
        before = _memory_mb()
        for _ in range(WARM_UP):
            await _tick(many)
        after = _memory_mb()
        few_ms, many_ms = [], []
        for _ in range(TICKS):
            few_ms.append(await _tick(few))
            many_ms.append(await _tick(many))
    figures = {
        "few_ms": median(few_ms),
        "many_ms": median(many_ms),
        "before_mb": before,
        "after_mb": after,
    }
    sys.stdout.write(json.dumps(figures))


def _coach(catalog: Catalog, url: str, now: datetime, stack: AsyncExitStack) -> Coach:
    database = connect(url)
    stack.push_async_callback(database.close)
    return build(
        catalog=catalog,
        database=database,
        connect=_client,
        connect_poster=_client,
        workspaces=OneWorkspace(
            AuthorizeResult(enterprise_id=None, team_id=TEAM, bot_user_id=BOT_USER, bot_token="xoxb-bench")
        ),
        now=lambda: now,
        defaults=Defaults(),
        tick_seconds=5,
        owner="bench",
    )


def _client(token: str | None) -> AsyncWebClient:
    return AsyncWebClient(token, "http://127.0.0.1:9/api/")


async def _tick(coach: Coach) -> float:
    """Milliseconds of a whole tick, with the look into the outbox that it leads to."""
    began = time.perf_counter()
    await coach.tick()
    await coach.delivery.drain()
    return (time.perf_counter() - began) * 1000


def _memory_mb() -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise OSError("no VmRSS")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], datetime.fromisoformat(sys.argv[3])))
