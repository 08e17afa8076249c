"""
One persisted APScheduler job per person, in an SQLite file.

`python -m tests.bench.senders.apscheduler_jobs owe PEOPLE` stores them, due at once; `... work`
prints the instant in which it starts to work and does them.
"""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import UTC, datetime

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from tests.bench.senders.post import DATABASE, Poster, say_begun

_posters: list[Poster] = []


async def nudge(person: int) -> None:
    """The job."""
    await _posters[0].post(person)


def _scheduler() -> AsyncIOScheduler:
    store = SQLAlchemyJobStore(url=f"sqlite:///{os.environ[DATABASE]}")
    return AsyncIOScheduler(jobstores={"default": store}, timezone="UTC")


async def owe(people: int) -> None:
    """Store everybody's job."""
    scheduler = _scheduler()
    scheduler.start(paused=True)
    for person in range(1, people + 1):
        scheduler.add_job(
            nudge,
            "date",
            run_date=datetime.now(UTC),
            args=[person],
            id=f"person:{person}",
            misfire_grace_time=None,
        )
    scheduler.shutdown(wait=False)


async def work() -> None:
    """Do what is due until terminated."""
    _posters.append(Poster())
    scheduler = _scheduler()
    say_begun()
    scheduler.start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    # A stored job names its function by module: run as __main__, this file would be another one.
    from tests.bench.senders import apscheduler_jobs as jobs

    asyncio.run(jobs.owe(int(sys.argv[2])) if sys.argv[1] == "owe" else jobs.work())
