"""One query for everybody who asks in the same moment."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from typing import Generic, TypeVar

Key = TypeVar("Key")


class CoalescedMembership(Generic[Key]):
    """
    Answers "is it in the set?" with one look-up at a time.

    Whoever asks while a look-up is running waits for the next one, which asks for all of them at once: fifty
    people who type in the same second cost a few queries instead of fifty.
    """

    def __init__(self, look_up: Callable[[Collection[Key]], Awaitable[set[Key]]]) -> None:
        self._look_up = look_up
        self._waiting: dict[Key, asyncio.Future[bool]] = {}
        self._turn: asyncio.Task[None] | None = None

    async def has(self, key: Key) -> bool:
        """Whether `key` is in the set; raises what the look-up raised."""
        if key not in self._waiting:
            self._waiting[key] = asyncio.get_running_loop().create_future()
        answer = self._waiting[key]
        if self._turn is None:
            self._turn = asyncio.create_task(self._run())
        return await asyncio.shield(answer)

    async def _run(self) -> None:
        while self._waiting:
            waiting, self._waiting = self._waiting, {}
            try:
                found = await self._look_up(waiting.keys())
            except Exception as error:  # noqa: BLE001  (handed to everybody who waits)
                for answer in waiting.values():
                    answer.set_exception(error)
            else:
                for key, answer in waiting.items():
                    answer.set_result(key in found)
        self._turn = None
