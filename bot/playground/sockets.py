"""Socket Mode: each payload goes to one of the app's connections, which has three seconds to ack."""

import asyncio
import json
import time
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from bot.playground.model import ActionFailed, EnvelopeRecord, JsonObject

ACK_SECONDS = 3.0
MAX_CONNECTIONS = 10


class NoConnectionError(Exception):
    """The app has no connection up."""


class NoAckError(Exception):
    """The app did not ack in time, or not with success."""

    def __init__(self, reason: str = "timeout", *, again: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        """Slack's word for it, as a retry carries it."""
        self.again = again
        """False when the app asks not to be told again."""


class Connection(Protocol):
    """One WebSocket of the app."""

    async def send(self, text: str) -> None:
        """Send one frame; raises ConnectionError when the socket has gone."""


class RequestUrl(Protocol):
    """The app's address, for an app that takes requests over HTTP."""

    async def post(self, record: EnvelopeRecord, within: float) -> JsonObject | None:
        """The app's answer. Raises NoConnectionError, or NoAckError after `within` seconds of real time."""


def _payload_itself(payload: JsonObject | None) -> JsonObject | None:
    return payload


Follow = Callable[[JsonObject | None], Any]


@dataclass(frozen=True, slots=True)
class Waiting:
    """An envelope without its ack, sent at monotonic `sent`; `follow` turns the ack into the outcome."""

    record: EnvelopeRecord
    follow: Follow
    outcome: asyncio.Future[Any]
    sent: float


class SocketHub:
    """The app's connections, and the envelopes that were sent through them."""

    def __init__(self, envelopes: deque[EnvelopeRecord], *, ack_seconds: float = ACK_SECONDS) -> None:
        self.ack_seconds = ack_seconds
        self.envelopes = envelopes
        self.request_url: RequestUrl | None = None
        """Where payloads go instead of through connections."""
        self._connections: list[Connection] = []
        self._next = 0
        self._waiting: dict[str, Waiting] = {}

    @property
    def connections(self) -> int:
        """How many connections are up."""
        return len(self._connections)

    def add(self, connection: Connection) -> None:
        """A connection is up and may get payloads."""
        self._connections.append(connection)

    def remove(self, connection: Connection) -> None:
        """A connection gets no further payload; acks over it still count."""
        if connection in self._connections:
            self._connections.remove(connection)

    def find(self, envelope_id: str) -> EnvelopeRecord | None:
        """An envelope that was sent, while it is remembered."""
        return next((record for record in self.envelopes if record.envelope_id == envelope_id), None)

    async def dispatch(
        self,
        kind: str,
        payload: JsonObject,
        *,
        accepts_response_payload: bool,
        retry_attempt: int = 0,
        retry_reason: str = "",
        follow: Follow = _payload_itself,
    ) -> Any:
        """
        Send the payload to one connection and wait for the ack; returns what `follow` makes of it.

        `follow` runs the moment the ack arrives. Raises NoConnectionError at once, NoAckError after
        `ack_seconds` of real time.
        """
        if not self._connections and self.request_url is None:
            raise NoConnectionError
        record = EnvelopeRecord(
            type=kind,
            envelope_id=str(uuid.uuid4()),
            payload=payload,
            accepts_response_payload=accepts_response_payload,
            retry_attempt=retry_attempt,
            retry_reason=retry_reason,
        )
        outcome: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[record.envelope_id] = Waiting(record, follow, outcome, time.monotonic())
        try:
            if self.request_url is not None:
                self.envelopes.append(record)
                self._acked(record.envelope_id, await self.request_url.post(record, self.ack_seconds))
                return await outcome
            await self._send(record)
            return await asyncio.wait_for(outcome, self.ack_seconds)
        except TimeoutError as error:
            raise NoAckError from error
        finally:
            self._waiting.pop(record.envelope_id, None)

    async def submission_acked(self, view_id: str, *, within: float) -> None:
        """Wait for the ack of a view's submission, at most `within` seconds; at once when there is none."""
        for waiting in self._waiting.values():
            payload = waiting.record.payload
            if payload.get("type") == "view_submission" and payload["view"]["id"] == view_id:
                await asyncio.wait([waiting.outcome], timeout=within)
                return

    def take(self, text: str) -> None:
        """An answer arrived: note the ack; anything else is left alone, as Slack does."""
        try:
            frame = json.loads(text)
        except (ValueError, RecursionError):
            return
        if not isinstance(frame, dict):
            return
        payload = frame.get("payload")
        self._acked(str(frame.get("envelope_id")), payload if isinstance(payload, dict) else None)

    def _acked(self, envelope_id: str, payload: JsonObject | None) -> None:
        waiting = self._waiting.pop(envelope_id, None)
        if waiting is None or waiting.outcome.done():
            return
        waiting.record.ack_ms = (time.monotonic() - waiting.sent) * 1000
        waiting.record.response = payload
        try:
            waiting.outcome.set_result(waiting.follow(waiting.record.response))
        except ActionFailed as failed:
            waiting.outcome.set_exception(failed)

    async def _send(self, record: EnvelopeRecord) -> None:
        envelope: JsonObject = {
            "envelope_id": record.envelope_id,
            "payload": record.payload,
            "type": record.type,
            "accepts_response_payload": record.accepts_response_payload,
        }
        if record.type == "events_api":
            envelope |= {"retry_attempt": record.retry_attempt, "retry_reason": record.retry_reason}
        text = json.dumps(envelope)
        while self._connections:
            connection = self._connections[self._next % len(self._connections)]
            self._next += 1
            try:
                await connection.send(text)
            except ConnectionError:
                self.remove(connection)
                continue
            self.envelopes.append(record)
            return
        raise NoConnectionError
