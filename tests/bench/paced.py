"""With Slack's limits on: how much longer a wave takes than it must."""

from __future__ import annotations

import tempfile
import time
from datetime import timedelta
from pathlib import Path

from sqlalchemy import create_engine, insert

from bot.menu.service import KIND
from bot.playground.rate_limits import POSTS_PER_MINUTE
from storage.models import OutboxMessage
from tests.bench.coach import BenchClock, coach_process
from tests.bench.ledger import accepting_server
from tests.bench.population import next_morning, people_due
from tests.bench.post_server import TEAM
from tests.bench.rig import report

PEOPLE = 600
TO_ONE_CHANNEL = 10
"""Besides their reminder, one person gets so many answers."""
SETTINGS = {"PREP_SPREAD_SECONDS": "0", "PREP_TICK_SECONDS": "0.2"}


async def measure() -> None:
    """The workspace's cap decides: 300 posts a minute, and one a second to the one channel."""
    slot = next_morning()
    posts = PEOPLE + TO_ONE_CHANNEL
    minimum = max(posts / POSTS_PER_MINUTE * 60, TO_ONE_CHANNEL)
    with tempfile.TemporaryDirectory(prefix="prep-coach-bench-") as folder:
        url = f"sqlite:///{Path(folder) / 'prep-coach.db'}"
        people_due(url, PEOPLE, slot)
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(
                insert(OutboxMessage),
                [
                    {
                        "idempotency_key": f"answer:{number}",
                        "team_id": TEAM,
                        "learner_id": 1,
                        "kind": KIND,
                        "payload": {"word": "help", "learner_id": 1},
                        "due_at": slot,
                        "created_at": slot,
                    }
                    for number in range(TO_ONE_CHANNEL)
                ],
            )
        engine.dispose()
        clock = BenchClock(Path(folder) / "clock")
        clock.set(slot - timedelta(hours=1))
        async with accepting_server() as server:
            await server.reset(limits=True)
            async with coach_process(server, url, clock, **SETTINGS):
                clock.set(slot)
                began = time.time()
                await server.wait_for(posts, within=minimum * 2)
            accepted = await server.accepted()
            refused = await server.refused()
    took = max(post.at for post in accepted) - began
    answers = max(post.at for post in accepted if post.key.startswith("answer:")) - began
    report(
        f"{posts} posts under Slack's limits ({POSTS_PER_MINUTE} a minute, one a second in a channel)",
        f"{took:.1f} s, the minimum is {minimum:.0f} s: {took / minimum:.2f} x; {refused} answered with 429; "
        f"the {TO_ONE_CHANNEL} answers to one waiting person within {answers:.1f} s",
        "at most 1.1 x the minimum",
        took <= minimum * 1.1 and len(accepted) == posts,
    )
