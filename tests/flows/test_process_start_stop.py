"""Starting and stopping: an orderly end within ten seconds, and one sentence when it cannot begin."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import running, sending
from bot.manifest import REQUESTS_PATH
from bot.playground.faults import FaultKind
from bot.playground.server import WorkspaceServer
from bot.playground.sockets import MAX_CONNECTIONS
from bot.settings import Settings
from bot.start_errors import StartError
from bot.transport import socket_mode
from bot.transport.socket_mode import SocketMode
from content.loader import Catalog
from storage import learners, outbox
from storage.engine import connect
from tests.conftest import sqlite_url
from tests.flows.conftest import TransportName, workspace_for
from tests.processes import environment, running_bot, until
from tests.slack_user import SlackUser

SECONDS_TO_STOP = 10.0


@dataclass
class Place:
    """A workspace, and what a bot needs to run in it."""

    server: WorkspaceServer
    folder: Path
    values: dict[str, str]

    async def reached(self) -> None:
        """Wait until requests reach the bot."""
        workspace = self.server.workspace
        port = self.values.get("PREP_HTTP_PORT")
        while not workspace.connected:
            if port is not None:
                await workspace.deliver_to(f"http://127.0.0.1:{port}{REQUESTS_PATH}")
            await asyncio.sleep(0.02)


@pytest.fixture
async def place(migrated_file: Path, tmp_path: Path) -> AsyncIterator[Place]:
    async with open_place("socket", sqlite_url(migrated_file, tmp_path), tmp_path) as opened:
        yield opened


@pytest.fixture
async def either(migrated_file: Path, tmp_path: Path, transport: TransportName) -> AsyncIterator[Place]:
    """A place for each transport."""
    async with open_place(transport, sqlite_url(migrated_file, tmp_path), tmp_path) as opened:
        yield opened


@asynccontextmanager
async def open_place(transport: TransportName, url: str, folder: Path) -> AsyncIterator[Place]:
    clock_file = folder / "clock"
    async with WorkspaceServer(workspace_for(transport, clock_file)) as server:
        yield Place(server, folder, environment(server, url, clock_file))


def settings(place: Place, **changes: str) -> Settings:
    """The configuration for a bot in this process."""
    values: dict[str, Any] = {
        name: value for name, value in place.values.items() if name.startswith(("SLACK", "PREP", "DATA"))
    }
    return Settings(_env_file=None, **{**values, **changes})


async def owe(place: Place, count: int) -> None:
    """Owe everybody some answers."""
    workspace = place.server.workspace
    database = connect(place.values["DATABASE_URL"])
    now = workspace.clock.now()
    users = [member.id for member in workspace.members.values() if not member.is_bot]
    async with database.write() as session:
        for number in range(count):
            user = users[number % len(users)]
            learner = await learners.ensure(session, workspace.team_id, user, now=now)
            draft = outbox.Draft(
                idempotency_key=f"answer:{number}",
                team_id=workspace.team_id,
                learner_id=learner.id or 0,
                kind="menu",
                due_at=now,
                payload={"learner_id": learner.id, "word": "help"},
            )
            await outbox.enqueue(session, draft, now=now)
    await database.close()


async def counts(place: Place) -> dict[str, int]:
    """State to number of messages."""
    database = connect(place.values["DATABASE_URL"])
    async with database.read() as session:
        found = await outbox.counts(session)
    await database.close()
    return found


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_stop_amid_a_batch_is_quick_and_leaves_nothing_sending(
    either: Place, number: signal.Signals
) -> None:
    place = either
    place.server.workspace.faults.add(method="chat.postMessage", kind="slow", seconds=0.3, times=None)
    await owe(place, 60)
    async with running_bot(place.values, place.folder) as bot:
        await until(lambda: len(place.server.workspace.posts) >= 3)
        started = time.monotonic()
        bot.send(number)
        assert await bot.ended() == 0
        assert time.monotonic() - started < SECONDS_TO_STOP
    found = await counts(place)
    assert set(found) <= {"sent", "due"}
    assert found["sent"] == len(place.server.workspace.posts)
    assert "Traceback" not in bot.said()


async def test_a_stop_while_slack_hangs_is_quick_and_leaves_the_posts_unclear(place: Place) -> None:
    place.server.workspace.faults.add(method="chat.postMessage", kind="hang", seconds=60, times=None)
    await owe(place, 12)
    async with running_bot(place.values, place.folder) as bot:
        await until(lambda: place.server.workspace.faults.met >= 6)
        started = time.monotonic()
        bot.send(signal.SIGTERM)
        assert await bot.ended() == 0
        assert time.monotonic() - started < SECONDS_TO_STOP
    assert await counts(place) == {"unclear": 6, "due": 6}
    assert "Traceback" not in bot.said()


async def test_a_running_listener_finishes_before_the_stop(either: Place) -> None:
    place = either
    workspace = place.server.workspace
    user = next(member.id for member in workspace.members.values() if not member.is_bot)
    ana = SlackUser(workspace, user)
    async with running_bot(place.values, place.folder) as bot:
        await place.reached()
        workspace.faults.add(method="views.publish", kind="slow", seconds=1.0)
        opening = asyncio.create_task(ana.open_home())
        await until(lambda: workspace.faults.met)
        bot.send(signal.SIGTERM)
        assert await bot.ended(SECONDS_TO_STOP) == 0
        await opening
    assert ana.home() is not None
    assert "Traceback" not in bot.said()


@pytest.mark.parametrize("method", ["auth.test", "apps.connections.open"])
async def test_a_stop_before_the_connection_is_up(place: Place, method: str) -> None:
    place.server.workspace.faults.add(method=method, kind="hang", seconds=60, times=None)
    async with running_bot(place.values, place.folder) as bot:
        await until(lambda: place.server.workspace.faults.met)
        started = time.monotonic()
        bot.send(signal.SIGTERM)
        assert await bot.ended() == 0
        assert time.monotonic() - started < SECONDS_TO_STOP
    assert "Traceback" not in bot.said()


async def test_a_lost_connection_comes_back_by_itself(place: Place) -> None:
    workspace = place.server.workspace
    user = next(member.id for member in workspace.members.values() if not member.is_bot)
    async with running_bot(place.values, place.folder) as bot:
        await until(lambda: workspace.connected)
        await place.server.drop_connections("warning")
        await until(lambda: workspace.connected)
        ana = SlackUser(workspace, user)
        await ana.say("help")
        await until(lambda: workspace.posts)
        bot.send(signal.SIGTERM)
        assert await bot.ended(SECONDS_TO_STOP) == 0


def _a_wrong_token(place: Place) -> None:
    place.values["SLACK_BOT_TOKEN"] = "xoxb-wrong"


def _nobody_listening(place: Place) -> None:
    place.values["SLACK_API_URL"] = "http://127.0.0.1:9/api/"


def _a_newer_database(place: Place) -> None:
    with sqlite3.connect(place.folder / "prep-coach.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.execute("UPDATE schema_compatibility SET oldest_program = '9999'")
    connection.close()


def _no_database(place: Place) -> None:
    place.values["DATABASE_URL"] = "sqlite:////proc/nowhere/prep-coach.db"


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        pytest.param(_a_wrong_token, "Slack refused SLACK_BOT_TOKEN (invalid_auth)", id="token"),
        pytest.param(_nobody_listening, "Slack cannot be reached at http://127.0.0.1:9/api/", id="network"),
        pytest.param(_a_newer_database, "The database is at 9999, newer than this program (", id="newer"),
        pytest.param(
            _no_database, "The database sqlite:////proc/nowhere/prep-coach.db cannot be", id="folder"
        ),
    ],
)
async def test_what_cannot_start_says_so_in_one_sentence(
    place: Place, trouble: Callable[[Place], None], words: str
) -> None:
    trouble(place)
    async with running_bot(place.values, place.folder) as bot:
        assert await bot.ended() == 1
    assert words in bot.said().splitlines()[-1]
    assert "Traceback" not in bot.said()


@pytest.mark.parametrize(
    ("method", "kind"),
    [(method, kind) for method in ("auth.test", "apps.connections.open") for kind in ("http_500", "hang")],
)
async def test_a_slack_that_is_down_at_the_start_is_told_from_a_wrong_token(
    place: Place, catalog: Catalog, monkeypatch: pytest.MonkeyPatch, method: str, kind: FaultKind
) -> None:
    monkeypatch.setattr(running, "CALL_SECONDS", 0.3)
    monkeypatch.setattr(socket_mode, "CONNECT_SECONDS", 0.3)
    place.server.workspace.faults.add(method=method, kind=kind, seconds=60, times=None)

    with pytest.raises(StartError, match=r"^Slack cannot be reached at http://127\.0\.0\.1:"):
        async with running.running_coach(settings(place), catalog):
            pytest.fail("it must not start")


async def test_an_address_that_is_not_slacks_is_said_so(place: Place, catalog: Catalog) -> None:
    with pytest.raises(StartError, match=r"Slack cannot be reached at .*/nothing/here/"):
        async with running.running_coach(
            settings(place, SLACK_API_URL=f"{place.server.url}/nothing/here/"), catalog
        ):
            pytest.fail("it must not start")


async def test_a_wrong_app_token_is_told_from_a_wrong_bot_token(place: Place, catalog: Catalog) -> None:
    with pytest.raises(StartError, match=r"^Slack refused SLACK_APP_TOKEN \(invalid_auth\)"):
        async with running.running_coach(settings(place, SLACK_APP_TOKEN="xapp-wrong"), catalog):
            pytest.fail("it must not start")


async def test_an_eleventh_connection_is_told_what_slack_allows(place: Place, catalog: Catalog) -> None:
    class Other:
        async def send(self, text: str) -> None:
            """Takes whatever comes."""

    for _ in range(MAX_CONNECTIONS):
        place.server.workspace.hub.add(Other())

    with pytest.raises(StartError, match=r"^Slack takes 10 Socket Mode connections"):
        async with running.running_coach(settings(place), catalog):
            pytest.fail("it must not start")


async def test_a_post_gives_up_well_before_its_lease_runs_out(place: Place, catalog: Catalog) -> None:
    """A client that is handed a session ignores its own time-out; the session's must be set."""
    async with running.running_coach(settings(place), catalog) as started:
        session = started.coach.delivery.connect("xoxb-any").session
        assert session is not None
        assert session.timeout.total == sending.CALL_SECONDS
        assert timedelta(seconds=sending.CALL_SECONDS) < sending.LEASE


async def test_a_connection_that_stays_lost_ends_the_process(
    place: Place, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "HEALTH_SECONDS", 0.02)
    async with running.running_coach(settings(place), catalog) as started:
        assert isinstance(started.transport, SocketMode)
        await until(lambda: place.server.workspace.connected)
        await started.transport.handler.disconnect_async()
        with pytest.raises(StartError, match="is lost and does not come back"):
            await running._until_stopped(asyncio.Event(), started.transport)


def test_a_restarted_process_does_not_take_old_claims_for_its_own() -> None:
    assert running.owner_name() != running.owner_name()
