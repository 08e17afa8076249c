"""How fast we may post, kept ahead of Slack's limits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Pace:
    """
    Hand out turns for chat.postMessage in one workspace.

    Two meters run side by side (generic cell rate algorithm): one for the workspace, one for each channel
    that was posted to within the last seconds. Slack allows one post a second in a channel with short bursts,
    and "several hundred" a minute in a workspace. All times are seconds of a monotonic clock.
    """

    monotonic: Callable[[], float]
    workspace_per_second: float = 4.0
    workspace_burst: int = 20
    channel_per_second: float = 1.0
    channel_burst: int = 3
    _workspace: float = 0.0
    _channels: dict[str, float] = field(default_factory=dict)
    _closed_until: float = 0.0

    def reserve(self, channel: str) -> float:
        """Take the next turn and return how many seconds to wait for it."""
        now = self.monotonic()
        if len(self._channels) > 1000:
            self._channels = {name: free for name, free in self._channels.items() if free > now}
        step, channel_step = 1 / self.workspace_per_second, 1 / self.channel_per_second
        workspace = max(self._workspace, now)
        in_channel = max(self._channels.get(channel, 0.0), now)
        starts_at = max(
            self._closed_until,
            workspace - (self.workspace_burst - 1) * step,
            in_channel - (self.channel_burst - 1) * channel_step,
        )
        self._workspace = max(workspace, starts_at) + step
        self._channels[channel] = max(in_channel, starts_at) + channel_step
        return max(0.0, starts_at - now)

    def close_for(self, seconds: float) -> None:
        """Nobody gets a turn for that long: Slack answered 429 with Retry-After."""
        self._closed_until = max(self._closed_until, self.monotonic() + seconds)
