"""
From the outbox to Slack: claim, draw, wait for a turn, check the claim, post, write down.

Posting has no idempotency key. So the claim is stored before the post leaves, the message carries its
key as metadata, and after a crash or an ambiguous answer the conversation is read back before anything is
posted again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

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
"""Longer than a post may take (the poster's time-out), so that a lease only runs out on a dead worker."""
BATCH = 20
LONGEST_WAIT_SECONDS = 5.0
"""A turn further away than this is waited for in the outbox, not in memory."""
FIRST_BACKOFF = timedelta(seconds=2)
LONGEST_BACKOFF = timedelta(minutes=5)
HISTORY_PAGES = 5
HISTORY_PAGE = 200
CALL_ERRORS = (SlackApiError, aiohttp.ClientError, TimeoutError, OSError, ValueError)
"""What a call may raise; ValueError when the answer is no JSON."""


class ConversationUnreadableError(Exception):
    """Whether the post arrived cannot be found out."""


@dataclass(slots=True)
class Delivery:
    """
    Sends what is due. Any number of these may run on one database.

    `poster` must not retry by itself: its default handler would post twice when an answer is lost.
    """

    database: Database
    poster: AsyncWebClient
    kinds: Mapping[str, MessageKind]
    now: Now
    owner: str
    pace: Pace
    _busy: asyncio.Lock = field(default_factory=asyncio.Lock)
    _woken: asyncio.Event = field(default_factory=asyncio.Event)
    _stopping: bool = False

    def wake(self) -> None:
        """Somebody is waiting: look into the outbox now rather than at the next tick."""
        self._woken.set()

    async def run(self) -> None:
        """Deliver whenever woken, until stopped."""
        while not self._stopping:
            await self._woken.wait()
            self._woken.clear()
            try:
                await self.drain()
            except Exception:
                # The next tick looks again; the claim's lease covers what was in hand.
                log.exception("delivery stopped half-way and will go on with the next tick")

    async def stop(self) -> None:
        """Take no new message and wait until those in hand are finished."""
        self._stopping = True
        self._woken.set()
        async with self._busy:
            pass

    async def drain(self) -> int:
        """Deliver all that is due now; the number of messages looked at."""
        handled = 0
        async with self._busy:
            while not self._stopping:
                async with self.database.write() as session:
                    batch = await outbox.claim(
                        session, owner=self.owner, now=self.now(), lease=LEASE, limit=BATCH
                    )
                if not batch:
                    break
                results = await asyncio.gather(
                    *(self._deliver(message) for message in batch), return_exceptions=True
                )
                for message, result in zip(batch, results, strict=True):
                    if isinstance(result, Exception):
                        await self._crashed(message, result)
                handled += len(batch)
        return handled

    async def _deliver(self, message: OutboxMessage) -> None:
        async with self.database.read() as session:
            learner = await learners.get(session, message.learner_id)
        if learner.deactivated_at is not None:
            return await self._close(message, OutboxState.SKIPPED, "the account is deactivated")
        try:
            channel = learner.dm_channel or await self._open_dm(learner)
        except CALL_ERRORS as error:
            return await self._refused(message, error, learner)
        if message.state == OutboxState.UNCLEAR and await self._already_there(message, channel):
            return None
        if message.expires_at is not None and self.now() >= message.expires_at:
            return await self._close(message, OutboxState.SKIPPED, "late: its window is over")
        post = await self.kinds[message.kind].render(message.payload)
        if isinstance(post, Unneeded):
            return await self._close(message, OutboxState.SKIPPED, post.reason)
        wait = self.pace.reserve(channel)
        if wait > LONGEST_WAIT_SECONDS:
            return await self._put_back(message, timedelta(seconds=wait), outbox.WAITING)
        await asyncio.sleep(wait)
        return await self._post(message, learner, channel, post)

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

    async def _call(self, message: OutboxMessage, channel: str, post: Post) -> Mapping[str, object]:
        answer = await self.poster.chat_postMessage(
            channel=channel,
            text=post.text,
            blocks=post.blocks or None,
            metadata={"event_type": EVENT_TYPE, "event_payload": {"key": message.idempotency_key}},
            unfurl_links=False,
            unfurl_media=False,
        )
        return answer.data if isinstance(answer.data, dict) else {}

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
        match meaning_of(error):
            case Meaning.WAIT if isinstance(error, SlackApiError):
                seconds = retry_after(error)
                self.pace.close_for(seconds)
                await self._put_back(message, timedelta(seconds=seconds), code)
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
                await self._put_back(message, self._backoff(message), code, unclear=True)
            case _:
                await self._put_back(message, self._backoff(message), code)

    async def _already_there(self, message: OutboxMessage, channel: str) -> bool:
        """
        Find out whether an unclear message arrived; True when nothing is left to do for now.

        Where the conversation cannot be read, the kind decides whether to post again.
        """
        try:
            found = await self._read_back(message, channel)
        except ConversationUnreadableError as error:
            message.doubtful = True
            if self.kinds[message.kind].resend_if_unreadable:
                log.warning(
                    "outbox %s: sent again without knowing whether it arrived (%s)", message.id, error
                )
                return False
            await self._close(message, OutboxState.FAILED, f"unclear whether it arrived: {error}")
            return True
        except CALL_ERRORS as error:
            await self._put_back(message, self._backoff(message), code_of(error), unclear=True)
            return True
        if found is None:
            return False
        await self._sent(message, channel, found)
        return True

    async def _read_back(self, message: OutboxMessage, channel: str) -> str | None:
        """The ts of the post that carries our key, or None when it certainly is not there."""
        started = message.first_sending_at or message.created_at
        oldest = (started - timedelta(minutes=2)).timestamp()
        cursor = None
        for _ in range(HISTORY_PAGES):
            try:
                answer = await self.poster.conversations_history(
                    channel=channel,
                    oldest=f"{oldest:.6f}",
                    include_all_metadata=True,
                    limit=HISTORY_PAGE,
                    cursor=cursor,
                )
            except SlackApiError as error:
                if meaning_of(error) in (Meaning.WAIT, Meaning.UNCLEAR):
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
        answer = await self.poster.conversations_open(users=learner.user_id)
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
        async with self.database.write() as session:
            await outbox.put_back(session, message, due_at=self.now() + delay, reason=reason, unclear=unclear)

    async def _crashed(self, message: OutboxMessage, error: Exception) -> None:
        """One broken message must not hold up the others."""
        log.error("outbox %s (%s) failed", message.id, message.kind, exc_info=error)
        await self._put_back(message, self._backoff(message), type(error).__name__, unclear=None)

    @staticmethod
    def _backoff(message: OutboxMessage) -> timedelta:
        doublings = min(message.attempts, 10)
        return min(timedelta(seconds=FIRST_BACKOFF.total_seconds() * 2**doublings), LONGEST_BACKOFF)
