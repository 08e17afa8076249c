"""A feed of what changed in the workspace, for whoever draws it."""

import asyncio
from types import TracebackType
from typing import Self

from bot.playground.model import Change, JsonObject

BACKLOG = 10_000


class Subscription:
    """One reader of the feed: `async with feed.subscribe() as changes: async for change in changes`."""

    def __init__(self, feed: "ChangeFeed") -> None:
        self._feed = feed
        self._queue: asyncio.Queue[Change] = asyncio.Queue(BACKLOG)
        feed.add(self)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Change:
        return await self._queue.get()

    def close(self) -> None:
        """Stop listening."""
        self._feed.remove(self)

    def put(self, change: Change) -> None:
        """Keep the change; a reader that is far behind loses the oldest and can tell by a `gap`."""
        if self._queue.full():
            while not self._queue.empty():
                self._queue.get_nowait()
            self._queue.put_nowait(Change("gap"))
        self._queue.put_nowait(change)


class ChangeFeed:
    """Tells every subscriber about every change."""

    def __init__(self) -> None:
        self._readers: list[Subscription] = []

    def subscribe(self) -> Subscription:
        """Listen from now on."""
        return Subscription(self)

    def publish(self, kind: str, user_ids: set[str] | None = None, **detail: object) -> None:
        """Tell everybody; cheap when nobody listens."""
        if not self._readers:
            return
        content: JsonObject = dict(detail)
        change = Change(kind, None if user_ids is None else frozenset(user_ids), content)
        for reader in self._readers:
            reader.put(change)

    def add(self, reader: Subscription) -> None:
        """Include `reader`."""
        self._readers.append(reader)

    def remove(self, reader: Subscription) -> None:
        """Leave `reader` out; twice does no harm."""
        if reader in self._readers:
            self._readers.remove(reader)
