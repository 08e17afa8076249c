"""Slack's requests over HTTP: proven to be Slack's before anything in them is read."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from urllib.parse import parse_qs

from aiohttp import web
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.in_flight import InFlight
from bot.manifest import REQUESTS_PATH
from bot.payloads import admit
from bot.transport.http import HttpMode
from bot.web.server import LARGEST_BODY

log = logging.getLogger(__name__)

OLDEST_SECONDS = 5 * 60
"""A signature's age, either way, at which it may be a replay."""
READ_SECONDS = 5.0
"""Slack itself gives a request three."""
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 50

Dispatch = Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]
Seconds = Callable[[], float]


class _RefusedError(Exception):
    """The request is answered with this status and word, and not looked at any further."""

    def __init__(self, status: int, word: str) -> None:
        super().__init__(word)
        self.status = status


def routes(
    dispatch: Dispatch,
    in_flight: InFlight,
    mode: HttpMode,
    signing_secret: str,
    *,
    clock: Seconds = time.time,
    read_seconds: float = READ_SECONDS,
) -> list[web.RouteDef]:
    """One address for events, commands, interactivity and options; `clock` gives seconds since 1970."""

    async def take(request: web.Request) -> web.StreamResponse:
        try:
            body = await _body_of(request, read_seconds)
            _check_signature(request, body, signing_secret, clock())
            if not mode.is_open:
                raise _RefusedError(503, "not_ready")
            text, content = _read(request.content_type, body)
        except _RefusedError as refused:
            log.debug("a request was refused: %s", refused)
            return _refusal(refused)
        if content.get("type") == "url_verification":
            return web.json_response({"challenge": str(content.get("challenge", ""))})
        if "ssl_check" in content:  # Slack only looks whether we have a certificate
            return web.Response()
        try:
            async with in_flight.request(content):
                asked = AsyncBoltRequest(body=text, headers=_headers(request))
                admitted = admit(asked.body)
                if admitted is None:
                    log.warning("a request was refused: it is none that Slack sends")
                    return web.Response()
                asked.body = admitted
                return _as_response(await dispatch(asked))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            # Nobody's listener: what these raise is answered by the app's error edge.
            log.warning("a signed request has a shape that nobody knows: %s", type(error).__name__)
            return _refusal(_RefusedError(400, "unreadable"))

    return [web.post(REQUESTS_PATH, take)]


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """Slack's signature of a body that was sent at `timestamp`."""
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


async def _body_of(request: web.Request, seconds: float) -> bytes:
    """All of it, unless it is too large or too slow, whatever its length was said to be."""
    if (request.content_length or 0) > LARGEST_BODY:
        raise _RefusedError(413, "too_large")
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > LARGEST_BODY:
                    raise _RefusedError(413, "too_large")
    except TimeoutError:
        raise _RefusedError(408, "too_slow") from None
    except (web.RequestPayloadError, ConnectionError):
        raise _RefusedError(400, "incomplete") from None
    return bytes(body)


def _check_signature(request: web.Request, body: bytes, secret: str, now: float) -> None:
    timestamp = request.headers.get("X-Slack-Request-Timestamp", "")
    given = request.headers.get("X-Slack-Signature", "")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 12):
        raise _RefusedError(401, "not_signed")
    expected = sign(secret, timestamp, body)
    # The signature first: how old a forged one claims to be is nobody's business.
    if not hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace")):
        raise _RefusedError(401, "not_signed")
    if abs(now - int(timestamp)) > OLDEST_SECONDS:
        raise _RefusedError(401, "too_old")


def _read(content_type: str, body: bytes) -> tuple[str, dict[str, Any]]:
    """The body as Bolt takes it, once it is certain that Bolt can, and what it says."""
    if content_type not in (JSON, FORM):
        raise _RefusedError(415, "unknown_content_type")
    try:
        text = body.decode("utf-8")
        content = _json_object(text) if content_type == JSON else _form(text)
    except (ValueError, RecursionError):
        raise _RefusedError(400, "unreadable") from None
    return text, content


def _form(text: str) -> dict[str, Any]:
    fields = parse_qs(text, keep_blank_values=True, strict_parsing=True, max_num_fields=MOST_FIELDS)
    if "payload" in fields:
        return _json_object(fields["payload"][0])
    if "command" in fields or "ssl_check" in fields:
        return dict(fields)
    raise ValueError("neither a command nor an interaction")


def _json_object(text: str) -> dict[str, Any]:
    content = json.loads(text)
    if not isinstance(content, dict):
        raise ValueError("no object")
    return content


def _headers(request: web.Request) -> dict[str, str | Sequence[str]]:
    """What Bolt looks at. Its own headers, for calls of an app to itself, are not Slack's to send."""
    names = ("Content-Type", "X-Slack-Retry-Num", "X-Slack-Retry-Reason")
    return {name: request.headers[name] for name in names if name in request.headers}


def _refusal(refused: _RefusedError) -> web.Response:
    return web.json_response({"ok": False, "error": str(refused)}, status=refused.status)


def _as_response(told: BoltResponse) -> web.Response:
    kind = told.first_headers_without_set_cookie().get("content-type", "text/plain")
    return web.Response(
        status=told.status, text=told.body or "", content_type=kind.partition(";")[0], charset="utf-8"
    )
