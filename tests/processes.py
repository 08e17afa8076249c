"""What delivery is tried with: a workspace, workers in this process, and bots in processes of their own."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery import Delivery
from bot.manifest import manifest_path
from bot.metrics import Metrics
from bot.outgoing import MessageKind, Post, Unneeded, one_by_one
from bot.pace import Pace
from bot.playground.clock import WorkspaceClock
from bot.playground.manifest import load_manifest
from bot.playground.server import WorkspaceServer
from bot.playground.workspace import Workspace
from bot.sending import OnGroupRefused
from storage import learners, outbox
from storage.engine import Database
from storage.models import Learner, OutboxMessage

PATIENCE_SECONDS = 20.0


async def until(condition: Callable[[], Any], *, within: float = PATIENCE_SECONDS) -> Any:
    """Look again and again until `condition` holds, and return what it gave."""
    end = time.monotonic() + within
    while not (seen := condition()):
        assert time.monotonic() < end, f"not seen within {within} seconds"
        await asyncio.sleep(0.01)
    return seen


class HandClock:
    """Wall time and monotonic seconds that only move by hand."""

    def __init__(self) -> None:
        self.instant = datetime.now(UTC)
        self.seconds = 0.0

    def now(self) -> datetime:
        return self.instant

    def monotonic(self) -> float:
        return self.seconds

    def move(self, seconds: float) -> None:
        """Time passes."""
        self.instant += timedelta(seconds=seconds)
        self.seconds += seconds


async def note(payload: dict[str, Any]) -> Post | Unneeded:
    """Draws the kind of message that these tests owe."""
    block = {"type": "section", "text": {"type": "plain_text", "text": payload["say"]}}
    return Post(payload["say"], [block])


KINDS: Mapping[str, MessageKind] = {
    "note": MessageKind(one_by_one(note), resend_if_unreadable=True),
    "chat": MessageKind(one_by_one(note), resend_if_unreadable=False),
}


@dataclass
class PostOffice:
    """A workspace, a database, and as many workers as a test wants."""

    workspace: Workspace
    server: WorkspaceServer
    database: Database
    clock: HandClock
    stack: AsyncExitStack
    workers: list[Delivery] = field(default_factory=list)

    async def worker(
        self,
        *,
        owner: str = "a",
        database: Database | None = None,
        kinds: Mapping[str, MessageKind] = KINDS,
        pace: Pace | None = None,
        api_url: str | None = None,
        patience: float = 5.0,
        team_id: str | None = None,
        on_group_refused: OnGroupRefused | None = None,
        metrics: Metrics | None = None,
    ) -> Delivery:
        """A worker with a client of its own, which waits `patience` seconds for an answer."""
        timeout = aiohttp.ClientTimeout(total=patience)
        session = await self.stack.enter_async_context(aiohttp.ClientSession(timeout=timeout))
        poster = AsyncWebClient(
            self.workspace.bot_token, api_url or self.server.api_url, session=session, retry_handlers=[]
        )
        delivery = Delivery(
            team_id=team_id or self.workspace.team_id,
            database=database or self.database,
            poster=poster,
            kinds=kinds,
            now=self.clock.now,
            owner=owner,
            pace=pace or Pace(self.clock.monotonic, posts_per_second=0),
            on_group_refused=on_group_refused,
            metrics=metrics or Metrics(),
        )
        self.workers.append(delivery)
        return delivery

    def people(self) -> list[str]:
        """The ids of everybody who is no bot."""
        return [member.id for member in self.workspace.members.values() if not member.is_bot]

    async def owe(self, key: str, *, to: str | None = None, kind: str = "note", **changes: Any) -> None:
        """Owe a message to a person whose conversation with the bot is open."""
        await self.owe_all([key], to=to, kind=kind, **changes)

    async def owe_all(
        self, keys: list[str], *, to: str | None = None, kind: str = "note", **changes: Any
    ) -> None:
        """The same for many, in one transaction."""
        user = to or self.people()[0]
        channel = self.workspace.conversations.open_dm(user).id
        async with self.database.write() as session:
            learner = await learners.ensure(session, self.workspace.team_id, user, now=self.clock.now())
            await learners.keep_dm_channel(session, learner.id or 0, channel)
            for key in keys:
                values = {
                    "idempotency_key": key,
                    "team_id": self.workspace.team_id,
                    "learner_id": learner.id,
                    "kind": kind,
                    "payload": {"say": key},
                    "due_at": self.clock.now(),
                    **changes,
                }
                await outbox.enqueue(session, outbox.Draft(**values), now=self.clock.now())

    async def row(self, key: str) -> OutboxMessage:
        """What is stored of a message."""
        async with self.database.read() as session:
            found = await outbox.find(session, key)
        assert found is not None
        return found

    async def learner(self, user: str) -> Learner:
        """What is stored of a person."""
        async with self.database.read() as session:
            found = await learners.find(session, self.workspace.team_id, user)
        assert found is not None
        return found

    async def counts(self) -> dict[str, int]:
        """State to number of messages."""
        async with self.database.read() as session:
            return await outbox.counts(session)

    def posted(self) -> list[str]:
        """The keys of the posts that Slack accepted, in order."""
        return posted(self.workspace)

    def calls(self, method: str = "chat.postMessage") -> int:
        """How often a method was called."""
        return sum(call.method == method for call in self.workspace.calls)


def posted(workspace: Workspace) -> list[str]:
    """The keys of the posts that the workspace accepted, in order."""
    return [post.metadata["event_payload"]["key"] for post in workspace.posts if post.metadata]


@asynccontextmanager
async def open_office(database: Database) -> AsyncIterator[PostOffice]:
    """A workspace without rate limits, because nobody is there to wait for them."""
    async with open_workspace() as server, AsyncExitStack() as stack:
        server.workspace.rate_limits_enabled = False
        yield PostOffice(server.workspace, server, database, HandClock(), stack)


@asynccontextmanager
async def open_workspace(clock_file: Path | None = None) -> AsyncIterator[WorkspaceServer]:
    """A workspace that listens."""
    workspace = Workspace(manifest=load_manifest(manifest_path()), clock=WorkspaceClock(clock_file))
    server = WorkspaceServer(workspace, port=0)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


@dataclass
class Bot:
    """`python -m bot run` as a process of its own."""

    process: Process
    log: Path

    def kill(self) -> None:
        """No time to say goodbye."""
        self.process.kill()

    def send(self, number: signal.Signals) -> None:
        """Send a signal to this process alone."""
        self.process.send_signal(number)

    async def ended(self, within: float = PATIENCE_SECONDS) -> int:
        """Wait for its end; the exit code."""
        async with asyncio.timeout(within):
            return await self.process.wait()

    def said(self) -> str:
        """All it wrote so far."""
        return self.log.read_text(encoding="utf-8")


def free_port() -> int:
    """A port of this machine that nobody uses."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def environment(server: WorkspaceServer, database_url: str, clock_file: Path) -> dict[str, str]:
    """The configuration of a bot in a process of its own, over the transport of the workspace's manifest."""
    workspace = server.workspace
    way_in = {"SLACK_APP_TOKEN": workspace.app_token}
    if not workspace.manifest.socket_mode_enabled:
        way_in = {"SLACK_SIGNING_SECRET": workspace.signing_secret, "PREP_HTTP_PORT": str(free_port())}
    return {
        **os.environ,
        **way_in,
        "SLACK_API_URL": server.api_url,
        "SLACK_BOT_TOKEN": workspace.bot_token,
        "DATABASE_URL": database_url,
        "PREP_CLOCK_FILE": str(clock_file),
        "PREP_TICK_SECONDS": "0.2",
        "PREP_LOG_LEVEL": "INFO",
        "PYTHONUNBUFFERED": "1",
    }


@asynccontextmanager
async def running_bot(values: Mapping[str, str], folder: Path, name: str = "bot") -> AsyncIterator[Bot]:
    """A started bot, not necessarily connected yet; it is killed at the end if it still runs."""
    log = folder / f"{name}.log"
    with log.open("ab") as out:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", env=dict(values), stdout=out, stderr=out
        )
    try:
        yield Bot(process, log)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGCONT)
            process.kill()
            await process.wait()
