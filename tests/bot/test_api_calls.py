"""Every call is counted by its method and what was answered, whoever made it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.api_calls import noting
from bot.metrics import Metrics
from tests.figures import figure

ANSWERS: dict[str, tuple[int, str, str]] = {
    "chat.postMessage": (200, "application/json", '{"ok":true,"ts":"1.1"}'),
    "chat.update": (200, "application/json", ' { "ok" : true }'),
    "auth.test": (200, "application/json", '{"url":"https://x.test","ok":true}'),
    "views.open": (200, "application/json", '{"ok":false,"error":"expired_trigger_id"}'),
    "views.push": (200, "application/json", '{"ok":false,"error":"Somebody\'s \\"words\\""}'),
    "views.update": (200, "application/json", '{"ok":false}'),
    "chat.delete": (429, "application/json", '{"ok":false,"error":"ratelimited"}'),
    "users.info": (503, "text/html", "<h1>Down</h1>"),
    "users.list": (200, "application/json", '{"ok":tr'),
    "reactions.add": (200, "application/json", "[]"),
}


@pytest.fixture
async def server() -> AsyncIterator[TestServer]:
    async def answer(request: web.Request) -> web.Response:
        method = request.path.removeprefix("/api/")
        if method == "conversations.open":
            await asyncio.Event().wait()
        status, content_type, text = ANSWERS.get(method, (200, "text/plain", "OK"))
        headers = {"Retry-After": "7"} if status == 429 else {}
        return web.Response(status=status, content_type=content_type, text=text, headers=headers)

    app = web.Application()
    app.router.add_route("*", "/{anything:.*}", answer)
    started = TestServer(app)
    async with started:
        yield started


async def calls_of(server: TestServer | str, method: str, *, patience: float = 5) -> Metrics:
    """What was counted when a method was called; however that ends."""
    metrics = Metrics()
    api_url = server if isinstance(server, str) else str(server.make_url("/api/"))
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=patience), middlewares=[noting(metrics, api_url)]
    ) as session:
        client = AsyncWebClient("xoxb-1", api_url, session=session, retry_handlers=[])
        with suppress(SlackApiError, aiohttp.ClientError, TimeoutError, AttributeError, ValueError):
            await client.api_call(method)
    return metrics


@pytest.mark.parametrize(
    ("method", "code"),
    [
        ("chat.postMessage", "ok"),
        ("chat.update", "ok"),
        ("auth.test", "ok"),
        ("views.open", "expired_trigger_id"),
        ("views.push", "other"),
        ("views.update", "other"),
        ("chat.delete", "ratelimited"),
        ("users.info", "http_503"),
        ("users.list", "http_200"),
        ("reactions.add", "http_200"),
    ],
)
async def test_a_call_is_counted_by_what_slack_says(server: TestServer, method: str, code: str) -> None:
    metrics = await calls_of(server, method)

    assert figure(metrics, "prep_api_calls_total", method=method, code=code) == 1
    assert figure(metrics, "prep_api_call_seconds_count", method=method) == 1


async def test_no_answer_in_time_is_told_from_a_refusal(server: TestServer) -> None:
    metrics = await calls_of(server, "conversations.open", patience=0.05)

    assert figure(metrics, "prep_api_calls_total", method="conversations.open", code="timeout") == 1


async def test_nobody_there_is_told_too(server: TestServer) -> None:
    api_url = str(server.make_url("/api/"))
    await server.close()

    metrics = await calls_of(api_url, "auth.test")

    assert figure(metrics, "prep_api_calls_total", method="auth.test", code="connection") == 1


async def test_the_answer_can_still_be_read_and_says_the_same(server: TestServer) -> None:
    api_url = str(server.make_url("/api/"))
    async with aiohttp.ClientSession(middlewares=[noting(Metrics(), api_url)]) as session:
        client = AsyncWebClient("xoxb-1", api_url, session=session)

        assert (await client.chat_postMessage(channel="C1", text="x"))["ts"] == "1.1"
        with pytest.raises(SlackApiError) as refused:
            await client.chat_delete(channel="C1", ts="1.1")

    assert refused.value.response.headers["Retry-After"] == "7"


async def test_an_upload_is_no_method_whatever_its_address(server: TestServer) -> None:
    metrics = Metrics()
    async with aiohttp.ClientSession(middlewares=[noting(metrics, "https://slack.test/api/")]) as session:
        await session.post(server.make_url("/upload/v1/secret"), data=b"PNG")

    assert figure(metrics, "prep_api_calls_total", method="upload", code="ok") == 1


async def test_an_address_that_is_no_method_is_not_a_label(server: TestServer) -> None:
    metrics = await calls_of(server, "a/b/C0SECRET")

    assert figure(metrics, "prep_api_calls_total", method="other", code="ok") == 1
