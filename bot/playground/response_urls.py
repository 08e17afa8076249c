"""response_url: five answers within thirty minutes, without being a member of the channel."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.playground.clock import WorkspaceClock

USES = 5
LIFETIME = timedelta(minutes=30)
REMEMBERED = 20_000


@dataclass(slots=True)
class ResponseUrl:
    """Where an answer goes; `message_ts` is the message that the person acted on, if any."""

    channel_id: str
    user_id: str
    message_ts: str | None
    thread_ts: str | None
    issued: datetime
    uses: int = 0


class ResponseUrls:
    """The unguessable addresses that were handed out."""

    def __init__(self, clock: WorkspaceClock) -> None:
        self._clock = clock
        self._urls: dict[str, ResponseUrl] = {}
        self.base_url = "http://127.0.0.1:0"

    def issue(
        self, user_id: str, channel_id: str, *, message_ts: str | None = None, thread_ts: str | None = None
    ) -> str:
        """A new address for what `user_id` does now."""
        if len(self._urls) >= REMEMBERED:
            del self._urls[next(iter(self._urls))]
        key = secrets.token_urlsafe(24)
        self._urls[key] = ResponseUrl(channel_id, user_id, message_ts, thread_ts, self._clock.now())
        return f"{self.base_url}/actions/{key}"

    def knows(self, key: str) -> bool:
        """Whether the address is one of these."""
        return key in self._urls

    def find(self, key: str) -> ResponseUrl | str:
        """The address, or the error that its user gets."""
        url = self._urls.get(key)
        if url is None:
            return "no_active_hooks"
        if self._clock.now() - url.issued > LIFETIME:
            return "expired_url"
        if url.uses >= USES:
            return "used_url"
        return url
