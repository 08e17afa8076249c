"""A message is owed once, sent by one worker at a time, and never forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from storage import claims, learners, outbox
from storage.claims import Closed, PutBack, Sent
from storage.engine import Database
from storage.models import OutboxMessage, OutboxState, StudyGroup

NINE_AM = datetime(2030, 3, 4, 9, tzinfo=UTC)
LEASE = timedelta(minutes=2)


async def owe(database: Database, key: str = "plan:1", **changes: object) -> bool:
    async with database.write() as session:
        learner = await learners.ensure(session, "T1", "U1", now=NINE_AM)
        values: dict[str, object] = {
            "idempotency_key": key,
            "team_id": "T1",
            "learner_id": learner.id,
            "kind": "plan",
            "due_at": NINE_AM,
            **changes,
        }
        return await outbox.enqueue(session, outbox.Draft(**values), now=NINE_AM)  # type: ignore[arg-type]  # mixed values


async def claim(
    database: Database,
    at: datetime = NINE_AM,
    *,
    owner: str = "a",
    limit: int = 10,
    team: str = "T1",
    priority: int = 0,
    kinds: Collection[str] = ("plan", "daily"),
) -> list[OutboxMessage]:
    async with database.write() as session:
        return await claims.claim(
            session,
            team_id=team,
            kinds=kinds,
            priority=priority,
            owner=owner,
            now=at,
            lease=LEASE,
            limit=limit,
        )


async def begin(database: Database, *messages: OutboxMessage, at: datetime = NINE_AM) -> set[int]:
    async with database.write() as session:
        return await claims.begin_sending(session, messages, now=at, lease=LEASE)


async def write(database: Database, *entries: Sent | PutBack | Closed) -> None:
    async with database.write() as session:
        for entry in entries:
            match entry:
                case Sent():
                    await claims.mark_sent(session, [entry], now=NINE_AM)
                case PutBack():
                    await claims.put_back(session, [entry])
                case Closed():
                    await claims.close(session, [entry])


async def stored(database: Database, key: str = "plan:1") -> OutboxMessage:
    async with database.read() as session:
        found = await outbox.find(session, key)
    assert found is not None
    return found


async def test_a_key_is_owed_once(database: Database) -> None:
    assert await owe(database) is True
    assert await owe(database) is False


async def test_many_are_owed_at_once_and_each_key_once(database: Database) -> None:
    await owe(database, "k:3")
    async with database.write() as session:
        learner = await learners.ensure(session, "T1", "U1", now=NINE_AM)
        drafts = [
            outbox.Draft(
                idempotency_key=f"k:{number}",
                team_id="T1",
                learner_id=learner.id,
                kind="daily",
                due_at=NINE_AM,
            )
            for number in range(2500)
        ]
        new = await outbox.enqueue_all(session, drafts, now=NINE_AM)

    assert new == {f"k:{number}" for number in range(2500)} - {"k:3"}
    async with database.write() as session:
        assert await outbox.enqueue_all(session, drafts, now=NINE_AM) == set()
        assert await outbox.enqueue_all(session, [], now=NINE_AM) == set()


async def test_what_is_not_to_be_sent_leaves_its_trace(database: Database) -> None:
    day = NINE_AM.date()
    await owe(database, state=OutboxState.SKIPPED, reason="a rest day", local_date=day)

    row = await stored(database)
    assert (row.state, row.reason, row.local_date) == (OutboxState.SKIPPED, "a rest day", day)
    assert await claim(database) == []


class TestCancel:
    """Somebody opts out: nothing of it is started after the transaction."""

    async def cancel(self, database: Database, *, kinds: tuple[str, ...] = ("plan",)) -> int:
        async with database.write() as session:
            learner = await learners.ensure(session, "T1", "U1", now=NINE_AM)
            return await outbox.cancel(session, learner_id=learner.id, kinds=kinds, reason="you paused")

    async def test_what_is_due_is_skipped(self, database: Database) -> None:
        await owe(database)

        assert await self.cancel(database) == 1
        row = await stored(database)
        assert (row.state, row.reason) == (OutboxState.SKIPPED, "you paused")

    async def test_other_kinds_and_what_has_ended_stay(self, database: Database) -> None:
        await owe(database, "other", kind="menu")
        await owe(database, "over", state=OutboxState.MISSED, reason="late")

        assert await self.cancel(database) == 0
        assert (await stored(database, "other")).state == OutboxState.DUE
        assert (await stored(database, "over")).state == OutboxState.MISSED

    async def test_a_claimed_message_may_not_begin(self, database: Database) -> None:
        await owe(database)
        [message] = await claim(database)

        await self.cancel(database)

        assert await begin(database, message) == set()
        await write(database, PutBack(message, NINE_AM, "error"))
        assert (await stored(database)).state == OutboxState.SKIPPED

    async def test_a_message_on_its_way_is_not_started_again(self, database: Database) -> None:
        await owe(database)
        [message] = await claim(database)
        await begin(database, message)

        assert await self.cancel(database) == 0
        await write(database, PutBack(message, NINE_AM, "ratelimited"))
        [again] = await claim(database)

        assert again.expires_at == outbox.WITHDRAWN
        assert await begin(database, again) == set()

    async def test_a_groups_messages_are_its_own(self, database: Database) -> None:
        async with database.write() as session:
            session.add(
                StudyGroup(
                    team_id="T1",
                    channel_id="C1",
                    channel_name="study",
                    lead_id="U1",
                    weekday=5,
                    at=960,
                    time_zone="UTC",
                    next_on=NINE_AM.date(),
                    created_at=NINE_AM,
                )
            )
        await owe(database, "theirs", learner_id=None, group_id=1)
        await owe(database, "mine")

        async with database.write() as session:
            assert await outbox.cancel(session, group_id=1, kinds=["plan"], reason="it ended") == 1
        assert (await stored(database, "mine")).state == OutboxState.DUE


async def test_what_an_older_version_owed_gets_its_workspace(database: Database) -> None:
    await owe(database, team_id="")
    assert await claim(database) == []

    async with database.write() as session:
        assert await outbox.adopt(session) == 1
        assert await outbox.adopt(session) == 0

    assert len(await claim(database)) == 1


async def test_claiming_walks_the_index_over_open_messages(database: Database) -> None:
    """A year of sent messages must not make a tick slower."""
    if database.writers.dialect.name != "sqlite":
        pytest.skip("PostgreSQL chooses by its statistics")
    asked = claims._FREE.params(team="T1", of_priority=0, now=None, known=["daily"], at_most=10)
    query = asked.compile(dialect=database.writers.dialect, compile_kwargs={"render_postcompile": True})
    async with database.read() as session:
        values = ("T1", 0, "2030", "2030", "daily", "2030", 10, 0)
        plan: Any = await (await session.connection()).exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", values)
        steps = [row[3] for row in plan]

    assert steps == [
        "SEARCH outbox_message USING INDEX ix_outbox_message_open (team_id=? AND priority=? AND due_at<?)"
    ]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_backlog_is_counted_in_the_index_of_open_messages(database: Database) -> None:
    steps: list[str] = []

    def explain(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("SELECT count"):
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            steps.extend(row[3] for row in cursor.fetchall())

    event.listen(database.readers.sync_engine, "before_cursor_execute", explain)
    async with database.read() as session:
        await outbox.backlog(session, now=NINE_AM, overdue=NINE_AM)

    assert any("USING INDEX ix_outbox_message_open" in step for step in steps), steps


async def test_a_claimed_message_is_not_claimed_again_until_its_lease_runs_out(database: Database) -> None:
    await owe(database)

    assert len(await claim(database)) == 1
    assert len(await claim(database, NINE_AM + LEASE - timedelta(seconds=1), owner="b")) == 0
    assert [m.owner for m in await claim(database, NINE_AM + LEASE, owner="b")] == ["b"]


async def test_what_is_not_due_is_not_claimed(database: Database) -> None:
    await owe(database, due_at=NINE_AM + timedelta(seconds=1))

    assert await claim(database) == []
    assert len(await claim(database, NINE_AM + timedelta(seconds=1))) == 1


async def test_people_who_wait_and_bulk_are_claimed_apart_each_the_oldest_first(database: Database) -> None:
    await owe(database, "bulk", priority=1, due_at=NINE_AM - timedelta(hours=1))
    await owe(database, "new", due_at=NINE_AM)
    await owe(database, "old", due_at=NINE_AM - timedelta(minutes=1))

    assert [m.idempotency_key for m in await claim(database)] == ["old", "new"]
    assert [m.idempotency_key for m in await claim(database, priority=1)] == ["bulk"]


async def test_a_kind_that_only_a_newer_version_knows_is_left_to_it_until_its_window_is_over(
    database: Database,
) -> None:
    await owe(database, "new", kind="unheard-of", expires_at=NINE_AM + timedelta(hours=1))

    assert await claim(database) == []
    assert await claim(database, NINE_AM + timedelta(minutes=59)) == []
    assert len(await claim(database, kinds=["unheard-of"])) == 1
    assert len(await claim(database, NINE_AM + timedelta(hours=1))) == 1


async def test_a_workspace_claims_its_own_only(database: Database) -> None:
    await owe(database, "ours")
    await owe(database, "theirs", team_id="T2")

    assert [m.idempotency_key for m in await claim(database)] == ["ours"]
    assert [m.idempotency_key for m in await claim(database, team="T2")] == ["theirs"]


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
    assert await begin(database, message) == {message.id}

    [again] = await claim(database, NINE_AM + LEASE)

    assert again.state == OutboxState.UNCLEAR
    assert (again.first_sending_at, again.sending_at) == (NINE_AM, NINE_AM)


async def test_a_worker_that_slept_past_its_lease_may_not_send(database: Database) -> None:
    await owe(database)
    [slept] = await claim(database)
    [taken] = await claim(database, NINE_AM + LEASE, owner="b")

    assert await begin(database, slept, at=NINE_AM + LEASE) == set()
    assert await begin(database, taken, slept, at=NINE_AM + LEASE) == {taken.id}


async def test_a_worker_that_lost_its_claim_cannot_put_back_or_close_what_another_holds(
    database: Database,
) -> None:
    await owe(database)
    [slept] = await claim(database)
    await claim(database, NINE_AM + LEASE, owner="b")

    await write(database, PutBack(slept, NINE_AM, "late"), Closed(slept, OutboxState.FAILED, "late"))

    assert (await stored(database)).owner == "b"
    assert (await stored(database)).state == OutboxState.CLAIMED


async def test_a_sent_message_stays_sent_whoever_else_touches_it(database: Database) -> None:
    await owe(database)
    [message] = await claim(database)
    await write(
        database,
        Sent(message, "D1", "1.1"),
        Sent(message, "D1", "2.2"),
        PutBack(message, NINE_AM, "late"),
    )

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
    if sending:
        await begin(database, message)
    await write(database, PutBack(message, NINE_AM, "error", unclear=unclear))

    assert (await stored(database)).state == state
    assert (await stored(database)).attempts == 1


async def test_waiting_for_a_turn_is_no_failed_attempt(database: Database) -> None:
    await owe(database)
    [message] = await claim(database)
    await write(database, PutBack(message, NINE_AM, claims.WAITING, counts=False))

    assert (await stored(database)).attempts == 0


async def test_messages_are_counted_by_state(database: Database) -> None:
    await owe(database, "one")
    await owe(database, "two")
    await claim(database, limit=1)

    await owe(database, "elsewhere", team_id="T2")

    async with database.read() as session:
        assert await outbox.counts(session) == {"due": 2, "claimed": 1}
        assert await outbox.counts(session, team_id="T1") == {"due": 1, "claimed": 1}
