"""Cards and answers, on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import learners, reviews
from storage.engine import Database
from storage.models import Preferences, ReviewCard, ReviewLog, Story
from storage.reviews import Due
from tests.builders import NOON

DAY = timedelta(days=1)
CARD, OTHER = "concept:a", "problem:b"


async def a_learner(session: AsyncSession, user_id: str = "U1") -> int:
    return cast(int, (await learners.ensure(session, "T1", user_id, now=NOON)).id)


def a_card(learner_id: int, item: str = CARD, *, due_at: datetime = NOON) -> ReviewCard:
    return ReviewCard(learner_id=learner_id, item=item, state=1, step=0, due_at=due_at)


def an_answer(
    learner_id: int, key: str, *, item: str = CARD, rating: int = 3, at: datetime = NOON
) -> ReviewLog:
    return ReviewLog(learner_id=learner_id, key=key, item=item, rating=rating, reviewed_at=at)


def a_story(learner_id: int, key: str, *, archived_at: datetime | None = None) -> Story:
    return Story(
        learner_id=learner_id,
        key=key,
        title=key,
        principles=[],
        created_at=NOON,
        updated_at=NOON,
        archived_at=archived_at,
    )


async def test_a_card_is_stored_once_and_comes_back_as_it_was(database: Database) -> None:
    async with database.write() as session:
        learner_id = await a_learner(session)
        kept = a_card(learner_id)
        kept.stability, kept.difficulty, kept.reviewed_at = 0.1 + 0.2, 1 / 3, NOON
        assert await reviews.add(session, kept)
        assert not await reviews.add(session, a_card(learner_id, due_at=NOON + DAY))

    async with database.read() as session:
        found = (await reviews.cards(session, learner_id, [CARD, OTHER]))[CARD]

    assert (found.stability, found.difficulty) == (0.1 + 0.2, 1 / 3)
    assert (found.due_at, found.reviewed_at, found.repetitions) == (NOON, NOON, 0)


async def test_an_answer_is_stored_once_by_its_key(database: Database) -> None:
    async with database.write() as session:
        learner_id, other = await a_learner(session), await a_learner(session, "U2")
        assert await reviews.log(session, an_answer(learner_id, "k", at=NOON + DAY))
        assert not await reviews.log(session, an_answer(learner_id, "k", rating=1))
        assert await reviews.log(session, an_answer(learner_id, "earlier", rating=1))
        assert await reviews.log(session, an_answer(other, "k", rating=4))

    async with database.write() as session:
        assert [one.key for one in await reviews.answers(session, learner_id, CARD)] == ["earlier", "k"]
        assert await reviews.given(session, learner_id, since=NOON) == {1: 1, 3: 1}
        assert await reviews.given(session, learner_id, since=NOON + DAY) == {3: 1}
        wanted = [(learner_id, "k"), (other, "k"), (other, "none")]
        assert await reviews.ratings(session, wanted) == {(learner_id, "k"): 3, (other, "k"): 4}
        await reviews.unlog(session, learner_id, "k")
        assert await reviews.answer(session, learner_id, "k") is None
        assert await reviews.answer(session, other, "k") is not None


async def test_a_forgotten_card_takes_its_answers_with_it(database: Database) -> None:
    async with database.write() as session:
        learner_id = await a_learner(session)
        for item in (CARD, OTHER):
            await reviews.add(session, a_card(learner_id, item))
            await reviews.log(session, an_answer(learner_id, item, item=item))
        await reviews.forget(session, learner_id, CARD)

    async with database.read() as session:
        assert await reviews.answers(session, learner_id, CARD) == []
        assert set(await reviews.cards(session, learner_id, [CARD, OTHER])) == {OTHER}
        assert await reviews.has_cards(session, learner_id)
        assert not await reviews.has_cards(session, learner_id + 1)


async def test_due_are_those_whose_time_has_come_and_whose_story_is_there(database: Database) -> None:
    async with database.write() as session:
        learner_id, other = await a_learner(session), await a_learner(session, "U2")
        rows = [
            a_story(learner_id, "mine"),
            a_story(learner_id, "archived", archived_at=NOON),
            a_story(other, "theirs"),
        ]
        session.add_all(rows)
        await session.flush()
        mine, archived, theirs = (f"story:{row.id}" for row in rows)
        for item in (mine, archived, theirs, "story:999999", CARD):
            await reviews.add(session, a_card(learner_id, item))
        await reviews.add(session, a_card(learner_id, OTHER, due_at=NOON + DAY))
        await reviews.log(session, an_answer(learner_id, "k", at=NOON - DAY))

    async with database.read() as session:
        due = {card.item for card in await reviews.due(session, learner_id, now=NOON)}
        assert due == {mine, CARD}
        assert await reviews.counts(session, learner_id, until=NOON, since=NOON - DAY) == (2, 1)
        assert await reviews.counts(session, learner_id, until=NOON + DAY, since=NOON) == (3, 0)
        found = await reviews.stories(session, learner_id, [mine, archived, theirs, CARD, "story:x"])
        assert {item: story.title for item, story in found.items()} == {mine: "mine"}


async def test_many_people_s_oldest_so_many_each(database: Database) -> None:
    async with database.write() as session:
        first, second, third = [await a_learner(session, f"U{number}") for number in range(3)]
        for number in range(5):
            await reviews.add(session, a_card(first, f"concept:{number}", due_at=NOON - number * DAY))
        await reviews.add(session, a_card(first, "story:1", due_at=NOON - 9 * DAY))
        await reviews.add(session, a_card(second, OTHER, due_at=NOON + DAY))
        await reviews.add(session, a_card(third, CARD))

    async with database.read() as session:
        found = await reviews.due_of_many(
            session, [first, second], now=NOON, kinds=("concept", "problem"), limit=2
        )

    assert found == {first: [Due("concept:4", NOON - 4 * DAY), Due("concept:3", NOON - 3 * DAY)]}


async def test_the_load_of_coming_days(database: Database) -> None:
    async with database.write() as session:
        learner_id = await a_learner(session)
        for number, item in enumerate((CARD, OTHER, "concept:c", "concept:d")):
            await reviews.add(session, a_card(learner_id, item, due_at=NOON + (number // 2) * DAY))
        await reviews.put_off(session, learner_id, [CARD], until=NOON + 5 * DAY)

    async with database.read() as session:
        load = await reviews.load(session, learner_id, after=NOON, without="concept:c")

    assert load == [(NOON + DAY, 1), (NOON + 5 * DAY, 1)]


@pytest.mark.parametrize(("zone", "ends_at"), [(None, None), ("Europe/Lisbon", 240)])
async def test_terms(database: Database, zone: str | None, ends_at: int | None) -> None:
    async with database.write() as session:
        learner_id = await a_learner(session)
        learner = await learners.get(session, learner_id)
        learner.time_zone = zone
        session.add(learner)
        if ends_at is not None:
            own = Preferences(
                learner_id=learner_id,
                daily_at=540,
                days=[1],
                weekly_day=5,
                weekly_at=960,
                day_ends_at=ends_at,
            )
            session.add(own)

    async with database.read() as session:
        assert await reviews.terms(session, learner_id) == (zone, ends_at or 180)
