"""HTTP instead of Socket Mode: each payload is posted to the app's address, with Slack's signature."""

import asyncio
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

import aiohttp

from bot.playground.model import EnvelopeRecord, JsonObject
from bot.playground.sockets import NoAckError, NoConnectionError

VERIFY_SECONDS = 3.0
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


class SignedPosts:
    """
    Posts to the app's addresses in turn, as a balancer does that leaves out whoever refuses a connection.

    Signatures carry real time, whatever the workspace's clock shows: their age is the machines' business.
    """

    def __init__(self, urls: Sequence[str], signing_secret: str) -> None:
        self.urls = list(urls)
        self.is_verified = False
        self._secret = signing_secret
        self._next = 0
        self._session: aiohttp.ClientSession | None = None

    async def verify(self) -> None:
        """Ask whether the addresses are the app's, as Slack does when one is entered."""
        challenge = secrets.token_urlsafe(16)
        body: JsonObject = {"token": "", "challenge": challenge, "type": "url_verification"}
        answers = []
        for url in self.urls:
            try:
                text = json.dumps(body)
                answers.append(await self._post(url, text, JSON, {}, VERIFY_SECONDS))
            except (NoConnectionError, NoAckError):
                answers.append(None)
        self.is_verified = all((answer or {}).get("challenge") == challenge for answer in answers)

    async def post(self, record: EnvelopeRecord, within: float) -> JsonObject | None:
        """Post one payload; raises NoConnectionError, or NoAckError with Slack's word for what was wrong."""
        text, kind = _encoded(record)
        headers = {}
        if record.type == "events_api" and record.retry_attempt:
            headers = {
                "X-Slack-Retry-Num": str(record.retry_attempt),
                "X-Slack-Retry-Reason": record.retry_reason,
            }
        for _ in self.urls:
            url = self.urls[self._next % len(self.urls)]
            self._next += 1
            try:
                return await self._post(url, text, kind, headers, within)
            except NoConnectionError:
                continue
        raise NoConnectionError

    async def close(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _post(
        self, url: str, text: str, kind: str, headers: Mapping[str, str], within: float
    ) -> JsonObject | None:
        if self._session is None:
            # One connection for each post: an app that stops closes idle ones, which no post must meet.
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True))
        body = text.encode()
        stamp = str(int(time.time()))
        signed = hmac.new(self._secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
        sent = {
            "Content-Type": kind,
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={signed}",
            **headers,
        }
        try:
            async with (
                asyncio.timeout(within),
                self._session.post(url, data=body, headers=sent, allow_redirects=False) as answer,
            ):
                content = await answer.text()
        except TimeoutError as error:
            raise NoAckError("http_timeout") from error
        except aiohttp.ClientConnectorError as error:
            raise NoConnectionError from error
        except aiohttp.ClientError as error:
            raise NoAckError("connection_failed") from error
        if answer.status != 200:
            raise NoAckError("http_error", again="x-slack-no-retry" not in answer.headers)
        if answer.content_type != JSON:
            return {"text": content} if content else None
        found = json.loads(content) if content else None
        return found if isinstance(found, dict) else None


def _encoded(record: EnvelopeRecord) -> tuple[str, str]:
    """The body as Slack writes it, and its content type."""
    if record.type == "events_api":
        return json.dumps(record.payload), JSON
    if record.type == "slash_commands":
        return urlencode(record.payload), FORM
    return urlencode({"payload": json.dumps(record.payload)}), FORM
