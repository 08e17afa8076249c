"""Where a person is in a round of cards, carried by the buttons: no device has to know of another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import NamedTuple, Self

from bot.errors import BotError
from bot.review.deck import Face, is_item
from bot.review.schedule import SITTING

_TOKEN = re.compile(r"([0-9]{1,11})~([0-9]{1,2})~([0-9]{1,2})~(.+)", re.ASCII)


class OldCardsError(BotError):
    """The button is of no round of ours."""


class Added(NamedTuple):
    """A lesson that comes back; not a positive number of days when it is due."""

    title: str
    days: int


class Waiting(NamedTuple):
    """A card, and how often it had been answered when the round began: a later answer ends its turn."""

    item: str
    repetitions: int


@dataclass(frozen=True, slots=True)
class Sitting:
    """A round of at most ten cards; the first of `left` is on the table."""

    began_at: int
    """Seconds since 1970."""
    total: int
    skipped: int
    left: tuple[Waiting, ...]

    @classmethod
    def of(cls, cards: Iterable[Waiting], now: datetime) -> Self:
        """A new round."""
        left = tuple(cards)
        return cls(int(now.timestamp()), len(left), 0, left)

    @classmethod
    def read(cls, token: str) -> Self:
        """What a button of ours carries. Raises OldCardsError for anything else."""
        found = _TOKEN.fullmatch(token)
        if found is not None:
            left = tuple(_waiting(text) for text in found[4].split(","))
            read = cls(int(found[1]), int(found[2]), int(found[3]), left)
            if len(left) + read.skipped <= read.total <= SITTING:
                return read
        raise old()

    @property
    def token(self) -> str:
        """As a button carries it; less than 1,000 characters."""
        left = ",".join(f"{card.item}#{card.repetitions}" for card in self.left)
        return f"{self.began_at}~{self.total}~{self.skipped}~{left}"

    @property
    def began(self) -> datetime:
        return datetime.fromtimestamp(self.began_at, UTC)

    @property
    def number(self) -> int:
        """Which card it is, from 1."""
        return self.total - len(self.left) + 1

    def onward(self, *, skipped: bool = False) -> Sitting:
        """Without the card that was on the table."""
        return replace(self, left=self.left[1:], skipped=self.skipped + int(skipped))


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A card on the table."""

    sitting: Sitting
    face: Face
    days: Mapping[int, int] | None = None
    """Rating to days until it comes back; None while only the question is shown."""


@dataclass(frozen=True, kw_only=True, slots=True)
class End:
    """No card on the table: what was done, and what comes."""

    given: Mapping[int, int]
    """Rating to how often it was given in this round; empty where there was none."""
    skipped: int = 0
    waiting: int = 0
    """Cards that are due still."""
    may_go_on: bool = False
    """Whether the day has room for another round."""
    next_on: date | None = None
    next_count: int = 0
    today: date
    has_cards: bool = True


Screen = Table | End


def _waiting(text: str) -> Waiting:
    item, _, number = text.partition("#")
    if not is_item(item) or not (number.isascii() and number.isdigit() and len(number) <= 6):
        raise old()
    return Waiting(item, int(number))


def old() -> OldCardsError:
    """The button belongs to a round that does not go on."""
    return OldCardsError("These cards are from an older round. Type `/prep review` for what is due now.")
