"""The web server: everything that is offered over HTTP, for callers who may be slow, many or hostile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import cast

from aiohttp import web

from bot.start_errors import StartError

LARGEST_BODY = 1024 * 1024
HEAD_SECONDS = 10.0
"""How long a new connection may take to say what it wants."""
KEEP_ALIVE_SECONDS = 75.0
"""Longer than the balancers in use keep a connection, so that it is never we who close it on a request."""
LINGER_SECONDS = 1.0
"""How long a body that was refused is still read, so that its sender sees the answer."""
MOST_CONNECTIONS = 500
"""Well below the 1,024 files that a process may have open by default."""
CLOSE_SECONDS = 1.0

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class _Door:
    """Who is connected. Where there is no room, the oldest connection that asks for nothing makes some."""

    def __init__(self, server: web.Server, most: int, head_seconds: float) -> None:
        self._server = server
        self._most = most
        self._head_seconds = head_seconds
        self._new: set[web.RequestHandler] = set()
        """Have not asked for anything yet."""
        self._busy: set[web.RequestHandler] = set()
        self.is_closing = False

    def __call__(self) -> web.RequestHandler:
        """The protocol of a new connection."""
        connection: web.RequestHandler = self._server()
        loop = asyncio.get_running_loop()
        if len(self._server.connections) >= self._most and not self._make_room():
            loop.call_soon(connection.force_close)
        self._new.add(connection)
        loop.call_later(self._head_seconds, self._show_out, connection)
        return connection

    async def answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Every request passes here; no connection outlives its answer in a stop."""
        connection = request.protocol
        self._new.discard(connection)
        self._busy.add(connection)
        try:
            response = await handler(request)
        finally:
            self._busy.discard(connection)
        if self.is_closing:
            response.force_close()
        return response

    def close_idle(self) -> None:
        """Nobody is kept waiting for a request that we would not take."""
        for connection in self._server.connections:
            if connection not in self._busy:
                connection.force_close()

    def _make_room(self) -> bool:
        for connection in self._server.connections:
            transport = connection.transport
            is_leaving = transport is None or transport.is_closing()
            if not is_leaving and connection not in self._busy:
                connection.force_close()
                return True
        return False

    def _show_out(self, connection: web.RequestHandler) -> None:
        if connection in self._new:
            self._new.discard(connection)
            connection.force_close()


class WebServer:
    """A server that listens."""

    def __init__(self, listening: asyncio.Server, server: web.Server, door: _Door) -> None:
        self._listening = listening
        self._server = server
        self._door = door
        self.port: int = listening.sockets[0].getsockname()[1]

    def stop_listening(self) -> None:
        """Take no new connection, and close each as soon as what it asked for is answered."""
        self._door.is_closing = True
        self._listening.close()
        self._server.pre_shutdown()
        # What has just arrived is let in first.
        asyncio.get_running_loop().call_soon(self._door.close_idle)


@asynccontextmanager
async def serving(
    routes: Sequence[web.RouteDef],
    port: int,
    *,
    host: str = "127.0.0.1",
    most_connections: int = MOST_CONNECTIONS,
    head_seconds: float = HEAD_SECONDS,
) -> AsyncIterator[WebServer]:
    """
    Serve these routes; at the end what is being answered has a second.

    Raises StartError when the port cannot be used; port 0 is any free one.
    """
    app = web.Application(client_max_size=LARGEST_BODY)
    app.add_routes(routes)
    runner = web.AppRunner(
        app,
        access_log=None,
        keepalive_timeout=KEEP_ALIVE_SECONDS,
        lingering_time=LINGER_SECONDS,
        shutdown_timeout=CLOSE_SECONDS,
        # A small body must not become a large one.
        auto_decompress=False,
    )
    app.on_response_prepare.append(_with_our_headers)
    doors: list[_Door] = []

    @web.middleware
    async def watch(request: web.Request, handler: Handler) -> web.StreamResponse:
        return await doors[0].answer(request, handler)

    app.middlewares.append(watch)
    await runner.setup()
    try:
        server = cast(web.Server, runner.server)
        door = _Door(server, most_connections, head_seconds)
        doors.append(door)
        try:
            listening = await asyncio.get_running_loop().create_server(door, host, port, backlog=128)
        except OSError as error:
            raise StartError(
                f"The web server cannot listen on {host} port {port} ({error.strerror}): choose another "
                "PREP_HTTP_PORT or PREP_HTTP_HOST."
            ) from error
        try:
            yield WebServer(listening, server, door)
        finally:
            listening.close()
    finally:
        await runner.cleanup()


async def _with_our_headers(_request: web.Request, response: web.StreamResponse) -> None:
    """Say nothing of what we are built with, and let nobody keep or reinterpret what was not meant for it."""
    response.headers["Server"] = "prep-coach"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers.setdefault("Cache-Control", "no-store")
