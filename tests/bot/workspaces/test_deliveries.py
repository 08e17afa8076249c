"""Every workspace with something due is served, and only those."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery import Delivery
from bot.workspaces import deliveries
from bot.workspaces.deliveries import Deliveries
from bot.workspaces.directory import OneWorkspace
from storage import learners, outbox
from storage.engine import Database, connect
from storage.models import OutboxState
from tests.conftest import sqlite_url
from tests.processes import KINDS, PostOffice, open_office, until

SMALL = "T0SMALL"


@dataclass
class Installed:
    """Tokens by workspace, as a directory of many would give them."""

    tokens: dict[str, str] = field(default_factory=dict)

    async def authorize(
        self, team_id: str | None, enterprise_id: str | None, is_enterprise_install: bool
    ) -> AuthorizeResult | None:
        raise AssertionError("delivery asks for tokens only")

    async def token(self, team_id: str) -> str | None:
        return self.tokens.get(team_id)


@pytest.fixture
async def office(migrated_file: Path, tmp_path: Path) -> AsyncIterator[PostOffice]:
    database = connect(sqlite_url(migrated_file, tmp_path))
    async with open_office(database) as opened:
        yield opened
    await database.close()


@pytest.fixture
def installed(office: PostOffice) -> Installed:
    token = office.workspace.bot_token
    return Installed({office.workspace.team_id: token, SMALL: token})


@pytest.fixture
async def everywhere(office: PostOffice, installed: Installed) -> AsyncIterator[Deliveries]:
    timeout = aiohttp.ClientTimeout(total=5)
    async with aiohttp.ClientSession(timeout=timeout) as session:

        def connect_with(token: str | None) -> AsyncWebClient:
            return AsyncWebClient(token, office.server.api_url, session=session, retry_handlers=[])

        built = Deliveries(
            workspaces=installed,
            database=office.database,
            connect=connect_with,
            kinds=KINDS,
            now=office.clock.now,
            owner="a",
            posts_per_second=0,
        )
        yield built
        await built.stop()


async def owe(office: PostOffice, team_id: str, key: str) -> None:
    """Owe a message to the same person, who is a member of several workspaces."""
    user = office.people()[0]
    channel = office.workspace.conversations.open_dm(user).id
    now = office.clock.now()
    async with office.database.write() as session:
        learner = await learners.ensure(session, team_id or office.workspace.team_id, user, now=now)
        await learners.keep_dm_channel(session, learner.id or 0, channel)
        draft = outbox.Draft(
            idempotency_key=key,
            team_id=team_id,
            learner_id=learner.id,
            kind="note",
            payload={"say": key},
            due_at=now,
        )
        await outbox.enqueue(session, draft, now=now)


async def test_each_workspace_gets_its_own(office: PostOffice, everywhere: Deliveries) -> None:
    await owe(office, office.workspace.team_id, "large")
    await owe(office, SMALL, "small")

    assert await everywhere.drain() == 2

    assert sorted(office.posted()) == ["large", "small"]


async def test_a_wake_reaches_every_workspace_with_something_due(
    office: PostOffice, everywhere: Deliveries
) -> None:
    running = asyncio.create_task(everywhere.run())
    for team_id in (office.workspace.team_id, SMALL):
        await owe(office, team_id, team_id)

    everywhere.wake()
    await until(lambda: len(office.posted()) == 2)

    await everywhere.stop()
    await running


async def test_where_the_bot_is_not_installed_the_messages_wait(
    office: PostOffice, installed: Installed, everywhere: Deliveries, caplog: pytest.LogCaptureFixture
) -> None:
    token = installed.tokens.pop(SMALL)
    await owe(office, office.workspace.team_id, "large")
    await owe(office, SMALL, "small")

    await everywhere.drain()
    await everywhere.drain()

    assert office.posted() == ["large"]
    assert (await office.row("small")).state == OutboxState.DUE
    assert caplog.text.count("not installed there") == 1
    installed.tokens[SMALL] = token
    await everywhere.drain()
    assert office.posted() == ["large", "small"]


async def test_a_token_that_was_renewed_is_used_from_then_on(
    office: PostOffice, installed: Installed, everywhere: Deliveries
) -> None:
    installed.tokens[SMALL] = "xoxb-of-yesterday"
    await owe(office, SMALL, "early")
    await everywhere.drain()
    assert office.posted() == []

    installed.tokens[SMALL] = office.workspace.bot_token
    await owe(office, SMALL, "late")
    await everywhere.drain()

    assert office.posted() == ["late"]


async def test_what_an_older_version_owes_is_sent_too(office: PostOffice, everywhere: Deliveries) -> None:
    await owe(office, "", "old")

    await everywhere.drain()

    assert office.posted() == ["old"]


async def test_a_workspace_that_rests_is_let_go(
    office: PostOffice, everywhere: Deliveries, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped: list[str] = []
    original = Delivery.stop

    async def stop(delivery: Delivery, within: float = 5.0) -> None:
        stopped.append(delivery.team_id)
        await original(delivery, within)

    monkeypatch.setattr(Delivery, "stop", stop)
    running = asyncio.create_task(everywhere.run())
    await owe(office, SMALL, "once")
    everywhere.wake()
    await until(lambda: office.posted() == ["once"])

    monkeypatch.setattr(deliveries, "RESTED_SECONDS", -1.0)
    everywhere.wake()
    await until(lambda: stopped == [SMALL])

    monkeypatch.setattr(deliveries, "RESTED_SECONDS", 900.0)
    await owe(office, SMALL, "again")
    everywhere.wake()
    await until(lambda: office.posted() == ["once", "again"])

    await everywhere.stop()
    await running


async def test_a_broken_database_is_looked_at_again(
    office: PostOffice, everywhere: Deliveries, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []
    original = outbox.teams_due

    async def fail_once(*arguments: object, **more: object) -> list[str]:
        tried.append("once")
        if len(tried) == 1:
            raise OSError("the disk is away")
        return await original(*arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(outbox, "teams_due", fail_once)
    running = asyncio.create_task(everywhere.run())
    await owe(office, SMALL, "small")
    everywhere.wake()
    await until(lambda: len(tried) == 1)

    everywhere.wake()
    await until(lambda: office.posted() == ["small"])

    await everywhere.stop()
    await running


async def test_the_due_are_found_on_both_databases(database: Database, office: PostOffice) -> None:
    now = office.clock.now()
    async with database.write() as session:
        for team_id, state in (("T1", "due"), ("T2", "sent"), ("T3", "due"), ("", "due")):
            draft = outbox.Draft(
                idempotency_key=team_id,
                team_id=team_id,
                learner_id=None,
                kind="note",
                due_at=now,
                state=OutboxState(state),
            )
            await outbox.enqueue(session, draft, now=now)

        assert await outbox.teams_due(session, now=now) == ["", "T1", "T3"]


async def test_one_workspace_knows_no_other() -> None:
    alone = OneWorkspace(AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-one"))

    assert await alone.token("T1") == "xoxb-one"
    assert await alone.token("T2") is None
    for team_id, is_let_in in (("T1", True), (None, True), ("T2", False)):
        assert (await alone.authorize(team_id, None, False) is not None) is is_let_in
