"""`prep-coach playground` and `content preview`, as a newcomer starts them."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

START_SECONDS = 30
ROOT = Path(__file__).parent.parent.parent


@asynccontextmanager
async def started(folder: Path, *arguments: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """The process and the URL it prints; asked to stop at the end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", *arguments, "--port", "0", "--no-browser"),
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(START_SECONDS):
            while not (found := re.search(rb"http://127\.0\.0\.1:\d+\S*", await process.stdout.readline())):
                assert process.returncode is None
        yield process, found.group().decode()
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await process.communicate()


@pytest.mark.parametrize("flags", [[], ["--http"]], ids=["socket", "http"])
async def test_the_page_answers_once_the_bot_is_there_and_a_stop_ends_both(
    tmp_path: Path, flags: list[str]
) -> None:
    # What the newcomer's own workspace needs is of no concern here.
    others = "SLACK_APP_TOKEN=xapp-other\nSLACK_SIGNING_SECRET=none\n"  # pragma: allowlist secret
    (tmp_path / ".env").write_text(others)
    async with started(tmp_path, "playground", *flags) as (process, url):
        async with aiohttp.ClientSession() as session:
            async with session.get(f"{url}/") as answer:
                assert answer.status == 200
                assert (await answer.text()).startswith("<!doctype html>")
            async with session.get(f"{url}/page/state") as answer:
                state = await answer.json()
        assert state["workspace"]["connected"] is True
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(15):
            assert await process.wait() == 0


async def test_a_preview_opens_at_the_message_that_shows_the_item(tmp_path: Path) -> None:
    async with started(tmp_path, "content", "preview", "concept-cache-aside") as (_process, url):
        base, _, place = url.partition("/#")
        person, _, tab = place.partition("/")
        assert tab == "app/messages"
        async with aiohttp.ClientSession() as session, asyncio.timeout(10):
            room, shown = "", ""
            while "Cache-aside" not in shown:
                async with session.get(f"{base}/page/state?as={person}&channel={room}") as answer:
                    shown = await answer.text()
                    room = (json.loads(shown)["dm"] or {}).get("id", "")
