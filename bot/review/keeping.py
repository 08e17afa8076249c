"""
Keeps cards and their answers, inside the transaction of whoever calls.

A card is what its answers make of it. When one is changed or taken back the card is worked out anew from its
first answer on, so nothing has to be remembered of how it was before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.review.schedule import Days, Memory, new, rate
from storage import reviews
from storage.models import ReviewCard, ReviewLog

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ReviewKeeper:
    """What other features call when something was done, rated or taken back."""

    default_zone: str

    async def days(self, session: AsyncSession, learner_id: int) -> Days:
        """The person's days."""
        zone, ends_at = await reviews.terms(session, learner_id)
        return Days(zone or self.default_zone, ends_at)

    async def load(
        self, session: AsyncSession, learner_id: int, days: Days, *, now: datetime, without: str | None = None
    ) -> Mapping[date, int]:
        """How many cards are due on each coming day."""
        load: dict[date, int] = {}
        for due_at, number in await reviews.load(session, learner_id, after=now, without=without):
            on = days.of(due_at)
            load[on] = load.get(on, 0) + number
        return load

    async def note_done(self, session: AsyncSession, learner_id: int, item: str, *, now: datetime) -> None:
        """Something was done, nobody said how it went: it comes back tomorrow, if it does not already."""
        days = await self.days(session, learner_id)
        await reviews.add(session, row_of(learner_id, item, new(days.start(days.of(now) + _DAY))))

    async def on_rated(
        self,
        session: AsyncSession,
        learner_id: int,
        item: str,
        rating: int,
        key: str,
        now: datetime,
        *,
        may_change: bool = False,
    ) -> bool:
        """
        An answer to a card, which is made if there is none; the number of times it is told does not matter.

        `key` names the answer. One that is known changes nothing, or its rating where it `may_change`.
        Returns whether anything changed.
        """
        earlier = await reviews.answer(session, learner_id, key)
        if earlier is not None:
            if not may_change or earlier.rating == rating or earlier.item != item:
                return False
            earlier.rating = rating
            session.add(earlier)
            await session.flush()
            await self._replay(session, learner_id, item, now=now)
            return True
        days = await self.days(session, learner_id)
        await reviews.add(session, row_of(learner_id, item, new(days.start(days.of(now)))))
        card = await reviews.card(session, learner_id, item)
        entry = ReviewLog(learner_id=learner_id, key=key, item=item, rating=rating, reviewed_at=now)
        if card is None or not await reviews.log(session, entry):
            return False
        memory = memory_of(card)
        if memory.reviewed_at is not None and now < memory.reviewed_at:
            # A tick of yesterday's list after an answer of today: the order of the answers counts.
            await self._replay(session, learner_id, item, now=now)
            return True
        load = await self.load(session, learner_id, days, now=now, without=item)
        put(card, rate(memory, rating, now, days, load))
        session.add(card)
        return True

    async def take_back(
        self, session: AsyncSession, learner_id: int, item: str, key: str, *, keep: bool, now: datetime
    ) -> None:
        """
        An answer was a mistake.

        A card that has no other goes with it, unless it is to be kept: then it waits as it did before.
        """
        if await reviews.answer(session, learner_id, key) is None:
            return
        await reviews.unlog(session, learner_id, key)
        if not keep and not await reviews.answers(session, learner_id, item):
            await reviews.forget(session, learner_id, item)
        else:
            await self._replay(session, learner_id, item, now=now)

    async def _replay(self, session: AsyncSession, learner_id: int, item: str, *, now: datetime) -> None:
        """Work the card out anew."""
        card = await reviews.card(session, learner_id, item)
        if card is None:
            return
        days = await self.days(session, learner_id)
        load = await self.load(session, learner_id, days, now=now, without=item)
        memory = new(days.start(days.of(now)))
        answers = await reviews.answers(session, learner_id, item)
        for number, answer in enumerate(answers, start=1):
            # Only the last of them says when it comes back.
            busy = load if number == len(answers) else None
            memory = rate(memory, answer.rating, answer.reviewed_at, days, busy)
        put(card, memory)
        session.add(card)


def memory_of(card: ReviewCard) -> Memory:
    """The card as the rules know it."""
    return Memory(
        card.state,
        card.step,
        card.stability,
        card.difficulty,
        card.due_at,
        card.reviewed_at,
        card.repetitions,
        card.lapses,
    )


def put(card: ReviewCard, memory: Memory) -> None:
    """Write what the rules say into the row."""
    for name, value in memory._asdict().items():
        setattr(card, name, value)


def row_of(learner_id: int, item: str, memory: Memory) -> ReviewCard:
    """A row for a new card."""
    return ReviewCard(learner_id=learner_id, item=item, **memory._asdict())
