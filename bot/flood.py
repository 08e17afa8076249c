"""How fast one person may go: far above what hands can do, far below what would slow others."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from enum import Enum, auto

from bot.members import Member

BURST = 60
"""Requests at once."""
PER_SECOND = 5.0
MOST_PEOPLE = 10_000
"""How many people are remembered; whoever did nothing for longest is forgotten first."""
SENTENCE = (
    "That was a lot at once, so I skipped some of it. Nothing you entered before is lost. "
    "Please wait ten seconds and go on from there."
)


class Turn(Enum):
    """What becomes of a request."""

    GO = auto()
    TELL = auto()
    """Not now, and the person hears why."""
    SKIP = auto()
    """Not now, and they have heard it."""


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_at: float
    is_told: bool = False


@dataclass(slots=True)
class Flood:
    """A bucket of tokens per person. Times are seconds of any clock that never goes back."""

    burst: float = BURST
    per_second: float = PER_SECOND
    _buckets: OrderedDict[Member, _Bucket] = field(default_factory=OrderedDict)

    def turn(self, member: Member, at: float) -> Turn:
        """Count a request. Who was told is told again only after having been quiet for a while."""
        bucket = self._buckets.pop(member, None) or _Bucket(self.burst, at)
        self._buckets[member] = bucket
        if len(self._buckets) > MOST_PEOPLE:
            self._buckets.popitem(last=False)
        bucket.tokens = min(self.burst, bucket.tokens + self.per_second * max(0.0, at - bucket.filled_at))
        bucket.filled_at = at
        if bucket.tokens >= self.burst / 2:
            bucket.is_told = False
        if bucket.tokens >= 1:
            bucket.tokens -= 1
            return Turn.GO
        if bucket.is_told:
            return Turn.SKIP
        bucket.is_told = True
        return Turn.TELL
