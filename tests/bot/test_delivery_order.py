"""Nobody waits for somebody else's trouble, nothing is starved, and a stop leaves nothing half-done."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.outgoing import MessageKind, Post, Unneeded, one_by_one
from bot.pace import Pace
from bot.sending import LEASE, SETTLED
from storage import claims
from storage.engine import connect
from storage.models import OutboxState
from tests.conftest import sqlite_url
from tests.processes import KINDS, PostOffice, note, open_office, until


@pytest.fixture
async def office(migrated_file: Path, tmp_path: Path) -> AsyncIterator[PostOffice]:
    database = connect(sqlite_url(migrated_file, tmp_path))
    async with open_office(database) as opened:
        yield opened
    await database.close()


async def broken(_payload: dict[str, Any]) -> Post:
    raise LookupError("no such plan")


async def cancelled(_payload: dict[str, Any]) -> Post:
    raise asyncio.CancelledError


async def unneeded(_payload: dict[str, Any]) -> Unneeded:
    return Unneeded("already done")


async def test_a_message_that_cannot_be_drawn_delays_nobody_and_is_tried_again(
    office: PostOffice, caplog: pytest.LogCaptureFixture
) -> None:
    kinds = {**KINDS, "broken": MessageKind(one_by_one(broken), resend_if_unreadable=True)}
    await office.owe("bad", kind="broken")
    await office.owe("good")
    worker = await office.worker(kinds=kinds)

    with caplog.at_level(logging.ERROR):
        await worker.drain()

    assert office.posted() == ["good"]
    row = await office.row("bad")
    assert (row.state, row.attempts) == (OutboxState.DUE, 1)
    assert row.due_at == office.clock.now() + timedelta(seconds=2)
    [line] = caplog.records
    assert f"outbox {row.id}" in line.getMessage()
    assert "broken" in line.getMessage()

    office.clock.move(2)
    await worker.drain()
    assert (await office.row("bad")).due_at == office.clock.now() + timedelta(seconds=4)


@pytest.mark.parametrize("payload", ["not json", "[]", "null", "{}", '{"say": 7}', '{"say": ""}'])
async def test_a_malformed_row_delays_nobody(office: PostOffice, payload: str) -> None:
    await office.owe_all(["bad", "good"])
    async with office.database.write() as session:
        query = text("UPDATE outbox_message SET payload = :payload WHERE idempotency_key = 'bad'")
        await (await session.connection()).execute(query, {"payload": payload})

    await (await office.worker()).drain()

    assert office.posted()[-1] == "good"


async def test_a_renderer_that_is_cancelled_does_not_end_the_delivery(office: PostOffice) -> None:
    kinds = {**KINDS, "cancelled": MessageKind(one_by_one(cancelled), resend_if_unreadable=True)}
    await office.owe("bad", kind="cancelled")
    await office.owe("good", to=office.people()[1])
    worker = await office.worker(kinds=kinds)

    await worker.drain()
    office.clock.move(LEASE.total_seconds())
    await office.owe("later", to=office.people()[1])
    await worker.drain()

    assert office.posted() == ["good", "later"]


async def test_what_has_lost_its_use_is_skipped_with_its_reason(office: PostOffice) -> None:
    await office.owe("done", kind="done")
    await office.owe("late", expires_at=office.clock.now())

    await (
        await office.worker(
            kinds={**KINDS, "done": MessageKind(one_by_one(unneeded), resend_if_unreadable=True)}
        )
    ).drain()

    assert (await office.row("done")).reason == "already done"
    assert (await office.row("late")).reason == "late: its window is over"
    assert (await office.counts()) == {"skipped": 1, "missed": 1}


async def test_one_persons_messages_keep_their_order(office: PostOffice) -> None:
    keys = [f"{number:02}" for number in range(50)]
    await office.owe_all(keys)

    await (await office.worker()).drain()

    assert office.posted() == keys


async def test_many_messages_to_one_person_all_get_their_turn(
    office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Turns that were taken and not used would move everything further away each time."""
    loop = asyncio.get_running_loop()
    pace = Pace(loop.time, 10_000, channel_per_second=100, channel_burst=1, longest_wait=0.1)
    await office.owe_all([f"{number}" for number in range(60)])

    worker = await office.worker(pace=pace)
    for _ in range(20):
        await worker.drain()
        office.clock.move(1)

    assert await office.counts() == {"sent": 60}


