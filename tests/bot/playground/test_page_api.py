"""The routes behind the page: what a client shows, what it may do, and who may ask."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.playground.page_api import add_routes
from bot.playground.seed import AMAZON_PREP, GENERAL
from bot.playground.server import WorkspaceServer
from bot.playground.workspace import Workspace
from tests.bot.playground.conftest import INES, MARCUS
from tests.bot.playground.page_client import PageClient, serving


@pytest.fixture
async def server(workspace: Workspace) -> AsyncIterator[WorkspaceServer]:
    async with serving(workspace) as server:
        yield server


@pytest.fixture
async def page(server: WorkspaceServer) -> AsyncIterator[PageClient]:
    async with aiohttp.ClientSession(server.url) as session:
        yield PageClient(session, INES)


async def test_the_page_comes_with_everything_it_needs_and_a_strict_policy(page: PageClient) -> None:
    index = await page.session.get("/")
    html = await index.text()

    assert "default-src 'none'" in index.headers["Content-Security-Policy"]
    assert "https://" not in html
    for name in ("app.js", "tokens.css", "icon.svg"):
        asset = await page.session.get(f"/page/assets/{name}")
        assert (asset.status, f"/page/assets/{name}" in html) == (200, True)


async def test_only_the_pages_own_files_are_served(page: PageClient) -> None:
    for name in ("page_api.py", "..%2fpage_api.py", "%2e%2e%2fworkspace.py"):
        assert (await page.session.get(f"/page/assets/{name}")).status == 404


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"Host": "evil.example"}, id="a foreign name that points here"),
        pytest.param({"Host": "127.0.0.1.evil.example"}, id="a name that looks like ours"),
        pytest.param({"Origin": "https://evil.example"}, id="a foreign page"),
        pytest.param({"Origin": "http://127.0.0.1:1"}, id="another program's page on this machine"),
        pytest.param({"Sec-Fetch-Site": "cross-site"}, id="a cross-site request without Origin"),
    ],
)
async def test_requests_of_other_sites_are_refused(page: PageClient, headers: dict[str, str]) -> None:
    for path in ("/", "/page/state", "/page/events"):
        assert (await page.session.get(path, headers=headers)).status == 403
    body = {"as": INES, "act": {"do": "send", "channel": GENERAL, "text": "x"}}
    assert (await page.session.post("/page/act", json=body, headers=headers)).status == 403


async def test_a_form_of_another_page_cannot_act(page: PageClient) -> None:
    answer = await page.session.post("/page/act", data='{"as":"x"}', headers={"Content-Type": "text/plain"})
    assert answer.status == 415


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({}, id="empty"),
        pytest.param([], id="a list"),
        pytest.param({"as": INES, "act": {"do": "dance"}}, id="an unknown act"),
        pytest.param({"as": INES, "act": {"do": "send", "channel": GENERAL}}, id="a field is missing"),
        pytest.param({"as": INES, "act": {"do": "zone", "zone": "UTC", "more": 1}}, id="a field too many"),
    ],
)
async def test_an_act_that_makes_no_sense_is_a_bad_request(page: PageClient, body: Any) -> None:
    assert (await page.session.post("/page/act", json=body)).status == 400


async def test_what_a_person_types_is_escaped_and_its_mentions_are_found(
    page: PageClient, workspace: Workspace
) -> None:
    await page.act(
        do="send", channel=GENERAL, text="<b>1 < 2</b> @marcus see #amazon-prep, not @nobody & @here"
    )

    text = workspace.messages(GENERAL, seen_by=INES)[-1].text
    assert text == (
        f"&lt;b&gt;1 &lt; 2&lt;/b&gt; <@{MARCUS}> see <#{AMAZON_PREP}|amazon-prep>, not @nobody &amp; <!here>"
    )


async def test_without_the_app_a_command_fails_in_slacks_words(page: PageClient) -> None:
    answer = await page.act(do="command", channel=GENERAL, command="/test", text="")

    assert (answer["ok"], answer["error"]) == (False, "dispatch_failed")
    assert (await page.state())["workspace"]["connected"] is False


async def test_what_others_wrote_is_unread_until_it_was_seen(page: PageClient, workspace: Workspace) -> None:
    assert await page.unread(GENERAL) == 0

    await workspace.send_message(MARCUS, GENERAL, "Lunch?")
    await workspace.send_message(INES, GENERAL, "Yes")
    assert await page.unread(GENERAL) == 1

    newest = workspace.messages(GENERAL, seen_by=INES)[-1].ts
    await page.session.post("/page/read", json={"as": INES, "channel": GENERAL, "ts": newest})
    assert await page.unread(GENERAL) == 0


async def test_a_clients_state_has_only_what_its_person_may_see(
    page: PageClient, workspace: Workspace
) -> None:
    secret = await workspace.create_channel("secret", members=[MARCUS], is_private=True)

    state = await page.state(channel=secret.id)

    assert secret.id not in [room["id"] for room in state["channels"]]
    assert state["messages"] == []


async def test_the_clock_moves_on_in_the_persons_zone_and_never_back(
    page: PageClient, workspace: Workspace
) -> None:
    before = workspace.clock.now()
    await page.act(do="clock", jump="hour")
    assert workspace.clock.now() - before >= timedelta(hours=1)

    await page.act(do="zone", zone="Asia/Tokyo")
    goal = await page.act(do="clock", jump="moment", moment="2099-01-01T09:00")
    assert goal["now"] == 4_070_908_800.0  # midnight in UTC

    for moment in ("2098-01-01T09:00", "soon"):
        refused = await page.act(do="clock", jump="moment", moment=moment)
        assert refused["ok"] is False


async def test_a_person_makes_a_channel_and_brings_the_app_in(page: PageClient, workspace: Workspace) -> None:
    made = await page.act(do="create_channel", name="Study Group")
    assert workspace.channels[made["channel"]].name == "study-group"
    assert (await page.act(do="create_channel", name="study-group"))["ok"] is False

    await page.act(do="add_app", channel=made["channel"])
    assert workspace.channels[made["channel"]].member_ids == [INES, workspace.bot_user_id]

    await page.act(do="remove_app", channel=made["channel"])
    assert workspace.channels[made["channel"]].member_ids == [INES]
    await page.act(do="add_app", channel=made["channel"])

    await page.act(do="leave", channel=made["channel"])
    assert workspace.channels[made["channel"]].member_ids == [workspace.bot_user_id]
    assert (await page.act(do="remove_app", channel=made["channel"]))["ok"] is False


async def test_a_deactivated_person_cannot_act(page: PageClient, workspace: Workspace) -> None:
    await workspace.deactivate(INES)
    assert (await page.act(do="send", channel=GENERAL, text="Still here"))["error"] == "not_a_person"


async def test_changes_are_announced_to_whom_they_concern(page: PageClient, workspace: Workspace) -> None:
    async with page.session.get("/page/events", params={"as": INES}) as stream:
        assert await stream.content.readline() == b"data: hello\n"
        await workspace.set_time_zone(MARCUS, "Europe/Paris")
        await stream.content.readline()
        assert await stream.content.readline() == b"data: members\n"


async def test_an_open_stream_does_not_hold_the_server_back(workspace: Workspace) -> None:
    server = WorkspaceServer(workspace)
    add_routes(server.app, workspace)
    await server.start()
    async with aiohttp.ClientSession(server.url) as session, session.get("/page/events?as=x") as stream:
        await stream.content.readline()
        async with asyncio.timeout(1.0):
            await server.stop()
        assert b"data:" not in (await stream.content.read()).strip()


async def test_a_page_that_leaves_before_its_events_begin_is_no_error(
    page: PageClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def leave(stream: web.StreamResponse, request: web.BaseRequest) -> None:
        raise ConnectionResetError

    monkeypatch.setattr(web.StreamResponse, "prepare", leave)
    with contextlib.suppress(aiohttp.ClientError):
        await page.session.get("/page/events", params={"as": INES})

    assert caplog.records == []
