"""Old traces go, a little at a time; what still counts for something stays, and nothing is owed again."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest
from sqlmodel import select

from bot import retention
from bot.retention import Retention
from storage import learners
from storage.engine import Database
from storage.models import OPEN_STATES, OutboxMessage, OutboxState
from tests.builders import NOON, MovingClock
from tests.survival.conftest import on_sqlite
from tests.survival.rig import Town, new_town

KEEP_DAYS = 400
OLD = NOON - timedelta(days=KEEP_DAYS, seconds=1)
YOUNG = NOON - timedelta(days=KEEP_DAYS)


async def leave(database: Database, key: str, **values: Any) -> None:
    """A trace from long ago, unless `values` say otherwise."""
    async with database.write() as session:
        learner = await learners.ensure(session, "T1", "U1", now=OLD)
        row: dict[str, Any] = {
            "team_id": "T1",
            "learner_id": learner.id,
            "kind": "daily",
            "local_date": OLD.date(),
            "payload": {},
            "state": OutboxState.SENT,
            "due_at": OLD,
            "created_at": OLD,
        }
        session.add(OutboxMessage(idempotency_key=key, **{**row, **values}))


async def left(database: Database) -> list[str]:
    """The keys that are there."""
    async with database.read() as session:
        return list(await session.exec(select(OutboxMessage.idempotency_key).order_by("id")))


@pytest.mark.parametrize("state", [OutboxState.SENT, OutboxState.FAILED])
async def test_an_old_trace_goes_once_there_is_a_newer_one(database: Database, state: OutboxState) -> None:
    await leave(database, "old", state=state)
    await leave(database, "newer", local_date=OLD.date() + timedelta(days=1), created_at=YOUNG)

    await Retention(database, MovingClock(), KEEP_DAYS).clear()

    assert await left(database) == ["newer"]


async def test_an_old_message_that_was_no_reminder_goes(database: Database) -> None:
    await leave(database, "plan", kind="plan", local_date=None)

    await Retention(database, MovingClock(), KEEP_DAYS).clear()

    assert await left(database) == []


async def test_the_newest_of_a_kind_stays_because_the_next_date_follows_from_it(database: Database) -> None:
    await leave(database, "daily")
    await leave(database, "weekly", kind="weekly", local_date=OLD.date() + timedelta(days=9))

    await Retention(database, MovingClock(), KEEP_DAYS).clear()

    assert await left(database) == ["daily", "weekly"]


async def test_a_day_of_rest_stays_because_a_streak_stands_on_it(database: Database) -> None:
    await leave(database, "rest", state=OutboxState.SKIPPED)
    await leave(database, "newer", local_date=OLD.date() + timedelta(days=1), created_at=YOUNG)

    await Retention(database, MovingClock(), KEEP_DAYS).clear()

    assert await left(database) == ["rest", "newer"]


async def test_what_was_missed_stays_because_it_is_counted(database: Database) -> None:
    await leave(database, "missed", state=OutboxState.MISSED)
    await leave(database, "newer", local_date=OLD.date() + timedelta(days=1), created_at=YOUNG)

    await Retention(database, MovingClock(), KEEP_DAYS).clear()

    assert await left(database) == ["missed", "newer"]


@pytest.mark.parametrize("state", sorted(OPEN_STATES))
async def test_what_is_still_owed_stays(database: Database, state: OutboxState) -> None:
    await leave(database, "owed", state=state, local_date=None)

    await Retention(database, MovingClock(), KEEP_DAYS).clear()

    assert await left(database) == ["owed"]


async def test_each_tick_does_a_little_and_then_a_day_is_rested(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    clock = MovingClock()
    for number in range(5):
        await leave(database, str(number), local_date=None)
    work = Retention(database, clock, KEEP_DAYS)

    remaining = []
    for _ in range(3):
        await work.clear()
        remaining.append(len(await left(database)))
    await leave(database, "another", local_date=None)
    await work.clear()
    remaining.append(len(await left(database)))
    clock.move(days=1)
    await work.clear()
    remaining.append(len(await left(database)))

    assert remaining == [3, 1, 0, 1, 0]


@on_sqlite
@pytest.mark.parametrize("clears", [True, False])
async def test_nothing_is_owed_twice_although_every_trace_goes_at_once(
    database: Database, clears: bool
) -> None:
    """Ten days in which the person changes, pauses and resumes their reminders, with and without clearing."""
    town = new_town(database, "2026-05-04 00:00")
    who = await town.settle(evening_on=True)
    for day in range(10):
        for hour, at in (("10", time(11)), ("12", time(9))):
            await live_until(town, f"2026-05-{4 + day:02} {hour}:00", clears=clears)
            await town.change(who, daily_at=at)
        if day == 5:
            await town.pause(who, date(2026, 5, 11))
            await town.resume(who)
        await live_until(town, f"2026-05-{5 + day:02} 00:00", clears=clears)
        await town.touch()

    keys = town.accepted()

    assert len(keys) == len(set(keys))
    assert sum(key.startswith("daily:") for key in keys) == 10


async def live_until(town: Town, end: str, *, clears: bool) -> None:
    """Keep nothing that may go, as soon as it may."""

    async def tick() -> None:
        await town.tick()
        if clears:
            await Retention(town.database, town.clock.now, 0).clear()

    await town.live_until(end, tick)
