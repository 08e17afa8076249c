"""The tick: late or doubled it gives the same, and failing it comes again."""

from __future__ import annotations

import asyncio
import logging

import pytest

from bot.scheduler import build_scheduler


async def test_there_is_one_job_that_is_never_dropped_or_doubled() -> None:
    async def tick() -> None:
        """Never called here."""

    [job] = build_scheduler(tick, tick_seconds=5).get_jobs()

    assert (job.id, job.coalesce, job.max_instances, job.misfire_grace_time) == ("tick", True, 1, None)
    assert job.trigger.interval_length == 5


async def test_a_tick_that_fails_is_one_line_and_comes_again(caplog: pytest.LogCaptureFixture) -> None:
    ticks = 0
    twice = asyncio.Event()

    async def tick() -> None:
        nonlocal ticks
        ticks += 1
        if ticks == 2:
            twice.set()
        raise OSError("the database is away")

    scheduler = build_scheduler(tick, tick_seconds=0.1)
    caplog.set_level(logging.ERROR)
    scheduler.start()
    try:
        async with asyncio.timeout(10):
            await twice.wait()
    finally:
        scheduler.shutdown(wait=False)

    lines = [line.getMessage() for line in caplog.records if line.name == "bot.scheduler"]
    assert lines[:2] == ["a tick failed; the next one tries again"] * 2
