"""Days and days with kills, 429s, lost answers and people who change their minds; nothing is left behind."""

from __future__ import annotations

import pytest

from storage.engine import Database
from tests.survival.month import Month
from tests.survival.rig import new_town

SEED = 26


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.timeout(300)
async def test_26_forty_people_for_ten_days(database: Database) -> None:
    """Survives 26: the books are right, memory and files flat. Ten thousand and a month in torture."""
    month = Month(new_town(database, "2026-10-20 00:00"), SEED)
    await month.settle(40)

    await month.live(12)

    counts = await month.judge()
    assert counts.breaches == []
    assert counts.kills > 3
    assert counts.faults > counts.kills
    assert counts.messages > 250
    assert counts.handles[-1] <= counts.handles[2] + 1
    assert counts.objects[-1] <= counts.objects[2] * 1.1 + 50
