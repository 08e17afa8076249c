"""What is looked up when somebody asks, and how seldom."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from bot import sampling
from bot.metrics import Metrics
from bot.sampling import GOOD_FOR_SECONDS, Sampler, line_look, outbox_look
from storage import learners, outbox
from storage.engine import Database, connect
from storage.models import OutboxState
from tests.builders import NOON, MovingClock
from tests.conftest import sqlite_url
from tests.figures import figure


@dataclass
class Seconds:
    """A monotonic clock that is moved by hand."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


async def owe(database: Database, key: str, team_id: str, *, due: float, state: str = "due") -> None:
    """A message due so many seconds after noon."""
    async with database.write() as session:
        learner = await learners.ensure(session, team_id, "U1", now=NOON)
        draft = outbox.Draft(
            idempotency_key=key,
            team_id=team_id,
            learner_id=learner.id,
            kind="daily",
            due_at=NOON + timedelta(seconds=due),
            state=OutboxState(state),
        )
        await outbox.enqueue(session, draft, now=NOON)


async def test_what_is_due_is_counted_and_what_waits_too_long(database: Database) -> None:
    await owe(database, "late", "T1", due=-61)
    await owe(database, "due", "T1", due=-1)
    await owe(database, "other", "T2", due=0)
    await owe(database, "later", "T3", due=1)
    await owe(database, "missed", "T4", due=-500, state="missed")
    metrics = Metrics()

    await Sampler([outbox_look(metrics, database, MovingClock())]).refresh()

    assert figure(metrics, "prep_outbox_open") == 3
    assert figure(metrics, "prep_outbox_overdue") == 1
    assert figure(metrics, "prep_workspaces_due") == 2


async def test_nothing_due_is_zero(database: Database) -> None:
    metrics = Metrics()

    await Sampler([outbox_look(metrics, database, MovingClock())]).refresh()

    assert figure(metrics, "prep_outbox_open") == 0
    assert figure(metrics, "prep_outbox_overdue") == 0


async def test_however_often_somebody_asks_the_looks_are_few() -> None:
    looks = 0
    seconds = Seconds()

    async def look() -> None:
        nonlocal looks
        looks += 1
        await asyncio.sleep(0)

    sampler = Sampler([look], seconds)
    await asyncio.gather(*(sampler.refresh() for _ in range(100)))
    seconds.now = GOOD_FOR_SECONDS - 0.1
    await sampler.refresh()
    assert looks == 1

    seconds.now = GOOD_FOR_SECONDS
    await sampler.refresh()
    assert looks == 2


@pytest.mark.parametrize("trouble", ["fails", "hangs"])
async def test_without_the_database_the_figures_are_unknown_and_the_rest_is_there(
    migrated_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    monkeypatch.setattr(sampling, "PATIENCE_SECONDS", 0.05)

    class Away(Database):
        @asynccontextmanager
        async def read(self) -> AsyncIterator[AsyncSession]:
            if trouble == "hangs":
                await asyncio.Event().wait()
            raise OSError("away")
            yield

    opened = connect(sqlite_url(migrated_file, tmp_path))
    metrics, seconds = Metrics(), Seconds()

    async def connected() -> bool:
        return True

    look = outbox_look(metrics, opened, MovingClock())
    await Sampler([look]).refresh()
    assert figure(metrics, "prep_outbox_open") == 0

    away = outbox_look(metrics, Away(opened.readers, opened.writers), MovingClock())
    await Sampler([away, line_look(metrics, "socket_mode", connected)], seconds).refresh()

    assert math.isnan(figure(metrics, "prep_outbox_open") or 0)
    assert figure(metrics, "prep_connected", transport="socket_mode") == 1
    await opened.close()


async def test_a_line_that_is_down_is_zero_and_where_there_is_none_nothing_is_said() -> None:
    metrics = Metrics()
    assert figure(metrics, "prep_connected", transport="socket_mode") is None

    async def connected() -> bool:
        return False

    await Sampler([line_look(metrics, "socket_mode", connected)]).refresh()

    assert figure(metrics, "prep_connected", transport="socket_mode") == 0
