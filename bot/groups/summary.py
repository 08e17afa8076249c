"""What a study group learns of its week: sums of enough people, and names of those who agreed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.checkins.counts import GOALS, Counts

FEWEST = 4
"""Below so many people a number would tell too much of each."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A member's week in numbers. Confidence and blockers never get here."""

    user_id: str
    shows_name: bool
    counts: Counts


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary:
    """
    What may be told.

    `answered` and `members` are None in a group too small for numbers, `sums` is None when too few answered.
    """

    any_answer: bool
    answered: int | None = None
    members: int | None = None
    sums: Counts | None = None
    names: tuple[str, ...] = field(default=())
    """User ids of those who checked in and agreed to be named, in the order they did."""


def summarise(answers: Sequence[Answer], members: int) -> Summary:
    """Take from the answers of `members` people what the group may know."""
    countable = members >= FEWEST
    summable = countable and len(answers) >= FEWEST
    return Summary(
        any_answer=bool(answers),
        answered=len(answers) if countable else None,
        members=members if countable else None,
        sums=_sums(answers) if summable else None,
        names=tuple(answer.user_id for answer in answers if answer.shows_name),
    )


def _sums(answers: Sequence[Answer]) -> Counts:
    return Counts.read({goal: sum(answer.counts.of(goal) for answer in answers) for goal in GOALS})
