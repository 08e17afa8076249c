"""
One message on its way to Slack: look, draw, wait for a turn, check the claim, post, write down.

Posting has no idempotency key. So the claim is stored before the post leaves, the message carries its
key as metadata, and after a crash or an ambiguous answer the conversation is read back before anything is
posted again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Now
from bot.correlation import about_message
from bot.drawing import Drawing
from bot.ledger import Ledger
from bot.metrics import Metrics
from bot.outgoing import MessageKind, Post, Postponed, Unneeded
from bot.pace import Pace
from bot.read_back import ConversationUnreadableError, find_post
from bot.refusals import CALL_ERRORS, Meaning, answer_of, closes_channel, code_of, meaning_of, retry_after
from bot.tracing import span
from storage import learners
from storage.claims import WAITING, Addressee, Closed, PutBack, Sent
from storage.engine import Database
from storage.models import OutboxMessage, OutboxState
from storage.outbox import WITHDRAWN

log = logging.getLogger(__name__)

EVENT_TYPE = "prep_coach_delivery"
"""Metadata event type of everything the outbox posts; its payload is {"key": idempotency key}."""
CONCURRENCY = 50
"""Posts that may be on their way at the same time."""
CALL_SECONDS = 12.0
"""After this long a call has failed, whatever Slack does."""
LEASE = timedelta(seconds=20)
"""Longer than writing down and posting may take, so that a lease only runs out on a dead worker."""
SETTLED = timedelta(seconds=25)
"""Slack may still carry out a call that we hung up on: not finding its post earlier proves nothing."""
FIRST_BACKOFF = timedelta(seconds=2)
LONGEST_BACKOFF = timedelta(minutes=5)
LATE = "late: its window is over"

OnGroupRefused = Callable[[int, str], Awaitable[None]]
"""A study group's channel takes no posts of ours any more: our id of the group, Slack's error code."""


@dataclass(slots=True)
class Item:
    """A claimed message, where it goes, and what it was claimed with."""

    message: OutboxMessage
    to: Addressee
    drawing: Drawing
    is_promised: bool = field(init=False)
    """It is bulk and has not taken its turn yet."""

    def __post_init__(self) -> None:
        self.is_promised = self.is_bulk

    @property
    def is_bulk(self) -> bool:
        return self.message.priority > 0


@dataclass(slots=True)
class Sender:
    """Sends one message after another for one workspace; the caller keeps the order."""

    database: Database
    poster: AsyncWebClient
    kinds: Mapping[str, MessageKind]
    now: Now
    pace: Pace
    wake_in: Callable[[float], None]
    """Ask for another look into the outbox in so many seconds."""
    has_turn: Callable[[Item], None]
    """Told when a message has taken its turn."""
    on_group_refused: OnGroupRefused | None = None
    look_until: datetime | None = None
    """See storage.models.Heartbeat."""
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    calls: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(CONCURRENCY))
    """Shared with the other workspaces; a turn among our own calls is waited for first."""
    metrics: Metrics = field(default_factory=Metrics)
    _ledger: Ledger = field(init=False)
    _slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(CONCURRENCY))

    def __post_init__(self) -> None:
        self._ledger = Ledger(self.database, self.now, LEASE)

    async def send(self, item: Item, *, is_enough: bool = False) -> None:
        """
        Bring a message as far as it comes now; nothing it does is raised, but that the database fails twice.

        `is_enough`: its conversation had its share for now, others wait.
        """
        message = item.message
        about_message(message.id or 0, message.kind)
        try:
            if is_enough or self.stopping.is_set():
                delay = timedelta() if self.stopping.is_set() else timedelta(seconds=self.pace.longest_wait)
                await self._put_back(message, delay, WAITING, unclear=None)
            else:
                with span("post", kind=message.kind):
                    await self._send(item)
        except asyncio.CancelledError:
            if not self.stopping.is_set():
                raise
            await self._put_back(message, SETTLED, "stopped before Slack answered", unclear=None)
        except Exception as error:
            # One broken message must not hold up the others.
            again = backoff(message)
            log.error("outbox %s (%s) failed, again in %s", message.id, message.kind, again, exc_info=error)
            await self._store_back(message, again, type(error).__name__, unclear=None)

    async def _send(self, item: Item) -> None:
        message = item.message
        kind = self.kinds.get(message.kind)
        if kind is None:
            # A newer version owed it, and none of its processes came by before its window was over. What it
            # may have posted, only it can look for.
            if message.state == OutboxState.UNCLEAR:
                return await self._put_back(message, LONGEST_BACKOFF, "unknown kind", unclear=None)
            return await self._missed(message)
        if item.to.gone is not None:
            return await self._close(message, OutboxState.SKIPPED, item.to.gone)
        try:
            channel = item.to.channel or await self._open_dm(item)
        except CALL_ERRORS as error:
            return await self._refused(item, error)
        outcome = await item.drawing.outcome_of(message)
        post = outcome if isinstance(outcome, Post) else None
        if self._is_unclear(message) and await self._needs_no_post(item, channel, kind, post):
            return None
        if message.expires_at == WITHDRAWN:
            return await self._close(message, OutboxState.SKIPPED, "cancelled while it was on its way")
        if message.expires_at is not None and self.now() >= message.expires_at:
            return await self._missed(message)
        if isinstance(outcome, Exception):
            raise outcome
        if isinstance(outcome, Unneeded):
            return await self._close(message, OutboxState.SKIPPED, outcome.reason)
        if isinstance(outcome, Postponed):
            return await self._postpone(message, outcome)
        if not await self._has_turn(item, channel):
            delay = self.pace.turn_in(channel, bulk=item.is_bulk) if not self.stopping.is_set() else 0.0
            return await self._put_back(message, timedelta(seconds=delay), WAITING)
        return await self._post(item, channel, outcome)

    def _is_unclear(self, message: OutboxMessage) -> bool:
        """Whether it may be in the conversation already, as far as we or an older copy of us know."""
        if message.state == OutboxState.UNCLEAR:
            return True
        if message.local_date is None or message.sending_at is not None or self.look_until is None:
            return False
        if message.group_id is not None:
            # A round of before may be summed up anew, and a summary is due whenever that happens.
            return message.local_date <= self.look_until.date() + timedelta(days=1)
        return message.due_at <= self.look_until

    async def _has_turn(self, item: Item, channel: str) -> bool:
        """Wait for a turn; False when it is far away, or we are asked to stop or to be quiet first."""
        in_channel = self.pace.channel_wait(channel)
        if in_channel > 0 and (in_channel > self.pace.longest_wait or not await self._waited(in_channel)):
            return False
        wait = self.pace.reserve(channel, bulk=item.is_bulk)
        self.has_turn(item)
        return wait is not None and await self._waited(wait) and self.pace.closed_for() <= 0

    async def _waited(self, seconds: float) -> bool:
        """Wait; False when we are asked to stop first."""
        if seconds <= 0:
            return True
        try:
            async with asyncio.timeout(seconds):
                await self.stopping.wait()
        except TimeoutError:
            return True
        return False

    async def _post(self, item: Item, channel: str, post: Post) -> None:
        message = item.message
        async with self._slots, self.calls:
            ours_until = await self._ledger.begin(message)
            if ours_until is None:
                return None
            # The process may have been frozen since: after the lease another worker owns the message.
            closed = self.pace.closed_for()
            if closed > 0 or self.now() + timedelta(seconds=CALL_SECONDS) > ours_until:
                return await self._put_back(message, timedelta(seconds=closed), WAITING)
            try:
                answer = await answer_of(self._call(message, channel, post))
            except CALL_ERRORS as error:
                refusal: Exception | None = error
            else:
                refusal = None
        if refusal is not None:
            return await self._refused(item, refusal, post=post, channel=channel)
        await self._ledger.write(Sent(message, str(answer["channel"]), str(answer["ts"])))
        self.metrics.arrived(message.kind, message.id or 0, message.due_at, self.now())
        return self._ended(message, OutboxState.SENT)

    def _call(self, message: OutboxMessage, channel: str, post: Post) -> Awaitable[Any]:
        if post.replaces is not None:
            return self.poster.chat_update(
                channel=channel, ts=post.replaces, text=post.text, blocks=post.blocks
            )
        return self.poster.chat_postMessage(
            channel=channel,
            text=post.text,
            blocks=post.blocks or None,
            thread_ts=post.thread_ts,
            metadata={"event_type": EVENT_TYPE, "event_payload": {"key": message.idempotency_key}},
            unfurl_links=False,
            unfurl_media=False,
        )

    async def _refused(
        self, item: Item, error: Exception, *, post: Post | None = None, channel: str | None = None
    ) -> None:
        """Do what the refusal means. `post` and `channel` are given once posting itself was tried."""
        message, code = item.message, code_of(error)
        # Before posting was tried this time, an earlier post is as unclear as it was.
        unclear = False if post is not None else None
        match meaning_of(error):
            case Meaning.WAIT if isinstance(error, SlackApiError):
                seconds = max(retry_after(error), 1.0)
                self.pace.close_for(seconds)
                self.wake_in(seconds)
                await self._put_back(message, timedelta(seconds=seconds), code, unclear=unclear)
            case Meaning.PERSON_GONE if message.group_id is None and message.learner_id is not None:
                item.to.gone = "the account is deactivated"
                async with self.database.write() as session:
                    await learners.deactivate(session, message.learner_id, now=self.now())
                await self._close(message, OutboxState.FAILED, code)
            case Meaning.PERMANENT | Meaning.PERSON_GONE:
                await self._close(message, OutboxState.FAILED, code)
                if message.group_id is not None and closes_channel(code):
                    item.to.gone = "the channel is closed to us"
                    await self._tell_group(message.group_id, code)
            case Meaning.PLAIN if post is not None and post.blocks and channel is not None:
                log.warning("outbox %s: Slack refused the blocks (%s); sending the text", message.id, code)
                plain = Post(post.text, [], thread_ts=post.thread_ts, replaces=post.replaces)
                await self._post(item, channel, plain)
            case Meaning.UNCLEAR if post is not None:
                settled = SETTLED if isinstance(error, TimeoutError) else timedelta()
                await self._put_back(message, max(backoff(message), settled), code, unclear=True)
            case _:
                await self._put_back(message, backoff(message), code, unclear=unclear)

    async def _tell_group(self, group_id: int, code: str) -> None:
        if self.on_group_refused is None:
            return
        try:
            await self.on_group_refused(group_id, code)
        except Exception:
            log.exception("study group %s was not told that its channel answers %s", group_id, code)

    async def _needs_no_post(self, item: Item, channel: str, kind: MessageKind, post: Post | None) -> bool:
        """
        Find out whether an unclear message arrived; True when nothing is left to do for now.

        Where the conversation cannot be read, the kind decides whether to post again.
        """
        message = item.message
        if post is not None and post.replaces is not None:
            return False  # the same once more changes nothing
        wait = self.pace.reserve_look()
        if wait > 0:
            await self._put_back(message, timedelta(seconds=wait), WAITING, unclear=True)
            return True
        try:
            found = await find_post(self.poster, message, channel, post.thread_ts if post else None)
        except ConversationUnreadableError as error:
            if not message.doubtful:
                self.metrics.doubtful.inc()
            message.doubtful = True
            if kind.resend_if_unreadable or message.sending_at is None:
                log.warning(
                    "outbox %s: sent again without knowing whether it arrived (%s)", message.id, error
                )
                return False
            await self._close(message, OutboxState.FAILED, f"unclear whether it arrived: {error}")
            return True
        except CALL_ERRORS as error:
            if meaning_of(error) == Meaning.WAIT and isinstance(error, SlackApiError):
                # Only reading is over its limit: others may be posted meanwhile.
                seconds = max(retry_after(error), 1.0)
                self.pace.close_looks_for(seconds)
                await self._put_back(message, timedelta(seconds=seconds), code_of(error), unclear=True)
            else:
                await self._refused(item, error)
            return True
        if found is not None:
            arrived_at = _arrival(message, found, self.now())
            await self._ledger.write(Sent(message, channel, found, arrived_at))
            self._ended(message, OutboxState.SENT)
            return True
        now = self.now()
        if message.sending_at is not None and now < (settled := message.sending_at + SETTLED):
            await self._put_back(message, settled - now, "not yet clear whether it arrived", unclear=True)
            return True
        return False

    async def _open_dm(self, item: Item) -> str:
        answer = await answer_of(self.poster.conversations_open(users=item.to.user_id))
        item.to.channel = channel = str(answer["channel"]["id"])
        async with self.database.write() as session:
            await learners.keep_dm_channel(session, item.message.learner_id or 0, channel)
        return channel

    async def _postpone(self, message: OutboxMessage, outcome: Postponed) -> None:
        log.info("outbox %s (%s): postponed, %s", message.id, message.kind, outcome.reason)
        await self._ledger.write(PutBack(message, outcome.until, outcome.reason, counts=False))
        self.metrics.forget(message.id or 0)

    async def _missed(self, message: OutboxMessage) -> None:
        whose = f"study group {message.group_id}" if message.group_id else f"learner {message.learner_id}"
        log.warning("missed: %s for %s, %s", message.kind, whose, LATE)
        await self._ledger.write(Closed(message, OutboxState.MISSED, LATE))
        self._ended(message, OutboxState.MISSED)

    async def _close(self, message: OutboxMessage, state: OutboxState, reason: str) -> None:
        log.info("outbox %s (%s): %s, %s", message.id, message.kind, state.value, reason)
        await self._ledger.write(Closed(message, state, reason))
        self._ended(message, state)

    def _ended(self, message: OutboxMessage, state: OutboxState) -> None:
        self.metrics.ended(message.kind, state.value)
        self.metrics.forget(message.id or 0)

    async def _put_back(
        self, message: OutboxMessage, delay: timedelta, reason: str, *, unclear: bool | None = False
    ) -> None:
        level = logging.DEBUG if reason == WAITING else logging.INFO
        log.log(level, "outbox %s (%s): again in %s, %s", message.id, message.kind, delay, reason)
        await self._store_back(message, delay, reason, unclear=unclear)

    async def _store_back(
        self, message: OutboxMessage, delay: timedelta, reason: str, *, unclear: bool | None
    ) -> None:
        counts = reason != WAITING
        self.metrics.put_back(message.id or 0, message.due_at)
        if unclear and message.state != OutboxState.UNCLEAR:
            self.metrics.unclear.inc()
        await self._ledger.write(PutBack(message, self.now() + delay, reason, unclear=unclear, counts=counts))
        self.wake_in(delay.total_seconds())


def backoff(message: OutboxMessage) -> timedelta:
    """How long to wait after one more failed attempt."""
    doublings = min(message.attempts, 10)
    return min(timedelta(seconds=FIRST_BACKOFF.total_seconds() * 2**doublings), LONGEST_BACKOFF)


def _arrival(message: OutboxMessage, ts: str, now: datetime) -> datetime:
    """When Slack took a post that is found only now, by its ts; Slack's clock may be another than ours."""
    earliest = message.first_sending_at or message.created_at
    return min(max(datetime.fromtimestamp(float(ts), UTC), earliest), now)
