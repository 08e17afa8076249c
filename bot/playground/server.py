"""The workspace over HTTP and WebSocket, on this machine only."""

import asyncio
import json
import secrets
from collections.abc import Sequence
from types import TracebackType
from typing import Literal, Self

from aiohttp import WSCloseCode, WSMsgType, web

from bot.playground.api_calls import ApiCalls
from bot.playground.response_urls import ResponseUrl
from bot.playground.sockets import MAX_CONNECTIONS
from bot.playground.stored_files import StoredFile
from bot.playground.workspace import Workspace

DisconnectReason = Literal["warning", "refresh_requested", "abrupt"]
HOST = "127.0.0.1"
LARGEST_BODY = 100 * 1024 * 1024
STOP_SECONDS = 1.0


class SocketConnection:
    """One WebSocket of the app."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request) -> None:
        self.socket = socket
        self._request = request

    async def send(self, text: str) -> None:
        """Send one frame; raises ConnectionError when the socket has gone."""
        if self.socket.closed:
            raise ConnectionError("closed")
        await self.socket.send_str(text)

    def cut(self) -> None:
        """Break the connection without a word."""
        if self._request.transport is not None:
            self._request.transport.abort()


class WorkspaceServer:
    """Serves the workspace on 127.0.0.1; further routes may be added to `app` before it starts."""

    def __init__(self, workspace: Workspace, port: int = 0, *, others: Sequence[Workspace] = ()) -> None:
        """`others` are further workspaces of the same app, told apart by its tokens there."""
        self.workspace = workspace
        self._all = (workspace, *others)
        self.port = port
        self.app = web.Application(client_max_size=LARGEST_BODY)
        self._calls = ApiCalls(self._all)
        self._tickets: set[str] = set()
        self._sockets: list[SocketConnection] = []
        self._runner: web.AppRunner | None = None
        self.app.add_routes(
            [
                web.route("*", "/api/{method}", self._calls.handle),
                web.get("/link", self._link),
                web.post("/actions/{key}", self._respond),
                web.post("/upload/{key}", self._upload),
                web.get("/files/{key}/{name}", self._file),
                web.get("/shown/{file_id}", self._shown),
            ]
        )

    @property
    def url(self) -> str:
        """Where the server listens, without a slash at the end."""
        return f"http://{HOST}:{self.port}"

    @property
    def api_url(self) -> str:
        """The base URL of the Web API."""
        return f"{self.url}/api/"

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen; port 0 becomes a free port."""
        self._runner = web.AppRunner(self.app, access_log=None, shutdown_timeout=STOP_SECONDS)
        await self._runner.setup()
        site = web.TCPSite(self._runner, HOST, self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        for workspace in self._all:
            workspace.response_urls.base_url = self.url
            workspace.files.base_url = self.url
        self._calls.socket_url = self._socket_url

    async def stop(self) -> None:
        """Close everything; calls that hang are let go."""
        self._calls.stopping.set()
        for connection in list(self._sockets):
            await connection.socket.close(code=WSCloseCode.GOING_AWAY)
        for workspace in self._all:
            await workspace.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def drop_connections(self, reason: DisconnectReason = "warning") -> None:
        """End all Socket Mode connections: announced by a `disconnect` frame, or without a word."""
        for connection in list(self._sockets):
            self.workspace.hub.remove(connection)
            if reason == "abrupt":
                connection.cut()
                continue
            frame = {"type": "disconnect", "reason": reason, "debug_info": {"host": "playground"}}
            try:
                await connection.send(json.dumps(frame))
            except ConnectionError:
                continue

    def _socket_url(self) -> str:
        """A WebSocket address that works once."""
        ticket = secrets.token_urlsafe(16)
        self._tickets.add(ticket)
        return f"ws://{HOST}:{self.port}/link?ticket={ticket}&app_id={self.workspace.app_id}"

    async def _link(self, request: web.Request) -> web.StreamResponse:
        """A Socket Mode connection, from hello to the end."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=408)
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(autoping=True)
        await socket.prepare(request)
        hub = self.workspace.hub
        connection = SocketConnection(socket, request)
        if hub.connections >= MAX_CONNECTIONS:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await socket.close()
            return socket
        self._sockets.append(connection)
        hub.add(connection)
        await socket.send_json(
            {
                "type": "hello",
                "num_connections": hub.connections,
                "debug_info": {"host": "playground", "approximate_connection_time": 3600},
                "connection_info": {"app_id": self.workspace.app_id},
            }
        )
        self.workspace.changes.publish("connection", connected=True)
        try:
            async for message in socket:
                if message.type == WSMsgType.TEXT:
                    hub.take(message.data)
        finally:
            hub.remove(connection)
            self._sockets.remove(connection)
            self.workspace.changes.publish("connection", connected=self.workspace.connected)
        return socket

    async def _respond(self, request: web.Request) -> web.Response:
        """A response_url."""
        key = request.match_info["key"]
        workspace = next((one for one in self._all if one.response_urls.knows(key)), self.workspace)
        url = workspace.response_urls.find(key)
        if not isinstance(url, ResponseUrl):
            return web.json_response({"ok": False, "error": url}, status=404)
        try:
            body = json.loads(await request.read())
        except (ValueError, RecursionError):
            return web.json_response({"ok": False, "error": "invalid_payload"}, status=400)
        refusal = workspace.app_responds(url, body)
        if refusal is not None:
            answer = {
                "ok": False,
                "error": refusal.code,
                "response_metadata": {"messages": refusal.messages},
            }
            return web.json_response(answer, status=400)
        url.uses += 1
        return web.json_response({"ok": True})

    async def _upload(self, request: web.Request) -> web.Response:
        """The bytes of a file: the raw body, or the one part of a form."""
        file = self._by_key(request)
        if file is None or file.content is not None:
            return web.Response(status=404)
        if request.content_type == "multipart/form-data":
            form = await request.post()
            part = next((part for part in form.values() if isinstance(part, web.FileField)), None)
            content = await asyncio.to_thread(part.file.read) if part is not None else b""
        else:
            content = await request.read()
        file.content = content
        return web.Response(text=f"OK - {len(content)}")

    async def _file(self, request: web.Request) -> web.Response:
        """The bytes of a file that has been shared."""
        return _bytes_of(self._by_key(request))

    def _by_key(self, request: web.Request) -> StoredFile | None:
        key = request.match_info["key"]
        return next((file for one in self._all if (file := one.files.by_key(key)) is not None), None)

    async def _shown(self, request: web.Request) -> web.Response:
        """The bytes of a file that a block shows by its id."""
        return _bytes_of(self.workspace.files.find(request.match_info["file_id"]))


def _bytes_of(file: StoredFile | None) -> web.Response:
    if file is None or file.content is None or not file.shared:
        return web.Response(status=404)
    kinds = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif"}
    kind = kinds.get(file.name.rpartition(".")[2].lower(), "application/octet-stream")
    return web.Response(body=file.content, content_type=kind)
