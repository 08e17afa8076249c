"""Bots that are killed: at every step, at random, every 300 ms, in a storm of restarts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from storage.engine import Database
from tests.survival.conftest import on_sqlite
from tests.survival.process_town import (
    PAST_LEASE,
    ProcessTown,
    kill_every_300_ms,
    open_process_town,
    random_kills,
    restart_storm,
)
from tests.survival.rig import at, killed_somewhere, new_town

SEED = 4
MANY = 150
SHORT_LIFE = 80
"""In steps; a message alone takes about ten."""


@pytest.fixture
async def place(database: Database, database_url: str, tmp_path: Path) -> AsyncIterator[ProcessTown]:
    async with open_process_town(database, database_url, tmp_path) as opened:
        yield opened


async def test_01_killed_at_every_step_of_a_morning(database: Database) -> None:
    """Survives 1: each morning the bot dies one step later, until it lives through all of them."""
    town = new_town(database, "2026-05-04 00:00")
    await town.settle_many(2)
    deaths, last = 0, False
    while not last:
        day = town.clock.now().date()
        await town.live_until(at(f"{day} 09:00"))
        last = not await killed_somewhere(town, deaths + 1)
        deaths += 1
        town.set(town.clock.now() + PAST_LEASE)
        town.delivery = town.worker()
        await town.live_until(at(f"{day} 20:00"))
        await town.touch()
        await town.live_until(at(str(day + timedelta(days=1))))
    await town.live_daily(2)

    assert await town.breaches() == []
    assert deaths > 15, "the bot took fewer steps than it has"


@on_sqlite
@pytest.mark.timeout(300)
async def test_01_killed_at_twenty_random_points(place: ProcessTown) -> None:
    """Survives 1: kill -9 of a real process, wherever it happens to be. Two hundred times in make torture."""
    await random_kills(place, 20, SEED)

    assert await place.breaches() == []
    assert place.found.get("sending", 0) + place.found.get("claimed", 0) > 0, (
        "nothing was in hand at any kill"
    )


@on_sqlite
@pytest.mark.timeout(300)
async def test_02_killed_every_300_ms_it_finishes(place: ProcessTown) -> None:
    """Survives 2: no process lives long, and the batch is finished all the same."""
    await kill_every_300_ms(place, 72)

    assert await place.breaches() == []
    assert place.starts > 1


@on_sqlite
async def test_02_no_process_lives_long_enough_for_everybody(database: Database) -> None:
    """Survives 2: each life has time for a few messages only: so many must get done."""
    town = new_town(database, "2026-05-04 00:00")
    await town.settle_many(MANY, weekly_on=False)
    town.set("2026-05-04 09:00")
    lives = 0
    while await killed_somewhere(town, SHORT_LIFE):
        lives += 1
        assert lives < MANY, f"{len(set(town.accepted()))} posted, and it does not come to an end"
        town.set(town.clock.now() + PAST_LEASE)
    await town.live_until("2026-05-04 23:00")

    assert await town.breaches(town.began.date(), town.began.date()) == []


@on_sqlite
@pytest.mark.timeout(300)
async def test_05_a_storm_of_restarts_at_nine(place: ProcessTown) -> None:
    """Survives 5: bots started one upon the other, killed or stopped. Fifty in make torture."""
    await restart_storm(place, 6, SEED, people=60, every=0.6)

    assert await place.breaches() == []
