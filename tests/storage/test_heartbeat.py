"""Whether anybody ran on this database of late."""

from __future__ import annotations

from datetime import timedelta

import pytest

from storage import heartbeat
from storage.engine import Database
from storage.models import Heartbeat
from tests.builders import NOON


async def start(database: Database, minutes: float) -> Heartbeat:
    """A process starts so many minutes after noon; what is known then."""
    async with database.write() as session:
        await heartbeat.begin(session, now=NOON + timedelta(minutes=minutes))
    async with database.read() as session:
        found = await heartbeat.find(session)
    assert found is not None
    return found


async def test_the_first_start_looks_for_nothing(database: Database) -> None:
    assert (await start(database, 0)).look_until is None


@pytest.mark.parametrize(
    ("minutes", "looks"),
    [
        pytest.param(1.9, False, id="a restart"),
        pytest.param(2.1, True, id="a longer absence, or a backup"),
        pytest.param(-30, False, id="a clock that went back"),
    ],
)
async def test_a_long_absence_is_noticed(database: Database, minutes: float, looks: bool) -> None:
    await start(database, 0)

    known = await start(database, minutes)

    assert known.look_until == (NOON + timedelta(minutes=minutes) if looks else None)


async def test_a_second_process_does_not_forget_what_the_first_noticed(database: Database) -> None:
    await start(database, 0)
    first = await start(database, 60)

    second = await start(database, 60.5)

    assert second.look_until == first.look_until == NOON + timedelta(hours=1)


async def test_who_runs_is_not_absent(database: Database) -> None:
    await start(database, 0)
    async with database.write() as session:
        await heartbeat.beat(session, now=NOON + timedelta(minutes=9))

    assert (await start(database, 10)).look_until is None
