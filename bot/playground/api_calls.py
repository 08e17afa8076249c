"""Web API calls over HTTP: arguments, trouble on demand, the log."""

import asyncio
import json
import math
import time
from base64 import b64decode
from collections.abc import Callable, Sequence

from aiohttp import web

from bot.playground.faults import Fault
from bot.playground.model import ApiCall, JsonObject
from bot.playground.web_api import Answer, answer
from bot.playground.web_api.dispatch import rate_limited
from bot.playground.workspace import Workspace

BEARER = "bearer "
BASIC = "basic "
HEAD_START_SECONDS = 1.0


class ApiCalls:
    """Takes the requests to /api/<method>."""

    def __init__(self, workspaces: Sequence[Workspace]) -> None:
        self._workspaces = workspaces
        self.stopping = asyncio.Event()
        self.socket_url: Callable[[], str] = str

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one call."""
        started = time.monotonic()
        method = request.match_info["method"]
        arguments = await _arguments(request)
        if arguments is None:
            return self._finish(
                self._workspaces[0], method, {}, Answer({"ok": False, "error": "invalid_json"}), started
            )
        token = _token(request, arguments)
        workspace = next((one for one in self._workspaces if token in one.tokens), self._workspaces[0])
        fault = workspace.faults.next_for(method, arguments)
        if fault is not None:
            early = await self._meet(fault, request)
            if early is not None:
                return self._finish(workspace, method, arguments, early, started)
        if method == "views.update":
            await self._let_the_ack_arrive(workspace, arguments)
        result = answer(workspace, method, arguments, token)
        if result.body["ok"] and method == "apps.connections.open":
            result.body["url"] = self.socket_url()
        if fault is not None and fault.kind == "lost_answer":
            _cut(request)
        return self._finish(workspace, method, arguments, result, started)

    async def _meet(self, fault: Fault, request: web.Request) -> Answer | None:
        """What the trouble does before the call is carried out; an Answer takes its place."""
        match fault.kind:
            case "error":
                return Answer({"ok": False, "error": fault.error})
            case "http_500":
                return Answer({"ok": False, "error": "http_500"}, 500)
            case "ratelimited":
                return rate_limited(math.ceil(fault.seconds))
            case "drop":
                _cut(request)
                return Answer({"ok": False, "error": "drop"}, 0)
            case "hang":
                await self._pause(fault.seconds)
                _cut(request)
                return Answer({"ok": False, "error": "hang"}, 0)
            case "slow":
                await self._pause(fault.seconds)
        return None

    async def _let_the_ack_arrive(self, workspace: Workspace, arguments: JsonObject) -> None:
        """
        Give the ack of a submission its head start.

        Bolt sends an ack up to 10 ms after the listener gave it. The way to Slack is longer than that, so an
        update that follows an ack arrives after it there; on one machine it would arrive before.
        """
        view_id = arguments.get("view_id")
        if isinstance(view_id, str):
            await workspace.hub.submission_acked(view_id, within=HEAD_START_SECONDS)

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self.stopping.wait(), seconds)
        except TimeoutError:
            return

    def _finish(
        self, workspace: Workspace, method: str, arguments: JsonObject, result: Answer, started: float
    ) -> web.StreamResponse:
        ok = bool(result.body["ok"])
        workspace.calls.append(
            ApiCall(
                method=method,
                arguments=arguments,
                ok=ok,
                error=None if ok else str(result.body["error"]),
                status=result.status,
                started=started,
                ended=time.monotonic(),
            )
        )
        if result.status == 500:
            return web.Response(status=500, text="Internal Server Error")
        return web.Response(
            text=json.dumps(result.body),
            status=result.status or 200,
            headers=result.headers,
            content_type="application/json",
        )


async def _arguments(request: web.Request) -> JsonObject | None:
    """Query, form and JSON arguments together; None for a body that is no JSON object."""
    arguments: JsonObject = dict(request.query)
    if not request.can_read_body:
        return arguments
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.read())
        except (ValueError, RecursionError):
            return None
        if not isinstance(body, dict):
            return None
        return arguments | body
    form = await request.post()
    return arguments | {name: value for name, value in form.items() if isinstance(value, str)}


def _token(request: web.Request, arguments: JsonObject) -> str | None:
    """The token of header or body; it is taken out of the arguments, so that no log holds it."""
    in_body = arguments.pop("token", None)
    header = request.headers.get("Authorization", "")
    if header.lower().startswith(BASIC):
        # The app itself: how Slack would have its credentials sent.
        client_id, _, secret = b64decode(header[len(BASIC) :]).decode().partition(":")
        arguments |= {"client_id": client_id, "client_secret": secret}
    if header.lower().startswith(BEARER):
        return header[len(BEARER) :].strip()
    return in_body if isinstance(in_body, str) else None


def _cut(request: web.Request) -> None:
    """Close the connection so that no answer arrives."""
    if request.transport is not None:
        request.transport.abort()
