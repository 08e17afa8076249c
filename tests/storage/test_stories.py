"""Queries of stories: the bank in one, shares as they are now, and nothing twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from storage import learners, stories
from storage.engine import Database
from storage.models import Rehearsal, ReviewCard, ReviewLog, Story, StoryComment, StoryShare
from tests.builders import NOON


async def a_story(database: Database, user: str = "U1", **changes: Any) -> Story:
    """A stored story of somebody."""
    async with database.write() as session:
        learner = await learners.ensure(session, "T1", user, now=NOON)
        values: dict[str, Any] = {
            "learner_id": learner.id,
            "key": "k",
            "title": "Migration",
            "situation": "It was slow.",
            "principles": ["ownership"],
            "created_at": NOON,
            "updated_at": NOON,
        }
        row = Story(**{**values, **changes})
        session.add(row)
    return row


async def a_share(database: Database, story: Story, user: str = "U2") -> StoryShare:
    async with database.write() as session:
        share = StoryShare(story_id=cast(int, story.id), user_id=user, shared_at=NOON)
        session.add(share)
    return share


async def test_the_bank_has_each_story_once_with_when_it_was_last_told_and_reviewed(
    database: Database,
) -> None:
    told, fresh = await a_story(database), await a_story(database, key="k2", title="Fresh")
    await a_story(database, "U2")
    story_id = cast(int, told.id)
    async with database.write() as session:
        for days in range(3):
            at = NOON + timedelta(days=days)
            assert await stories.add_rehearsal(
                session, Rehearsal(story_id=story_id, key=f"{days}", told_at=at)
            )
        session.add(
            ReviewCard(
                learner_id=told.learner_id, item=f"story:{story_id}", state=1, due_at=NOON, reviewed_at=NOON
            )
        )

    async with database.read() as session:
        rows = {row.id: row for row in await stories.bank(session, told.learner_id)}
        one = await stories.bank(session, told.learner_id, story_id=story_id)
        bare = await stories.bank(session, told.learner_id, texts=False)

    assert set(rows) == {told.id, fresh.id}
    assert one == [rows[story_id]]
    last = NOON + timedelta(days=2)
    assert (one[0].told_at, one[0].times_told, one[0].reviewed_at) == (last, 3, NOON)
    assert (one[0].principles, one[0].situation) == (["ownership"], "It was slow.")
    assert (rows[cast(int, fresh.id)].told_at, rows[cast(int, fresh.id)].times_told) == (None, 0)
    assert {row.situation for row in bare} == {""}


async def test_a_rehearsal_is_written_down_once(database: Database) -> None:
    story_id = cast(int, (await a_story(database)).id)

    async with database.write() as session:
        rehearsal = Rehearsal(story_id=story_id, key="k", told_at=NOON)
        assert [await stories.add_rehearsal(session, rehearsal) for _ in range(2)] == [True, False]


async def test_two_stories_of_a_person_have_two_keys(database: Database) -> None:
    await a_story(database)
    await a_story(database, "U2")

    with pytest.raises(IntegrityError):
        await a_story(database)


async def test_a_story_is_found_for_its_owner_only(database: Database) -> None:
    mine, other = await a_story(database), await a_story(database, "U2")

    async with database.read() as session:
        assert await stories.get(session, mine.learner_id, cast(int, mine.id)) is not None
        assert await stories.get(session, mine.learner_id, cast(int, other.id)) is None
        found = await stories.by_key(session, other.learner_id, "k")
        assert found is not None
        assert found.id == other.id
        assert await stories.count(session, mine.learner_id) == 1


async def test_with_a_story_goes_whatever_hangs_on_it(database: Database) -> None:
    story = await a_story(database)
    share = await a_share(database, story)
    item = f"story:{story.id}"
    async with database.write() as session:
        comment = StoryComment(share_id=cast(int, share.id), key="k", text="Good", created_at=NOON)
        await stories.add_comment(session, comment)
        session.add(ReviewCard(learner_id=story.learner_id, item=item, state=1, due_at=NOON))
        session.add(ReviewLog(learner_id=story.learner_id, key="r", item=item, rating=3, reviewed_at=NOON))

    async with database.write() as session:
        await stories.remove(session, story)

    async with database.read() as session:
        for table in (Story, StoryShare, StoryComment, ReviewCard, ReviewLog):
            assert (await session.exec(select(table))).all() == []


async def test_a_share_that_was_taken_back_is_not_found(database: Database) -> None:
    story = await a_story(database)
    share_id = cast(int, (await a_share(database, story)).id)
    async with database.write() as session:
        found = await stories.shared(session, share_id, lock=True)
        assert found is not None
        assert [found[0].id, found[1].id, found[2].user_id] == [share_id, story.id, "U1"]

        assert [await stories.revoke(session, share_id, now=NOON) for _ in range(2)] == [True, False]

    async with database.read() as session:
        assert await stories.shared(session, share_id) is None
        assert await stories.shares(session, cast(int, story.id)) == []
        assert await stories.share_with(session, cast(int, story.id), "U2") is not None


async def test_comments_come_newest_first_and_each_once(database: Database) -> None:
    story = await a_story(database)
    first, second = await a_share(database, story), await a_share(database, story, "U3")
    async with database.write() as session:
        ids = []
        for number, share in enumerate((first, second, first, first)):
            comment = StoryComment(
                share_id=cast(int, share.id),
                key=f"{min(number, 2)}",
                text=f"{number}",
                created_at=NOON + timedelta(minutes=number),
            )
            ids.append(await stories.add_comment(session, comment))

    assert ids[3] is None
    assert None not in ids[:3]
    async with database.read() as session:
        every = await stories.comments(session, story_id=cast(int, story.id), limit=2)
        theirs = await stories.comments(session, share_id=cast(int, first.id), limit=9)
        number = await stories.comments_of(session, cast(int, first.id))
    assert [(one.user_id, one.text) for one in every] == [("U2", "2"), ("U3", "1")]
    assert [one.text for one in theirs] == ["2", "0"]
    assert number == 2
