"""Reviews: which cards are due, and one after another on the table."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import cast

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.clock import Now
from bot.members import Member
from bot.reminders.service import ReminderService
from bot.review.deck import Face, face_of
from bot.review.keeping import ReviewKeeper, memory_of
from bot.review.schedule import CAP, RATINGS, Days, in_order, outcomes, sitting_size
from bot.review.sitting import Added, End, OldCardsError, Screen, Sitting, Table, Waiting, old
from content.catalog import Catalog
from storage import learners, reviews
from storage.engine import Database
from storage.models import ReviewCard
from storage.reviews import Due

_DAY = timedelta(days=1)
MOST_DUE = 20
"""So many waiting cards of each person are looked at for a daily list."""
PUT_OFF = timedelta(days=30)
"""A card whose task has left the content is asked for again after so long: it may come back."""


def still_asked(waiting: int, answered: int) -> int:
    """Of the cards that wait, how many the day's cap leaves after so many answers."""
    return max(min(waiting, CAP - answered), 0)


async def due_items(
    session: AsyncSession,
    learner_ids: Collection[int],
    now: datetime,
    *,
    kinds: Collection[str] = ("concept", "problem"),
) -> Mapping[int, list[Due]]:
    """Learner to the cards that wait, the oldest first, at most MOST_DUE each."""
    return await reviews.due_of_many(session, learner_ids, now=now, kinds=kinds, limit=MOST_DUE)


