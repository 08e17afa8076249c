"""What reminders of the day's practice show, many at once, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import event

from bot.members import Member
from bot.outgoing import Post, Postponed, Unneeded
from bot.reminders.decision import ALL_DONE, DONE_SOMETHING
from bot.today import rendering
from bot.today.answers import (
    EveningLine,
    Question,
)
from bot.today.choice import PARTS
from bot.today.day import Today
from bot.today.listing import AS_ASKED
from storage import practice
from storage.engine import Database
from storage.models import OutboxMessage
from tests.bot.today.conftest import Practice, tasks, tick
from tests.builders import ANA, BEN, NOON, TODAY


class TestDrawn:
    async def test_chooses_what_is_missing_for_many_at_once(self, diary: Practice) -> None:
        messages = [await diary.reminder(await diary.plan(member)) for member in (ANA, BEN)]

        drawn = await diary.service.drawn(messages)

        lists = [drawn[message.id or 0] for message in messages]
        assert all(isinstance(one, Today) and len(one.lines) == 3 for one in lists)
        assert tasks(await diary.service.show(ANA)) == tasks(lists[0])  # type: ignore[arg-type]  # see above

    async def test_the_sentence_is_the_next_in_turn(self, diary: Practice) -> None:
        learner_id = await diary.plan()
        texts = [entry.text for entry in diary.service.catalog.messages.values()]

        leads = []
        for days in range(3):
            message = await diary.reminder(learner_id, on=TODAY + timedelta(days=days), turn=days)
            drawn = (await diary.service.drawn([message]))[message.id or 0]
            assert isinstance(drawn, Today)
            leads.append(texts.index(drawn.lead))

        assert leads == [leads[0], leads[0] + 1, leads[0] + 2]

    async def test_all_done_needs_no_reminder(self, diary: Practice) -> None:
        learner_id = await diary.plan()
        message = await diary.reminder(learner_id)
        await diary.service.show(ANA)
        await tick(diary, *PARTS)

        assert await diary.service.drawn([message]) == {message.id: Unneeded(ALL_DONE)}

    async def test_the_evening_line_comes_only_when_nothing_was_done(self, diary: Practice) -> None:
        learner_id = await diary.plan()
        await diary.set(learner_id, evening_on=True)
        message = await diary.reminder(learner_id, "evening")
        before = await diary.service.drawn([message])

        await tick(diary, "story")

        assert isinstance(before[message.id or 0], EveningLine)
        assert await diary.service.drawn([message]) == {message.id: Unneeded(DONE_SOMETHING)}

    async def test_a_list_that_comes_again_says_so(self, diary: Practice) -> None:
        message = await diary.reminder(await diary.plan(), "snooze")

        drawn = (await diary.service.drawn([message]))[message.id or 0]

        assert isinstance(drawn, Today)
        assert drawn.lead == AS_ASKED

    async def test_the_question_needs_no_list(self, diary: Practice) -> None:
        learner_id = await diary.plan()
        message = await diary.reminder(learner_id, ask=True)

        drawn = (await diary.service.drawn([message]))[message.id or 0]

        assert isinstance(drawn, Question)
        assert "pause" in drawn.text.lower()
        assert await diary.service.home(ANA) is None

    async def test_it_waits_for_the_end_of_quiet_hours(self, diary: Practice) -> None:
        message = await diary.reminder(await diary.plan())
        diary.clock.instant = NOON.replace(hour=23)

        assert isinstance((await diary.service.drawn([message]))[message.id or 0], Postponed)

    async def test_a_task_that_left_the_library_can_still_be_shown(self, diary: Practice) -> None:
        learner_id = await diary.plan()
        await diary.service.show(ANA)
        async with diary.database.write() as session:
            [old, *_] = (await practice.items(session, [learner_id], from_on=TODAY, to_on=TODAY))[learner_id]
            await practice.swap(session, old, task="gone-from-the-content")
        message = await diary.reminder(learner_id)

        drawn = (await diary.service.drawn([message]))[message.id or 0]

        assert isinstance(drawn, Today)
        assert [line.task is None for line in drawn.lines].count(True) == 1

    async def test_a_row_without_a_person_or_a_date_is_left_to_delivery(self, diary: Practice) -> None:
        message = OutboxMessage(id=9, idempotency_key="x", kind="daily", payload={})

        assert await diary.service.drawn([message]) == {}

    async def test_many_cost_no_more_queries_than_few(self, diary: Practice) -> None:
        queries: list[int] = []
        for people in (2, 12):
            members = [Member("T1", f"U{people}{number}") for number in range(people)]
            messages = [await diary.reminder(await diary.learner(member)) for member in members]
            with counted(diary.database) as statements:
                drawn = await diary.service.drawn(messages)
            assert len(drawn) == people
            queries.append(len(statements))

        assert queries[0] == queries[1]


class TestPosts:
    async def test_each_kind_is_drawn_as_what_it_is(self, diary: Practice) -> None:
        learner_id = await diary.plan()
        await diary.set(learner_id, evening_on=True)
        tomorrow = TODAY + timedelta(days=1)
        messages = [
            await diary.reminder(learner_id),
            await diary.reminder(learner_id, "evening"),
            await diary.reminder(learner_id, on=tomorrow, ask=True),
        ]

        drawn = await rendering.posts(diary.service, messages)

        posts = [drawn[message.id or 0] for message in messages]
        assert all(isinstance(post, Post) for post in posts)
        assert [next(words for words in PHRASES if words in str(post)) for post in posts] == [
            "Coding problem:",
            "Still on today's list:",
            "keep them, or change",
        ]

    async def test_what_is_not_needed_stays_so(self, diary: Practice) -> None:
        message = await diary.reminder(await diary.plan())
        await diary.service.show(ANA)
        await tick(diary, *PARTS)

        assert await rendering.posts(diary.service, [message]) == {message.id: Unneeded(ALL_DONE)}


PHRASES = ("Coding problem:", "Still on today's list:", "keep them, or change")


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements that are carried out meanwhile."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    engines = (database.readers.sync_engine, database.writers.sync_engine)
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield statements
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)
