"""What counting costs a message: the very calls that sending one makes, beside what sending one costs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import cast

from aiohttp import ClientRequest, ClientResponse
from yarl import URL

from bot.api_calls import noting
from bot.correlation import about_message
from bot.metrics import Metrics
from bot.tracing import span
from tests.bench.rig import median, report

ROUNDS = 7
MESSAGES = 20_000
A_MESSAGE_SECONDS = 0.0011
"""Of one core, as `make bench ARGS=delivery` shows; see ARCHITECTURE."""
API_URL = "https://slack.com/api/"


class _Request:
    url = URL(f"{API_URL}chat.postMessage")


class _Response:
    status = 200
    content_type = "application/json"
    body = b'{"ok":true,"channel":"D0","ts":"1.1","message":{"text":"' + b"x" * 1500 + b'"}}'

    async def read(self) -> bytes:
        return self.body


async def measure() -> None:
    """With everything and with nothing, in turns; the difference is the cost."""
    costs = [await _seconds(_counted()) - await _seconds(_bare()) for _ in range(ROUNDS)]
    cost = median(costs)
    report(
        f"counting a message, median of {ROUNDS} rounds of {MESSAGES}",
        f"{cost * 1e6:.1f} µs: {cost / A_MESSAGE_SECONDS:.1%} of the {A_MESSAGE_SECONDS * 1e3:.1f} ms that "
        "sending one costs",
        "under 2 %",
        cost < 0.02 * A_MESSAGE_SECONDS,
    )


Work = Callable[[int], Awaitable[None]]


async def _seconds(work: Work) -> float:
    began = time.process_time()
    for number in range(MESSAGES):
        await work(number)
    return (time.process_time() - began) / MESSAGES


async def _answer(_request: ClientRequest) -> ClientResponse:
    return cast(ClientResponse, _Response())


def _bare() -> Work:
    request = cast(ClientRequest, _Request())

    async def work(_number: int) -> None:
        await (await _answer(request)).read()

    return work


def _counted() -> Work:
    metrics = Metrics()
    note = noting(metrics, API_URL)
    due, sent = datetime(2030, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, 0, 0, 3, tzinfo=UTC)
    request = cast(ClientRequest, _Request())

    async def work(number: int) -> None:
        about_message(number, "daily")
        with span("post", kind="daily"):
            await (await note(request, _answer)).read()
            metrics.arrived("daily", number, due, sent)
            metrics.ended("daily", "sent")
            metrics.forget(number)

    return work


if __name__ == "__main__":
    asyncio.run(measure())
