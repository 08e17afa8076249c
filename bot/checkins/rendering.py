"""Draws the weekly reminders that delivery is about to send."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from bot.checkins import views
from bot.checkins.service import CheckInService
from bot.outgoing import Outcome, Render, Unneeded
from content.loader import Catalog
from storage.models import OutboxMessage

OCCASION = "weekly-check-in"
PLAIN = "Here is your week in numbers."
"""Where an overlay has retired every wording."""


def wordings(catalog: Catalog) -> tuple[str, ...]:
    """The texts that take turns above the numbers, in the order of the file."""
    texts = (
        message.text
        for message in catalog.messages.values()
        if message.occasion == OCCASION and message.audience == "all"
    )
    return tuple(texts) or (PLAIN,)


def renderer(checkins: CheckInService) -> Render:
    """How the kind `weekly` is drawn: a batch at a time, and only for those who still want it."""
    texts = wordings(checkins.catalog)

    async def posts(messages: Sequence[OutboxMessage]) -> Mapping[int, Outcome | Exception]:
        drawn: dict[int, Outcome | Exception] = {**await checkins.reminders.still_wanted(messages)}
        wanted = [message for message in messages if message.id not in drawn]
        weeks = await checkins.tallies(wanted)
        for message in wanted:
            week = weeks[cast(int, message.id)]
            wording = texts[int(message.payload.get("turn", 0)) % len(texts)]
            post = week if isinstance(week, Unneeded) else views.reminder_post(week, wording)
            drawn[cast(int, message.id)] = post
        return drawn

    return posts
