"""The one call that every compared sender makes, with the bot's own client, connections and time-outs."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

CONCURRENCY = 50
"""As bot.sending's, from which nothing is imported: the yardstick carries none of the bot's modules."""
CALL_SECONDS = 12
EVENT_TYPE = "prep_coach_delivery"
FIRST_CHANNEL = 10_000_000
MESSAGE_FILE = "BENCH_MESSAGE_FILE"
"""Environment: a JSON file with the text and blocks that everybody gets."""
DATABASE = "BENCH_DATABASE"
"""Environment: a file or a PostgreSQL URL, for senders that store what they owe."""


def channel_of(person: int) -> str:
    """The direct message of a numbered person."""
    return f"D{FIRST_CHANNEL + person}"


def say_begun() -> None:
    """Tell whoever measures that the work begins now."""
    sys.stdout.write(f"{time.time()}\n")
    sys.stdout.flush()


class Poster:
    """Posts to one numbered person, at most CONCURRENCY at the same time. Make it inside the running loop."""

    def __init__(self) -> None:
        connector = aiohttp.TCPConnector(limit=100, keepalive_timeout=25)
        timeout = aiohttp.ClientTimeout(total=CALL_SECONDS)
        self.session = aiohttp.ClientSession(connector=connector, timeout=timeout)
        self._client = AsyncWebClient(
            os.environ["SLACK_BOT_TOKEN"],
            os.environ["SLACK_API_URL"],
            session=self.session,
            retry_handlers=[],
        )
        self._message: dict[str, Any] = json.loads(Path(os.environ[MESSAGE_FILE]).read_text())
        self._turns = asyncio.Semaphore(CONCURRENCY)

    async def post(self, person: int) -> None:
        """The message to the person's own channel, with their key in its metadata."""
        async with self._turns:
            await self._client.chat_postMessage(
                channel=channel_of(person),
                text=self._message["text"],
                blocks=self._message["blocks"],
                metadata={"event_type": EVENT_TYPE, "event_payload": {"key": f"person:{person}"}},
                unfurl_links=False,
                unfurl_media=False,
            )
