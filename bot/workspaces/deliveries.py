"""
From the outbox to Slack in every workspace: one Delivery for each that has something due.

A workspace costs nothing while nothing is due in it, and none waits for another: each has its own pace and
its own claims. Only calls to Slack are bounded over all of them.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.clock import Now
from bot.delivery import STOP_SECONDS, Delivery
from bot.metrics import Metrics
from bot.outgoing import MessageKind
from bot.pace import Pace
from bot.sending import OnGroupRefused
from bot.workspaces.directory import Connect, Workspaces
from storage import outbox
from storage.engine import Database

log = logging.getLogger(__name__)

MOST_CALLS = 300
"""Posts that may be on their way at the same time in all workspaces together."""
RESTED_SECONDS = 900.0
"""A workspace where nothing was due for so long is let go; longer than any timer of a Delivery."""


@dataclass(slots=True)
class _Workspace:
    """A workspace in which something was due."""

    delivery: Delivery
    running: asyncio.Task[None]
    due_at: float
    """When something was last due, on the loop's clock."""


@dataclass(kw_only=True, slots=True)
class Deliveries:
    """Sends what is due everywhere. Any number of these may run on one database."""

    workspaces: Workspaces
    database: Database
    connect: Connect
    """Makes clients that must not retry by themselves; see Delivery."""
    kinds: Mapping[str, MessageKind]
    now: Now
    owner: str
    posts_per_second: float
    """In each workspace; 0: as fast as Slack answers."""
    on_group_refused: OnGroupRefused | None = None
    metrics: Metrics = field(default_factory=Metrics)
    on_round: Callable[[], None] | None = None
    """Told each time the outbox is looked into: whoever watches over us hears that we go on."""
    _known: dict[str, _Workspace] = field(default_factory=dict)
    _strangers: set[str] = field(default_factory=set)
    """Workspaces with something due that do not let us in."""
    _calls: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(MOST_CALLS))
    _woken: asyncio.Event = field(default_factory=asyncio.Event)
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _looking: asyncio.Lock = field(default_factory=asyncio.Lock)

    def wake(self) -> None:
        """Somebody is waiting: look into the outbox now rather than at the next tick."""
        self._woken.set()

    async def run(self) -> None:
        """Deliver whenever woken, until stopped."""
        while not self._stopping.is_set():
            await self._woken.wait()
            self._woken.clear()
            try:
                for workspace in await self._due():
                    workspace.delivery.wake()
                await self._let_go()
                if self.on_round is not None:
                    self.on_round()
            except Exception:
                self.metrics.failures.labels("delivery").inc()
                log.exception("nothing could be looked up in the outbox; the next tick looks again")

    async def drain(self) -> int:
        """Deliver all that is due now and has a turn; the number of messages looked at."""
        await self._due()
        return sum(await asyncio.gather(*(each.delivery.drain() for each in self._known.values())))

    async def stop(self, within: float = STOP_SECONDS) -> None:
        """Take no new message and finish those in hand; see Delivery.stop."""
        self._stopping.set()
        self.wake()
        async with self._looking:
            known = list(self._known.values())
        await asyncio.gather(*(each.delivery.stop(within) for each in known))
        await asyncio.gather(*(each.running for each in known))

    async def _due(self) -> list[_Workspace]:
        """The workspaces in which something is due, each with the token that is good there now."""
        async with self._looking:
            if self._stopping.is_set():
                return []
            async with self.database.read() as session:
                teams = await outbox.teams_due(session, now=self.now())
            if "" in teams:
                async with self.database.write() as session:
                    await outbox.adopt(session)
                    teams = await outbox.teams_due(session, now=self.now())
            return [known for team_id in teams if (known := await self._workspace(team_id)) is not None]

    async def _workspace(self, team_id: str) -> _Workspace | None:
        token = await self.workspaces.token(team_id)
        if token is None:
            if team_id not in self._strangers:
                log.warning("workspace %s has messages due, but the bot is not installed there", team_id)
                self._strangers.add(team_id)
            return None
        self._strangers.discard(team_id)
        loop = asyncio.get_running_loop()
        known = self._known.get(team_id)
        if known is None:
            delivery = self._delivery(team_id, token)
            running = asyncio.create_task(delivery.run())
            known = self._known[team_id] = _Workspace(delivery, running, loop.time())
        known.due_at = loop.time()
        known.delivery.poster.token = token
        return known

    def _delivery(self, team_id: str, token: str) -> Delivery:
        return Delivery(
            team_id=team_id,
            database=self.database,
            poster=self.connect(token),
            kinds=self.kinds,
            now=self.now,
            owner=self.owner,
            pace=Pace(asyncio.get_running_loop().time, self.posts_per_second),
            on_group_refused=self.on_group_refused,
            calls=self._calls,
            metrics=self.metrics,
        )

    async def _let_go(self) -> None:
        """Forget workspaces that rest, so that memory follows what is due and not who is installed."""
        rested = asyncio.get_running_loop().time() - RESTED_SECONDS
        for team_id, known in list(self._known.items()):
            if known.due_at < rested:
                del self._known[team_id]
                await known.delivery.stop()
                await known.running
