"""Draws the questions after interviews that delivery is about to send."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from bot.outgoing import MessageKind, Outcome
from bot.progress import outcome_views
from bot.progress.outcomes import KIND, OutcomeService
from storage.models import OutboxMessage


def kinds(outcomes: OutcomeService) -> Mapping[str, MessageKind]:
    """The kind `interview-outcome`. It is asked once: rather not at all than twice."""

    async def posts(messages: Sequence[OutboxMessage]) -> Mapping[int, Outcome | Exception]:
        drawn = await outcomes.drawn(messages)
        return {
            number: outcome_views.question_post(found) if isinstance(found, date) else found
            for number, found in drawn.items()
        }

    return {KIND: MessageKind(posts, resend_if_unreadable=False)}
