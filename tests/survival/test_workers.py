"""Several workers, versions and workspaces on one database: each message once, nobody held up."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import insert, text
from sqlmodel import select

from bot.clock import AgreedClock
from bot.delivery import Delivery
from bot.outgoing import MessageKind, Outcome, Post
from bot.pace import Pace
from bot.playground.model import Member
from bot.playground.workspace import Workspace
from bot.sending import LEASE
from storage import outbox, reminders
from storage.engine import Database, connect
from storage.migrate import upgrade
from storage.models import Learner, OutboxMessage, OutboxState, Reminder
from tests.survival.books import Posts
from tests.survival.conftest import on_sqlite
from tests.survival.edge import StraightClient
from tests.survival.rig import Town, new_town, plain_kinds

OLD = "0001"
SMALL, LARGE = 5, 5000
SECONDS_BESIDE_A_LARGE_TEAM = 5.0


@pytest.mark.parametrize("workers", [2, 4, 8])
async def test_06_many_workers_and_everybody_is_due_in_the_same_second(
    database: Database, database_url: str, workers: int
) -> None:
    """Survives 6: each of them decides and delivers, on connections of its own."""
    town = new_town(database, "2026-05-04 00:00")
    await town.settle_many(40, weekly_day=1, weekly_at=time(9))
    await town.live_daily(1)
    town.set("2026-05-05 09:00")
    databases = [connect(database_url, readers=1, writers=1) for _ in range(workers)]
    crew = [(town.reminders(database=each), town.worker(database=each)) for each in databases]

    async def work(number: int) -> None:
        service, worker = crew[number]
        await service.plan_due()
        await worker.drain()

    await asyncio.gather(*(work(number) for number in range(workers)))
    await town.live_until("2026-05-06 00:00")
    await town.touch()
    await town.live_daily(1)

    assert await town.breaches(last=date(2026, 5, 5)) == []
    assert len([key for key in town.accepted() if key.endswith("2026-05-05")]) == 80
    for each in databases:
        await each.close()


async def test_07_an_old_version_beside_the_new_one_then_back_and_forth(
    database: Database, database_url: str
) -> None:
    """Survives 7: ten minutes with both, a roll-back, and the way forward again: each message once."""
    town = new_town(database, "2026-05-04 08:55")
    people = await town.settle_many(4, weekly_on=False)
    owed = []
    for minute in range(10):
        for who in people:
            key = f"daily:{who.learner_id}:1999-01-{minute + 1:02}"
            owed.append(key)
            await _old_owes(town, key, who.learner_id)
        if minute % 2:
            await _old_claims(town)
        await town.live_until(town.clock.now() + timedelta(minutes=1))
    await town.live_until("2026-05-04 09:10")
    reminders = [f"daily:{who.learner_id}:2026-05-04" for who in people]
    assert sorted(town.accepted()) == sorted(owed + reminders)

    await asyncio.to_thread(upgrade, database_url, OLD)
    await _old_owes(town, "daily:1:1999-02-01", 1)
    await asyncio.to_thread(upgrade, database_url)
    town.delivery = town.worker()
    await town.tick()

    assert sorted(town.accepted()) == sorted([*owed, *reminders, "daily:1:1999-02-01"])


@on_sqlite
async def test_07_whoever_had_a_plan_before_the_new_version_is_reminded_too(
    database: Database, database_url: str
) -> None:
    """Survives 7: who chose a plan before this version, or before a roll-back, is reminded after it."""
    town = new_town(database, "2026-05-04 00:00")
    await town.settle()
    await asyncio.to_thread(upgrade, database_url, OLD)
    await asyncio.to_thread(upgrade, database_url)
    await town.service.take_over()

    await town.live_until("2026-05-06 00:00")

    assert "daily:1:2026-05-05" in town.accepted()


async def test_07_what_only_the_new_version_knows_waits_for_one_of_its_processes(database: Database) -> None:
    """Survives 7: a new kind of message and of reminder beside processes that know neither."""
    town = new_town(database, "2026-05-04 09:00")
    await town.settle(daily_on=False, weekly_on=False)
    draft = outbox.Draft(
        idempotency_key="digest:1",
        team_id=town.workspace.team_id,
        learner_id=1,
        kind="digest",
        due_at=town.clock.now(),
        payload={"of": "a newer version"},
    )
    over = replace(draft, idempotency_key="digest:2", expires_at=town.clock.now() + timedelta(minutes=20))
    slot = Reminder(
        learner_id=1, kind="monthly", next_on=date(2026, 5, 4), next_at=town.clock.now(), time_zone="UTC"
    )
    async with database.write() as session:
        await outbox.enqueue_all(session, [draft, over], now=town.clock.now())
        await reminders.put(session, [slot])
    for _ in range(30):
        await town.tick()
        town.set(town.clock.now() + timedelta(minutes=1))
    assert town.accepted() == []

    newer = {**plain_kinds(town.service), "digest": MessageKind(_plainly, resend_if_unreadable=True)}
    await town.worker(kinds=newer).drain()

    assert town.accepted() == ["digest:1"]
    async with database.read() as session:
        assert await outbox.counts(session) == {OutboxState.SENT: 1, OutboxState.MISSED: 1}
        assert (await reminders.of_learner(session, 1))["monthly"].next_at == slot.next_at


async def _plainly(messages: Sequence[OutboxMessage]) -> Mapping[int, Outcome | Exception]:
    return {message.id or 0: Post("What is new", []) for message in messages}


async def _old_owes(town: Town, key: str, learner_id: int) -> None:
    """What the version before teams and dates wrote."""
    statement = text(
        "INSERT INTO outbox_message (idempotency_key, learner_id, kind, payload, priority, state, due_at,"
        " fence, attempts, doubtful, created_at)"
        " VALUES (:key, :learner, 'daily', '{}', 0, 'due', :now, 0, 0, :no, :now)"
    ).bindparams(key=key, learner=learner_id, now=_stored(town, town.clock.now()), no=False)
    async with town.database.write() as session:
        await (await session.connection()).execute(statement)


async def _old_claims(town: Town) -> None:
    """Takes everything, whosever it is, and dies with some of it on its way."""
    statement = text(
        "UPDATE outbox_message SET state = CASE WHEN state IN ('sending', 'unclear') THEN 'unclear' ELSE"
        " 'claimed' END, owner = 'old', lease_until = :lease, fence = fence + 1"
        " WHERE state IN ('due', 'claimed', 'sending', 'unclear') AND due_at <= :now"
    ).bindparams(
        lease=_stored(town, town.clock.now() + timedelta(seconds=45)), now=_stored(town, town.clock.now())
    )
    begun = text(
        "UPDATE outbox_message SET state = 'sending', first_sending_at = :now"
        " WHERE owner = 'old' AND state = 'claimed' AND id % 2 = 0"
    ).bindparams(now=_stored(town, town.clock.now()))
    async with town.database.write() as session:
        await (await session.connection()).execute(statement)
        await (await session.connection()).execute(begun)


def _stored(town: Town, instant: datetime) -> Any:
    """As the database keeps it; a bare statement knows no column types."""
    if town.database.writers.dialect.name == "sqlite":
        return f"{instant:%Y-%m-%d %H:%M:%S.%f}"
    return instant


async def test_08_a_team_of_five_thousand_does_not_delay_a_team_of_five(database: Database) -> None:
    """Survives 8: two workspaces on one database, everybody due in the same second."""
    town = new_town(database, "2026-05-04 09:00")
    small = _another_team(town)
    await _owe_all(town, town.workspace, LARGE)
    await _owe_all(town, small, SMALL)
    large_team, small_team = town.worker(), _worker_of(town, small)
    delivering = asyncio.create_task(large_team.drain())
    await asyncio.sleep(0)
    started = monotonic()

    assert await small_team.drain() == SMALL

    took = monotonic() - started
    done_meanwhile = len(town.posts.accepted)
    await large_team.stop()
    await delivering
    assert took < SECONDS_BESIDE_A_LARGE_TEAM
    assert done_meanwhile < LARGE, "there was nobody to wait for"


def _another_team(town: Town) -> Workspace:
    other = new_town(town.database, town.clock.now()).workspace
    other.team = replace(other.team, id="T0ANOTHER1")
    other.posts = Posts(town.clock)
    return other


def _worker_of(town: Town, workspace: Workspace) -> Delivery:
    return Delivery(
        team_id=workspace.team_id,
        database=town.database,
        poster=StraightClient(workspace),
        kinds=plain_kinds(town.service),
        now=town.clock.now,
        owner="of another team",
        pace=Pace(town.clock.monotonic, posts_per_second=0),
    )


async def _owe_all(town: Town, workspace: Workspace, people: int) -> None:
    """Everybody of a workspace is owed a message now."""
    now, team = town.clock.now(), workspace.team_id
    users = [f"U{number:06}" for number in range(people)]
    workspace.people |= {user: Member(id=user, name=user, real_name=user) for user in users}
    rows = [
        {
            "team_id": team,
            "user_id": user,
            "dm_channel": workspace.conversations.open_dm(user).id,
            "zone_is_fixed": False,
            "created_at": now,
        }
        for user in users
    ]
    async with town.database.write() as session:
        connection = await session.connection()
        await connection.execute(insert(Learner), rows)
        numbers = (await session.exec(select(Learner.id).where(Learner.team_id == team))).all()
        drafts = [
            outbox.Draft(
                idempotency_key=f"daily:{number}:2026-05-04",
                team_id=team,
                learner_id=number,
                kind="daily",
                due_at=now,
                priority=1,
            )
            for number in numbers
        ]
        await outbox.enqueue_all(session, drafts, now=now)


@on_sqlite
async def test_20_a_revoked_token_stops_its_own_workspace_only(database: Database) -> None:
    """Survives 20: one workspace's token is revoked: the other goes on, and later the first, too."""
    town = new_town(database, "2026-05-04 09:00")
    other = _another_team(town)
    await _owe_all(town, town.workspace, SMALL)
    await _owe_all(town, other, SMALL)
    town.workspace.faults.add(method="*", kind="error", error="token_revoked", times=None)

    await town.delivery.drain()
    await _worker_of(town, other).drain()

    assert town.accepted() == []
    assert len(other.posts.accepted) == SMALL  # type: ignore[attr-defined] # it is a Posts
    async with database.read() as session:
        assert await outbox.counts(session, team_id=town.workspace.team_id) == {"due": SMALL}
    town.workspace.faults.clear()
    await town.live_until("2026-05-04 10:00")
    assert len(town.accepted()) == SMALL


