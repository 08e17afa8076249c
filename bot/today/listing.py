"""From what is known of a person's day to the list they see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import cast

from bot.reminders.timing import learner_day
from bot.today.choice import MINUTES, PARTS, Part, Pool, pool_of
from bot.today.day import Line, Today, reason
from bot.today.gathering import Gathered
from bot.today.wording import IGNORED, Wordings, occasion_of, sentence, wordings_of
from content.catalog import Catalog
from storage.models import OutboxMessage

SNOOZE = "snooze"
AS_ASKED = "Here is today's practice again, as you asked."
_WEEK = timedelta(days=6)
"""With the day itself, the last seven."""


@dataclass(frozen=True)
class Listing:
    """Knows the content, and what depends on it alone."""

    catalog: Catalog
    default_zone: str

    @cached_property
    def pool(self) -> Pool:
        """What can be given."""
        return pool_of(self.catalog)

    @cached_property
    def wordings(self) -> Wordings:
        """What can stand above the list."""
        return wordings_of(self.catalog.messages)

    def today(self, day: Gathered, rows: Sequence[OutboxMessage], now: datetime) -> Today:
        """The list; its sentence is that of the newest of the messages it is in."""
        person, background = day.person, day.background
        on = background.on
        before = [given for given in background.given if given.is_done and given.on >= on - _WEEK]
        return Today(
            on=on,
            lead=self._lead(day, rows),
            lines=tuple(self._line(day, part) for part in PARTS if part in day.items),
            drawn_at=now,
            can_swap=not any(item.swapped_from for item in day.items.values()),
            is_over=learner_day(now, person.time_zone or self.default_zone, person.day_ends_at) != on,
            has_plan=person.plan_id is not None,
            has_result=day.has_result,
            nudge=day.nudge,
            done_before=len(before),
            minutes_before=sum(MINUTES.get(cast(Part, given.part), 0) for given in before),
        )

    def question(self, turn: int) -> str:
        """The sentence that asks whether to pause."""
        return sentence(self.wordings, IGNORED, None, turn)

    def _line(self, day: Gathered, part: Part) -> Line:
        item, background = day.items[part], day.background
        why = reason(
            item.task,
            on=background.on,
            is_review=item.is_review,
            done=background.done,
            planned=background.planned,
            week=background.week,
            gaps=background.gaps,
            competencies=self.catalog.competencies,
        )
        if background.is_taper:
            why = "a warm-up: nothing new before your interview"
        return Line(
            part=part,
            slug=item.task,
            task=self.catalog.tasks.get(item.task),
            why=why,
            is_done=item.done_at is not None,
            rating=day.ratings.get(part),
        )

    def _lead(self, day: Gathered, rows: Sequence[OutboxMessage]) -> str:
        if rows and rows[-1].kind == SNOOZE:
            return AS_ASKED
        on = day.background.on
        earlier = (last for last in day.background.done.values() if last < on)
        occasion = occasion_of(
            on,
            interview_on=day.person.interview_on,
            last_practised_on=max(earlier, default=None),
        )
        turn = turn_of(rows[-1]) if rows else on.toordinal()
        return sentence(self.wordings, occasion, day.person.target_level, turn)


def turn_of(message: OutboxMessage) -> int:
    """How many messages of its kind the person got before."""
    turn = message.payload.get("turn")
    return turn if isinstance(turn, int) else (message.local_date.toordinal() if message.local_date else 0)
