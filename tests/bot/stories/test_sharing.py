"""One story, one reader: who may read it, what each is told, and that taking back ends it at once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from sqlmodel import col, select

from bot.members import Member
from bot.outgoing import Postponed, Unneeded
from bot.stories.draft import Draft, hashes
from bot.stories.readers import why_not
from bot.stories.service import NoSuchStoryError, Opened, StoryService
from bot.stories.sharing import (
    COMMENTED,
    MOST_READERS,
    SHARED,
    NotSharedError,
    SharedStory,
    ShareRefusedError,
    SharingService,
    Told,
)
from bot.stories.sharing_views import comment_post, share_post
from storage.engine import Database
from storage.models import OutboxMessage, StoryComment, StoryShare
from tests.bot.stories.samples import MIGRATION
from tests.bot.surfaces import problems_of_post
from tests.builders import ANA, BEN, Bell, MovingClock

CLEO = Member("T1", "U3")


async def a_ref(stories: StoryService) -> str:
    saved = await stories.save(ANA, Opened(base=hashes(Draft())), MIGRATION, "view:V1")
    return saved.story.ref


async def owed(database: Database, kind: str = SHARED) -> Sequence[OutboxMessage]:
    async with database.read() as session:
        query = select(OutboxMessage).where(OutboxMessage.kind == kind).order_by(col(OutboxMessage.id))
        return (await session.exec(query)).all()


async def told(sharing: SharingService, message: OutboxMessage) -> Told | Unneeded | Postponed:
    return await sharing.told(message.kind, message.payload["share_id"], message.payload["learner_id"])


async def shared_with_ben(stories: StoryService, sharing: SharingService, database: Database) -> str:
    """The share's reference, as Ben's message carries it."""
    await sharing.share(ANA, await a_ref(stories), BEN.user_id)
    found = await told(sharing, (await owed(database))[-1])
    assert isinstance(found, Told)
    return found.ref


class TestShare:
    async def test_the_reader_is_told_once_without_a_word_of_the_story(
        self, stories: StoryService, sharing: SharingService, database: Database, bell: Bell
    ) -> None:
        ref = await a_ref(stories)
        await asyncio.gather(*(sharing.share(ANA, ref, BEN.user_id) for _ in range(2)))

        (message,) = await owed(database)
        found = await told(sharing, message)

        assert isinstance(found, Told)
        post = share_post(found)
        assert problems_of_post(post) == []
        assert "Migration" not in str(post) + str(message.payload)
        assert f"<@{ANA.user_id}>" in post.text
        assert bell.rings == 1

    async def test_the_reader_reads_it(
        self, stories: StoryService, sharing: SharingService, database: Database
    ) -> None:
        share = await shared_with_ben(stories, sharing, database)

        shown = await sharing.read(BEN, share)

        assert shown == SharedStory(ref=share, owner_id=ANA.user_id, draft=MIGRATION, remarks=())

    async def test_nobody_else_does(
        self, stories: StoryService, sharing: SharingService, database: Database
    ) -> None:
        share = await shared_with_ben(stories, sharing, database)

        for member in (CLEO, ANA, Member("T2", BEN.user_id)):
            with pytest.raises(NotSharedError):
                await sharing.read(member, share)
            with pytest.raises(NotSharedError):
                await sharing.comment(member, share, "hello", "V1")
        for ref in ("", "999", "x", share + "0"):
            with pytest.raises(NotSharedError):
                await sharing.read(BEN, ref)

    async def test_only_ones_own_story_can_be_shared(
        self, stories: StoryService, sharing: SharingService
    ) -> None:
        ref = await a_ref(stories)

        with pytest.raises(NoSuchStoryError):
            await sharing.share(BEN, ref, CLEO.user_id)
        with pytest.raises(ShareRefusedError, match="That is you"):
            await sharing.share(ANA, ref, ANA.user_id)

    async def test_two_who_share_with_each_other_do_not_wait_for_each_other(
        self, stories: StoryService, sharing: SharingService, database: Database
    ) -> None:
        ana = await a_ref(stories)
        ben = (await stories.save(BEN, Opened(base=hashes(Draft())), MIGRATION, "view:V1")).story.ref

        await asyncio.wait_for(
            asyncio.gather(sharing.share(ANA, ana, BEN.user_id), sharing.share(BEN, ben, ANA.user_id)), 30
        )

        assert len(await owed(database)) == 2

    async def test_one_reader_too_many_is_refused(
        self, stories: StoryService, sharing: SharingService
    ) -> None:
        ref = await a_ref(stories)
        for number in range(MOST_READERS):
            await sharing.share(ANA, ref, f"UR{number}")

        with pytest.raises(ShareRefusedError, match="Take it back"):
            await sharing.share(ANA, ref, CLEO.user_id)

    async def test_in_quiet_hours_the_message_waits(
        self, stories: StoryService, sharing: SharingService, database: Database, clock: MovingClock
    ) -> None:
        await sharing.share(ANA, await a_ref(stories), BEN.user_id)
        clock.move(hours=11)

        found = await told(sharing, (await owed(database))[0])

        assert isinstance(found, Postponed)
        assert found.until.hour == 7

    async def test_quiet_hours_are_those_of_the_readers_zone(
        self, stories: StoryService, sharing: SharingService, database: Database
    ) -> None:
        await sharing.share(ANA, await a_ref(stories), BEN.user_id, time_zone="Pacific/Auckland")

        found = await told(sharing, (await owed(database))[0])

        assert isinstance(found, Postponed)
        assert found.until.hour == 18


class TestTakingBack:
    async def test_ends_reading_and_commenting_at_once(
        self, stories: StoryService, sharing: SharingService, database: Database
    ) -> None:
        share = await shared_with_ben(stories, sharing, database)
        await sharing.comment(BEN, share, "Good start", "V1")
        card = await stories.card(ANA, (await stories.all(ANA))[0].ref)
        assert [one.user_id for one in card.readers] == [BEN.user_id]

        for _ in range(2):
            await sharing.revoke(ANA, card.readers[0].ref)

        with pytest.raises(NotSharedError):
            await sharing.read(BEN, share)
        with pytest.raises(NotSharedError):
            await sharing.comment(BEN, share, "More", "V1")
        after = await stories.card(ANA, card.story.ref)
        assert after.readers == ()
        assert [one.text for one in after.remarks] == ["Good start"]
        for message in (*await owed(database), *await owed(database, COMMENTED)):
            assert isinstance(await told(sharing, message), Unneeded)

    async def test_only_the_owner_can(
        self, stories: StoryService, sharing: SharingService, database: Database
    ) -> None:
        share = await shared_with_ben(stories, sharing, database)

        for member in (BEN, CLEO):
            with pytest.raises(NoSuchStoryError):
                await sharing.revoke(member, share)
        assert await sharing.revoke(ANA, "999") is None
        assert (await sharing.read(BEN, share)).draft == MIGRATION

    async def test_shared_again_the_reader_is_told_again(
        self, stories: StoryService, sharing: SharingService, database: Database, clock: MovingClock
    ) -> None:
        share = await shared_with_ben(stories, sharing, database)
        await sharing.revoke(ANA, share)
        clock.move(minutes=1)

        await sharing.share(ANA, (await stories.all(ANA))[0].ref, BEN.user_id)

        assert len(await owed(database)) == 2
        assert (await sharing.read(BEN, share)).owner_id == ANA.user_id

    async def test_deleting_the_story_is_taking_it_back(
        self, stories: StoryService, sharing: SharingService, database: Database
    ) -> None:
        share = await shared_with_ben(stories, sharing, database)
        await sharing.comment(BEN, share, "Good start", "V1")

        await stories.delete(ANA, (await stories.all(ANA))[0].ref)

        with pytest.raises(NotSharedError):
            await sharing.read(BEN, share)
        async with database.read() as session:
            for table in (StoryShare, StoryComment):
                assert (await session.exec(select(table))).all() == []


class TestComment:
    async def test_is_kept_once_and_the_owner_is_told_without_it(
        self, stories: StoryService, sharing: SharingService, database: Database
    ) -> None:
        share = await shared_with_ben(stories, sharing, database)
        text = "<!channel> I would ask *why* first 😀"

        await asyncio.gather(*(sharing.comment(BEN, share, text, "V1") for _ in range(2)))

        card = await stories.card(ANA, (await stories.all(ANA))[0].ref)
        assert [(one.user_id, one.text) for one in card.remarks] == [(BEN.user_id, text)]
        (message,) = await owed(database, COMMENTED)
        found = await told(sharing, message)
        assert isinstance(found, Told)
        post = comment_post(found)
        assert problems_of_post(post) == []
        assert found.ref == card.story.ref
        assert f"<@{BEN.user_id}>" in post.text
        assert "why" not in post.text
        assert "replicas" not in str(post)

    async def test_a_second_one_from_the_same_window_is_kept_too(
        self, stories: StoryService, sharing: SharingService, database: Database
    ) -> None:
        share = await shared_with_ben(stories, sharing, database)
        await sharing.comment(BEN, share, "One", "V1:0")

        shown = await sharing.comment(BEN, share, "Two", "V1:1")

        assert {one.text for one in shown.remarks} == {"One", "Two"}
        assert len(await owed(database, COMMENTED)) == 2


class TestReaders:
    @pytest.mark.parametrize(
        ("user", "says"),
        [
            ({"id": "U9", "is_bot": True}, "bot"),
            ({"id": "USLACKBOT"}, "bot"),
            ({"id": "U9", "is_restricted": True}, "Guests"),
            ({"id": "U9", "is_ultra_restricted": True}, "Guests"),
            ({"id": "U9", "deleted": True}, "deactivated"),
            ({"id": "U9", "team_id": "T2"}, "another workspace"),
            ({"id": "U9", "is_stranger": True}, "another workspace"),
        ],
    )
    def test_some_cannot_be(self, user: dict[str, object], says: str) -> None:
        assert says in str(why_not(user, "T1"))

    def test_others_can(self) -> None:
        assert why_not({"id": "U9", "team_id": "T1", "is_restricted": False}, "T1") is None
