"""Somebody else writes to the database for long: Slack still gets its acks, and nothing is lost."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from content.loader import Catalog
from storage import attempts, learners
from tests.conftest import sqlite_url
from tests.flows.conftest import Rig, TransportName, open_rig
from tests.flows.journeys import open_assessment, submit_profile, take_assessment
from tests.processes import until

ACK_MS = 3000


@pytest.fixture
async def rig(
    migrated_file: Path, tmp_path: Path, catalog: Catalog, transport: TransportName
) -> AsyncIterator[Rig]:
    url = sqlite_url(migrated_file, tmp_path)
    async with open_rig(url, tmp_path, catalog, transport=transport) as opened:
        yield opened


@asynccontextmanager
async def locked(folder: Path) -> AsyncIterator[None]:
    """Another writer holds the database for the length of the block."""
    held, release = threading.Event(), threading.Event()

    def hold() -> None:
        connection = sqlite3.connect(folder / "prep-coach.db", isolation_level=None, timeout=30)
        connection.execute("BEGIN IMMEDIATE")
        held.set()
        release.wait()
        connection.execute("ROLLBACK")
        connection.close()

    holding = asyncio.create_task(asyncio.to_thread(hold))
    await until(held.is_set)
    try:
        yield
    finally:
        release.set()
        await holding


async def slowest_ack(rig: Rig) -> float:
    """Milliseconds, once every envelope has been acked."""
    await until(lambda: all(record.ack_ms is not None for record in rig.workspace.envelopes))
    return max(record.ack_ms or 0.0 for record in rig.workspace.envelopes)


async def test_commands_and_clicks_are_acked_while_the_database_is_locked(rig: Rig, tmp_path: Path) -> None:
    ana = rig.person()
    async with locked(tmp_path):
        await ana.command("/prep")
        await ana.see(lambda: ana.has_modal)
        await ana.click("Start quick")
        await ana.command("/prep help")
        await ana.open_home()
        await ana.say("help")
        await ana.see(lambda: ana.home() is not None)

    assert await slowest_ack(rig) < ACK_MS
    await ana.see(lambda: "Where are you today?" in ana.text_of(ana.modal))
    await ana.see(lambda: rig.workspace.posts)


async def test_a_page_sent_while_the_database_is_locked_is_stored_afterwards(
    rig: Rig, tmp_path: Path
) -> None:
    ana = rig.person()
    await open_assessment(ana)
    assert await rig.coach.in_flight.wait(10)
    async with locked(tmp_path):
        await submit_profile(ana)
        async with rig.coach.database.read() as session:
            assert await learners.find(session, rig.workspace.team_id, ana.id) is None

    assert await rig.coach.in_flight.wait(10)
    assert await slowest_ack(rig) < ACK_MS
    async with rig.coach.database.read() as session:
        learner = await learners.find(session, rig.workspace.team_id, ana.id)
        assert learner is not None
        assert learner.target_level == "L6"
        assert await attempts.latest(session, learner.id or 0) is not None


async def test_a_plan_chosen_while_the_database_is_locked_arrives_once(rig: Rig, tmp_path: Path) -> None:
    ana = rig.person()
    await take_assessment(ana)
    async with locked(tmp_path):
        assert await ana.submit() == {}
        assert ana.dm() == []

    await ana.see(ana.dm)
    assert await slowest_ack(rig) < ACK_MS
    assert len(ana.dm()) == 1


async def test_what_is_due_waits_for_the_lock_and_then_goes_out(rig: Rig, tmp_path: Path) -> None:
    ana = rig.person()
    async with locked(tmp_path):
        await ana.say("help")
        async with rig.coach.database.read() as session:
            assert await learners.find(session, rig.workspace.team_id, ana.id) is None
        assert rig.workspace.posts == []

    await until(lambda: rig.workspace.posts)
    assert len(rig.workspace.posts) == 1
