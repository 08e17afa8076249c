"""A backup is put back over what was sent since: nothing is sent again, and nothing is lost."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from pathlib import Path

import pytest

from storage.backups import back_up, restore
from storage.engine import Database, connect
from tests.survival.conftest import on_sqlite
from tests.survival.rig import at, new_town

TODAY = date(2026, 5, 4)


def silent(_table: str, _rows: int) -> None:
    """Nobody watches."""


@pytest.mark.parametrize(
    ("backed_up", "restored"),
    [
        pytest.param("03:00", "09:00:30", id="last night"),
        pytest.param("09:00", "09:00:30", id="amid the wave, half a minute ago"),
        pytest.param("08:59:50", "09:00:20", id="right before it"),
        pytest.param("03:00", "20:30", id="after a whole day"),
    ],
)
async def test_24_a_backup_is_restored(
    database: Database, database_url: str, tmp_path: Path, backed_up: str, restored: str
) -> None:
    """Survives 24: also when a bot was at work seconds before the backup was made."""
    file = tmp_path / "backup"
    town = new_town(database, "2026-05-04 00:00")
    await town.settle_many(4, weekly_on=False, evening_on=True)
    await town.live_until(f"2026-05-04 {backed_up}")
    await town.service.plan_due()
    await town.service.beat()
    now = town.clock.now()
    await asyncio.to_thread(back_up, database_url, file, now=now, version="1", progress=silent)
    await town.live_until(f"2026-05-04 {restored}")
    sent = list(town.accepted())
    await database.close()

    now = town.clock.now()
    await asyncio.to_thread(restore, file, database_url, replace=True, force=True, now=now, progress=silent)

    after = connect(database_url)
    town.work_on(after)
    await town.service.take_over()
    await town.tick()
    assert town.accepted() == sent
    await town.live_until("2026-05-04 23:00")
    assert await town.breaches(TODAY, TODAY) == []
    await after.close()


@on_sqlite
async def test_24_a_backup_made_while_people_are_served_is_whole(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    """Backups that begin in the midst of a wave hold it as it was at one instant, and hold nobody up."""
    town = new_town(database, "2026-05-04 00:00")
    await town.settle_many(200, weekly_on=False)
    town.set("2026-05-04 09:00")

    async def back_up_often() -> int:
        made = 0
        while len(town.accepted()) < len(town.residents):
            file = tmp_path / f"backup-{made}"
            await asyncio.to_thread(
                back_up, database_url, file, now=at("2026-05-04 09:00"), version="1", progress=silent
            )
            made += 1
        return made

    backing_up = asyncio.create_task(back_up_often())
    await town.tick()

    assert await backing_up >= 1
    assert len(town.accepted()) == len(town.residents)
    town.set(town.clock.now() + timedelta(minutes=1))
    await town.live_until("2026-05-04 23:00")
    assert await town.breaches(TODAY, TODAY) == []
