"""What cannot be counted as it happens, looked at now and then when somebody asks."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from bot.clock import Now
from bot.metrics import Metrics
from storage import outbox
from storage.engine import Database

log = logging.getLogger(__name__)

GOOD_FOR_SECONDS = 15.0
"""However often somebody asks, the database is asked no more often."""
PATIENCE_SECONDS = 2.0
OVERDUE = timedelta(minutes=1)

Look = Callable[[], Awaitable[None]]


@dataclass(slots=True)
class Sampler:
    """Looks at a few things together, at most every so often; `looks` write into the metrics."""

    looks: list[Look]
    monotonic: Callable[[], float] = time.monotonic
    _next_at: float = -math.inf
    _looking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def refresh(self) -> None:
        """See that what was seen is not too old. What fails is logged and never raised."""
        async with self._looking:
            if self.monotonic() < self._next_at:
                return
            for look in self.looks:
                try:
                    async with asyncio.timeout(PATIENCE_SECONDS):
                        await look()
                except Exception as error:  # noqa: BLE001 - whoever asks gets the rest
                    log.warning("a figure could not be looked up: %s", type(error).__name__)
            self._next_at = self.monotonic() + GOOD_FOR_SECONDS


def outbox_look(metrics: Metrics, database: Database, now: Now) -> Look:
    """How much is due. While the database does not answer, the figures are not a number."""

    async def look() -> None:
        gauges = metrics.outbox_open, metrics.outbox_overdue, metrics.workspaces_due
        for gauge in gauges:
            gauge.set(math.nan)
        instant = now()
        async with database.read() as session:
            found = await outbox.backlog(session, now=instant, overdue=instant - OVERDUE)
        for gauge, value in zip(gauges, (found.open, found.overdue, found.workspaces), strict=True):
            gauge.set(value)

    return look


def line_look(metrics: Metrics, transport: str, is_connected: Callable[[], Awaitable[bool]]) -> Look:
    """Whether the line to Slack is up."""

    async def look() -> None:
        metrics.connected.labels(transport).set(await is_connected())

    return look
