"""
When a card comes back: FSRS, counted in the learner's days.

- The algorithm is the `fsrs` package's, with its own parameters and 90 % retention. Two things differ: there
  are no steps of minutes, so the shortest interval is one day, and there is no randomness.
- A day is the learner's: an answer at 01:30 belongs to the day before, and a card is due from the start of
  its day.
- Balance: a day that already holds CAP cards passes a new one on to the lightest day within a tenth of the
  interval, the nearest of equals, the earlier of those. Less than ten days have no room to move.
- A better answer never brings a card back earlier: what balance would turn round goes to the later day.
- After a long pause the cards that are closest to forgotten come first, as many a day as any day holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from fsrs import Card, Rating, Scheduler, State

from bot.reminders.timing import learner_day, slot

AGAIN, HARD, GOOD, EASY = 1, 2, 3, 4
RATINGS = (AGAIN, HARD, GOOD, EASY)
CAP = 20
"""Answers a day, and cards that one day holds."""
SITTING = 10
"""Cards in one go."""
LONGEST = 180
"""Days: nobody prepares for longer, so nothing goes to sleep for years."""
_ROOM = 10
"""A card may move by one part in so many of its interval."""
_DAY = timedelta(days=1)
_SCHEDULER = Scheduler(learning_steps=(), relearning_steps=(), maximum_interval=LONGEST, enable_fuzzing=False)


@dataclass(frozen=True, slots=True)
class Days:
    """The learner's days: an IANA zone, and the minute after midnight at which a day ends."""

    time_zone: str
    ends_at: int

    def of(self, instant: datetime) -> date:
        """The day an instant belongs to."""
        return learner_day(instant, self.time_zone, self.ends_at)

    def start(self, on: date) -> datetime:
        """The first instant of a day, in UTC; of the following one where the zone left that date out."""
        while (found := slot(on, self.ends_at, self.time_zone)) is None:
            on += _DAY
        return found


class Memory(NamedTuple):
    """What is kept of a card: the fields of the package's, and two counts."""

    state: int
    step: int | None
    stability: float | None
    difficulty: float | None
    due_at: datetime
    reviewed_at: datetime | None = None
    repetitions: int = 0
    lapses: int = 0


def new(due_at: datetime) -> Memory:
    """A card that was never answered."""
    return Memory(State.Learning.value, 0, None, None, due_at)


def to_card(memory: Memory) -> Card:
    """As the package wants it."""
    return Card(
        card_id=0,  # without one it would read the clock, and sleep
        state=State(memory.state),
        step=memory.step,
        stability=memory.stability,
        difficulty=memory.difficulty,
        due=memory.due_at,
        last_review=memory.reviewed_at,
    )


def from_card(card: Card, *, repetitions: int, lapses: int) -> Memory:
    """Back from the package."""
    return Memory(
        card.state.value,
        card.step,
        card.stability,
        card.difficulty,
        card.due,
        card.last_review,
        repetitions,
        lapses,
    )


def rate(
    memory: Memory, rating: int, now: datetime, days: Days, load: Mapping[date, int] | None = None
) -> Memory:
    """What becomes of a card by an answer; `load` is how many others are due on which day."""
    return outcomes(memory, now, days, load)[rating]


def outcomes(
    memory: Memory, now: datetime, days: Days, load: Mapping[date, int] | None = None
) -> dict[int, Memory]:
    """What would become of a card, by each answer, from Again to Easy."""
    on = days.of(now)
    card = to_card(memory)
    if memory.reviewed_at is not None:
        # The package counts periods of 24 hours; from yesterday evening to this morning is a day for us.
        card.last_review = _noon(min(days.of(memory.reviewed_at), on))
    found: dict[int, Memory] = {}
    earliest = on + _DAY
    for rating in RATINGS:
        answered, _ = _SCHEDULER.review_card(card, Rating(rating), _noon(on))
        interval = (answered.due - _noon(on)).days
        earliest = max(earliest, balanced(on, interval, load or {}))
        answered.due, answered.last_review = days.start(earliest), now.astimezone(UTC)
        lapsed = rating == AGAIN and memory.repetitions > 0
        found[rating] = from_card(
            answered, repetitions=memory.repetitions + 1, lapses=memory.lapses + int(lapsed)
        )
    return found


def balanced(on: date, interval: int, load: Mapping[date, int], cap: int = CAP) -> date:
    """The day on which a card of this interval is due: the wanted one if it has room, else the lightest."""
    wanted = on + interval * _DAY
    if load.get(wanted, 0) < cap:
        return wanted
    room = interval // _ROOM
    nearest = sorted(range(-room, room + 1), key=lambda days: (abs(days), days))
    return min((wanted + days * _DAY for days in nearest), key=lambda day: load.get(day, 0))


def retrievability(memory: Memory, on: date, days: Days) -> float:
    """
    How likely it is still known on that day, 0 to 1.

    A card that was never answered was learned the day before it first came: it counts as answered Good then.
    """
    if memory.reviewed_at is None or memory.stability is None:
        learned_on = days.of(memory.due_at) - _DAY
        card, _ = _SCHEDULER.review_card(to_card(memory), Rating.Good, _noon(learned_on))
    else:
        card = to_card(memory)
        card.last_review = _noon(days.of(memory.reviewed_at))
    return float(_SCHEDULER.get_card_retrievability(card, _noon(on)))


def in_order(cards: Mapping[str, Memory], on: date, days: Days) -> list[str]:
    """Names of cards, the most nearly forgotten first; of equals the one that waits the longest."""

    def key(item: str) -> tuple[float, datetime, str]:
        memory = cards[item]
        return retrievability(memory, on, days), memory.due_at, item

    return sorted(cards, key=key)


def sitting_size(due: int, answered_today: int) -> int:
    """How many cards the next sitting holds: none once the day's cap is reached."""
    return max(min(due, SITTING, CAP - answered_today), 0)


def _noon(on: date) -> datetime:
    return datetime.combine(on, time(12), UTC)
