"""Bots that are killed or frozen at every point on the way of a message: it arrives once."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.playground.faults import FaultKind
from bot.playground.server import WorkspaceServer
from bot.sending import LEASE
from storage import learners, outbox
from storage.engine import Database
from storage.models import OutboxState
from tests.processes import environment, open_workspace, posted, running_bot, until
from tests.slack_user import SlackUser

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what does not depend on the kind of database: each bot that starts costs a second."""
PAST_LEASE = LEASE + timedelta(seconds=5)
KEY = "answer:1"


@dataclass
class Scene:
    """A workspace in which a person is owed an answer, and what a bot needs to run in it."""

    server: WorkspaceServer
    database: Database
    folder: Path
    values: dict[str, str]

    def calls(self, method: str) -> int:
        """How often a method was called and answered."""
        return sum(call.method == method for call in self.server.workspace.calls)

    async def owe(self, *, channel_known: bool = True) -> None:
        """Owe somebody the help text."""
        workspace = self.server.workspace
        user = next(member.id for member in workspace.members.values() if not member.is_bot)
        now = workspace.clock.now()
        async with self.database.write() as session:
            learner = await learners.ensure(session, workspace.team_id, user, now=now)
            learner_id = learner.id or 0
            if channel_known:
                channel = workspace.conversations.open_dm(user).id
                await learners.keep_dm_channel(session, learner_id, channel)
            draft = outbox.Draft(
                idempotency_key=KEY,
                team_id=workspace.team_id,
                learner_id=learner_id,
                kind="menu",
                due_at=now,
                payload={"learner_id": learner_id, "word": "help"},
            )
            await outbox.enqueue(session, draft, now=now)

    async def state(self) -> str:
        """Where the message is."""
        async with self.database.read() as session:
            found = await outbox.find(session, KEY)
        assert found is not None
        return found.state

    async def reach(self, state: OutboxState) -> None:
        """Look until the message is there."""
        async with asyncio.timeout(20):
            while True:
                if await self.state() == state:
                    return
                await asyncio.sleep(0.02)

    async def called(self, method: str, times: int) -> None:
        """Look until a method was called so often."""
        await until(lambda: self.calls(method) >= times)


@pytest.fixture
async def scene(database: Database, database_url: str, tmp_path: Path) -> AsyncIterator[Scene]:
    clock_file = tmp_path / "clock"
    async with open_workspace(clock_file) as server:
        yield Scene(server, database, tmp_path, environment(server, database_url, clock_file))


async def start_afresh(scene: Scene, name: str = "second") -> None:
    """Let leases run out, start another bot and see the message sent."""
    scene.server.workspace.faults.clear()
    scene.server.workspace.clock.jump_by(PAST_LEASE)
    async with running_bot(scene.values, scene.folder, name):
        await scene.reach(OutboxState.SENT)


@on_sqlite
async def test_killed_before_the_claim(scene: Scene) -> None:
    scene.server.workspace.faults.add(method="auth.test", kind="hang", seconds=60)
    async with running_bot(scene.values, scene.folder) as bot:
        await until(lambda: scene.server.workspace.faults.met)
        await scene.owe()
        bot.kill()
        await bot.ended()
    assert await scene.state() == OutboxState.DUE

    await start_afresh(scene)

    assert posted(scene.server.workspace) == [KEY]


@on_sqlite
async def test_killed_after_the_claim(scene: Scene) -> None:
    scene.server.workspace.faults.add(method="conversations.open", kind="hang", seconds=60)
    await scene.owe(channel_known=False)
    async with running_bot(scene.values, scene.folder) as bot:
        await until(lambda: scene.server.workspace.faults.met)
        bot.kill()
        await bot.ended()
    assert await scene.state() == OutboxState.CLAIMED

    await start_afresh(scene)

    assert posted(scene.server.workspace) == [KEY]


@on_sqlite
@pytest.mark.parametrize(
    ("kind", "seconds", "accepted"),
    [
        pytest.param("hang", 60.0, 0, id="before Slack accepts the post"),
        pytest.param("slow", 0.5, 1, id="while Slack accepts the post"),
    ],
)
async def test_killed_while_the_post_is_on_its_way(
    scene: Scene, kind: FaultKind, seconds: float, accepted: int
) -> None:
    scene.server.workspace.faults.add(method="chat.postMessage", kind=kind, seconds=seconds)
    await scene.owe()
    async with running_bot(scene.values, scene.folder) as bot:
        await until(lambda: scene.server.workspace.faults.met)
        bot.kill()
        await bot.ended()
    assert await scene.state() == OutboxState.SENDING
    await until(lambda: len(scene.server.workspace.posts) == accepted)

    await start_afresh(scene)

    assert posted(scene.server.workspace) == [KEY]


@on_sqlite
async def test_killed_after_the_answer_and_before_it_is_written_down(scene: Scene) -> None:
    workspace = scene.server.workspace
    workspace.faults.add(method="chat.postMessage", kind="slow", seconds=0.3)
    await scene.owe()
    async with running_bot(scene.values, scene.folder) as bot:
        await until(lambda: workspace.faults.met and workspace.connected)
        with closing(sqlite3.connect(scene.folder / "prep-coach.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            await until(lambda: workspace.posts)
            # The bot has got Slack's answer too when it acks what was sent after it.
            user = next(member.id for member in workspace.members.values() if not member.is_bot)
            await SlackUser(workspace, user).command("/prep help")
            bot.kill()
            await bot.ended()
            other.execute("ROLLBACK")
    assert await scene.state() == OutboxState.SENDING

    await start_afresh(scene)

    assert posted(workspace) == [KEY]


@on_sqlite
async def test_killed_again_and_again_it_still_arrives_once(scene: Scene) -> None:
    workspace = scene.server.workspace
    workspace.faults.add(method="chat.postMessage", kind="slow", seconds=0.3)
    await scene.owe()
    for number in range(2):
        async with running_bot(scene.values, scene.folder, f"bot{number}") as bot:
            await scene.called("auth.test", number + 1)
            if number == 0:
                await until(lambda: workspace.faults.met)
            bot.kill()
            await bot.ended()
        workspace.clock.jump_by(PAST_LEASE)
    await until(lambda: workspace.posts)

    await start_afresh(scene)

    assert posted(workspace) == [KEY]


@pytest.mark.parametrize(
    ("database_url", "method"),
    [
        ("sqlite", "conversations.open"),
        ("sqlite", "chat.postMessage"),
        ("postgresql", "chat.postMessage"),
    ],
    indirect=["database_url"],
)
async def test_a_bot_that_froze_past_its_lease_does_not_post_again(scene: Scene, method: str) -> None:
    """Frozen before its last look at the claim, or with the post on its way."""
    workspace = scene.server.workspace
    workspace.faults.add(method=method, kind="slow", seconds=0.3)
    await scene.owe(channel_known=False)
    async with running_bot(scene.values, scene.folder, "sleeper") as sleeper:
        await until(lambda: workspace.faults.met)
        sleeper.send(signal.SIGSTOP)
        if method == "chat.postMessage":
            await until(lambda: workspace.posts)
        await start_afresh(scene)
        sleeper.send(signal.SIGCONT)
        # The woken bot still listens, and has had the time for everything it had in hand.
        before = datetime.now(UTC)
        sleeper.send(signal.SIGTERM)
        assert await sleeper.ended(within=10) == 0
        assert datetime.now(UTC) - before < timedelta(seconds=10)

    assert posted(workspace) == [KEY]
    assert await scene.state() == OutboxState.SENT
