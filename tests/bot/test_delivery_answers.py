"""Answers that never came: the conversation is read back before anything is posted again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot import read_back
from bot.delivery import Delivery
from bot.playground.faults import FaultKind
from storage import claims
from storage.engine import connect
from storage.models import OutboxState
from tests.conftest import sqlite_url
from tests.processes import PostOffice, open_office, until


@pytest.fixture
async def office(migrated_file: Path, tmp_path: Path) -> AsyncIterator[PostOffice]:
    database = connect(sqlite_url(migrated_file, tmp_path))
    async with open_office(database) as opened:
        yield opened
    await database.close()


async def lose_the_answer(office: PostOffice, kind: str = "note") -> Delivery:
    """One post that Slack accepted and the worker does not know of."""
    office.workspace.faults.add(method="chat.postMessage", kind="lost_answer")
    await office.owe("once", kind=kind)
    worker = await office.worker()
    await worker.drain()
    assert (await office.row("once")).state == OutboxState.UNCLEAR
    assert office.posted() == ["once"]
    office.clock.move(2)
    return worker


async def test_a_post_whose_answer_was_lost_is_found_and_not_repeated(office: PostOffice) -> None:
    worker = await lose_the_answer(office)

    await worker.drain()

    row = await office.row("once")
    assert row.state == OutboxState.SENT
    assert row.message_ts == office.workspace.posts[0].ts
    assert row.doubtful is False
    assert office.posted() == ["once"]


@pytest.mark.parametrize("kind", ["http_500", "drop", "hang"])
async def test_a_post_that_did_not_arrive_is_sent_once_in_the_end(
    office: PostOffice, kind: FaultKind
) -> None:
    office.workspace.faults.add(method="chat.postMessage", kind=kind, times=3, seconds=0.4)
    await office.owe("once")
    worker = await office.worker(patience=0.2)

    for _ in range(4):
        await worker.drain()
        office.clock.move(300)

    assert office.posted() == ["once"]
    assert (await office.row("once")).state == OutboxState.SENT
    assert office.calls("conversations.history") == 3


async def test_a_post_that_slack_accepts_after_we_hung_up_is_found(office: PostOffice) -> None:
    office.workspace.faults.add(method="chat.postMessage", kind="slow", seconds=0.5)
    await office.owe("once")
    worker = await office.worker(patience=0.2)

    await worker.drain()
    assert (await office.row("once")).state == OutboxState.UNCLEAR
    office.clock.move(24)
    await worker.drain()
    assert office.calls("conversations.history") == 0
    await until(office.posted)
    office.clock.move(1)
    await worker.drain()

    assert (await office.row("once")).state == OutboxState.SENT
    assert office.posted() == ["once"]


async def test_a_refused_connection_needs_no_reading_back(office: PostOffice) -> None:
    await office.owe("once")

    await (await office.worker(api_url="http://127.0.0.1:9/api/")).drain()
    assert (await office.row("once")).state == OutboxState.DUE
    office.clock.move(2)
    await (await office.worker()).drain()

    assert office.posted() == ["once"]
    assert office.calls("conversations.history") == 0


@pytest.mark.parametrize(
    ("status", "kind", "body"),
    [
        pytest.param(200, "text/html", "<h1>Welcome</h1>", id="a proxy's page"),
        pytest.param(200, "text/plain", "ok", id="plain text"),
        pytest.param(200, "application/json", "[1]", id="another JSON"),
        pytest.param(200, "application/json", '{"ok": tr', id="half an answer"),
        pytest.param(200, "application/json", "", id="nothing"),
        pytest.param(502, "text/html", "<h1>Bad gateway</h1>", id="a gateway's error"),
        pytest.param(500, "application/json", '{"ok": tr', id="half an error"),
        pytest.param(200, "application/json", '{"ok": true}', id="without a message"),
    ],
)
async def test_an_answer_that_is_not_slacks_proves_nothing(
    office: PostOffice, status: int, kind: str, body: str
) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=status, content_type=kind, text=body)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    await office.owe("once", kind="chat")
    strange = await office.worker(api_url=f"http://127.0.0.1:{port}/api/")

    await strange.drain()
    assert (await office.row("once")).state == OutboxState.UNCLEAR
    office.clock.move(2)
    await strange.drain()
    assert (await office.row("once")).state == OutboxState.UNCLEAR
    await runner.cleanup()

    office.clock.move(300)
    await (await office.worker()).drain()
    assert office.posted() == ["once"]


async def test_the_post_is_found_behind_many_later_messages(office: PostOffice) -> None:
    worker = await lose_the_answer(office)
    conversation = office.workspace.conversations.open_dm(office.people()[0])
    for number in range(2 * read_back.HISTORY_PAGE + 50):
        office.workspace.conversations.say(conversation, office.people()[0], f"{number}")

    await worker.drain()

    assert (await office.row("once")).state == OutboxState.SENT
    assert office.calls("conversations.history") == 3
    assert office.posted() == ["once"]


async def test_more_messages_than_are_read_count_as_unreadable(
    office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_back, "HISTORY_PAGE", 2)
    worker = await lose_the_answer(office, kind="chat")
    conversation = office.workspace.conversations.open_dm(office.people()[0])
    for number in range(20):
        office.workspace.conversations.say(conversation, office.people()[0], f"{number}")

    await worker.drain()

    row = await office.row("once")
    assert (row.state, row.doubtful) == (OutboxState.FAILED, True)
    assert row.reason == "unclear whether it arrived: too many messages since"


async def test_an_unreadable_conversation_lets_a_plan_be_sent_again_and_counts_it(office: PostOffice) -> None:
    worker = await lose_the_answer(office, kind="note")
    office.workspace.faults.add(
        method="conversations.history", kind="error", error="missing_scope", times=None
    )

    await worker.drain()

    row = await office.row("once")
    assert (row.state, row.doubtful) == (OutboxState.SENT, True)
    assert office.posted() == ["once", "once"]


async def test_the_count_survives_a_second_post_that_is_refused(office: PostOffice) -> None:
    worker = await lose_the_answer(office, kind="note")
    office.workspace.faults.add(
        method="conversations.history", kind="error", error="missing_scope", times=None
    )
    office.workspace.faults.add(method="chat.postMessage", kind="ratelimited", seconds=5)

    await worker.drain()
    assert (await office.row("once")).doubtful is True
    office.clock.move(5)
    await worker.drain()

    row = await office.row("once")
    assert (row.state, row.doubtful) == (OutboxState.SENT, True)


async def test_an_unreadable_conversation_ends_a_chat_answer_and_counts_it(office: PostOffice) -> None:
    worker = await lose_the_answer(office, kind="chat")
    office.workspace.faults.add(
        method="conversations.history", kind="error", error="missing_scope", times=None
    )

    await worker.drain()

    row = await office.row("once")
    assert (row.state, row.doubtful) == (OutboxState.FAILED, True)
    assert row.reason == "unclear whether it arrived: missing_scope"
    assert office.posted() == ["once"]


@pytest.mark.parametrize("code", ["token_revoked", "internal_error"])
async def test_reading_back_waits_for_a_better_day(office: PostOffice, code: str) -> None:
    worker = await lose_the_answer(office, kind="chat")
    office.workspace.faults.add(method="conversations.history", kind="error", error=code)

    await worker.drain()
    assert (await office.row("once")).state == OutboxState.UNCLEAR
    office.clock.move(300)
    await worker.drain()

    assert (await office.row("once")).state == OutboxState.SENT
    assert office.posted() == ["once"]


async def test_a_message_past_its_window_is_looked_for_before_it_is_skipped(office: PostOffice) -> None:
    office.workspace.faults.add(method="chat.postMessage", kind="lost_answer")
    await office.owe("once", expires_at=office.clock.now() + timedelta(seconds=1))
    worker = await office.worker()
    await worker.drain()
    office.clock.move(60)

    await worker.drain()

    assert (await office.row("once")).state == OutboxState.SENT


@pytest.mark.parametrize("hours", [-24, 24])
async def test_a_clock_a_day_away_from_slacks_still_finds_the_post(office: PostOffice, hours: int) -> None:
    office.clock.instant += timedelta(hours=hours)
    worker = await lose_the_answer(office)

    await worker.drain()

    assert (await office.row("once")).state == OutboxState.SENT
    assert office.posted() == ["once"]


@pytest.mark.parametrize("hours", [-24, 24])
@pytest.mark.parametrize("patience", [0.2, 5.0], ids=["time-out", "answered"])
async def test_a_clock_that_jumps_a_day_during_a_post_doubles_nothing(
    office: PostOffice, hours: int, patience: float
) -> None:
    office.workspace.faults.add(method="chat.postMessage", kind="slow", seconds=0.4)
    await office.owe("once")
    worker = await office.worker(patience=patience)

    draining = asyncio.create_task(worker.drain())
    await until(lambda: office.workspace.faults.met)
    office.clock.instant += timedelta(hours=hours)
    await draining
    await until(office.posted)
    office.clock.move(30)
    await worker.drain()

    assert (await office.row("once")).state == OutboxState.SENT
    assert office.posted() == ["once"]


async def test_a_database_that_is_gone_when_slack_has_accepted_doubles_nothing(
    office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_arguments: Any, **_options: Any) -> None:
        monkeypatch.undo()
        raise OSError("the connection to the database is lost")

    monkeypatch.setattr(claims, "mark_sent", fail)
    await office.owe("once")
    worker = await office.worker()

    await worker.drain()
    assert (await office.row("once")).state == OutboxState.UNCLEAR
    office.clock.move(2)
    await worker.drain()

    assert (await office.row("once")).state == OutboxState.SENT
    assert office.posted() == ["once"]
