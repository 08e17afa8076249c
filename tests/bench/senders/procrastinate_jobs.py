"""
One procrastinate job per person, on PostgreSQL.

`python -m tests.bench.senders.procrastinate_jobs owe PEOPLE` applies its schema and stores them, due at once;
`... work`
prints the instant in which it starts to work and does them.
"""

from __future__ import annotations

import asyncio
import os
import sys
from typing import Any

import procrastinate
from procrastinate.types import JSONValue

from tests.bench.senders.post import CONCURRENCY, DATABASE, Poster, say_begun


def _app(posters: list[Poster]) -> tuple[procrastinate.App, procrastinate.tasks.Task[..., Any, Any]]:
    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=os.environ[DATABASE]))

    @app.task(name="nudge")
    async def nudge(person: int) -> None:
        await posters[0].post(person)

    return app, nudge


async def owe(people: int) -> None:
    """Store everybody's job in a database without procrastinate's tables."""
    app, nudge = _app([])
    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        jobs: list[dict[str, JSONValue]] = [{"person": person} for person in range(1, people + 1)]
        await nudge.batch_defer_async(*jobs)


async def work() -> None:
    """Do what is due until terminated."""
    app, _ = _app([Poster()])
    async with app.open_async():
        say_begun()
        await app.run_worker_async(concurrency=CONCURRENCY, install_signal_handlers=False)


if __name__ == "__main__":
    # procrastinate warns of an app that is made in __main__.
    from tests.bench.senders import procrastinate_jobs as jobs

    asyncio.run(jobs.owe(int(sys.argv[2])) if sys.argv[1] == "owe" else jobs.work())
