"""Writes a tick and all it stands for: the item, the practice in the log, and the card that comes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.review.deck import item_of
from bot.review.keeping import ReviewKeeper
from bot.review.schedule import GOOD, RATINGS
from bot.today.choice import MINUTES, Part
from bot.today.gathering import Gathered, key_of
from content.catalog import Catalog
from storage import practice
from storage.models import LogEntry
from storage.practice import Item


@dataclass(frozen=True, slots=True)
class Ticks:
    """Knows the content, and who keeps the cards."""

    catalog: Catalog
    keeper: ReviewKeeper

    async def keep(
        self, session: AsyncSession, day: Gathered, item: Item, *, done_at: datetime | None, now: datetime
    ) -> None:
        """
        Tick the item, or with None take its tick back.

        A tick of a problem or a concept answers its card with Good until the person says otherwise. Taken
        back, a card of its own goes; a review waits again.
        """
        part, key = cast(Part, item.part), key_of(item)
        card = self._card(item)
        await practice.set_done(session, item, done_at=done_at)
        if done_at is None:
            await practice.unlog(session, item.learner_id, key)
            day.ratings.pop(part, None)
            if card is not None:
                await self.keeper.take_back(session, item.learner_id, card, key, keep=item.is_review, now=now)
        else:
            entry = LogEntry(
                learner_id=item.learner_id,
                key=key,
                local_date=item.on,
                activity=part,
                task=item.task,
                minutes=MINUTES[part],
                logged_at=done_at,
            )
            await practice.log(session, entry)
            if card is not None:
                await self.keeper.on_rated(
                    session, item.learner_id, card, GOOD, key, done_at, may_change=True
                )
                day.ratings[part] = GOOD
        day.items[part] = item._replace(done_at=done_at)

    async def rate(self, session: AsyncSession, day: Gathered, item: Item, rating: int) -> None:
        """How a ticked item went; nothing for one that is not ticked, or never comes back."""
        card = self._card(item)
        if item.done_at is None or card is None or rating not in RATINGS:
            return
        key = key_of(item)
        await self.keeper.on_rated(session, item.learner_id, card, rating, key, item.done_at, may_change=True)
        day.ratings[cast(Part, item.part)] = rating

    def _card(self, item: Item) -> str | None:
        task = self.catalog.tasks.get(item.task)
        return item_of(task) if task is not None else None
