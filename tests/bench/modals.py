"""From /prep to an open modal, for 50 people at once."""

from __future__ import annotations

import asyncio
import time

from tests.bench.rig import BARE, COACH, Running, median, percentile, report, running

PEOPLE = 50
ROUNDS = 12


async def measure() -> None:
    """The bot and the bare app take turns, so that the machine's moods hit both."""
    async with running(COACH, people=PEOPLE) as coach, running(BARE, people=PEOPLE) as bare:
        coach_ms: list[float] = []
        bare_ms: list[float] = []
        await everybody_opens(coach)
        await everybody_opens(bare)
        for _ in range(ROUNDS):
            coach_ms += await everybody_opens(coach)
            bare_ms += await everybody_opens(bare)
    ratio = median(coach_ms) / median(bare_ms)
    p99 = percentile(coach_ms, 99)
    report(
        f"/prep to an open modal, {PEOPLE} people at once, {ROUNDS} rounds",
        f"p99 {p99:.0f} ms, median {median(coach_ms):.0f} ms; bare Bolt app p99 "
        f"{percentile(bare_ms, 99):.0f} ms, median {median(bare_ms):.0f} ms; ratio of medians {ratio:.2f}",
        "p99 under 300 ms, ratio at most 1.5",
        p99 < 300 and ratio <= 1.5,
    )


async def everybody_opens(running_app: Running) -> list[float]:
    """Everybody types /prep in the same moment; milliseconds until each sees the modal."""
    times = await asyncio.gather(*(_open(running_app, person) for person in running_app.people))
    for person in running_app.people:
        for view in running_app.workspace.view_stack(person):
            await running_app.workspace.close_view(person, view.id, close_all=True)
            break
    return times


async def _open(running_app: Running, person: str) -> float:
    workspace = running_app.workspace
    channel = workspace.conversations.open_dm(person).id
    async with workspace.changes.subscribe() as changes:
        began = time.perf_counter()
        command = asyncio.create_task(workspace.run_command(person, channel, "/prep", ""))
        while not workspace.view_stack(person):
            await anext(changes)
        elapsed = (time.perf_counter() - began) * 1000
    await command
    return elapsed
