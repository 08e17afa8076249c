"""The operator's commands beside a bot that runs: back up, restore, move; people get each message once."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.playground.server import WorkspaceServer
from storage import learners, outbox
from storage.engine import connect
from tests.conftest import sqlite_url
from tests.processes import environment, open_workspace, posted, running_bot, until

A_MINUTE = 60.0


@dataclass
class Place:
    """A workspace, and what a bot needs to run in it."""

    server: WorkspaceServer
    folder: Path
    values: dict[str, str]

    def posted(self) -> list[str]:
        return posted(self.server.workspace)

    async def owe(self, *keys: str, **changes: Any) -> None:
        """Owe somebody answers."""
        workspace = self.server.workspace
        now = workspace.clock.now()
        user = next(member.id for member in workspace.members.values() if not member.is_bot)
        database = connect(self.values["DATABASE_URL"])
        async with database.write() as session:
            learner = await learners.ensure(session, workspace.team_id, user, now=now)
            for key in keys:
                values = {
                    "idempotency_key": key,
                    "team_id": workspace.team_id,
                    "learner_id": learner.id or 0,
                    "kind": "menu",
                    "due_at": now,
                    "payload": {"learner_id": learner.id, "word": "help"},
                    **changes,
                }
                await outbox.enqueue(session, outbox.Draft(**values), now=now)
        await database.close()

    async def counts(self) -> dict[str, int]:
        database = connect(self.values["DATABASE_URL"])
        async with database.read() as session:
            found = await outbox.counts(session)
        await database.close()
        return found

    async def run(self, *words: str, **values: str) -> tuple[int, str, str]:
        """`prep-coach` with these words: exit code, answer, and what it said beside it."""
        return await command(words, {**self.values, **values}, self.folder)


async def command(words: tuple[str, ...], values: Mapping[str, str], folder: Path) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *words,
        env=dict(values),
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, beside = await process.communicate()
    return process.returncode or 0, out.decode(), beside.decode()


@pytest.fixture
async def place(database_url: str, tmp_path: Path) -> AsyncIterator[Place]:
    clock_file = tmp_path / "clock"
    async with open_workspace(clock_file) as server:
        values = environment(server, database_url, clock_file)
        values["PYTHONPATH"] = str(Path(__file__).parents[2])
        yield Place(server, tmp_path, values)


async def test_what_was_sent_since_the_backup_is_not_sent_again(place: Place) -> None:
    workspace = place.server.workspace
    soon = workspace.clock.now() + timedelta(minutes=10)
    async with running_bot(place.values, place.folder) as bot:
        await place.owe("first", "second")
        await until(lambda: len(place.posted()) == 2, within=A_MINUTE)
        # Owed when the backup is made, sent after it.
        await place.owe("third", "fourth", due_at=soon)
        code, said, beside = await place.run("backup", "night.backup")
        assert code == 0, beside
        assert "read back and compared" in said
        assert "outbox_message: 4" in beside
        workspace.clock.jump_by(timedelta(minutes=11))
        await until(lambda: len(place.posted()) == 4, within=A_MINUTE)

        code, _, beside = await place.run("restore", "night.backup", "--replace")
        assert code == 1
        assert "A bot was at work on" in beside
        bot.send(signal.SIGTERM)
        assert await bot.ended() == 0

    code, _, beside = await place.run("restore", "night.backup", "--force")
    assert code == 1
    assert "holds people's data: add --replace" in beside
    code, said, beside = await place.run("restore", "night.backup", "--replace", "--force")
    assert code == 0, beside
    assert "not sent again" in said.replace("\n", " ")

    async with running_bot(place.values, place.folder, "again") as bot:
        await until(lambda: workspace.connected, within=A_MINUTE)
        await place.owe("fifth")
        await until(lambda: len(place.posted()) == 5, within=A_MINUTE)
        await until_all_sent(place, 5)
        bot.send(signal.SIGTERM)
        assert await bot.ended() == 0
        assert "Traceback" not in bot.said()
    assert sorted(place.posted()) == ["fifth", "first", "fourth", "second", "third"]


async def until_all_sent(place: Place, number: int) -> None:
    async with asyncio.timeout(40):
        while await place.counts() != {"sent": number}:  # noqa: ASYNC110 - a database calls nobody
            await asyncio.sleep(0.1)


async def test_a_database_moves_to_the_other_kind_and_the_bot_goes_on_there(
    place: Place, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    source = place.values["DATABASE_URL"]
    if source.startswith("sqlite"):
        target = request.getfixturevalue("new_postgres")()
    else:
        (tmp_path / "target").mkdir()
        target = sqlite_url(request.getfixturevalue("migrated_file"), tmp_path / "target")
    await place.owe("first", "second")

    code, said, beside = await place.run("move", source, target)

    assert code == 0, beside
    assert "is as it was" in said
    assert any(line.split()[:3] == ["outbox_message", "2", "rows,"] for line in said.splitlines())
    assert await place.counts() == {"due": 2}
    place.values["DATABASE_URL"] = target
    async with running_bot(place.values, place.folder) as bot:
        await until(lambda: len(place.posted()) == 2, within=A_MINUTE)
        code, _, beside = await place.run("move", target, source, "--replace")
        assert code == 1
        assert "A bot was at work on" in beside
        bot.send(signal.SIGTERM)
        assert await bot.ended() == 0
    code, _, beside = await place.run("move", target, source, "--force")
    assert code == 1
    assert "add --replace" in beside
