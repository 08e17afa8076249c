"""How fast we may post, kept ahead of Slack's limits."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

POSTS_PER_SECOND = 4.8
LOOKS_PER_SECOND = 0.8
"""Slack allows fifty readings of a history a minute."""
AHEAD_SECONDS = 1.0
"""How far ahead turns are given to bulk: what is taken ahead is what waiting people cannot have."""
MOST_CHANNELS = 1000
UNLIMITED = 1_000_000


@dataclass(slots=True)
class Meter:
    """Turns at an even rate, with so many at once after a pause (generic cell rate algorithm)."""

    per_second: float
    burst: int
    _full: float = 0.0
    """When the turns handed out so far would have been over at the even rate."""

    def starts_at(self, now: float) -> float:
        """When the next turn is, in the past if there is room."""
        return max(self._full, now) - (self.burst - 1) / self.per_second

    def take(self, at: float) -> None:
        """The next turn is taken, for that instant."""
        self._full = max(self._full, at) + 1 / self.per_second


@dataclass(slots=True)
class Pace:
    """
    Hand out turns for posting in one workspace.

    Two meters run over the workspace: all posts, and bulk a little below it, so that people who wait always
    find room. A third runs for each channel that was posted to within the last seconds. Slack allows one post
    a second in a channel with short bursts, and "several hundred" a minute in a workspace. All times are
    seconds of a monotonic clock; a rate of 0 paces nothing. Looking into conversations has a meter of its
    own: it is scarcer, and must not hold up posts.
    """

    monotonic: Callable[[], float]
    posts_per_second: float = POSTS_PER_SECOND
    burst: int = 12
    bulk_burst: int = 6
    channel_per_second: float = 1.0
    channel_burst: int = 3
    looks_per_second: float = LOOKS_PER_SECOND
    look_burst: int = 20
    longest_wait: float = 5.0
    """A turn further away than this is waited for in the outbox, not in memory."""
    _all: Meter = field(init=False)
    _bulk: Meter = field(init=False)
    _channels: dict[str, float] = field(default_factory=dict)
    _closed_until: float = 0.0
    _looks: Meter = field(init=False)
    _looks_closed_until: float = 0.0

    def __post_init__(self) -> None:
        rate = self.posts_per_second
        self._all = Meter(rate or math.inf, self.burst)
        self._bulk = Meter(max(rate - 0.2, rate / 2) or math.inf, self.bulk_burst)
        self._looks = Meter(self.looks_per_second if rate else math.inf, self.look_burst)

    def reserve(self, channel: str, *, bulk: bool) -> float | None:
        """
        Take the next turn; the seconds to wait for it.

        None, and nothing is taken, when it is further away than `longest_wait`.
        """
        now = self.monotonic()
        workspace = max(self._workspace_at(now, bulk=bulk), now)
        starts_at = max(workspace, now + self.channel_wait(channel))
        if starts_at - now > self.longest_wait:
            return None
        if self.posts_per_second:
            # Not for `starts_at`: a crowded channel must not move everybody's turns away.
            self._all.take(workspace)
            if bulk:
                self._bulk.take(workspace)
            self._take_in(channel, starts_at, now)
        return starts_at - now

    def turn_in(self, channel: str, *, bulk: bool) -> float:
        """The seconds until the next turn in a channel, however many; nothing is taken."""
        now = self.monotonic()
        return max(self._workspace_at(now, bulk=bulk) - now, self.channel_wait(channel), 0.0)

    def channel_wait(self, channel: str) -> float:
        """The seconds until the channel itself would take a post."""
        if not self.posts_per_second:
            return 0.0
        now = self.monotonic()
        full = max(self._channels.get(channel, 0.0), now)
        return max(0.0, full - (self.channel_burst - 1) / self.channel_per_second - now)

    def room(self, *, bulk: bool) -> int:
        """How many turns start within AHEAD_SECONDS."""
        if self.closed_for() > 0:
            return 0
        if not self.posts_per_second:
            return UNLIMITED
        until = self.monotonic() + AHEAD_SECONDS
        meters = (self._all, self._bulk) if bulk else (self._all,)
        free = (math.floor((until - m.starts_at(self.monotonic())) * m.per_second) + 1 for m in meters)
        return max(0, min(free))

    def next_room_in(self, promised: int = 0) -> float:
        """The seconds until bulk should be given turns again, after so many more, so that none is unused."""
        if not self.posts_per_second:
            return self.closed_for()
        now = self.monotonic()
        ahead = self._workspace_at(now, bulk=True) + promised / self._bulk.per_second - now
        return max(self.closed_for(), ahead - AHEAD_SECONDS / 2, 0.0)

    def reserve_look(self) -> float:
        """Take the next look into a conversation; the seconds to wait where nothing could be taken."""
        now = self.monotonic()
        wait = max(self._looks_closed_until, self._looks.starts_at(now)) - now
        if wait <= 0:
            self._looks.take(now)
        return max(0.0, wait)

    def close_looks_for(self, seconds: float) -> None:
        """Nobody looks for that long: Slack answered 429 to a reading."""
        self._looks_closed_until = max(self._looks_closed_until, self.monotonic() + seconds)

    def close_for(self, seconds: float) -> None:
        """Nobody gets a turn for that long: Slack answered 429 with Retry-After."""
        self._closed_until = max(self._closed_until, self.monotonic() + seconds)

    def closed_for(self) -> float:
        """The seconds until Slack wants to hear of us again; 0 when it is open."""
        return max(0.0, self._closed_until - self.monotonic())

    def _workspace_at(self, now: float, *, bulk: bool) -> float:
        if not self.posts_per_second:
            return self._closed_until
        starts_at = max(self._closed_until, self._all.starts_at(now))
        return max(starts_at, self._bulk.starts_at(now)) if bulk else starts_at

    def _take_in(self, channel: str, starts_at: float, now: float) -> None:
        if len(self._channels) > MOST_CHANNELS:
            self._channels = {name: full for name, full in self._channels.items() if full > now}
        full = max(self._channels.get(channel, 0.0), starts_at)
        self._channels[channel] = full + 1 / self.channel_per_second
