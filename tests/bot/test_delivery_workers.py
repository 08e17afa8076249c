"""Many workers on one database: each message once, whoever falls asleep or dies on the way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.outgoing import MessageKind, Post, one_by_one
from bot.sending import LEASE
from storage import claims
from storage.engine import Database, connect
from storage.models import OutboxState
from tests.processes import PostOffice, open_office, until


@pytest.fixture
async def office(database: Database) -> AsyncIterator[PostOffice]:
    async with open_office(database) as opened:
        yield opened


@pytest.mark.parametrize("workers", [2, 4, 8])
async def test_two_hundred_messages_arrive_once_each(
    office: PostOffice, database_url: str, workers: int
) -> None:
    keys = [f"{number:03}" for number in range(200)]
    for index, user in enumerate(office.people()):
        await office.owe_all(keys[index :: len(office.people())], to=user)
    databases = [connect(database_url, readers=2, writers=2) for _ in range(workers)]
    crew = [await office.worker(owner=f"w{n}", database=each) for n, each in enumerate(databases)]

    await asyncio.gather(*(worker.drain() for worker in crew))

    assert sorted(office.posted()) == keys
    assert await office.counts() == {"sent": 200}
    for each in databases:
        await each.close()


async def test_lost_answers_among_several_workers_double_nothing(office: PostOffice) -> None:
    keys = [f"{number:02}" for number in range(40)]
    for index, user in enumerate(office.people()):
        await office.owe_all(keys[index :: len(office.people())], to=user)
    office.workspace.faults.add(method="chat.postMessage", kind="lost_answer", times=None, probability=0.3)
    crew = [await office.worker(owner=f"w{n}") for n in range(3)]

    for _ in range(8):
        await asyncio.gather(*(worker.drain() for worker in crew))
        office.clock.move(300)

    assert office.workspace.faults.met > 5
    assert sorted(office.posted()) == keys
    assert await office.counts() == {"sent": 40}


async def test_a_worker_that_slept_past_its_lease_before_the_post_does_not_post(office: PostOffice) -> None:
    asleep, woken = asyncio.Event(), asyncio.Event()

    async def sleepy(payload: dict[str, Any]) -> Post:
        asleep.set()
        await woken.wait()
        return Post(payload["say"], [])

    await office.owe("once")
    sleeper = await office.worker(
        owner="a", kinds={"note": MessageKind(one_by_one(sleepy), resend_if_unreadable=True)}
    )
    sleeping = asyncio.create_task(sleeper.drain())
    await asleep.wait()
    office.clock.move(LEASE.total_seconds())

    await (await office.worker(owner="b")).drain()
    woken.set()
    await sleeping

    assert office.posted() == ["once"]
    assert (await office.row("once")).owner == "b"


async def test_a_worker_that_froze_after_its_claim_was_written_down_does_not_post(
    office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = claims.begin_sending

    async def begin_and_freeze(*arguments: Any, **options: Any) -> set[int]:
        monkeypatch.setattr(claims, "begin_sending", begin)
        begun = await begin(*arguments, **options)
        office.clock.move(LEASE.total_seconds())
        return begun

    monkeypatch.setattr(claims, "begin_sending", begin_and_freeze)
    await office.owe("once")

    await (await office.worker(owner="a")).drain()

    # The last look at the time stops it: certainly not posted, so the second claim need not look for it.
    assert office.calls("conversations.history") == 0
    assert office.posted() == ["once"]
    assert (await office.row("once")).fence == 2


async def test_a_worker_that_is_cancelled_after_slack_accepted_leaves_it_to_the_next(
    office: PostOffice,
) -> None:
    office.workspace.faults.add(method="conversations.history", kind="slow", seconds=0.1)
    office.workspace.faults.add(method="chat.postMessage", kind="lost_answer")
    await office.owe("once")
    first = await office.worker(owner="a")
    await first.drain()
    office.clock.move(2)
    reading = asyncio.create_task(first.drain())
    await until(lambda: office.workspace.faults.met == 2)

    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    office.clock.move(LEASE.total_seconds())
    await (await office.worker(owner="b")).drain()

    assert office.posted() == ["once"]
    assert (await office.row("once")).state == OutboxState.SENT
