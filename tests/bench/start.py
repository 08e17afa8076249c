"""How long a cold start takes, and how much memory the bot holds when it is connected."""

from __future__ import annotations

from tests.bench.rig import BARE, COACH, median, report, running

STARTS = 5


async def measure() -> None:
    """Start to connected, content loaded, on an empty database; beside a bare Bolt app."""
    coach_ms, bare_ms, memory, bare_memory = [], [], [], []
    for _ in range(STARTS):
        async with running(COACH) as coach:
            coach_ms.append(coach.start_ms)
            memory.append(coach.memory_mb)
        async with running(BARE) as bare:
            bare_ms.append(bare.start_ms)
            bare_memory.append(bare.memory_mb)
    report(
        f"cold start of `prep-coach run` to connected, median of {STARTS}",
        f"{median(coach_ms):.0f} ms (a bare Bolt app {median(bare_ms):.0f} ms, "
        f"ratio {median(coach_ms) / median(bare_ms):.2f}); {median(memory):.0f} MB resident "
        f"(a bare Bolt app {median(bare_memory):.0f} MB)",
        "under 2000 ms, under 120 MB",
        median(coach_ms) < 2000 and median(memory) < 120,
    )
