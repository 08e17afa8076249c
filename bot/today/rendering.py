"""Draws the reminders of the day's practice for delivery, many at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.outgoing import Outcome
from bot.today import views
from bot.today.answers import Drawn, EveningLine, Question
from bot.today.day import Today
from bot.today.listing import SNOOZE
from bot.today.service import DAILY, EVENING, TodayService
from storage.models import OutboxMessage

KINDS = (DAILY, EVENING, SNOOZE)


async def posts(today: TodayService, messages: Sequence[OutboxMessage]) -> Mapping[int, Outcome | Exception]:
    """By message id what is posted."""
    return {number: draw(drawn) for number, drawn in (await today.drawn(messages)).items()}


def draw(drawn: Drawn) -> Outcome:
    """The message, or why there is none."""
    match drawn:
        case Today():
            return views.list_post(drawn)
        case EveningLine():
            return views.evening_post(drawn.today)
        case Question():
            return views.question_post(drawn.text)
        case _:
            return drawn
