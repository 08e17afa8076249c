"""Everybody is answered while another program holds the database for ten seconds."""

from __future__ import annotations

import asyncio
import sqlite3
import time

from tests.bench.rig import COACH, Running, percentile, report, running
from tests.flows.journeys import items_on, open_assessment, submit_profile
from tests.slack_user import SlackUser

PEOPLE = 20
LOCKED_SECONDS = 10


async def measure() -> None:
    """Clicks and commands during the lock: how long until each is acknowledged, and what is stored."""
    async with running(COACH, people=PEOPLE) as coach:
        people = [SlackUser(coach.workspace, person) for person in coach.people]
        for person in people:
            await open_assessment(person)
            await submit_profile(person)
        other = sqlite3.connect(coach.database, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        until = time.monotonic() + LOCKED_SECONDS
        waits = [
            wait for one in await asyncio.gather(*(_keep_busy(p, until) for p in people)) for wait in one
        ]
        other.execute("ROLLBACK")
        stored = await _stored_answers(coach, other, PEOPLE * 4)
        other.close()
    report(
        f"the database locked for {LOCKED_SECONDS} s, {PEOPLE} people clicking and typing all the while",
        f"{len(waits)} acknowledged, p99 {percentile(waits, 99):.0f} ms, longest {max(waits):.0f} ms; "
        f"{stored} of {PEOPLE * 4} ticks stored afterwards",
        "each within 3000 ms, nothing lost",
        max(waits) < 3000 and stored == PEOPLE * 4,
    )


async def _keep_busy(person: SlackUser, until: float) -> list[float]:
    """Tick the page's four items, then type commands, once a second and one after another."""
    waits = []
    items = items_on(person.modal)
    while time.monotonic() < until:
        began = time.perf_counter()
        if items:
            await person.fill({items.pop(): "4"})
        else:
            await person.command("/prep help")
        waits.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(1)
    return waits


async def _stored_answers(coach: Running, connection: sqlite3.Connection, expected: int) -> int:
    """Answers in the database once they stop coming."""
    count = 0
    for _ in range(500):
        [(count,)] = connection.execute("SELECT count(*) FROM attempt_answer").fetchall()
        if count >= expected or coach.process.returncode is not None:
            break
        await asyncio.sleep(0.02)
    return count
