"""How often one address may ask for a page that costs something."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

MOST_REMEMBERED = 10_000


@dataclass(slots=True)
class Visitors:
    """A bucket for each address: `burst` at once, then `per_minute`."""

    monotonic: Callable[[], float]
    burst: int = 20
    per_minute: int = 60
    _buckets: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)
    """Address to what is left in its bucket, and when that was counted."""

    def may_enter(self, address: str) -> bool:
        """Whether this one may be answered now; counts it."""
        now = self.monotonic()
        left, counted = self._buckets.pop(address, (float(self.burst), now))
        left = min(self.burst, left + (now - counted) * self.per_minute / 60)
        allowed = left >= 1
        self._buckets[address] = (left - 1 if allowed else left, now)
        if len(self._buckets) > MOST_REMEMBERED:
            self._buckets.popitem(last=False)
        return allowed
