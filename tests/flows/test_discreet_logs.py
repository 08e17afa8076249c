"""
Nothing that somebody wrote is in the log, whatever goes wrong, at the most talkative level.

Everything typed in these walks carries one mark; errors are made to quote it, as databases, conversions and
Slack's libraries do.
"""

from __future__ import annotations

import asyncio
import gc
import io
import json
import logging
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from typing import Any, Literal

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest
from sqlalchemy import text

from bot import logs
from bot.log.service import LogService
from bot.menu.service import MenuService
from bot.playground.model import Message
from content.loader import Catalog
from storage import outbox, reminders
from tests.bot.stories.samples import MIGRATION
from tests.bot.test_logs import restored as restored
from tests.dispatch import block_actions, command, event, message_shortcut
from tests.flows.conftest import Rig, open_rig
from tests.flows.journeys import eventually, take_assessment, take_plan
from tests.slack_user import SlackUser

MARK = "zebrafinch"
Style = Literal["text", "json"]


@pytest.fixture
def style(database_url: str) -> Style:
    """Each style beside one kind of database."""
    return "json" if database_url.startswith("postgresql") else "text"


@pytest.fixture
def written(style: Style, restored: None) -> io.StringIO:
    """Where the log goes, which takes all there is."""
    logs.configure("DEBUG", style)
    [handler] = logging.getLogger().handlers
    assert isinstance(handler, logging.StreamHandler)
    stream = io.StringIO()
    handler.setStream(stream)
    return stream


@pytest.fixture
async def rig(
    written: io.StringIO, database_url: str, tmp_path: Path, catalog: Catalog
) -> AsyncIterator[Rig]:
    """A bot that logs all it can."""
    async with open_rig(database_url, tmp_path, catalog) as opened:
        yield opened


@pytest.fixture
def said(written: io.StringIO, style: Style) -> Callable[[Rig], str]:
    """All that was logged; nobody's words or names and no key among it."""

    def read(rig: Rig) -> str:
        logged = written.getvalue()
        people = [member for member in rig.workspace.members.values() if not member.is_bot]
        secrets = [MARK, rig.workspace.bot_token, rig.workspace.app_token, "xoxb-", "xapp-", "ticket="]
        for secret in (*secrets, *(member.real_name for member in people)):
            assert secret not in logged, next(line for line in logged.splitlines() if secret in line)
        if style == "json":
            for line in logged.splitlines():
                assert {"time", "level", "logger", "message"} <= json.loads(line).keys()
        return logged

    return read


def shows(person: SlackUser, words: str) -> bool:
    return person.has_modal and words in person.text_of(person.modal)


def is_told(person: SlackUser, words: str) -> Message | None:
    """What only this person sees, with these words."""
    return next((one for one in person.ephemeral() if words in person.text_of(one)), None)


async def write_a_story(person: SlackUser) -> None:
    await person.command("/prep stories")
    await person.see(partial(shows, person, "No story yet"))
    await person.click("Add a story")
    await person.see(partial(shows, person, "What it shows"))
    parts = {name: f"{MARK} {getattr(MIGRATION, name)}" for name in ("situation", "task", "action", "result")}
    await person.fill({"title": f"The {MARK}", **parts, "principles": ["Ownership"]})
    assert await person.submit() == {}
    await person.see(partial(shows, person, "*Coach*"))
    await person.close(everything=True)


async def test_a_walk_through_everything_that_is_typed(rig: Rig, said: Callable[[Rig], str]) -> None:
    ines = rig.person()
    await take_assessment(ines, 2)
    await take_plan(ines)
    await ines.close(everything=True)
    await ines.command(f"/prep {MARK}")
    await ines.see(partial(is_told, ines, MARK))
    await ines.command(f"/prep log 2 {MARK}")
    await ines.command("/prep log 1 coding 30m")
    await ines.command(f"/prep learn {MARK}")
    await write_a_story(ines)
    await ines.command(f"/prep stories {MARK}")
    await ines.see(partial(shows, ines, f"1 story for “{MARK}”."))
    await ines.close(everything=True)
    await ines.command("/prep week")
    await ines.see(lambda: ines.has_modal)
    await ines.fill({"reported.coding": 5, "confidence": "3", "blocker": f"my {MARK}"})
    assert await ines.submit() == {}
    await ines.see(partial(shows, ines, "written down"))
    await ines.close(everything=True)
    message = await ines.say(f"I fed a {MARK} today", channel="C0GENERAL1")
    await rig.workspace.run_message_shortcut(ines.id, "save_as_story", "C0GENERAL1", message.ts)
    await ines.see(lambda: ines.has_modal)
    await ines.close(everything=True)
    before = len(ines.dm())
    await ines.say(f"where is my {MARK}")
    await ines.see(lambda: len(ines.dm()) > before + 1)
    await ines.command("/prep export")
    await ines.see(lambda: any(message.files for message in ines.dm()))
    await rig.coach.in_flight.wait(5)

    assert said(rig)


