"""The bank of stories: saved once, merged, asked about, brought back, told; never lost, nobody else's."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from bot.members import Member
from bot.stories import bank
from bot.stories.bank import Wanted
from bot.stories.draft import Draft, hashes
from bot.stories.service import FullBankError, NoSuchStoryError, Opened, Saved, StoryService
from storage.engine import Database
from storage.models import LogEntry, Preferences, Rehearsal, ReviewCard, Story
from tests.bot.stories.conftest import Rated
from tests.bot.stories.samples import LONGEST, MIGRATION, a_story
from tests.builders import ANA, BEN, NOON, MovingClock

NEW = Opened(base=hashes(Draft()))


def opened(saved: Saved) -> Opened:
    """A form that is opened on the story as it is now."""
    story = saved.story
    return Opened(
        key=story.key, revision=story.revision, was_archived=story.is_archived, base=hashes(story.draft)
    )


async def add(stories: StoryService, member: Member = ANA, view: str = "view:V1", **changes: Any) -> Saved:
    return await stories.save(member, NEW, replace(MIGRATION, **changes), view)


async def rows(database: Database, table: Any) -> list[Any]:
    async with database.read() as session:
        return list((await session.exec(select(table))).all())


class TestSave:
    async def test_keeps_every_field_and_is_read_by_the_coach(self, stories: StoryService) -> None:
        saved = await add(stories, situation=LONGEST, principles=())

        card = await stories.card(ANA, saved.story.ref)
        assert card.story.draft == replace(MIGRATION, situation=LONGEST, principles=())
        assert card.reading == saved.reading
        assert "no-principle" in [point.rule for point in saved.reading.points]

    async def test_a_doubled_submit_is_one_story(self, stories: StoryService, database: Database) -> None:
        first, second = await asyncio.gather(add(stories), add(stories))

        assert first.story.ref == second.story.ref
        assert [row.revision for row in await rows(database, Story)] == [1]
        assert second.conflicts == ()

    async def test_counts_as_an_activity(
        self, stories: StoryService, database: Database, clock: MovingClock
    ) -> None:
        await add(stories)

        assert [row.active_at for row in await rows(database, Preferences)] == [clock()]

    async def test_saving_the_same_again_is_no_new_revision(self, stories: StoryService) -> None:
        first = await add(stories)

        again = await stories.save(ANA, opened(first), MIGRATION, "view:V2")

        assert again.story.revision == first.story.revision == 1

    async def test_a_full_bank_refuses_and_says_so(self, stories: StoryService, database: Database) -> None:
        await add(stories)
        await fill(database, bank.MOST_STORIES - 1)

        with pytest.raises(FullBankError):
            await add(stories, view="view:V9")


async def fill(database: Database, number: int) -> None:
    """More stories for Ana, who has one."""
    async with database.write() as session:
        first = (await session.exec(select(Story))).one()
        values = first.model_dump(exclude={"id", "key"})
        session.add_all(
            Story(**{**values, "key": f"more:{count}", "title": f"Story {count}"}) for count in range(number)
        )


class TestTwoDevices:
    async def test_changes_of_different_fields_are_put_together(self, stories: StoryService) -> None:
        first = await add(stories)
        before = opened(first)
        await stories.save(ANA, before, replace(MIGRATION, task="From the phone, with a date."), "view:V2")

        saved = await stories.save(ANA, before, replace(MIGRATION, title="Renamed"), "view:V3")

        assert (saved.taken, saved.conflicts) == (("task",), ())
        assert saved.story.draft == replace(MIGRATION, task="From the phone, with a date.", title="Renamed")

    async def test_of_the_same_field_both_versions_are_there_to_choose_from(
        self, stories: StoryService
    ) -> None:
        before = opened(await add(stories))
        await stories.save(ANA, before, replace(MIGRATION, task="theirs"), "view:V2")

        saved = await stories.save(ANA, before, replace(MIGRATION, task="mine", scope="L7"), "view:V3")

        assert saved.conflicts == ("task",)
        assert saved.story.draft == replace(MIGRATION, task="theirs", scope="L7")
        assert saved.typed.task == "mine"
        settled = await stories.save(ANA, opened(saved), replace(saved.typed, task="theirs, mine"), "view:V3")
        assert settled.conflicts == ()
        assert settled.story.draft.task == "theirs, mine"

    async def test_a_story_deleted_elsewhere_is_saved_as_it_is_typed(
        self, stories: StoryService, database: Database
    ) -> None:
        first = await add(stories)
        before = opened(first)
        await stories.delete(ANA, first.story.ref)

        saved = await stories.save(ANA, before, replace(MIGRATION, title="Back"), "view:V2")
        late = await stories.save(ANA, before, replace(MIGRATION, task="later"), "view:V3")

        assert saved.was_gone
        assert saved.story.draft == replace(MIGRATION, title="Back")
        assert late.story.draft == replace(MIGRATION, title="Back", task="later")
        assert len(await rows(database, Story)) == 1

    async def test_a_story_archived_elsewhere_comes_out_again(self, stories: StoryService) -> None:
        first = await add(stories)
        before = opened(first)
        await stories.archive(ANA, first.story.ref, is_archived=True)

        saved = await stories.save(ANA, before, replace(MIGRATION, title="Edited"), "view:V2")

        assert saved.was_gone
        assert not saved.story.is_archived

    async def test_a_story_edited_in_the_archive_stays_there(self, stories: StoryService) -> None:
        first = await add(stories)
        card = await stories.archive(ANA, first.story.ref, is_archived=True)

        saved = await stories.save(
            ANA, opened(replace(first, story=card.story)), replace(MIGRATION, title="Edited"), "view:V2"
        )

        assert saved.story.is_archived
        assert not saved.was_gone

    async def test_one_message_saved_from_two_windows_is_one_story(self, stories: StoryService) -> None:
        form = Opened(key="message:C1:1.0", base=hashes(Draft(situation="hello")))
        await stories.save(ANA, form, Draft(title="One", situation="hello"), "view:V1")

        second = await stories.save(ANA, form, Draft(title="Two", situation="hello there"), "view:V2")

        assert second.conflicts == ("title",)
        assert second.story.draft == Draft(title="One", situation="hello there")
        known = await stories.of_message(ANA, "message:C1:1.0")
        assert known is not None
        assert known.ref == second.story.ref


class TestBelongsToOnePerson:
    @pytest.mark.parametrize("forge", ["ref", "id"])
    async def test_nobody_else_reaches_it(
        self, stories: StoryService, database: Database, forge: str
    ) -> None:
        mine = (await add(stories)).story
        await add(stories, BEN, title="Ben's")
        ref = mine.ref if forge == "ref" else str(mine.id)

        for attempt in (
            stories.card(BEN, ref),
            stories.archive(BEN, ref, is_archived=True),
            stories.delete(BEN, ref),
            stories.rehearsed(BEN, ref, started_at=NOON, seconds=60, rating=3),
        ):
            with pytest.raises(NoSuchStoryError):
                await attempt
        stranger = Member("T2", ANA.user_id)
        with pytest.raises(NoSuchStoryError):
            await stories.card(stranger, ref)
        assert len(await rows(database, Story)) == 2

    async def test_a_forged_form_writes_a_story_of_ones_own(self, stories: StoryService) -> None:
        mine = await add(stories)

        forged = await stories.save(BEN, opened(mine), Draft(title="Forged"), "view:V2")

        assert forged.story.draft == Draft(title="Forged")
        assert (await stories.card(ANA, mine.story.ref)).story.draft == MIGRATION

    @pytest.mark.parametrize(
        "ref", ["", "x", "999999", "1.00000000", "-1", "1.", "٣", "1" * 30, "<!channel>"]
    )
    async def test_what_is_no_story_is_said_to_be_none(self, stories: StoryService, ref: str) -> None:
        await add(stories)

        with pytest.raises(NoSuchStoryError):
            await stories.card(ANA, ref)

    async def test_an_old_button_does_not_find_the_story_that_has_its_id_now(
        self, stories: StoryService
    ) -> None:
        old = (await add(stories)).story
        await stories.delete(ANA, old.ref)
        new = (await add(stories, view="view:V2")).story

        with pytest.raises(NoSuchStoryError):
            await stories.delete(ANA, old.ref)
        assert (await stories.card(ANA, new.ref)).story.ref == new.ref


class TestArchiveAndDelete:
    async def test_an_archived_story_is_out_of_the_list_and_comes_back(self, stories: StoryService) -> None:
        ref = (await add(stories)).story.ref
        for _ in range(2):
            await stories.archive(ANA, ref, is_archived=True)
        assert (await stories.page(ANA, Wanted())).stories == ()
        assert len((await stories.page(ANA, Wanted(filter=bank.ARCHIVED))).stories) == 1

        await stories.archive(ANA, ref, is_archived=False)

        assert len((await stories.page(ANA, Wanted())).stories) == 1

    async def test_with_a_story_everything_of_it_goes(
        self, stories: StoryService, database: Database
    ) -> None:
        story = (await add(stories)).story
        await stories.rehearsed(ANA, story.ref, started_at=NOON, seconds=60, rating=3)
        async with database.write() as session:
            learner_id = (await session.exec(select(Story.learner_id))).one()
            session.add(ReviewCard(learner_id=learner_id, item=f"story:{story.id}", state=1, due_at=NOON))

        assert await stories.delete(ANA, story.ref) == "Migration"

        for table in (Story, Rehearsal, ReviewCard):
            assert await rows(database, table) == []
        assert len(await rows(database, LogEntry)) == 1


class TestRehearsal:
    async def test_is_written_down_once_with_its_rating_and_its_minutes(
        self, stories: StoryService, database: Database, rated: Rated, clock: MovingClock
    ) -> None:
        story = (await add(stories)).story
        clock.move(days=2)
        started = clock() - timedelta(seconds=170)

        for rating in (3, 4):
            card = await stories.rehearsed(ANA, story.ref, started_at=started, seconds=170, rating=rating)

        assert card.story.times_told == 1
        assert card.story.told_on == clock().date()
        told = (await rows(database, Rehearsal))[0]
        assert (told.seconds, told.rating) == (170, 3)
        entries = await rows(database, LogEntry)
        assert [(one.activity, one.minutes, one.local_date) for one in entries] == [
            ("story", 3, clock().date())
        ]
        assert [(item, rating) for item, rating, _ in rated] == [(f"story:{story.id}", 3)]

    async def test_a_timer_that_was_forgotten_logs_the_storys_own_time(
        self, stories: StoryService, database: Database
    ) -> None:
        story = (await add(stories)).story

        card = await stories.rehearsed(ANA, story.ref, started_at=NOON, seconds=9000, rating=3)

        assert (await rows(database, Rehearsal))[0].seconds is None
        assert (await rows(database, LogEntry))[0].minutes == round(card.reading.seconds / 60)

    async def test_after_midnight_counts_for_the_day_before(
        self, stories: StoryService, database: Database, clock: MovingClock
    ) -> None:
        story = (await add(stories)).story
        clock.move(hours=13, minutes=30)

        await stories.rehearsed(ANA, story.ref, started_at=clock(), seconds=60, rating=1)

        assert (await rows(database, LogEntry))[0].local_date == NOON.date()


class TestBank:
    async def test_of_somebody_new_is_empty(self, stories: StoryService) -> None:
        assert (await stories.page(ANA, Wanted())).total == 0
        assert (await stories.coverage(ANA))[0].stories == 0
        assert await stories.of_message(ANA, "message:C1:1") is None

    async def test_covers_what_its_stories_are_about(self, stories: StoryService) -> None:
        await add(stories)

        assert (await stories.coverage(ANA))[0].covered == 2

    async def test_a_search_over_five_hundred_takes_little_time(
        self, stories: StoryService, database: Database
    ) -> None:
        """The figure is 20 ms of the bot's own time; here with room for a machine that is busy."""
        await add(stories)
        await fill(database, bank.MOST_STORIES - 1)
        await stories.page(ANA, Wanted())
        times = []
        for _ in range(5):
            began = time.process_time()
            page = await stories.page(ANA, Wanted(query="replicas 499"))
            times.append(time.process_time() - began)

        assert page.found == 0
        assert min(times) < 0.06


def test_a_story_is_called_by_id_and_digest() -> None:
    assert a_story(7).ref != a_story(8).ref
    assert a_story(7).ref.startswith("7.")
