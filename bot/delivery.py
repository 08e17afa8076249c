"""
From the outbox to Slack: claim what is due in a workspace, and keep many messages on their way at once.

What happens to a single message stands in `sending`.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections import deque
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Now
from bot.drawing import Drawing
from bot.metrics import Metrics
from bot.outgoing import MessageKind
from bot.pace import Pace
from bot.sending import CONCURRENCY as CONCURRENCY
from bot.sending import LEASE, Item, OnGroupRefused, Sender
from storage import claims, heartbeat
from storage.claims import Addressee
from storage.engine import Database
from storage.models import OutboxMessage

log = logging.getLogger(__name__)

MOST_IN_HAND = 12 * CONCURRENCY
"""Bulk that is claimed at a time: what is on its way, and what is drawn meanwhile."""
REFILL_BELOW = 5 * CONCURRENCY
FIRST_IN_HAND = 10
"""
Bulk that is claimed by a process that has not sent anything yet.

One that is killed again and again must have got something done before, or nobody ever would.
"""
URGENT = CONCURRENCY
"""Messages somebody waits for that are claimed at a time, however much bulk is in hand."""
STOP_SECONDS = 5.0
"""What calls in hand are given to finish when the process is asked to stop."""
LONGEST_TIMER_SECONDS = 600.0
"""What is further away is seen by a tick in time."""

Place = tuple[str, int]
"""A conversation: see claims.addressed_to."""


@dataclass(kw_only=True, slots=True)
class Delivery:
    """
    Sends what is due in one workspace. Any number of these may run on one database.

    `poster` must not retry by itself: its default handler would post twice when an answer is lost. Its
    session must time out within CALL_SECONDS, because a client that is handed a session ignores its own.
    """

    team_id: str
    database: Database
    poster: AsyncWebClient
    kinds: Mapping[str, MessageKind]
    now: Now
    owner: str
    pace: Pace
    on_group_refused: OnGroupRefused | None = None
    calls: asyncio.Semaphore | None = None
    """Bounds calls over all workspaces."""
    metrics: Metrics = field(default_factory=Metrics)
    _sender: Sender = field(init=False)
    _busy: asyncio.Lock = field(default_factory=asyncio.Lock)
    _woken: asyncio.Event = field(default_factory=asyncio.Event)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    """Something happened that the pump may have to answer."""
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _lanes: dict[Place, deque[Item]] = field(default_factory=dict)
    """What waits in each conversation behind the message that is on its way."""
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _in_hand: int = 0
    _trusted: int = FIRST_IN_HAND
    """How much bulk may be in hand: each message that is done allows one more."""
    _promised: int = 0
    """Bulk in hand that has not taken its turn yet."""
    _refill_at: int = 0
    """The pump wants to know when so few are in hand."""
    _handled: int = 0
    _failure: Exception | None = None
    _timers: dict[int, asyncio.TimerHandle] = field(default_factory=dict)
    """By the tenth of a second they ring at, so that there are never many."""

    def __post_init__(self) -> None:
        self._sender = Sender(
            database=self.database,
            poster=self.poster,
            kinds=self.kinds,
            now=self.now,
            pace=self.pace,
            wake_in=self.wake_in,
            on_group_refused=self.on_group_refused,
            stopping=self._stopping,
            metrics=self.metrics,
            has_turn=self._has_turn,
            calls=self.calls or asyncio.Semaphore(CONCURRENCY),
        )

    def wake(self) -> None:
        """Somebody is waiting: look into the outbox now rather than at the next tick."""
        self._woken.set()
        self._changed.set()

    def wake_in(self, seconds: float) -> None:
        """Look in so many seconds, and not only at the next tick."""
        if self._stopping.is_set() or seconds > LONGEST_TIMER_SECONDS:
            return
        loop = asyncio.get_running_loop()
        tenth = math.ceil((loop.time() + seconds) * 10)
        if tenth not in self._timers:
            self._timers[tenth] = loop.call_at(tenth / 10, self._ring, tenth)

    def _ring(self, tenth: int) -> None:
        del self._timers[tenth]
        self.wake()

    async def run(self) -> None:
        """Deliver whenever woken, until stopped."""
        while not self._stopping.is_set():
            await self._woken.wait()
            self._woken.clear()
            try:
                await self.drain()
            except Exception:
                # The next tick looks again; the claim's lease covers what was in hand.
                self.metrics.failures.labels("delivery").inc()
                log.exception("delivery stopped half-way and will go on with the next tick")

    async def stop(self, within: float = STOP_SECONDS) -> None:
        """
        Take no new message and finish those in hand.

        What Slack has not answered `within` seconds is left unclear: the next start looks for it.
        """
        self._stopping.set()
        self.wake()
        for timer in self._timers.values():
            timer.cancel()
        try:
            async with asyncio.timeout(within), self._busy:
                return
        except TimeoutError:
            for task in self._tasks:
                task.cancel()
        async with self._busy:
            pass

    async def drain(self) -> int:
        """Deliver all that is due now and has a turn; the number of messages looked at."""
        async with self._busy:
            self._handled, self._failure = 0, None
            try:
                await self._pump()
            except asyncio.CancelledError:
                for task in self._tasks:
                    task.cancel()
                raise
            finally:
                await self._finish()
            if self._failure is not None:
                raise self._failure
            return self._handled

    async def _pump(self) -> None:
        """Claim while something is due, there is room in hand, and turns; return with nothing in hand."""
        is_first = True
        while not self._stopping.is_set() and self._failure is None:
            self._changed.clear()
            self._woken.clear()
            has_more = False
            closed = self.pace.closed_for()
            if closed <= 0:
                most = min(MOST_IN_HAND, self._trusted)
                room = min(most - self._in_hand, self.pace.room(bulk=True) - self._promised)
                has_more = await self._claim(max(0, room), is_first=is_first)
                is_first = False
            turns_in = self.pace.next_room_in(self._promised) if has_more else 0.0
            if self._in_hand == 0:
                if closed > 0 or turns_in > 0:
                    self.wake_in(max(closed, turns_in))
                return
            if not has_more or turns_in > 0:
                self._refill_at = 0
            elif self._in_hand > (refill := min(REFILL_BELOW, self._trusted // 2)):
                self._refill_at = refill
            else:
                continue
            await self._until_changed(turns_in)

    async def _claim(self, bulk_room: int, *, is_first: bool) -> bool:
        """Take what is due in hand and start it; True when more bulk may be due than there was room for."""
        mine: dict[str, Any] = {
            "team_id": self.team_id,
            "kinds": self.kinds.keys(),
            "owner": self.owner,
            "now": self.now(),
            "lease": LEASE,
        }
        bulk: list[OutboxMessage] = []
        async with self.database.write() as session:
            if is_first:
                known = await heartbeat.find(session)
                self._sender.look_until = known.look_until if known else None
            urgent = await claims.claim(session, priority=0, limit=URGENT, **mine)
            if bulk_room:
                bulk = await claims.claim(session, priority=1, limit=bulk_room, **mine)
            places = await claims.addressees(session, [*urgent, *bulk])
        self._promised += len(bulk)
        for batch in (urgent, bulk):
            self._start(batch, places)
        return len(bulk) == bulk_room or len(urgent) == URGENT

    def _start(self, batch: Sequence[OutboxMessage], places: Mapping[Place, Addressee]) -> None:
        """Draw a batch and send each of its messages as soon as its conversation is free."""
        if not batch:
            return
        self._in_hand += len(batch)
        self._handled += len(batch)
        drawing = Drawing()
        self._spawn(drawing.draw(self.kinds, batch))
        for message in batch:
            place = claims.addressed_to(message)
            item = Item(message, places.get(place) or Addressee(None, None, "nobody is there"), drawing)
            lane = self._lanes.get(place)
            if lane is None:
                lane = self._lanes[place] = deque([item])
                self._spawn(self._send_in_order(place, lane))
                continue
            # Who waits goes before bulk; otherwise the order is that of claiming.
            behind = sum(message.priority < waiting.message.priority for waiting in lane)
            lane.insert(len(lane) - behind, item)

    async def _send_in_order(self, place: Place, lane: deque[Item]) -> None:
        # Slack takes one post a second from us in a conversation: others must not wait for all of these.
        enough = self.pace.monotonic() + self.pace.longest_wait
        while lane:
            item = lane.popleft()
            try:
                await self._sender.send(item, is_enough=self.pace.monotonic() > enough)
            except Exception as error:  # noqa: BLE001 - drain raises it
                # The database fails: the lease covers the message, and nothing more is claimed for now.
                self._failure = self._failure or error
            self._has_turn(item)
            self._in_hand -= 1
            self._trusted += 1
            if self._in_hand <= self._refill_at:
                self._changed.set()
        del self._lanes[place]

    def _has_turn(self, item: Item) -> None:
        if item.is_promised:
            item.is_promised = False
            self._promised -= 1

    async def _until_changed(self, turns_in: float) -> None:
        """Until somebody wakes us, what is in hand runs low, or there are turns again for more of it."""
        with suppress(TimeoutError):
            async with asyncio.timeout(turns_in or None):
                await self._changed.wait()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _finish(self) -> None:
        """See the end of everything in hand."""
        while tasks := [task for task in self._tasks if not task.done()]:
            await asyncio.wait(tasks)
        self._lanes.clear()
        self._in_hand = self._promised = 0
