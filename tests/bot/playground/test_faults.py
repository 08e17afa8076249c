"""Trouble on demand."""

import asyncio

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.faults import Faults
from bot.playground.server import WorkspaceServer
from bot.playground.workspace import Workspace
from tests.bot.playground.conftest import INES, MARCUS, error_of
from tests.slack_user import SlackUser

POST = "chat.postMessage"


async def test_an_error_comes_as_often_as_asked_for(client: AsyncWebClient, workspace: Workspace) -> None:
    workspace.faults.add(method=POST, kind="error", error="fatal_error", times=2)

    for _ in range(2):
        assert await error_of(client.chat_postMessage(channel=INES, text="x")) == "fatal_error"
    await client.chat_postMessage(channel=INES, text="x")

    assert len(workspace.posts) == 1


async def test_only_matching_calls_meet_it(client: AsyncWebClient, workspace: Workspace) -> None:
    workspace.faults.add(
        method=POST, kind="error", times=None, matching=lambda arguments: arguments["channel"] == MARCUS
    )
    await client.chat_postMessage(channel=INES, text="x")
    assert await error_of(client.chat_postMessage(channel=MARCUS, text="x")) == "internal_error"


async def test_a_rate_limit_says_how_long(client: AsyncWebClient, workspace: Workspace) -> None:
    workspace.faults.add(method=POST, kind="ratelimited", seconds=30)
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=INES, text="x")
    assert caught.value.response.headers["Retry-After"] == "30"
    assert workspace.posts == []


async def test_a_server_error_does_nothing(client: AsyncWebClient, workspace: Workspace) -> None:
    workspace.faults.add(method=POST, kind="http_500")
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=INES, text="x")
    assert caught.value.response.status_code == 500
    assert workspace.posts == []


async def test_a_dropped_call_is_not_carried_out(client: AsyncWebClient, workspace: Workspace) -> None:
    workspace.faults.add(method=POST, kind="drop")
    with pytest.raises(aiohttp.ClientConnectionError):
        await client.chat_postMessage(channel=INES, text="x")
    assert workspace.posts == []


async def test_a_lost_answer_is_carried_out_all_the_same(
    client: AsyncWebClient, workspace: Workspace
) -> None:
    workspace.faults.add(method=POST, kind="lost_answer")
    with pytest.raises(aiohttp.ClientConnectionError):
        await client.chat_postMessage(channel=INES, text="x")
    assert [post.text for post in workspace.posts] == ["x"]


async def test_the_default_client_posts_again_after_a_lost_answer(
    server: WorkspaceServer, workspace: Workspace
) -> None:
    workspace.faults.add(method=POST, kind="lost_answer")
    client = AsyncWebClient(token=workspace.bot_token, base_url=server.api_url)
    await client.chat_postMessage(channel=INES, text="x")
    assert [post.text for post in workspace.posts] == ["x", "x"]


async def test_a_slow_call_is_answered_properly(client: AsyncWebClient, workspace: Workspace) -> None:
    workspace.faults.add(method=POST, kind="slow", seconds=0.1)
    await client.chat_postMessage(channel=INES, text="x")
    call = workspace.calls[-1]
    assert call.ended - call.started >= 0.1


async def test_a_call_that_hangs_ends_with_the_server(workspace: Workspace, ines: SlackUser) -> None:
    server = WorkspaceServer(workspace)
    await server.start()
    workspace.faults.add(method=POST, kind="hang", seconds=60)
    client = AsyncWebClient(token=workspace.bot_token, base_url=server.api_url, retry_handlers=[])
    call = asyncio.ensure_future(client.chat_postMessage(channel=INES, text="x"))
    await ines.see(lambda: workspace.faults.met)

    await server.stop()

    with pytest.raises(aiohttp.ClientConnectionError):
        await call
    assert workspace.posts == []


def test_the_same_seed_meets_the_same_calls() -> None:
    def met() -> list[bool]:
        faults = Faults(seed=7)
        faults.add(method="*", kind="error", times=None, probability=0.5)
        return [faults.next_for(POST, {}) is not None for _ in range(50)]

    assert met() == met()
    assert 10 < sum(met()) < 40
