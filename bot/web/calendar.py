"""Calendars at private addresses."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable

from aiohttp import ETag, web

from bot.web.rate import Rate

CACHE_SECONDS = 15 * 60
Read = Callable[[str], Awaitable[bytes | None]]


def guesses() -> Rate:
    """Addresses that are looked up, of all callers together: it keeps a flood away from the database."""
    return Rate(burst=50, seconds=0.05)


def readings() -> Rate:
    """Readings of one calendar, which costs some work to draw."""
    return Rate(burst=20, seconds=30)


def routes(read: Read, *, of_all: Rate | None = None, of_one: Rate | None = None) -> list[web.RouteDef]:
    """GET /calendar/<secret>.ics; whatever is not an address that somebody has now is a 404."""
    of_all, of_one = of_all or guesses(), of_one or readings()

    async def show(request: web.Request) -> web.StreamResponse:
        secret = request.match_info["secret"]
        wait = of_all.wait() or of_one.wait(hashlib.sha256(secret.encode()).digest())
        if wait:
            raise web.HTTPTooManyRequests(headers={"Retry-After": str(wait)})
        content = await read(secret)
        if content is None:
            raise web.HTTPNotFound
        return _as_response(request, content)

    return [web.get("/calendar/{secret:[A-Za-z0-9_-]{43}}.ics", show)]


def _as_response(request: web.Request, content: bytes) -> web.Response:
    tag = hashlib.sha256(content).hexdigest()[:32]
    headers = {
        "Cache-Control": f"private, max-age={CACHE_SECONDS}",
        "ETag": f'"{tag}"',
        # The address is the secret: it must not travel on to where a link leads, or into a search engine.
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex",
    }
    known = request.if_none_match or ()
    if any(one == ETag(tag) or one.value in (tag, "*") for one in known):
        return web.Response(status=304, headers=headers)
    return web.Response(body=content, content_type="text/calendar", charset="utf-8", headers=headers)
