"""GET /metrics, for Prometheus."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable

from aiohttp import web
from prometheus_client.exposition import choose_encoder

from bot.metrics import Metrics
from bot.sampling import Sampler

_OPEN_METRICS = "application/openmetrics-text"
GOOD_FOR_SECONDS = 1.0
"""A page is drawn once in this time, however often it is asked for."""


def routes(
    metrics: Metrics, sampler: Sampler, monotonic: Callable[[], float] = time.monotonic
) -> list[web.RouteDef]:
    """The page, in Prometheus's text format or in OpenMetrics, as the one who asks prefers."""
    drawn: dict[bool, tuple[float, bytes]] = {}
    drawing = asyncio.Lock()

    async def show(request: web.Request) -> web.Response:
        # Only whether: a version that the one who asks made up must not lead past what is drawn already.
        is_open = _OPEN_METRICS in request.headers.get("Accept", "")
        encode, content_type = choose_encoder(_OPEN_METRICS if is_open else "")
        async with drawing:
            good_until, page = drawn.get(is_open, (-math.inf, b""))
            if monotonic() >= good_until:
                await sampler.refresh()
                page = encode(metrics.registry)
                drawn[is_open] = monotonic() + GOOD_FOR_SECONDS, page
        return web.Response(body=page, headers={"Content-Type": content_type})

    return [web.get("/metrics", show)]
