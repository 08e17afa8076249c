"""
Publishes Home tabs so that the newest state always wins, however quickly somebody acts.

For each person one publish runs at a time, and it begins to read after everybody who waits for it has asked:
a slow one can never be overtaken by a newer one and then put the older state back. Ten ticks in a second are
two publishes: one at once, one after the pause. Nothing is remembered of anybody beyond the pause, so there
is nothing that a restart could lose.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from slack_sdk.web.async_client import AsyncWebClient

from bot.home.service import HomeService
from bot.home.views import home_view
from bot.members import Member

PAUSE_SECONDS = 0.7
"""Between two publishes of the same Home."""


@dataclass(slots=True)
class _Turn:
    """What runs and waits for one person."""

    waiting: asyncio.Future[None] | None = None
    running: asyncio.Task[None] | None = None


@dataclass(frozen=True, slots=True)
class HomePublisher:
    """Draws and publishes Homes."""

    client_of: Callable[[str], Awaitable[AsyncWebClient]]
    """The client for a workspace."""
    home: HomeService
    pause: float = PAUSE_SECONDS
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _turns: dict[Member, _Turn] = field(default_factory=dict)

    async def publish(self, member: Member) -> None:
        """
        Return when a Home is published that was read after this call.

        Who asks while one is being published, or shortly after, shares the next one. Raises what it raised.
        """
        turn = self._turns.setdefault(member, _Turn())
        if turn.waiting is None:
            turn.waiting = asyncio.get_running_loop().create_future()
        waiting = turn.waiting
        if turn.running is None:
            turn.running = asyncio.create_task(self._run(member, turn))
        # Whoever gives up does not take it away from the others.
        await asyncio.shield(waiting)

    @property
    def in_hand(self) -> int:
        """How many people's Homes were published just now, or are about to be."""
        return len(self._turns)

    async def _run(self, member: Member, turn: _Turn) -> None:
        try:
            while turn.waiting is not None:
                answer, turn.waiting = turn.waiting, None
                try:
                    view = home_view(await self.home.overview(member))
                    client = await self.client_of(member.team_id)
                    await client.views_publish(user_id=member.user_id, view=view)
                except Exception as error:  # noqa: BLE001  (handed to everybody who waits)
                    answer.set_exception(error)
                    answer.exception()  # nobody may be left to look
                else:
                    answer.set_result(None)
                if self.pause:
                    await self.sleep(self.pause)
        finally:
            turn.running = None
            if turn.waiting is not None:
                turn.waiting.cancel()
            self._turns.pop(member, None)