async def test_a_listener_that_fails_over_what_was_typed(
    rig: Rig, said: Callable[[Rig], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: Any, **__: Any) -> None:
        raise ValueError(f"cannot read {MARK}") from KeyError(MARK)

    monkeypatch.setattr(LogService, "type", fail)
    ines = rig.person()

    await ines.command("/prep log 1 coding")
    await ines.see(partial(is_told, ines, "Something went wrong on my side"))

    logged = said(rig)
    assert "KeyError" in logged
    assert "which led to" in logged
    assert "bot.error_edge" in logged


async def test_a_row_that_the_database_refuses_and_quotes(
    rig: Rig, said: Callable[[Rig], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def store(*_: Any, **__: Any) -> None:
        async with rig.coach.database.write() as session:
            query = text("INSERT INTO outbox_message (idempotency_key, reason) VALUES (:key, :key)")
            await (await session.connection()).execute(query, {"key": MARK})

    monkeypatch.setattr(LogService, "type", store)
    ines = rig.person()

    await ines.command("/prep log 1 coding")
    await ines.see(partial(is_told, ines, "Something went wrong on my side"))

    assert "IntegrityError: " in said(rig)


async def test_a_message_that_cannot_be_drawn(
    rig: Rig, said: Callable[[Rig], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: Any, **__: Any) -> None:
        raise ValueError(MARK)

    monkeypatch.setattr(MenuService, "member_of", fail)
    await rig.person().say(MARK)

    async def was_tried() -> bool:
        async with rig.coach.database.read() as session:
            return (await outbox.counts(session)).get("due", 0) > 0

    await eventually(was_tried)
    await rig.coach.delivery.drain()

    assert "outbox" in said(rig)


@pytest.mark.parametrize(
    ("method", "kind", "error"),
    [
        ("views.open", "error", "invalid_arguments"),
        ("views.open", "http_500", ""),
        ("views.open", "drop", ""),
    ],
)
async def test_slack_refuses_a_window_with_what_was_typed(
    rig: Rig, said: Callable[[Rig], str], method: str, kind: Any, error: str
) -> None:
    rig.workspace.faults.add(method=method, kind=kind, error=error, times=None)
    ines = rig.person()

    await ines.command(f"/prep stories {MARK}")
    await ines.see(partial(is_told, ines, "Something went wrong on my side"))

    assert "SlackApiError" in said(rig) or kind == "drop"


async def test_requests_that_nobody_listens_to(rig: Rig, said: Callable[[Rig], str]) -> None:
    view = {"id": "V1", "type": "modal", "callback_id": "no.such", "private_metadata": MARK}
    bodies = [
        {**block_actions("no.such.action"), "type": "view_submission", "view": view},
        {**block_actions("no.such.action"), "type": "workflow_step_edit", "text": MARK},
        block_actions("no.such.action", value=MARK),
        command(MARK, name="/other"),
        message_shortcut("no_such", text=MARK),
        event("reaction_added", text=MARK),
        {"type": MARK},
    ]
    for body in bodies:
        await rig.coach.app.async_dispatch(AsyncBoltRequest(body=body, mode="socket_mode"))

    assert "Unhandled request" in said(rig)


async def test_a_tick_and_a_forgotten_task_that_fail(
    rig: Rig, said: Callable[[Rig], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: Any, **__: Any) -> bool:
        raise RuntimeError(MARK)

    monkeypatch.setattr(reminders, "anything_due", fail)
    await rig.coach.tick()
    forgotten = asyncio.create_task(fail())
    await asyncio.wait([forgotten])
    del forgotten
    gc.collect()

    logged = said(rig)
    assert "a tick failed; the next one tries again" in logged
    assert "Task exception was never retrieved" in logged
