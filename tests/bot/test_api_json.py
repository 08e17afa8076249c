"""What the standard library reads and writes, and the same of it."""

from __future__ import annotations

import json
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from bot import api_json

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(plain)
def test_what_is_written_is_read_as_it_was(content: Any) -> None:
    written = api_json.write(content)

    assert json.loads(written) == content
    assert api_json.read(written) == content


@pytest.mark.parametrize("text", ["cut \ud83d here", "\udc00"])
def test_half_an_emoji_goes_there_and_back(text: str) -> None:
    written = api_json.write({"text": text})

    written.encode()
    assert api_json.read(written) == {"text": text}


def test_what_is_no_json_is_refused_as_ever() -> None:
    with pytest.raises(json.JSONDecodeError):
        api_json.read("<html>")


async def test_a_session_sends_and_reads_it() -> None:
    received: list[bytes] = []

    async def echo(request: web.Request) -> web.Response:
        received.append(await request.read())
        return web.Response(body=received[-1], content_type="application/json")

    app = web.Application()
    app.router.add_post("/", echo)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    async with (
        aiohttp.ClientSession(json_serialize=api_json.write, response_class=api_json.Answer) as session,
        session.post(url, json={"text": "Inês 🚀"}) as answer,
    ):
        assert await answer.json() == {"text": "Inês 🚀"}
    await runner.cleanup()

    assert received == ['{"text":"Inês 🚀"}'.encode()]
