"""The one scheduler, with a few fixed jobs. What is due stands in the database; a tick only looks."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = logging.getLogger(__name__)

Job = Callable[[], Awaitable[Any]]


def build_scheduler(tick: Job, *, tick_seconds: float) -> AsyncIOScheduler:
    """
    A scheduler whose tick never runs twice at once and never is skipped for being late.

    By default APScheduler drops a run that is more than a second late.
    """
    scheduler = AsyncIOScheduler(timezone="UTC")
    scheduler.add_job(
        guarded(tick),
        "interval",
        seconds=tick_seconds,
        id="tick",
        coalesce=True,
        max_instances=1,
        misfire_grace_time=None,
    )
    return scheduler


def guarded(job: Job, on_failure: Callable[[], object] = lambda: None) -> Job:
    """What fails in a tick is one line in the log, and counted; the next one tries again."""

    async def run() -> None:
        try:
            await job()
        except Exception:
            on_failure()
            log.exception("a tick failed; the next one tries again")

    return run
