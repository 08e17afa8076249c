"""An app that Slack calls over HTTP: signed posts, and retries in the workspace's time."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
from aiohttp import web

from bot.playground.clock import WorkspaceClock
from bot.playground.manifest import read_manifest
from bot.playground.model import ActionFailed
from bot.playground.workspace import Workspace
from bot.web import slack
from tests.bot.playground.conftest import ACK_SECONDS, INES, MANIFEST
from tests.slack_user import SlackUser


@dataclass
class Address:
    """An app's address that answers as it is told."""

    url: str = ""
    status: int = 200
    answer: dict[str, Any] | str = ""
    headers: dict[str, str] = field(default_factory=dict)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        if b"url_verification" in body:
            return web.json_response({"challenge": json.loads(body)["challenge"]})
        self.got.append((dict(request.headers), body))
        if isinstance(self.answer, dict):
            return web.json_response(self.answer, status=self.status, headers=self.headers)
        return web.Response(text=self.answer, status=self.status, headers=self.headers)

    def retries(self) -> list[tuple[str | None, str | None]]:
        """Number and reason that each request carried."""
        return [
            (headers.get("X-Slack-Retry-Num"), headers.get("X-Slack-Retry-Reason")) for headers, _ in self.got
        ]


@pytest.fixture
def workspace() -> Workspace:
    settings = {**MANIFEST["settings"], "socket_mode_enabled": False}
    manifest = read_manifest({**MANIFEST, "settings": settings})
    return Workspace(manifest=manifest, clock=WorkspaceClock(), ack_seconds=ACK_SECONDS)


@pytest.fixture
async def address(workspace: Workspace) -> AsyncIterator[Address]:
    found = Address()
    app = web.Application()
    app.add_routes([web.post("/slack/events", found.take)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found.url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    assert await workspace.deliver_to(found.url)
    yield found
    await workspace.close()
    await runner.cleanup()


async def test_everything_carries_slacks_signature(address: Address, ines: SlackUser) -> None:
    await ines.open_home()
    await ines.command("/test hello")

    for headers, body in address.got:
        stamp = headers["X-Slack-Request-Timestamp"]
        expected = slack.sign(ines.workspace.signing_secret, stamp, body)
        assert headers["X-Slack-Signature"] == expected


async def test_events_are_json_and_commands_and_interactions_are_forms(
    address: Address, ines: SlackUser
) -> None:
    await ines.open_home()
    await ines.command("/test hello")
    await ines.shortcut("everywhere")

    event, command, interaction = (body.decode() for _, body in address.got)
    assert json.loads(event)["event"]["type"] == "app_home_opened"
    assert parse_qs(command)["text"] == ["hello"]
    assert json.loads(parse_qs(interaction)["payload"][0])["callback_id"] == "everywhere"
    assert ines.workspace.connected


async def test_what_a_command_is_answered_with_is_shown(address: Address, ines: SlackUser) -> None:
    address.answer = "plain"
    await ines.command("/test")
    address.answer = {"text": "rich"}
    await ines.command("/test")

    assert [message.text for message in ines.ephemeral()] == ["plain", "rich"]


@pytest.mark.parametrize(
    ("trouble", "code"),
    [({"status": 500}, "operation_timeout"), ({"status": 404}, "operation_timeout")],
)
async def test_a_command_that_is_not_answered_with_success_fails(
    address: Address, ines: SlackUser, trouble: dict[str, int], code: str
) -> None:
    address.status = trouble["status"]

    with pytest.raises(ActionFailed) as caught:
        await ines.command("/test")

    assert caught.value.code == code


async def test_an_event_that_fails_comes_again_by_the_workspaces_clock(
    address: Address, ines: SlackUser, workspace: Workspace
) -> None:
    address.status = 503
    await ines.open_home()
    await ines.see(lambda: len(address.got) == 2)
    workspace.clock.jump_by(timedelta(minutes=1))
    await ines.see(lambda: len(address.got) == 3)
    workspace.clock.jump_by(timedelta(minutes=5))
    await ines.see(lambda: workspace.events.given_up)

    assert address.retries() == [
        (None, None),
        ("1", "http_error"),
        ("2", "http_error"),
        ("3", "http_error"),
    ]
    assert len({json.loads(body)["event_id"] for _, body in address.got}) == 1


async def test_an_app_may_ask_not_to_be_told_again(
    address: Address, ines: SlackUser, workspace: Workspace
) -> None:
    address.status, address.headers = 500, {"X-Slack-No-Retry": "1"}

    await ines.open_home()
    await workspace.timeline.settle()

    assert len(address.got) == 1
    assert workspace.timeline.waiting == 0


async def test_an_address_where_nobody_is_gets_left_out(
    address: Address, ines: SlackUser, workspace: Workspace
) -> None:
    await workspace.deliver_to("http://127.0.0.1:9/slack/events", address.url)
    for _ in range(3):
        await ines.command("/test")
    assert len(address.got) == 3

    await workspace.deliver_to("http://127.0.0.1:9/slack/events")
    assert not workspace.connected
    with pytest.raises(ActionFailed) as caught:
        await ines.command("/test")
    assert caught.value.code == "dispatch_failed"


async def test_a_socket_mode_app_is_not_called(address: Address) -> None:
    workspace = Workspace(manifest=read_manifest(MANIFEST), clock=WorkspaceClock())

    assert not await workspace.deliver_to(address.url)

    with pytest.raises(ActionFailed):
        await SlackUser(workspace, INES).command("/test")
    assert address.got == []
