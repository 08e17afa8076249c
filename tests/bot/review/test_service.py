"""The round of cards, and what other features do with them, on both databases."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.members import Member
from bot.reminders.service import ReminderService
from bot.review.deck import item_of
from bot.review.schedule import AGAIN, CAP, EASY, GOOD, HARD, SITTING
from bot.review.service import MOST_DUE, ReviewService, due_items, still_asked
from bot.review.sitting import End, OldCardsError, Screen, Sitting, Table, Waiting
from content.loader import Catalog
from storage import learners, reviews
from storage.engine import Database
from storage.models import ReviewCard, Story
from storage.preferences import Defaults
from tests.builders import ANA, BEN, NOON, TODAY, Bell, MovingClock

DAY = timedelta(days=1)
CARD, PROBLEM = "concept:concept-estimation", "problem:lc-two-sum"


@dataclass
class Deck:
    """The service, and a hand to put cards into it."""

    service: ReviewService
    database: Database
    clock: MovingClock

    async def learner(self, member: Member = ANA) -> int:
        async with self.database.write() as session:
            row = await learners.ensure(session, member.team_id, member.user_id, now=NOON)
        return cast(int, row.id)

    async def add(self, *items: str, member: Member = ANA) -> int:
        """Cards that were done just now, without a word of how it went."""
        learner_id = await self.learner(member)
        async with self.database.write() as session:
            for item in items:
                await self.service.keeper.note_done(session, learner_id, item, now=self.clock())
        return learner_id

    async def rate(self, item: str, rating: int, key: str, *, may_change: bool = False) -> bool:
        """What another feature tells."""
        learner_id = await self.learner()
        async with self.database.write() as session:
            return await self.service.keeper.on_rated(
                session, learner_id, item, rating, key, self.clock(), may_change=may_change
            )

    async def card(self, item: str = CARD, member: Member = ANA) -> ReviewCard | None:
        learner_id = await self.learner(member)
        async with self.database.read() as session:
            return (await reviews.cards(session, learner_id, [item])).get(item)

    async def due_at(self, item: str = CARD) -> datetime:
        card = await self.card(item)
        assert card is not None
        return card.due_at


async def still_due(session: AsyncSession, learner_id: int, until: datetime) -> int:
    """What the day that ends then still asks for."""
    return still_asked(*await reviews.counts(session, learner_id, until=until, since=until - DAY))


@pytest.fixture
def deck(database: Database, catalog: Catalog, clock: MovingClock) -> Deck:
    reminders = ReminderService(database, clock, Defaults(), Bell())
    return Deck(ReviewService(catalog, database, clock, reminders), database, clock)


def many(catalog: Catalog, number: int) -> list[str]:
    return [item for task in catalog.tasks.values() if (item := item_of(task))][:number]


def on_table(screen: Screen) -> Table:
    assert isinstance(screen, Table), screen
    return screen


def at_end(screen: Screen) -> End:
    assert isinstance(screen, End), screen
    return screen


class TestWhatBecomesACard:
    async def test_what_was_done_comes_back_tomorrow(self, deck: Deck) -> None:
        await deck.add(CARD)

        assert await deck.due_at() == datetime.combine(TODAY + DAY, NOON.time(), NOON.tzinfo).replace(hour=3)

    async def test_what_has_a_card_keeps_it(self, deck: Deck) -> None:
        await deck.rate(CARD, EASY, "k")
        before = await deck.due_at()

        await deck.add(CARD)

        assert await deck.due_at() == before

    async def test_a_rating_makes_one_and_is_told_once(self, deck: Deck) -> None:
        assert await deck.rate("story:1", EASY, "rehearsal:1")
        assert not await deck.rate("story:1", AGAIN, "rehearsal:1")

        card = await deck.card("story:1")
        assert card is not None
        assert ((card.due_at.date() - TODAY).days, card.repetitions) == (8, 1)

    async def test_a_rating_may_be_changed_as_if_it_had_been_so_at_once(self, deck: Deck) -> None:
        await deck.rate(CARD, GOOD, "one")
        deck.clock.move(days=3)
        await deck.rate(CARD, HARD, "two")
        as_hard = await deck.card()
        assert await deck.rate(CARD, EASY, "two", may_change=True)
        as_easy = await deck.card()
        assert await deck.rate(CARD, HARD, "two", may_change=True)

        assert as_hard is not None
        assert as_easy is not None
        assert as_easy.due_at > as_hard.due_at
        assert await deck.card() == as_hard

    async def test_a_late_answer_takes_its_place_before_a_later_one(self, deck: Deck) -> None:
        await deck.rate(CARD, GOOD, "one")
        deck.clock.move(days=2)
        await deck.rate(CARD, GOOD, "three")
        in_order = await deck.card()
        deck.clock.move(days=-1)
        await deck.rate(CARD, AGAIN, "two")

        card = await deck.card()
        assert card is not None
        assert in_order is not None
        assert (card.repetitions, card.lapses, card.reviewed_at) == (3, 1, in_order.reviewed_at)

    @pytest.mark.parametrize("keep", [True, False])
    async def test_the_only_answer_taken_back(self, deck: Deck, keep: bool) -> None:
        learner_id = await deck.learner()
        await deck.rate(CARD, GOOD, "one")
        async with deck.database.write() as session:
            for _ in range(2):
                await deck.service.keeper.take_back(
                    session, learner_id, CARD, "one", keep=keep, now=deck.clock()
                )

        card = await deck.card()
        assert (card is not None) is keep
        assert card is None or (card.repetitions == 0 and card.due_at <= deck.clock())

    async def test_a_later_answer_taken_back(self, deck: Deck) -> None:
        learner_id = await deck.learner()
        await deck.rate(CARD, GOOD, "one")
        before = await deck.card()
        deck.clock.move(days=2)
        await deck.rate(CARD, AGAIN, "two")
        async with deck.database.write() as session:
            await deck.service.keeper.take_back(
                session, learner_id, CARD, "two", keep=False, now=deck.clock()
            )

        assert await deck.card() == before


class TestRound:
    async def test_from_the_question_to_the_end(self, deck: Deck) -> None:
        await deck.add(CARD, PROBLEM)
        deck.clock.move(days=1)

        first = on_table(await deck.service.begin(ANA))
        assert (first.sitting.number, first.sitting.total, first.days) == (1, 2, None)
        shown = on_table(await deck.service.reveal(ANA, first.sitting))
        assert shown.days == {AGAIN: 1, HARD: 1, GOOD: 2, EASY: 8}
        second = on_table(await deck.service.rate(ANA, shown.sitting, EASY))
        assert second.sitting.number == 2
        assert second.face.item != first.face.item
        end = at_end(await deck.service.rate(ANA, second.sitting, AGAIN))

        assert (end.given, end.waiting, end.skipped) == ({AGAIN: 1, EASY: 1}, 0, 0)
        assert (end.next_on, end.next_count) == (TODAY + 2 * DAY, 1)
        card = await deck.card(first.face.item)
        assert card is not None
        assert (card.due_at.date() - deck.clock().date()).days == shown.days[EASY]

    async def test_nothing_there(self, deck: Deck) -> None:
        end = at_end(await deck.service.begin(ANA))

        assert (end.has_cards, end.given, end.next_on) == (False, {}, None)

    async def test_nothing_due_yet(self, deck: Deck) -> None:
        await deck.add(CARD)

        end = at_end(await deck.service.begin(ANA))

        assert (end.has_cards, end.next_on, end.next_count) == (True, TODAY + DAY, 1)

    async def test_a_second_press_and_another_device_only_move_on(self, deck: Deck) -> None:
        await deck.add(CARD, PROBLEM)
        deck.clock.move(days=1)
        here = on_table(await deck.service.begin(ANA))
        there = on_table(await deck.service.begin(ANA))

        screens = await asyncio.gather(
            deck.service.rate(ANA, here.sitting, EASY),
            deck.service.rate(ANA, here.sitting, EASY),
            deck.service.rate(ANA, there.sitting, EASY),
        )

        assert {on_table(screen).face.item for screen in screens} == {here.sitting.left[1].item}
        card = await deck.card(here.face.item)
        assert card is not None
        assert card.repetitions == 1

    async def test_an_old_button_changes_nothing_after_the_card_came_back(self, deck: Deck) -> None:
        await deck.add(CARD)
        deck.clock.move(days=1)
        old = on_table(await deck.service.begin(ANA)).sitting
        await deck.service.rate(ANA, old, GOOD)
        deck.clock.move(days=30)
        before = await deck.card()

        at_end(await deck.service.rate(ANA, old, AGAIN))
        at_end(await deck.service.reveal(ANA, old))

        assert await deck.card() == before

    async def test_a_skipped_card_stays_due(self, deck: Deck) -> None:
        await deck.add(CARD, PROBLEM)
        deck.clock.move(days=1)
        first = on_table(await deck.service.begin(ANA))

        second = on_table(await deck.service.skip(ANA, first.sitting))
        end = at_end(await deck.service.stop(ANA, second.sitting))

        assert second.sitting.number == 2
        assert (end.skipped, end.waiting, end.may_go_on, end.given) == (1, 2, True, {})

    async def test_another_s_card_is_out_of_reach(self, deck: Deck) -> None:
        await deck.learner(ANA)
        await deck.add(CARD, member=BEN)
        deck.clock.move(days=1)

        at_end(await deck.service.rate(ANA, Sitting.of([Waiting(CARD, 0)], NOON), EASY))

        card = await deck.card(member=BEN)
        assert card is not None
        assert card.repetitions == 0
        assert await deck.card() is None

    @pytest.mark.parametrize("rating", [0, 5, -1])
    async def test_a_rating_we_never_offered_is_refused(self, deck: Deck, rating: int) -> None:
        with pytest.raises(OldCardsError):
            await deck.service.rate(ANA, Sitting.of([Waiting(CARD, 0)], NOON), rating)

    async def test_a_card_whose_task_is_gone_is_put_off(self, deck: Deck) -> None:
        learner_id = await deck.add("concept:gone")
        deck.clock.move(days=1)

        end = at_end(await deck.service.begin(ANA))

        assert end.waiting == 0
        async with deck.database.read() as session:
            assert await still_due(session, learner_id, deck.clock()) == 0

    async def test_a_story_is_asked_for_until_it_is_archived(self, deck: Deck) -> None:
        learner_id = await deck.learner()
        story = Story(
            learner_id=learner_id, key="k", title="Mine", principles=[], created_at=NOON, updated_at=NOON
        )
        async with deck.database.write() as session:
            session.add(story)
        await deck.rate(f"story:{story.id}", HARD, "k")
        deck.clock.move(days=1)
        shown = on_table(await deck.service.begin(ANA))
        assert shown.face.title == "Mine"

        async with deck.database.write() as session:
            story.archived_at = NOON
            await session.merge(story)

        assert at_end(await deck.service.reveal(ANA, shown.sitting)).waiting == 0


class TestAfterALongPause:
    async def test_ten_in_one_go_twenty_a_day_and_the_rest_later(self, deck: Deck, catalog: Catalog) -> None:
        learner_id = await deck.add(*many(catalog, 60))
        deck.clock.move(days=90)
        async with deck.database.read() as session:
            assert await still_due(session, learner_id, deck.clock() + DAY) == CAP

        for number in range(CAP // SITTING):
            deck.clock.move(minutes=1)
            screen = await deck.service.begin(ANA)
            assert on_table(screen).sitting.total == SITTING
            while isinstance(screen, Table):
                screen = await deck.service.rate(ANA, screen.sitting, EASY)
            end = at_end(screen)
            assert sum(end.given.values()) == SITTING
            assert end.may_go_on is (number == 0)

        assert (at_end(await deck.service.begin(ANA)).waiting, end.may_go_on) == (60 - CAP, False)
        async with deck.database.read() as session:
            assert await still_due(session, learner_id, deck.clock() + timedelta(hours=12)) == 0
            assert len((await due_items(session, [learner_id], deck.clock()))[learner_id]) == MOST_DUE
        deck.clock.move(days=1)
        assert on_table(await deck.service.begin(ANA)).sitting.total == SITTING

    async def test_the_closest_to_forgotten_come_first(self, deck: Deck) -> None:
        await deck.rate(CARD, EASY, "a")
        await deck.rate(PROBLEM, AGAIN, "b")
        deck.clock.move(days=60)

        assert on_table(await deck.service.begin(ANA)).face.item == PROBLEM


@pytest.mark.parametrize("press", ["reveal", "rate", "skip", "stop"])
async def test_a_round_of_somebody_forgotten_since_begins_nothing_anew(deck: Deck, press: str) -> None:
    sitting = Sitting.of([Waiting(CARD, 0)], NOON)

    pressing = getattr(deck.service, press)

    with pytest.raises(OldCardsError):
        await pressing(ANA, sitting, *([GOOD] if press == "rate" else []))

    async with deck.database.read() as session:
        assert await learners.find(session, ANA.team_id, ANA.user_id) is None
