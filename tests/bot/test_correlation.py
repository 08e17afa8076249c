"""The id on every line of the log."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import logs
from bot.correlation import about, current, id_of, type_of
from bot.outgoing import MessageKind, Post, one_by_one
from storage.engine import connect
from tests.bot.test_logs import restored as restored
from tests.conftest import sqlite_url
from tests.dispatch import command, event
from tests.processes import PostOffice, open_office


@pytest.fixture
async def office(migrated_file: Path, tmp_path: Path) -> AsyncIterator[PostOffice]:
    database = connect(sqlite_url(migrated_file, tmp_path))
    async with open_office(database) as opened:
        yield opened
    await database.close()


def test_an_event_keeps_slacks_id_through_all_its_retries() -> None:
    assert id_of(event("message", "Ev08ABC")) == id_of(event("message", "Ev08ABC")) == "Ev08ABC"


def test_everything_else_gets_an_id_of_its_own() -> None:
    first, second = id_of(command("today")), id_of(command("today"))

    assert first != second
    assert len(first) == 8


def test_an_id_that_could_forge_a_line_is_not_taken() -> None:
    forged = "Ev1] INFO bot: all is well\n"

    assert id_of(event("message", forged)) != forged


def test_whatever_a_payload_says_its_type_is_one_of_a_few() -> None:
    assert type_of({"type": ["block_actions"]}) == "other"
    assert type_of({"type": "view_submission"}) == "view_submission"


async def test_it_ends_with_the_work_and_does_not_reach_others() -> None:
    inside, go_on = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        with about("a", "command"):
            inside.set()
            await go_on.wait()

    working = asyncio.create_task(work())
    await inside.wait()
    assert current() is None
    go_on.set()
    await working


@pytest.mark.parametrize("style", ["json", "text"])
async def test_a_line_about_a_message_names_it(
    office: PostOffice, capsys: pytest.CaptureFixture[str], style: str
) -> None:
    async def render(payload: dict[str, str]) -> Post:
        return Post(payload["say"], [])

    await office.owe_all(["first", "second"])
    office.workspace.faults.add(method="chat.postMessage", kind="error", error="msg_too_long", times=None)
    worker = await office.worker(kinds={"note": MessageKind(one_by_one(render), resend_if_unreadable=True)})
    logs.configure("INFO", "json" if style == "json" else "text")

    await worker.drain()

    lines = [line for line in capsys.readouterr().err.splitlines() if "msg_too_long" in line]
    numbers = [(await office.row(key)).id for key in ("first", "second")]
    if style == "json":
        seen = [(json.loads(line)["correlation"], json.loads(line)["kind"]) for line in lines]
        assert seen == [(f"outbox-{number}", "note") for number in numbers]
    else:
        assert [line.rpartition(" [")[2] for line in lines] == [
            f"outbox-{number} note]" for number in numbers
        ]
