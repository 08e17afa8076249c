"""
From the outbox to Slack: claim, draw, wait for a turn, check the claim, post, write down.

Posting has no idempotency key. So the claim is stored before the post leaves, the message carries its
key as metadata, and after a crash or an ambiguous answer the conversation is read back before anything is
posted again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.clock import Now
from bot.outgoing import MessageKind, Post, Unneeded
from bot.pace import Pace
from bot.refusals import Meaning, code_of, meaning_of, retry_after
from storage import learners, outbox
from storage.engine import Database
from storage.models import Learner, OutboxMessage, OutboxState

log = logging.getLogger(__name__)

EVENT_TYPE = "prep_coach_delivery"
"""Metadata event type of everything the outbox posts; its payload is {"key": idempotency key}."""
LEASE = timedelta(seconds=60)
"""Longer than waiting for a turn and posting may take, so that a lease only runs out on a dead worker."""
BATCH = 20
LONGEST_WAIT_SECONDS = 5.0
"""A turn further away than this is waited for in the outbox, not in memory."""
STOP_SECONDS = 5.0
"""What calls in hand are given to finish when the process is asked to stop."""
SETTLED = timedelta(seconds=30)
"""Slack may still carry out a call that we hung up on: looking for its post earlier proves nothing."""
FIRST_BACKOFF = timedelta(seconds=2)
LONGEST_BACKOFF = timedelta(minutes=5)
HISTORY_PAGES = 5
HISTORY_PAGE = 200
CLOCK_MARGIN = timedelta(hours=25)
"""How far our clock may be from Slack's, whose time the history is asked by."""
TOKEN_FAULTS = {"account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"}


class ConversationUnreadableError(Exception):
    """Whether the post arrived cannot be found out."""


class NotSlackError(Exception):
    """What answered was not Slack (a proxy's page, half an answer): nobody knows what happened."""


CALL_ERRORS = (SlackApiError, NotSlackError, aiohttp.ClientError, TimeoutError, OSError)
"""What a call may raise."""


