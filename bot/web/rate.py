"""How often something may be asked for."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

MOST_KEYS = 10_000


@dataclass(kw_only=True)
class Rate:
    """So many at once for each key, then one every `seconds`. Whoever asked the longest ago is forgotten."""

    burst: int
    seconds: float
    monotonic: Callable[[], float] = time.monotonic
    most_keys: int = MOST_KEYS
    _free_at: dict[Hashable, float] = field(default_factory=dict)
    """When everything that was taken would have been given back."""

    def wait(self, key: Hashable = None) -> int:
        """Take one turn, or say in how many seconds there is one; 0 when it was taken."""
        now = self.monotonic()
        free_at = max(now, self._free_at.pop(key, now))
        ahead = free_at - now - (self.burst - 1) * self.seconds
        if ahead <= 0:
            free_at += self.seconds
        self._free_at[key] = free_at
        if len(self._free_at) > self.most_keys:
            del self._free_at[next(iter(self._free_at))]
        return math.ceil(ahead) if ahead > 0 else 0
