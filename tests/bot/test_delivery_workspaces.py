"""Many workspaces, waiting people and people who opt out: nobody is in another's way."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.delivery import Delivery
from bot.drawing import Drawing
from bot.ledger import Ledger
from bot.pace import Pace
from bot.sending import Sender
from storage import learners, outbox
from storage.engine import connect
from storage.models import OutboxState
from tests.conftest import sqlite_url
from tests.processes import PostOffice, open_office, until

SMALL = "T0SMALL"


@pytest.fixture
async def office(migrated_file: Path, tmp_path: Path) -> AsyncIterator[PostOffice]:
    database = connect(sqlite_url(migrated_file, tmp_path))
    async with open_office(database) as opened:
        yield opened
    await database.close()


async def owe_elsewhere(office: PostOffice, keys: list[str]) -> None:
    """Owe messages to a person of another workspace, through a conversation that this one knows."""
    now = office.clock.now()
    async with office.database.write() as session:
        learner = await learners.ensure(session, SMALL, "U1", now=now)
        channel = office.workspace.conversations.open_dm(office.people()[-1]).id
        await learners.keep_dm_channel(session, learner.id or 0, channel)
        drafts = [
            outbox.Draft(
                idempotency_key=key,
                team_id=SMALL,
                learner_id=learner.id,
                kind="note",
                payload={"say": key},
                due_at=now,
                priority=1,
            )
            for key in keys
        ]
        await outbox.enqueue_all(session, drafts, now=now)


async def test_a_large_workspace_does_not_delay_a_small_one(office: PostOffice) -> None:
    """Slack lets the large one post for minutes; the small one has its own turns."""
    loop = asyncio.get_running_loop()
    users = office.people()
    for number, user in enumerate(users):
        await office.owe_all([f"{number} {n}" for n in range(500 // len(users))], to=user, priority=1)
    await owe_elsewhere(office, [f"small {number}" for number in range(5)])
    large = await office.worker(owner="a", pace=Pace(loop.time))
    small = await office.worker(owner="a", team_id=SMALL, pace=Pace(loop.time))
    running = [asyncio.create_task(worker.run()) for worker in (large, small)]
    started = time.monotonic()

    large.wake()
    small.wake()
    await until(lambda: sum(key.startswith("small") for key in office.posted()) == 5, within=10)

    assert time.monotonic() - started < 5
    assert any(not key.startswith("small") for key in office.posted())
    await asyncio.gather(large.stop(), small.stop())
    await asyncio.gather(*running)


async def test_a_revoked_token_stops_its_own_workspace_only(office: PostOffice) -> None:
    small_channel = office.workspace.conversations.open_dm(office.people()[-1]).id
    office.workspace.faults.add(
        method="chat.postMessage",
        kind="error",
        error="token_revoked",
        times=None,
        matching=lambda arguments: arguments["channel"] != small_channel,
    )
    await office.owe_all(["one", "two"])
    await owe_elsewhere(office, ["small"])

    await (await office.worker()).drain()
    await (await office.worker(team_id=SMALL)).drain()

    assert office.posted() == ["small"]
    assert (await office.row("one")).reason == "token_revoked"
    assert (await office.row("one")).state == OutboxState.DUE


async def test_who_waits_is_answered_before_the_bulk_that_was_due_long_before(office: PostOffice) -> None:
    ana, ben, *others = office.people()
    for user in others:
        await office.owe_all([f"bulk {user} {n}" for n in range(40)], to=user, priority=1)
    worker = await office.worker(pace=Pace(asyncio.get_running_loop().time, channel_per_second=1000))
    running = asyncio.create_task(worker.run())
    worker.wake()
    await until(lambda: len(office.posted()) >= 6)

    asked = time.monotonic()
    await office.owe("ana", to=ana)
    await office.owe("ben", to=ben)
    worker.wake()
    await until(lambda: {"ana", "ben"} <= set(office.posted()))

    assert time.monotonic() - asked < 1.5
    assert len(office.posted()) < 60
    await worker.stop()
    await running


async def test_who_waits_goes_before_bulk_in_the_same_conversation_too(office: PostOffice) -> None:
    office.workspace.faults.add(method="chat.postMessage", kind="slow", seconds=0.2)
    await office.owe_all(["bulk 1", "bulk 2", "bulk 3"], priority=1)
    worker = await office.worker()
    running = asyncio.create_task(worker.run())
    worker.wake()
    await until(lambda: office.workspace.faults.met)

    await office.owe("answer")
    worker.wake()
    await until(lambda: len(office.posted()) == 4)

    assert office.posted() == ["bulk 1", "answer", "bulk 2", "bulk 3"]
    await worker.stop()
    await running


async def test_bulk_that_only_the_pace_holds_back_goes_on_without_a_tick(office: PostOffice) -> None:
    users = office.people()
    pace = Pace(asyncio.get_running_loop().time, 40.0, bulk_burst=1, channel_per_second=1000)
    for user in users:
        await office.owe_all([f"{user} {n}" for n in range(60 // len(users))], to=user, priority=1)
    worker = await office.worker(pace=pace)
    running = asyncio.create_task(worker.run())

    started = time.monotonic()
    worker.wake()
    count = len(users) * (60 // len(users))
    await until(lambda: len(office.posted()) == count, within=10)

    assert (count - 1) / 39.8 - 0.1 < time.monotonic() - started < 4
    await worker.stop()
    await running


async def test_after_a_429_delivery_goes_on_by_itself_when_told(office: PostOffice) -> None:
    loop = asyncio.get_running_loop()
    office.workspace.faults.add(method="chat.postMessage", kind="ratelimited", seconds=1)
    await office.owe("soon")
    worker = await office.worker(pace=Pace(loop.time))
    running = asyncio.create_task(worker.run())

    worker.wake()
    await until(lambda: worker.pace.closed_for() > 0)
    office.clock.move(1)
    closed = time.monotonic()
    await until(lambda: office.posted())

    assert 0.8 < time.monotonic() - closed < 1.8
    await worker.stop()
    await running


@pytest.mark.parametrize("is_after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(
    ("place", "step"),
    [
        pytest.param(Delivery, "_claim", id="the claim"),
        pytest.param(Drawing, "outcome_of", id="its drawing"),
        pytest.param(Sender, "_has_turn", id="its turn"),
        pytest.param(Ledger, "begin", id="its begin"),
    ],
)
async def test_nothing_is_started_after_somebody_opted_out(
    office: PostOffice, monkeypatch: pytest.MonkeyPatch, place: type, step: str, is_after: bool
) -> None:
    """The confirmation is shown after the transaction: what has not begun by then never does."""
    original: Callable[..., Awaitable[Any]] = getattr(place, step)
    ended: list[int] = []

    async def opt_out() -> None:
        async with office.database.write() as session:
            learner = await learners.find(session, office.workspace.team_id, office.people()[0])
            assert learner is not None
            ended.append(
                await outbox.cancel(session, learner_id=learner.id, kinds=["note"], reason="you paused")
            )

    async def step_with_opt_out(*arguments: Any, **options: Any) -> Any:
        if not is_after and not ended:
            await opt_out()
        answer = await original(*arguments, **options)
        if is_after and not ended:
            await opt_out()
        return answer

    office.workspace.faults.add(method="chat.postMessage", kind="ratelimited", seconds=1)
    await office.owe("unwanted")
    monkeypatch.setattr(place, step, step_with_opt_out)
    worker = await office.worker()

    await worker.drain()
    # What had begun met a 429: it is not started again, either.
    for _ in range(3):
        office.clock.move(60)
        await worker.drain()

    assert office.posted() == []
    row = await office.row("unwanted")
    if ended == [1]:
        assert (row.state, row.reason) == (OutboxState.SKIPPED, "you paused")
        assert office.calls() == 0
    else:
        assert (is_after, step) in {(True, "begin"), (True, "_claim")}
        assert row.state == OutboxState.SKIPPED
