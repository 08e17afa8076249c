"""When the parts that must go on for ever last did something."""

from __future__ import annotations

import time
from collections.abc import Callable

TICK = "tick"
DELIVERY = "delivery"


class Pulse:
    """Each part says when it comes round; whoever wants to know asks how long ago that was."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._began = monotonic()
        self._at: dict[str, float] = {}

    def beat(self, part: str) -> None:
        """It came round."""
        self._at[part] = self._monotonic()

    def age(self, part: str) -> float:
        """Seconds since it last did; since the start for one that never did."""
        return self._monotonic() - self._at.get(part, self._began)