async def test_09_a_clock_that_is_two_minutes_ahead_does_not_take_over_what_is_on_its_way(
    database: Database,
) -> None:
    """Survives 9: while one worker's post is on its way, another whose clock is ahead looks for work."""
    town = new_town(database, "2026-05-04 00:00")
    await town.settle(weekly_on=False)
    town.set("2026-05-04 09:00")
    ahead = timedelta(minutes=2)
    clock = AgreedClock(lambda: town.clock.now() + ahead, lambda: town.clock.now() + ahead)
    await clock.agree(town.database_now)
    hasty = town.worker(now=clock)
    assert ahead > LEASE
    await town.service.plan_due()
    on_its_way, may_arrive = asyncio.Event(), asyncio.Event()

    class SlowClient(StraightClient):
        async def api_call(self, api_method: str, **request: Any) -> Any:
            if api_method == "chat.postMessage":
                on_its_way.set()
                await may_arrive.wait()
            return await super().api_call(api_method, **request)

    sending = asyncio.create_task(town.worker(poster=SlowClient(town.workspace)).drain())
    await on_its_way.wait()
    await hasty.drain()
    may_arrive.set()
    await sending

    assert town.accepted() == ["daily:1:2026-05-04"]
    async with database.read() as session:
        assert await outbox.counts(session) == {OutboxState.SENT: 1}
