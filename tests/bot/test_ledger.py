"""Group commit: many entries, few transactions, and one broken entry spoils no other."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import DataError, OperationalError

from bot.clock import system_now
from bot.ledger import Ledger
from storage import claims, learners, outbox
from storage.claims import Closed, PutBack, Sent
from storage.engine import Database
from storage.models import OutboxMessage, OutboxState
from tests.processes import until

LEASE = timedelta(seconds=20)


@pytest.fixture
def ledger(database: Database) -> Ledger:
    return Ledger(database, system_now, LEASE)


@pytest.fixture
def transactions(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many entries each transaction tried to carry."""
    sizes: list[int] = []
    commit = Ledger._commit

    async def counted(self: Ledger, entries: Sequence[Any]) -> Any:
        sizes.append(len(entries))
        return await commit(self, entries)

    monkeypatch.setattr(Ledger, "_commit", counted)
    return sizes


async def claimed(database: Database, count: int) -> list[OutboxMessage]:
    """So many messages, claimed."""
    now = system_now()
    async with database.write() as session:
        learner = await learners.ensure(session, "T1", "U1", now=now)
        drafts = [
            outbox.Draft(
                idempotency_key=f"{number}", team_id="T1", learner_id=learner.id, kind="note", due_at=now
            )
            for number in range(count)
        ]
        await outbox.enqueue_all(session, drafts, now=now)
        return await claims.claim(
            session, team_id="T1", kinds=["note"], priority=0, owner="a", now=now, lease=LEASE, limit=count
        )


async def states(database: Database) -> dict[str, int]:
    async with database.read() as session:
        return await outbox.counts(session)


async def test_what_comes_together_is_written_together(
    database: Database, ledger: Ledger, transactions: list[int]
) -> None:
    messages = await claimed(database, 200)

    begun = await asyncio.gather(*(ledger.begin(message) for message in messages))
    await asyncio.gather(*(ledger.write(Sent(message, "D1", "1.1")) for message in messages))

    assert all(until is not None for until in begun)
    assert await states(database) == {"sent": 200}
    assert sum(transactions) == 400
    assert len(transactions) <= 4


async def test_what_comes_while_a_transaction_runs_goes_into_the_next(
    database: Database, ledger: Ledger, transactions: list[int]
) -> None:
    first, *others = await claimed(database, 30)
    alone = asyncio.create_task(ledger.begin(first))
    await until(lambda: transactions)

    await asyncio.gather(*(ledger.begin(message) for message in others))

    assert await alone is not None
    assert transactions == [1, 29]


async def test_all_kinds_of_entries_share_a_transaction(
    database: Database, ledger: Ledger, transactions: list[int]
) -> None:
    begun, sent, put, closed = await claimed(database, 4)

    await asyncio.gather(
        ledger.begin(begun),
        ledger.write(Sent(sent, "D1", "1.1")),
        ledger.write(PutBack(put, system_now(), "error")),
        ledger.write(Closed(closed, OutboxState.MISSED, "late")),
    )

    assert await states(database) == {"sending": 1, "sent": 1, "due": 1, "missed": 1}
    assert transactions == [4]


async def test_who_lost_the_claim_may_not_begin_and_the_others_may(
    database: Database, ledger: Ledger
) -> None:
    messages = await claimed(database, 3)
    messages[1].fence -= 1

    begun = await asyncio.gather(*(ledger.begin(message) for message in messages))

    assert [until is not None for until in begun] == [True, False, True]


async def test_one_poisoned_entry_fails_alone(
    database: Database, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark_sent = claims.mark_sent

    async def mark_or_choke(session: Any, sent: Sequence[Sent], **options: Any) -> None:
        if any(entry.message_ts == "poison" for entry in sent):
            raise DataError("UPDATE", {}, ValueError("a zero byte"))
        await mark_sent(session, sent, **options)

    monkeypatch.setattr(claims, "mark_sent", mark_or_choke)
    messages = await claimed(database, 20)
    entries = [Sent(message, "D1", "poison" if message is messages[7] else "1.1") for message in messages]

    results = await asyncio.gather(*(ledger.write(entry) for entry in entries), return_exceptions=True)

    assert [type(result) for result in results if result] == [DataError]
    assert isinstance(results[7], DataError)
    assert await states(database) == {"sent": 19, "claimed": 1}


async def test_a_database_in_trouble_is_not_asked_for_each_entry(
    database: Database, ledger: Ledger, transactions: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_arguments: Any, **_options: Any) -> None:
        raise OperationalError("UPDATE", {}, OSError("disk full"))

    monkeypatch.setattr(claims, "begin_sending", fail)
    messages = await claimed(database, 20)

    results = await asyncio.gather(*(ledger.begin(m) for m in messages), return_exceptions=True)

    assert {type(result) for result in results} == {OperationalError}
    assert transactions == [20]
    monkeypatch.undo()
    assert await ledger.begin(messages[0]) is not None


async def test_who_gave_up_waiting_does_not_disturb_the_others(database: Database, ledger: Ledger) -> None:
    messages = await claimed(database, 5)
    waiting = [asyncio.create_task(ledger.begin(message)) for message in messages]
    await asyncio.sleep(0)
    waiting[2].cancel()

    results = await asyncio.gather(*waiting, return_exceptions=True)

    assert [type(result).__name__ for result in results].count("CancelledError") == 1
    assert sum(result is not None for result in results) == 5
