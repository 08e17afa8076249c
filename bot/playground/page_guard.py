"""Who may talk to the page's routes: only a page that this server served to this machine."""

from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import web

Route = Callable[[web.Request], Awaitable[web.StreamResponse]]

SAFE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src 'self' data: http: https:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def local_only(route: Route) -> Route:
    """
    Refuse what a foreign web site may send through a person's browser.

    A Host that is not loopback means DNS rebinding, an Origin other than our own means a forged request.
    """

    async def guarded(request: web.Request) -> web.StreamResponse:
        if not _is_loopback(urlsplit(f"//{request.host}").hostname):
            raise web.HTTPForbidden(text="The playground answers only on this machine's own address.")
        origin = request.headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc != request.host:
            raise web.HTTPForbidden(text="This request comes from another site.")
        if request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
            raise web.HTTPForbidden(text="This request comes from another site.")
        if request.method == "POST" and request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType(text="Send JSON.")
        return await route(request)

    return guarded


def _is_loopback(host: str | None) -> bool:
    if host is None:
        return False
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
