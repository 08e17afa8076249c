"""
The smallest Slack that takes posts as fast as this machine allows, and remembers each with its instant.

Run as a process of its own. Every sender under measurement posts to it, so that the comparison is fair. It
prints its port; `tests.bench.ledger` starts it and asks it.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import math
import sys
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from bot.manifest import manifest_path
from bot.playground.clock import WorkspaceClock
from bot.playground.manifest import load_manifest
from bot.playground.model import Conversation, Member
from bot.playground.rate_limits import RateLimits
from bot.playground.web_api import answer
from bot.playground.workspace import Workspace
from tests.bench.senders.post import channel_of

TEAM = "T0BENCH"
BOT_USER = "U0COACH"
API = "/api/"
CONTROL = "/bench/"
TIER_OF_HISTORY = 3


@dataclass(slots=True)
class Ledger:
    """What was accepted since the last reset, and how posts are treated."""

    delay: float = 0.0
    """Seconds that a post takes; it is accepted after half of them."""
    workspace: Workspace | None = None
    """Checks and keeps each post as the playground does; None: posts are only noted."""
    limits: RateLimits | None = None
    accepted: list[tuple[str, str, float]] = field(default_factory=list)
    """Key, channel, seconds since the epoch."""
    keys: set[str] = field(default_factory=set)
    channels: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    refused: int = 0
    last: dict[str, Any] = field(default_factory=dict)
    """The text and blocks of the latest post."""


class PostServer:
    """Answers the few methods that a sender calls; any other is answered with a bare ok."""

    def __init__(self) -> None:
        self.port = 0
        self.greeted = 0
        self._ledger = Ledger()
        self._ts = itertools.count(int(time.time() * 1_000_000))

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """One request of any kind."""
        path = request.path
        if path.startswith(API):
            return await self._call(path.removeprefix(API), request)
        if path.startswith(CONTROL):
            return await self._control(path.removeprefix(CONTROL), request)
        return await self._greet(request)

    async def _call(self, method: str, request: web.BaseRequest) -> web.Response:
        arguments = await _arguments(request)
        match method:
            case "chat.postMessage":
                return await self._post(arguments)
            case "chat.update":
                return _ok(channel=arguments["channel"], ts=arguments["ts"])
            case "conversations.history":
                return self._history(arguments)
            case "conversations.open":
                return _ok(channel={"id": f"D{str(arguments['users']).removeprefix('U')}"})
            case "apps.connections.open":
                return _ok(url=f"ws://127.0.0.1:{self.port}/link")
            case "auth.test":
                return _ok(
                    team_id=TEAM,
                    user_id=BOT_USER,
                    bot_id="B0COACH",
                    team="Bench",
                    user="coach",
                    url="http://x/",
                )
        return _ok()

    async def _post(self, arguments: dict[str, Any]) -> web.Response:
        # A reset gives later posts a ledger of their own: what a killed sender left is not counted there.
        ledger = self._ledger
        channel = str(arguments["channel"])
        if ledger.limits is not None:
            wait = ledger.limits.retry_after("chat.postMessage", None, channel)
            if wait is not None:
                ledger.refused += 1
                return _too_many(wait)
        if ledger.delay:
            await asyncio.sleep(ledger.delay / 2)
        number = next(self._ts)
        ts = f"{number // 1_000_000}.{number % 1_000_000:06d}"
        body: dict[str, Any] = {"channel": channel, "ts": ts}
        if ledger.workspace is not None:
            token = ledger.workspace.bot_token
            body = answer(ledger.workspace, "chat.postMessage", dict(arguments), token).body
            if not body["ok"]:
                return web.json_response(body)
        metadata = arguments.get("metadata") or {}
        key = str(metadata.get("event_payload", {}).get("key"))
        ledger.accepted.append((key, channel, time.time()))
        ledger.keys.add(key)
        said = {"type": "message", "ts": body["ts"], "metadata": metadata}
        ledger.channels.setdefault(channel, []).append(said)
        ledger.last = {"text": arguments.get("text"), "blocks": arguments.get("blocks")}
        if ledger.delay:
            await asyncio.sleep(ledger.delay / 2)
        return _ok(**body)

    def _history(self, arguments: dict[str, Any]) -> web.Response:
        limits = self._ledger.limits
        wait = limits.retry_after("conversations.history", TIER_OF_HISTORY, None) if limits else None
        if wait is not None:
            return _too_many(wait)
        return _ok(messages=self._ledger.channels.get(str(arguments["channel"]), [])[::-1], has_more=False)

    async def _control(self, word: str, request: web.BaseRequest) -> web.Response:
        ledger = self._ledger
        if word == "reset":
            wish = json.loads(await request.read())
            limits = RateLimits(time.monotonic) if wish["limits"] else None
            people = int(wish["workspace_of"])
            self._ledger = Ledger(float(wish["delay"]), _workspace(people) if people else None, limits)
            return _ok()
        if word == "count":
            return _ok(accepted=len(ledger.accepted), keys=len(ledger.keys), greeted=self.greeted)
        return _ok(accepted=ledger.accepted, refused=ledger.refused, last=ledger.last)

    async def _greet(self, request: web.BaseRequest) -> web.StreamResponse:
        """A Socket Mode connection on which nothing is ever asked."""
        socket = web.WebSocketResponse(autoping=True)
        await socket.prepare(request)
        await socket.send_json(
            {
                "type": "hello",
                "num_connections": 1,
                "connection_info": {"app_id": "A0COACH"},
                "debug_info": {},
            }
        )
        self.greeted += 1
        async for _ in socket:
            pass
        return socket


async def _arguments(request: web.BaseRequest) -> dict[str, Any]:
    """Query and body, which is JSON or a form."""
    arguments: dict[str, Any] = dict(request.query)
    body = await request.read()
    if body.startswith(b"{"):
        arguments.update(json.loads(body))
    elif body:
        arguments.update(parse_qsl(body.decode()))
    return arguments


def _workspace(people: int) -> Workspace:
    """A playground without limits in which so many numbered people have opened the app's messages."""
    workspace = Workspace(manifest=load_manifest(manifest_path()), clock=WorkspaceClock())
    workspace.rate_limits_enabled = False
    for number in range(1, people + 1):
        person = Member(id=f"U{number}", name=f"person{number}", real_name=f"Person {number}", tz="UTC")
        workspace.people[person.id] = person
        members = [person.id, workspace.bot_user_id]
        workspace.conversations.add(Conversation(id=channel_of(number), kind="im", member_ids=members))
    return workspace


def _ok(**values: Any) -> web.Response:
    return web.Response(body=json.dumps({"ok": True, **values}).encode(), content_type="application/json")


def _too_many(seconds: float) -> web.Response:
    return web.Response(
        status=429,
        headers={"Retry-After": str(math.ceil(seconds))},
        body=b'{"ok":false,"error":"ratelimited"}',
        content_type="application/json",
    )


async def main() -> None:
    """Listen on a free port, print it, and serve until terminated."""
    posts = PostServer()
    runner = web.ServerRunner(web.Server(posts.handle, access_log=None))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, backlog=1024)
    await site.start()
    posts.port = runner.addresses[0][1]
    sys.stdout.write(f"{posts.port}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
