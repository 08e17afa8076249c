"""
The pages on which somebody adds the bot to their workspace.

Bolt's own OAuth flow is not used: it knows one tab at a time (its cookie is the state), two pages for all
that can go wrong, and stores a token before anybody can look at what was granted.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Awaitable, Callable
from datetime import timedelta

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from bot.web.install_pages import HEADERS, START_PATH, failure_page, start_page, success_page
from bot.web.rate import Rate
from bot.workspaces.installing import WAITED_FOR, Installer, InstallError

log = logging.getLogger(__name__)

INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"
COOKIE = "prep_install"
LONGEST_PARAMETER = 2_000

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def routes(installer: Installer, visitors: Rate, *, is_secure: bool) -> list[web.RouteDef]:
    """GET /slack/install and what follows it; `is_secure` is whether people reach us over https."""

    async def install(_request: web.Request) -> web.StreamResponse:
        return _html(200, start_page())

    async def start(request: web.Request) -> web.StreamResponse:
        browser = request.cookies.get(COOKIE) or secrets.token_urlsafe(32)
        response = web.Response(status=302, headers=HEADERS)
        response.headers["Location"] = await installer.begin(browser)
        response.set_cookie(
            COOKIE,
            browser,
            max_age=int(WAITED_FOR / timedelta(seconds=1)),
            path="/slack",
            httponly=True,
            secure=is_secure,
            samesite="Lax",
        )
        return response

    async def redirected(request: web.Request) -> web.StreamResponse:
        state, code = request.query.get("state", ""), request.query.get("code", "")
        # Also a refusal takes the state: it must be good for one answer only.
        if not await installer.is_expected(state, request.cookies.get(COOKIE, "")):
            return _failure("not_expected")
        if request.query.get("error") == "access_denied":
            return _failure("denied")
        if not code or "error" in request.query:
            return _failure("refused", request.query.get("error", "no_code")[:100])
        try:
            installed = await installer.install(code)
        except InstallError as error:
            log.warning("an installation failed: %s %s", error.reason, error.detail)
            return _failure(error.reason, error.detail)
        log.info("installed in %s", installed.team_id or "an organisation")
        return _html(200, success_page(installed))

    def limited(handler: Handler) -> Handler:
        async def answered(request: web.Request) -> web.StreamResponse:
            if visitors.wait(request.remote):
                return _failure("too_often")
            if any(len(value) > LONGEST_PARAMETER for value in request.query.values()):
                return _failure("not_expected")
            try:
                return await handler(request)
            except (OSError, SQLAlchemyError) as error:
                log.error("an installation could not be stored (%s)", type(error).__name__)
                return _failure("not_stored")

        return answered

    return [
        web.get(INSTALL_PATH, install),
        web.get(START_PATH, limited(start), allow_head=False),
        web.get(REDIRECT_PATH, limited(redirected), allow_head=False),
    ]


def _failure(reason: str, detail: str = "") -> web.Response:
    status, page = failure_page(reason, detail)
    response = _html(status, page)
    if status in (429, 503):
        response.headers["Retry-After"] = "60"
    return response


def _html(status: int, page: str) -> web.Response:
    return web.Response(status=status, text=page, content_type="text/html", charset="utf-8", headers=HEADERS)
