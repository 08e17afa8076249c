"""A message is owed once, sent by one worker at a time, and never forgotten."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from storage import learners, outbox
from storage.engine import Database
from storage.models import OutboxMessage, OutboxState

NINE_AM = datetime(2030, 3, 4, 9, tzinfo=UTC)
LEASE = timedelta(minutes=2)


async def owe(database: Database, key: str = "plan:1", **changes: object) -> bool:
    async with database.write() as session:
        learner = await learners.ensure(session, "T1", "U1", now=NINE_AM)
        values: dict[str, object] = {
            "idempotency_key": key,
            "learner_id": learner.id,
            "kind": "plan",
            "due_at": NINE_AM,
            **changes,
        }
        return await outbox.enqueue(session, outbox.Draft(**values), now=NINE_AM)  # type: ignore[arg-type]  # mixed values


async def claim(
    database: Database, at: datetime = NINE_AM, *, owner: str = "a", limit: int = 10
) -> list[OutboxMessage]:
    async with database.write() as session:
        return list(await outbox.claim(session, owner=owner, now=at, lease=LEASE, limit=limit))


async def stored(database: Database, key: str = "plan:1") -> OutboxMessage:
    async with database.read() as session:
        found = await outbox.find(session, key)
    assert found is not None
    return found


async def test_a_key_is_owed_once(database: Database) -> None:
    assert await owe(database) is True
    assert await owe(database) is False


async def test_a_claimed_message_is_not_claimed_again_until_its_lease_runs_out(database: Database) -> None:
    await owe(database)

    assert len(await claim(database)) == 1
    assert len(await claim(database, NINE_AM + LEASE - timedelta(seconds=1), owner="b")) == 0
    assert [m.owner for m in await claim(database, NINE_AM + LEASE, owner="b")] == ["b"]


async def test_what_is_not_due_is_not_claimed(database: Database) -> None:
    await owe(database, due_at=NINE_AM + timedelta(seconds=1))

    assert await claim(database) == []
    assert len(await claim(database, NINE_AM + timedelta(seconds=1))) == 1


async def test_people_who_wait_go_before_bulk_and_then_the_oldest_first(database: Database) -> None:
    await owe(database, "bulk", priority=5, due_at=NINE_AM - timedelta(hours=1))
    await owe(database, "new", due_at=NINE_AM)
    await owe(database, "old", due_at=NINE_AM - timedelta(minutes=1))

    assert [m.idempotency_key for m in await claim(database)] == ["old", "new", "bulk"]


async def test_a_claim_takes_no_more_than_asked(database: Database) -> None:
    for number in range(5):
        await owe(database, f"plan:{number}")

    assert len(await claim(database, limit=3)) == 3
    assert len(await claim(database, limit=3)) == 2


async def test_many_workers_share_the_work_without_overlap(database: Database) -> None:
    for number in range(40):
        await owe(database, f"plan:{number}")

    batches = await asyncio.gather(*(claim(database, owner=f"worker {n}", limit=10) for n in range(4)))
    rest = await claim(database, limit=40)

    keys = [m.idempotency_key for batch in (*batches, rest) for m in batch]
    assert sorted(keys) == sorted(f"plan:{n}" for n in range(40))


async def test_a_message_whose_worker_died_while_sending_comes_back_unclear(database: Database) -> None:
    await owe(database)
    [message] = await claim(database)
    async with database.write() as session:
        assert await outbox.begin_sending(session, message, now=NINE_AM, lease=LEASE)

    [again] = await claim(database, NINE_AM + LEASE)

    assert again.state == OutboxState.UNCLEAR
    assert again.first_sending_at == NINE_AM


async def test_a_worker_that_slept_past_its_lease_may_not_send(database: Database) -> None:
    await owe(database)
    [slept] = await claim(database)
    [taken] = await claim(database, NINE_AM + LEASE, owner="b")

    async with database.write() as session:
        assert not await outbox.begin_sending(session, slept, now=NINE_AM + LEASE, lease=LEASE)
        assert await outbox.begin_sending(session, taken, now=NINE_AM + LEASE, lease=LEASE)


async def test_a_worker_that_lost_its_claim_cannot_put_back_or_close_what_another_holds(
    database: Database,
) -> None:
    await owe(database)
    [slept] = await claim(database)
    await claim(database, NINE_AM + LEASE, owner="b")

    async with database.write() as session:
        await outbox.put_back(session, slept, due_at=NINE_AM, reason="late")
        await outbox.close(session, slept, OutboxState.FAILED, reason="late")

    assert (await stored(database)).owner == "b"
    assert (await stored(database)).state == OutboxState.CLAIMED


async def test_a_sent_message_stays_sent_whoever_else_touches_it(database: Database) -> None:
    await owe(database)
    [message] = await claim(database)
    async with database.write() as session:
        await outbox.mark_sent(session, message, channel="D1", message_ts="1.1", now=NINE_AM)
        await outbox.mark_sent(session, message, channel="D1", message_ts="2.2", now=NINE_AM)
        await outbox.put_back(session, message, due_at=NINE_AM, reason="late")

    assert (await stored(database)).state == OutboxState.SENT
    assert (await stored(database)).message_ts == "1.1"
    assert await claim(database, NINE_AM + LEASE) == []


@pytest.mark.parametrize(
    ("unclear", "sending", "state"),
    [
        pytest.param(False, True, OutboxState.DUE, id="certainly not posted"),
        pytest.param(True, True, OutboxState.UNCLEAR, id="perhaps posted"),
        pytest.param(None, True, OutboxState.UNCLEAR, id="a bug while sending"),
        pytest.param(None, False, OutboxState.DUE, id="a bug before sending"),
    ],
)
async def test_a_message_put_back_remembers_whether_it_may_have_arrived(
    database: Database, unclear: bool | None, sending: bool, state: OutboxState
) -> None:
    await owe(database)
    [message] = await claim(database)
    async with database.write() as session:
        if sending:
            await outbox.begin_sending(session, message, now=NINE_AM, lease=LEASE)
        await outbox.put_back(session, message, due_at=NINE_AM, reason="error", unclear=unclear)

    assert (await stored(database)).state == state
    assert (await stored(database)).attempts == 1


async def test_waiting_for_a_turn_is_no_failed_attempt(database: Database) -> None:
    await owe(database)
    [message] = await claim(database)
    async with database.write() as session:
        await outbox.put_back(session, message, due_at=NINE_AM, reason=outbox.WAITING)

    assert (await stored(database)).attempts == 0


async def test_messages_are_counted_by_state(database: Database) -> None:
    await owe(database, "one")
    await owe(database, "two")
    await claim(database, limit=1)

    async with database.read() as session:
        assert await outbox.counts(session) == {"due": 1, "claimed": 1}
