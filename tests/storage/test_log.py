"""The log's queries, on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from storage import learners, log, outbox, practice
from storage.engine import Database
from storage.models import CheckIn, LogEntry, OutboxState
from storage.practice import Item
from tests.builders import NOON, TODAY

YESTERDAY = TODAY - timedelta(days=1)


async def a_learner(database: Database, user_id: str = "U1") -> int:
    async with database.write() as session:
        return cast(int, (await learners.ensure(session, "T1", user_id, now=NOON)).id)


def an_entry(learner_id: int, key: str, task: str | None = None, days_ago: int = 0) -> LogEntry:
    return LogEntry(
        learner_id=learner_id,
        key=key,
        local_date=TODAY - timedelta(days=days_ago),
        activity="coding",
        task=task,
        logged_at=NOON,
    )


async def store(database: Database, *entries: LogEntry) -> None:
    async with database.write() as session:
        for entry in entries:
            await practice.log(session, entry)


async def test_entries_are_those_of_one_person_and_these_dates(database: Database) -> None:
    ana, ben = await a_learner(database), await a_learner(database, "U2")
    await store(
        database,
        an_entry(ana, "a"),
        an_entry(ana, "b", days_ago=1),
        an_entry(ana, "c", days_ago=2),
        an_entry(ben, "a"),
    )

    async with database.read() as session:
        found = await log.entries(session, ana, from_on=YESTERDAY, to_on=TODAY)
        assert [row.key for row in found] == ["a", "b"]
        assert await log.entry(session, ben, cast(int, found[0].id)) is None
        assert await log.practised_dates(session, ana) == [TODAY - timedelta(days=2), YESTERDAY, TODAY]


async def test_a_source_is_no_pattern_and_no_beginning(database: Database) -> None:
    ana = await a_learner(database)
    await store(database, an_entry(ana, "log:1:0"), an_entry(ana, "log:1:1"), an_entry(ana, "log:11:0"))

    async with database.read() as session:
        assert [row.key for row in await log.of_source(session, ana, "log:1")] == ["log:1:0", "log:1:1"]
        for source in ("log:%", "log:_", "log", "%"):
            expected = 3 if source == "log" else 0
            assert len(await log.of_source(session, ana, source)) == expected


async def test_remove_takes_only_what_is_the_persons(database: Database) -> None:
    ana, ben = await a_learner(database), await a_learner(database, "U2")
    await store(database, an_entry(ana, "a", "lc-two-sum"))
    async with database.write() as session:
        [row] = await log.entries(session, ana, from_on=TODAY, to_on=TODAY)
        await log.remove(session, ben, [cast(int, row.id)])
        assert await log.is_logged(session, ana, TODAY, "lc-two-sum")
        assert not await log.is_logged(session, ana, YESTERDAY, "lc-two-sum")
        await log.remove(session, ana, [cast(int, row.id)])
        assert not await log.is_logged(session, ana, TODAY, "lc-two-sum")


async def test_a_problem_is_known_once_until_it_is_forgotten(database: Database) -> None:
    ana, ben = await a_learner(database), await a_learner(database, "U2")

    async with database.write() as session:
        assert await log.know(session, ana, "lc-two-sum", now=NOON)
        assert not await log.know(session, ana, "lc-two-sum", now=NOON)
        assert await log.known(session, [ana, ben]) == {ana: {"lc-two-sum"}}
        await log.forget(session, ben, "lc-two-sum")
        assert await log.known(session, [ana]) == {ana: {"lc-two-sum"}}
        await log.forget(session, ana, "lc-two-sum")
        assert await log.known(session, [ana]) == {}


async def test_an_item_is_replaced_without_using_the_swap(database: Database) -> None:
    ana = await a_learner(database)
    async with database.write() as session:
        await practice.add_items(session, [Item(ana, TODAY, "coding", "lc-two-sum", is_review=True)])
        await log.replace_item(session, ana, TODAY, "coding", task="lc-lru-cache")

    async with database.read() as session:
        item = await log.daily_item(session, ana, TODAY, "lc-lru-cache")
        assert item is not None
        assert (item.is_review, item.swapped_from) == (False, None)
        assert await log.daily_item(session, ana, TODAY, "lc-two-sum") is None


async def test_goals_are_those_of_the_newest_answered_check_in(database: Database) -> None:
    ana = await a_learner(database)
    async with database.write() as session:
        for days, goals in ((14, {"coding": 1}), (7, {"coding": 2}), (1, None)):
            row = CheckIn(
                learner_id=ana,
                from_on=TODAY,
                to_on=TODAY - timedelta(days=days),
                goals={},
                next_goals=goals,
                answered_at=NOON if goals else None,
                created_at=NOON,
            )
            session.add(row)

    async with database.read() as session:
        assert await log.chosen_goals(session, ana, since=TODAY - timedelta(days=10)) == {"coding": 2}
        assert await log.chosen_goals(session, ana, since=TODAY - timedelta(days=6)) is None


async def test_the_open_timer_is_the_newest_that_is_not_sent(database: Database) -> None:
    ana = await a_learner(database)

    def a_draft(number: int, state: OutboxState = OutboxState.DUE) -> outbox.Draft:
        return outbox.Draft(
            idempotency_key=f"timer:{ana}:{number}",
            team_id="T1",
            learner_id=ana,
            kind="timer",
            local_date=TODAY - timedelta(days=number),
            due_at=NOON,
            state=state,
            reason="rest" if number > 1 else None,
        )

    async with database.write() as session:
        await outbox.enqueue_all(
            session,
            [a_draft(1), a_draft(2, OutboxState.SKIPPED), a_draft(3, OutboxState.MISSED)],
            now=NOON,
        )
        row = await log.open_timer(session, ana, "timer")
        assert row is not None
        assert row.idempotency_key == f"timer:{ana}:1"
        assert await log.open_timer(session, ana, "daily") is None
        skipped = await log.skipped_dates(session, ana, "timer", ["rest"])
        assert skipped == {TODAY - timedelta(days=2)}