@dataclass(slots=True)
class Delivery:
    """
    Sends what is due. Any number of these may run on one database.

    `poster` must not retry by itself: its default handler would post twice when an answer is lost. Its
    session must time out well within the lease, because a client that is handed a session ignores its own.
    """

    database: Database
    poster: AsyncWebClient
    kinds: Mapping[str, MessageKind]
    now: Now
    owner: str
    pace: Pace
    _busy: asyncio.Lock = field(default_factory=asyncio.Lock)
    _woken: asyncio.Event = field(default_factory=asyncio.Event)
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _in_hand: list[asyncio.Task[None]] = field(default_factory=list)
    _closed_until: float = 0.0

    def wake(self) -> None:
        """Somebody is waiting: look into the outbox now rather than at the next tick."""
        self._woken.set()

    async def run(self) -> None:
        """Deliver whenever woken, until stopped."""
        while not self._stopping.is_set():
            await self._woken.wait()
            self._woken.clear()
            try:
                await self.drain()
            except Exception:
                # The next tick looks again; the claim's lease covers what was in hand.
                log.exception("delivery stopped half-way and will go on with the next tick")

    async def stop(self, within: float = STOP_SECONDS) -> None:
        """
        Take no new message and finish those in hand.

        What Slack has not answered `within` seconds is left unclear: the next start looks for it.
        """
        self._stopping.set()
        self._woken.set()
        try:
            async with asyncio.timeout(within), self._busy:
                return
        except TimeoutError:
            for task in self._in_hand:
                task.cancel()
        async with self._busy:
            pass

    async def drain(self) -> int:
        """Deliver all that is due now; the number of messages looked at."""
        handled = 0
        async with self._busy:
            while not self._stopping.is_set() and self.pace.monotonic() >= self._closed_until:
                async with self.database.write() as session:
                    batch = await outbox.claim(
                        session, owner=self.owner, now=self.now(), lease=LEASE, limit=BATCH
                    )
                if not batch:
                    break
                await self._deliver_all(batch)
                handled += len(batch)
        return handled

    async def _deliver_all(self, batch: Sequence[OutboxMessage]) -> None:
        """
        People at the same time, each person's messages one after another.

        So they stay in order, and nobody takes turns that they cannot use within reach.
        """
        of_person: dict[int, list[OutboxMessage]] = {}
        for message in batch:
            of_person.setdefault(message.learner_id, []).append(message)
        self._in_hand = [asyncio.create_task(self._deliver_in_order(each)) for each in of_person.values()]
        results = await asyncio.gather(*self._in_hand, return_exceptions=True)
        self._in_hand = []
        for result in results:
            if isinstance(result, Exception):
                raise result

    async def _deliver_in_order(self, messages: Sequence[OutboxMessage]) -> None:
        # Slack takes one post a second from us in a conversation: others must not wait for all of these.
        enough = self.pace.monotonic() + LONGEST_WAIT_SECONDS
        for message in messages:
            try:
                if self.pace.monotonic() > enough:
                    again = timedelta(seconds=LONGEST_WAIT_SECONDS)
                    await self._put_back(message, again, outbox.WAITING, unclear=None)
                    continue
                await self._deliver(message)
            except asyncio.CancelledError:
                if not self._stopping.is_set():
                    raise
                await self._put_back(message, SETTLED, "stopped before Slack answered", unclear=None)
            except Exception as error:
                # One broken message must not hold up the others.
                again = self._backoff(message)
                log.error(
                    "outbox %s (%s) failed, again in %s", message.id, message.kind, again, exc_info=error
                )
                await self._store_back(message, again, type(error).__name__, unclear=None)

    async def _deliver(self, message: OutboxMessage) -> None:
        if self._stopping.is_set():
            return await self._put_back(message, timedelta(), outbox.WAITING, unclear=None)
        kind = self.kinds.get(message.kind)
        if kind is None:
            # Perhaps a newer version owes it, which shares the database while the two change over.
            log.error("outbox %s: this version knows no kind %r", message.id, message.kind)
            return await self._put_back(message, self._backoff(message), "unknown kind", unclear=None)
        async with self.database.read() as session:
            learner = await learners.get(session, message.learner_id)
        if learner.deactivated_at is not None:
            return await self._close(message, OutboxState.SKIPPED, "the account is deactivated")
        try:
            channel = learner.dm_channel or await self._open_dm(learner)
        except CALL_ERRORS as error:
            return await self._refused(message, error, learner)
        if message.state == OutboxState.UNCLEAR and await self._already_there(
            message, learner, channel, kind
        ):
            return None
        if message.expires_at is not None and self.now() >= message.expires_at:
            return await self._close(message, OutboxState.SKIPPED, "late: its window is over")
        post = await kind.render(message.payload)
        if isinstance(post, Unneeded):
            return await self._close(message, OutboxState.SKIPPED, post.reason)
        closed = self._closed_until - self.pace.monotonic()
        wait = closed if closed > 0 else self.pace.reserve(channel)
        if closed > 0 or wait > LONGEST_WAIT_SECONDS:
            return await self._put_back(message, timedelta(seconds=wait), outbox.WAITING)
        if not await self._waited(wait):
            return await self._put_back(message, timedelta(), outbox.WAITING)
        return await self._post(message, learner, channel, post)

    async def _waited(self, seconds: float) -> bool:
        """Wait for a turn; False when we are asked to stop first."""
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return True
        return False

    async def _post(self, message: OutboxMessage, learner: Learner, channel: str, post: Post) -> None:
        started = self.now()
        async with self.database.write() as session:
            if not await outbox.begin_sending(session, message, now=started, lease=LEASE):
                return None
        # The process may have been frozen since: after the lease another worker owns the message.
        if self.now() >= started + LEASE:
            return None
        try:
            answer = await self._call(message, channel, post)
        except CALL_ERRORS as error:
            return await self._refused(message, error, learner, post=post, channel=channel)
        return await self._sent(message, str(answer["channel"]), str(answer["ts"]))

    async def _call(self, message: OutboxMessage, channel: str, post: Post) -> dict[str, Any]:
        return await _answer(
            self.poster.chat_postMessage(
                channel=channel,
                text=post.text,
                blocks=post.blocks or None,
                metadata={"event_type": EVENT_TYPE, "event_payload": {"key": message.idempotency_key}},
                unfurl_links=False,
                unfurl_media=False,
            )
        )

    async def _refused(
        self,
        message: OutboxMessage,
        error: Exception,
        learner: Learner,
        *,
        post: Post | None = None,
        channel: str | None = None,
    ) -> None:
        """Do what the refusal means. `post` and `channel` are given once posting itself was tried."""
        code = code_of(error)
        # Before posting was tried this time, an earlier post is as unclear as it was.
        unclear = False if post is not None else None
        match meaning_of(error):
            case Meaning.WAIT if isinstance(error, SlackApiError):
                seconds = max(retry_after(error), 1.0)
                self._closed_until = max(self._closed_until, self.pace.monotonic() + seconds)
                self.pace.close_for(seconds)
                await self._put_back(message, timedelta(seconds=seconds), code, unclear=unclear)
            case Meaning.PERSON_GONE:
                async with self.database.write() as session:
                    await learners.deactivate(session, message.learner_id, now=self.now())
                await self._close(message, OutboxState.FAILED, code)
            case Meaning.PERMANENT:
                await self._close(message, OutboxState.FAILED, code)
            case Meaning.PLAIN if post is not None and post.blocks and channel is not None:
                log.warning("outbox %s: Slack refused the blocks (%s); sending the text", message.id, code)
                await self._post(message, learner, channel, Post(post.text, []))
            case Meaning.UNCLEAR if post is not None:
                settled = SETTLED if isinstance(error, TimeoutError) else timedelta()
                await self._put_back(message, max(self._backoff(message), settled), code, unclear=True)
            case _:
                await self._put_back(message, self._backoff(message), code, unclear=unclear)

    async def _already_there(
        self, message: OutboxMessage, learner: Learner, channel: str, kind: MessageKind
    ) -> bool:
        """
        Find out whether an unclear message arrived; True when nothing is left to do for now.

        Where the conversation cannot be read, the kind decides whether to post again.
        """
        try:
            found = await self._read_back(message, channel)
        except ConversationUnreadableError as error:
            message.doubtful = True
            if kind.resend_if_unreadable:
                log.warning(
                    "outbox %s: sent again without knowing whether it arrived (%s)", message.id, error
                )
                return False
            await self._close(message, OutboxState.FAILED, f"unclear whether it arrived: {error}")
            return True
        except CALL_ERRORS as error:
            await self._refused(message, error, learner)
            return True
        if found is None:
            return False
        await self._sent(message, channel, found)
        return True

    async def _read_back(self, message: OutboxMessage, channel: str) -> str | None:
        """The ts of the post that carries our key, or None when it certainly is not there."""
        started = message.first_sending_at or message.created_at
        oldest = (started - CLOCK_MARGIN).timestamp()
        cursor = None
        for _ in range(HISTORY_PAGES):
            try:
                answer = await _answer(
                    self.poster.conversations_history(
                        channel=channel,
                        oldest=f"{oldest:.6f}",
                        include_all_metadata=True,
                        limit=HISTORY_PAGE,
                        cursor=cursor,
                    )
                )
            except SlackApiError as error:
                if meaning_of(error) in (Meaning.WAIT, Meaning.UNCLEAR) or code_of(error) in TOKEN_FAULTS:
                    raise
                raise ConversationUnreadableError(code_of(error)) from error
            messages: list[dict[str, Any]] = answer.get("messages", [])
            for found in messages:
                metadata = found.get("metadata") or {}
                if metadata.get("event_payload", {}).get("key") == message.idempotency_key:
                    return str(found["ts"])
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return None
        raise ConversationUnreadableError("too many messages since")

    async def _open_dm(self, learner: Learner) -> str:
        answer = await _answer(self.poster.conversations_open(users=learner.user_id))
        channel = str(answer["channel"]["id"])
        async with self.database.write() as session:
            await learners.keep_dm_channel(session, learner.id or 0, channel)
        return channel

    async def _sent(self, message: OutboxMessage, channel: str, message_ts: str) -> None:
        async with self.database.write() as session:
            await outbox.mark_sent(session, message, channel=channel, message_ts=message_ts, now=self.now())

    async def _close(self, message: OutboxMessage, state: OutboxState, reason: str) -> None:
        log.info("outbox %s (%s): %s, %s", message.id, message.kind, state.value, reason)
        async with self.database.write() as session:
            await outbox.close(session, message, state, reason=reason)

    async def _put_back(
        self, message: OutboxMessage, delay: timedelta, reason: str, *, unclear: bool | None = False
    ) -> None:
        log.info("outbox %s (%s): again in %s, %s", message.id, message.kind, delay, reason)
        await self._store_back(message, delay, reason, unclear=unclear)

    async def _store_back(
        self, message: OutboxMessage, delay: timedelta, reason: str, *, unclear: bool | None
    ) -> None:
        async with self.database.write() as session:
            await outbox.put_back(session, message, due_at=self.now() + delay, reason=reason, unclear=unclear)

    @staticmethod
    def _backoff(message: OutboxMessage) -> timedelta:
        doublings = min(message.attempts, 10)
        return min(timedelta(seconds=FIRST_BACKOFF.total_seconds() * 2**doublings), LONGEST_BACKOFF)


async def _answer(call: Awaitable[AsyncSlackResponse]) -> dict[str, Any]:
    """Slack's own answer, or what CALL_ERRORS names."""
    try:
        answer = await call
    except SlackApiError as error:
        response = error.response
        if isinstance(response, AsyncSlackResponse):
            refused = isinstance(response.data, dict) and "error" in response.data
            if refused or response.status_code == 429 or response.status_code >= 500:
                raise
        raise NotSlackError("no JSON") from error
    except AttributeError as error:
        # slack_sdk takes any body of a 200 for an object.
        raise NotSlackError("no JSON object") from error
    return dict(answer.data) if isinstance(answer.data, dict) else {}