async def test_a_message_whose_turn_is_far_away_waits_in_the_outbox(office: PostOffice) -> None:
    pace = Pace(office.clock.monotonic, channel_per_second=0.1, channel_burst=1)
    await office.owe_all(["now", "later"])
    worker = await office.worker(pace=pace)

    await worker.drain()
    row = await office.row("later")
    assert (row.state, row.attempts) == (OutboxState.DUE, 0)
    assert row.due_at == office.clock.now() + timedelta(seconds=10)

    office.clock.move(20)
    await worker.drain()
    assert office.posted() == ["now", "later"]


async def test_being_woken_while_at_work_is_not_forgotten(office: PostOffice) -> None:
    office.workspace.faults.add(method="chat.postMessage", kind="slow", seconds=0.1)
    await office.owe("first")
    worker = await office.worker()
    running = asyncio.create_task(worker.run())

    worker.wake()
    await until(lambda: office.workspace.faults.met)
    await office.owe("second")
    worker.wake()

    await until(lambda: office.posted() == ["first", "second"])
    await worker.stop()
    await running


async def test_a_database_that_fails_once_does_not_end_the_delivery(
    office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = [OSError("disk I/O error")]
    claim = claims.claim

    async def claim_or_fail(*arguments: Any, **options: Any) -> Any:
        if failures:
            raise failures.pop()
        return await claim(*arguments, **options)

    monkeypatch.setattr(claims, "claim", claim_or_fail)
    await office.owe("after all")
    worker = await office.worker()
    running = asyncio.create_task(worker.run())

    worker.wake()
    await until(lambda: not failures)
    worker.wake()

    await until(office.posted)
    await worker.stop()
    await running


async def test_a_stop_lets_the_post_in_hand_finish_and_takes_no_other(office: PostOffice) -> None:
    office.workspace.faults.add(method="chat.postMessage", kind="slow", seconds=0.2)
    await office.owe_all([f"{number:02}" for number in range(30)])
    worker = await office.worker()
    running = asyncio.create_task(worker.run())
    worker.wake()
    await until(lambda: office.workspace.faults.met)

    await worker.stop()
    await running

    assert office.posted() == ["00"]
    assert await office.counts() == {"sent": 1, "due": 29}
    assert (await office.row("01")).due_at <= office.clock.now()


async def test_a_stop_does_not_wait_for_slack_for_long_and_leaves_the_post_unclear(
    office: PostOffice,
) -> None:
    office.workspace.faults.add(method="chat.postMessage", kind="hang", seconds=60)
    await office.owe_all(["hanging", "behind"])
    worker = await office.worker()
    running = asyncio.create_task(worker.run())
    worker.wake()
    await until(lambda: office.workspace.faults.met)

    async with asyncio.timeout(2):
        await worker.stop(within=0.05)
        await running
    assert await office.counts() == {"unclear": 1, "due": 1}

    next_start = await office.worker(owner="the next start")
    await next_start.drain()
    assert office.posted() == ["behind"]
    office.clock.move(SETTLED.total_seconds())
    await next_start.drain()
    assert sorted(office.posted()) == ["behind", "hanging"]


async def test_a_stop_does_not_wait_for_turns(office: PostOffice) -> None:
    pace = Pace(asyncio.get_running_loop().time, channel_per_second=0.25, channel_burst=1)
    await office.owe_all(["first", "second"])
    worker = await office.worker(pace=pace)
    running = asyncio.create_task(worker.run())
    worker.wake()
    await until(office.posted)

    async with asyncio.timeout(2):
        await worker.stop()
        await running

    assert await office.counts() == {"sent": 1, "due": 1}


async def test_three_hundred_messages_leave_nothing_behind_in_memory(office: PostOffice) -> None:
    for number in range(50):
        for user in office.people():
            await office.owe(f"{user} {number}", to=user)
    worker = await office.worker(kinds={"note": MessageKind(one_by_one(note), resend_if_unreadable=True)})

    await worker.drain()

    assert await office.counts() == {"sent": 300}
    assert len(set(office.posted())) == 300
    assert (worker._in_hand, worker._promised) == (0, 0)
    assert not worker._tasks
    assert not worker._lanes
    assert len(worker.pace._channels) <= len(office.people())


def test_pace_forgets_channels_that_are_free_again() -> None:
    seconds = [0.0]
    pace = Pace(lambda: seconds[0])

    for number in range(5000):
        pace.reserve(f"D{number}", bulk=False)
        seconds[0] += 2.0

    assert len(pace._channels) <= 1001