@dataclass(frozen=True)
class ReviewService:
    """The use cases of reviews."""

    catalog: Catalog
    database: Database
    now: Now
    reminders: ReminderService

    @cached_property
    def keeper(self) -> ReviewKeeper:
        """What other features call in their own transaction."""
        return ReviewKeeper(self.reminders.defaults.time_zone)

    async def on_rated(
        self, session: AsyncSession, learner_id: int, item: str, rating: int, key: str, now: datetime
    ) -> bool:
        """Another feature's answer to a card, in its transaction; False when it was told before."""
        return await self.keeper.on_rated(session, learner_id, item, rating, key, now)

    async def add(self, member: Member, item: str) -> Added:
        """Let a lesson come back, from tomorrow on. Raises OldCardsError for what is none."""
        now = self.now()
        face = face_of(item, self.catalog.tasks, {})
        if face is None:
            raise OldCardsError("That lesson is no longer in the library. `/prep learn` shows what is.")
        async with self.database.write() as session:
            learner_id = await self._learner(session, member, now)
            days = await self.keeper.days(session, learner_id)
            await self.keeper.note_done(session, learner_id, item, now=now)
            card = (await reviews.cards(session, learner_id, [item]))[item]
        return Added(face.title, (days.of(card.due_at) - days.of(now)).days)

    async def begin(self, member: Member) -> Screen:
        """The first card of a new round, or why there is none."""
        now = self.now()
        async with self.database.write() as session:
            learner_id = await self._learner(session, member, now)
            days = await self.keeper.days(session, learner_id)
            waiting = await self._waiting(session, learner_id, now)
            answered = await self._answered_today(session, learner_id, days, now)
            memories = {item: memory_of(card) for item, card in waiting.items()}
            chosen = in_order(memories, days.of(now), days)[: sitting_size(len(waiting), answered)]
            cards = [Waiting(item, waiting[item].repetitions) for item in chosen]
            return await self._next(session, learner_id, Sitting.of(cards, now), days, now)

    async def reveal(self, member: Member, sitting: Sitting) -> Screen:
        """The answer of the card on the table, and when it comes back by each rating."""
        now = self.now()
        async with self.database.write() as session:
            learner_id = await self._known(session, member, now)
            days = await self.keeper.days(session, learner_id)
            screen = await self._next(session, learner_id, sitting, days, now)
            if isinstance(screen, End) or screen.sitting.left[0] != sitting.left[0]:
                return screen
            item = screen.face.item
            card = (await reviews.cards(session, learner_id, [item]))[item]
            load = await self.keeper.load(session, learner_id, days, now=now, without=item)
            ahead = outcomes(memory_of(card), now, days, load)
            on = days.of(now)
            intervals = {rating: (days.of(memory.due_at) - on).days for rating, memory in ahead.items()}
            return Table(sitting=screen.sitting, face=screen.face, days=intervals)

    async def rate(self, member: Member, sitting: Sitting, rating: int) -> Screen:
        """
        Answer the card on the table, and the next one.

        A press that comes twice, late or from another device finds the card answered and only moves on.
        """
        if rating not in RATINGS:
            raise OldCardsError("I do not know that answer. Type `/prep review` for what is due now.")
        now = self.now()
        async with self.database.write() as session:
            learner_id = await self._known(session, member, now)
            days = await self.keeper.days(session, learner_id)
            item, repetitions = sitting.left[0]
            card = await reviews.card(session, learner_id, item)
            if card is not None and card.repetitions == repetitions and card.due_at <= now:
                key = f"review:{item}:{repetitions}"
                await self.keeper.on_rated(session, learner_id, item, rating, key, now)
            return await self._next(session, learner_id, sitting.onward(), days, now)

    async def skip(self, member: Member, sitting: Sitting) -> Screen:
        """Leave the card on the table for another day."""
        now = self.now()
        async with self.database.write() as session:
            learner_id = await self._known(session, member, now)
            days = await self.keeper.days(session, learner_id)
            return await self._next(session, learner_id, sitting.onward(skipped=True), days, now)

    async def stop(self, member: Member, sitting: Sitting) -> End:
        """What was done so far, and what comes."""
        now = self.now()
        async with self.database.write() as session:
            learner_id = await self._known(session, member, now)
            days = await self.keeper.days(session, learner_id)
            return await self._end(session, learner_id, sitting, days, now)

    # What the use cases share.

    async def _learner(self, session: AsyncSession, member: Member, now: datetime) -> int:
        """The person's id, locked, so that two devices come one after the other; and they did something."""
        learner = await learners.ensure(session, member.team_id, member.user_id, now=now)
        learner_id = cast(int, learner.id)
        await self.reminders.touch(session, learner_id, now=now)
        return learner_id

    async def _known(self, session: AsyncSession, member: Member, now: datetime) -> int:
        """The same for a round that has begun: nobody who was forgotten since begins anew."""
        if await learners.held(session, member.team_id, member.user_id) is None:
            raise old()
        return await self._learner(session, member, now)

    async def _waiting(self, session: AsyncSession, learner_id: int, now: datetime) -> dict[str, ReviewCard]:
        """The cards that are due; one whose task is gone is put off."""
        due = {card.item: card for card in await reviews.due(session, learner_id, now=now)}
        faces = await self._faces(session, learner_id, due)
        gone = [item for item in due if item not in faces]
        if gone:
            await reviews.put_off(session, learner_id, gone, until=now + PUT_OFF)
        return {item: card for item, card in due.items() if item in faces}

    async def _faces(self, session: AsyncSession, learner_id: int, items: Collection[str]) -> dict[str, Face]:
        stories = await reviews.stories(session, learner_id, items)
        faces = {item: face_of(item, self.catalog.tasks, stories) for item in items}
        return {item: face for item, face in faces.items() if face is not None}

    async def _next(
        self, session: AsyncSession, learner_id: int, sitting: Sitting, days: Days, now: datetime
    ) -> Screen:
        """The first card that still waits; those that were answered elsewhere lose their turn."""
        items = [card.item for card in sitting.left]
        cards = await reviews.cards(session, learner_id, items)
        faces = await self._faces(session, learner_id, items)
        while sitting.left:
            item, repetitions = sitting.left[0]
            card = cards.get(item)
            if card and item in faces and card.repetitions == repetitions and card.due_at <= now:
                return Table(sitting=sitting, face=faces[item])
            sitting = sitting.onward()
        return await self._end(session, learner_id, sitting, days, now)

    async def _end(
        self, session: AsyncSession, learner_id: int, sitting: Sitting, days: Days, now: datetime
    ) -> End:
        waiting = len(await self._waiting(session, learner_id, now))
        answered = await self._answered_today(session, learner_id, days, now)
        ahead = await self.keeper.load(session, learner_id, days, now=now)
        next_on = min(ahead, default=None)
        return End(
            given=await reviews.given(session, learner_id, since=sitting.began) if sitting.total else {},
            skipped=sitting.skipped,
            waiting=waiting,
            may_go_on=sitting_size(waiting, answered) > 0,
            next_on=next_on,
            next_count=ahead[next_on] if next_on is not None else 0,
            today=days.of(now),
            has_cards=await reviews.has_cards(session, learner_id),
        )

    @staticmethod
    async def _answered_today(session: AsyncSession, learner_id: int, days: Days, now: datetime) -> int:
        _, answered = await reviews.counts(session, learner_id, until=now, since=days.start(days.of(now)))
        return answered
