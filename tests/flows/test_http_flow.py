"""What an app has that Slack calls: strangers at the door, retries after a refusal, health, calendars."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from bot.manifest import REQUESTS_PATH
from bot.mydata import views
from bot.web import slack
from content.loader import Catalog
from tests.bot.mydata.belongings import everything_stored
from tests.conftest import sqlite_url
from tests.flows.conftest import Rig, open_rig
from tests.flows.journeys import take_assessment, take_plan

ADDRESS = re.compile(r"https?://[^`]+\.ics")
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=10,
)
PARTS = (
    "type", "event", "team_id", "user", "actions", "view", "channel", "team", "container", "authorizations",
    "command", "user_id", "trigger_id", "callback_id", "enterprise", "is_enterprise_install", "response_url",
    "message", "event_id", "event_time", "api_app_id", "text", "value", "action_id", "block_id",
)  # fmt: skip
KINDS = ("event_callback", "block_actions", "view_submission", "view_closed", "shortcut", "message_action")


@pytest.fixture
async def rig(migrated_file: Path, tmp_path: Path, catalog: Catalog) -> AsyncIterator[Rig]:
    """Over HTTP, and reached from outside."""
    url = sqlite_url(migrated_file, tmp_path)
    async with open_rig(
        url, tmp_path, catalog, transport="http", PREP_PUBLIC_URL="https://prep.example.org"
    ) as opened:
        yield opened


def base_url(rig: Rig) -> str:
    assert rig.running.web is not None
    return f"http://127.0.0.1:{rig.running.web.port}"


async def post(rig: Rig, session: aiohttp.ClientSession, body: bytes, *, is_signed: bool = True) -> int:
    """The status of the answer to a request."""
    stamp = str(int(time.time()))
    secret = rig.workspace.signing_secret if is_signed else "f" * 32
    headers = {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": slack.sign(secret, stamp, body),
    }
    async with session.post(f"{base_url(rig)}{REQUESTS_PATH}", data=body, headers=headers) as answer:
        return answer.status


async def test_a_flood_of_strangers_keeps_nobody_waiting(rig: Rig) -> None:
    ines = rig.person()
    body = json.dumps({"type": "event_callback", "event": {"type": "app_home_opened"}}).encode()
    before = await everything_stored(rig.coach.database)
    async with aiohttp.ClientSession() as session:
        flood = asyncio.gather(*(post(rig, session, body, is_signed=False) for _ in range(500)))
        await ines.command("/prep help")
        statuses = set(await flood)

    assert statuses == {401}
    after = await everything_stored(rig.coach.database)
    assert {name: rows for name, rows in after.items() if name != "heartbeat"} == {
        name: rows for name, rows in before.items() if name != "heartbeat"
    }
    await ines.see(lambda: [m for m in ines.ephemeral() if "/prep assess" in ines.text_of(m)])


async def test_an_event_that_was_refused_comes_again_and_is_done_once(rig: Rig) -> None:
    ines = rig.person()
    rig.running.transport.refuse()
    await ines.say("help")
    await ines.see(lambda: rig.workspace.timeline.waiting)

    await rig.running.transport.connect()
    rig.workspace.clock.jump_by(timedelta(minutes=1))
    await ines.see(lambda: [message for message in ines.dm() if message.is_bot])
    event = next(one for one in reversed(rig.workspace.envelopes) if one.retry_attempt)
    await rig.workspace.redeliver(event.envelope_id)
    assert await rig.coach.in_flight.wait(5)

    assert len([message for message in ines.dm() if message.is_bot]) == 1


async def test_health_is_told_over_the_same_port(rig: Rig) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{base_url(rig)}/healthz") as answer:
            body = await answer.json()
            assert (answer.status, body["status"]) == (200, "ready")
        rig.running.transport.refuse()
        await asyncio.sleep(1.05)
        async with session.get(f"{base_url(rig)}/healthz/ready") as answer:
            assert (answer.status, (await answer.json())["reason"]) == (503, "slack: not connected")


async def test_a_port_beside_socket_mode_tells_of_health_and_takes_no_requests(
    migrated_file: Path, tmp_path: Path, catalog: Catalog
) -> None:
    url = sqlite_url(migrated_file, tmp_path)
    async with (
        open_rig(url, tmp_path, catalog, PREP_HTTP_PORT=0) as rig,
        aiohttp.ClientSession() as session,
    ):
        async with session.get(f"{base_url(rig)}/healthz") as answer:
            body = await answer.json()
            assert (answer.status, body["checks"]["slack"]) == (200, {"ok": True, "by": "Socket Mode"})
        assert await post(rig, session, b"{}") == 404


async def test_a_plan_in_the_calendar_follows_the_plan_until_it_is_switched_off(rig: Rig) -> None:
    ines = rig.person()
    await take_assessment(ines, 2)
    await take_plan(ines)
    await ines.close(everything=True)
    await ines.command("/prep export")
    await ines.see(lambda: any(views.COMING in message.text for message in ines.ephemeral()))
    await ines.click("Get an address")
    shown = await ines.see(lambda: ADDRESS.search("".join(message.text for message in ines.ephemeral())))
    path = shown.group().removeprefix("https://prep.example.org")

    async with aiohttp.ClientSession() as session:
        async with session.get(base_url(rig) + path) as answer:
            assert answer.status == 200
            events = Calendar.from_ical(await answer.read()).walk("VEVENT")
            tag = answer.headers["ETag"]
        assert any(str(event["SUMMARY"]).startswith("Week 1 of ") for event in events)
        async with session.get(base_url(rig) + path, headers={"If-None-Match": tag}) as answer:
            assert answer.status == 304

        await ines.click("Switch it off")
        await ines.see(lambda: any(views.ENDED in message.text for message in ines.ephemeral()))
        async with session.get(base_url(rig) + path) as answer:
            assert answer.status == 404


async def test_requests_go_to_any_process(rig: Rig, catalog: Catalog) -> None:
    ines = rig.person()
    async with rig.another_process(catalog) as second:
        await take_assessment(ines, 2)
        await take_plan(ines)
        assert second.web is not None
        await rig.workspace.deliver_to(f"http://127.0.0.1:{second.web.port}{REQUESTS_PATH}")
        await ines.command("/prep plan")
        await ines.see(lambda: [m for m in ines.ephemeral() if "Week 1 of" in ines.text_of(m)])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from(KINDS) | st.text(max_size=5),
    body=st.dictionaries(st.sampled_from(PARTS), JSON_VALUES, max_size=8),
)
async def test_whatever_is_signed_gets_an_answer_and_no_traceback(
    rig: Rig, kind: str, body: dict[str, Any]
) -> None:
    content = json.dumps({**body, "type": kind}).encode()
    async with aiohttp.ClientSession() as session:
        assert await post(rig, session, content) in (200, 400, 404)
