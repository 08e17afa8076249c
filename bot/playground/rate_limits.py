"""How often each method may be called, counted as Slack does: by method and workspace."""

import math
from collections import deque
from collections.abc import Callable

TIERS = {1: 1, 2: 20, 3: 50, 4: 100}
SPECIAL_TIER = 600
POSTS_PER_MINUTE = 300
CHANNEL_BURST = 5
MINUTE = 60.0


class Window:
    """At most `limit` calls in any minute."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._times: deque[float] = deque()

    def wait(self, now: float) -> float:
        """Seconds until another call is taken, 0 for now."""
        while self._times and self._times[0] <= now - MINUTE:
            self._times.popleft()
        return 0.0 if len(self._times) < self.limit else self._times[0] + MINUTE - now

    def count(self, now: float) -> None:
        """A call was taken."""
        self._times.append(now)


class Bucket:
    """One call a second, after a short burst."""

    def __init__(self, burst: int, now: float) -> None:
        self._burst = burst
        self._tokens = float(burst)
        self._filled_at = now

    def wait(self, now: float) -> float:
        """Seconds until another call is taken, 0 for now."""
        self._tokens = min(float(self._burst), self._tokens + (now - self._filled_at))
        self._filled_at = now
        return 0.0 if self._tokens >= 1 else 1 - self._tokens

    def count(self, now: float) -> None:
        """A call was taken."""
        self._tokens -= 1


class RateLimits:
    """Counts calls in real time, read from `monotonic`."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._methods: dict[str, Window] = {}
        self._channels: dict[str, Bucket] = {}

    def retry_after(self, method: str, tier: int | None, channel: str | None) -> int | None:
        """
        Count the call; whole seconds to wait when it comes too soon, None when it is taken.

        `tier` None means that the method has a limit of its own; a refused call is not counted.
        """
        now = self._monotonic()
        limits: list[Window | Bucket] = [self._window(method, tier)]
        if method == "chat.postMessage" and channel is not None:
            limits.append(self._channels.setdefault(channel, Bucket(CHANNEL_BURST, now)))
        wait = max(limit.wait(now) for limit in limits)
        if wait > 0:
            return max(1, math.ceil(wait))
        for limit in limits:
            limit.count(now)
        return None

    def _window(self, method: str, tier: int | None) -> Window:
        if method not in self._methods:
            limit = SPECIAL_TIER if tier is None else TIERS[tier]
            self._methods[method] = Window(POSTS_PER_MINUTE if method == "chat.postMessage" else limit)
        return self._methods[method]
