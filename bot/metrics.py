"""
What an operator can count: one set of instruments for each process, handed to whoever has something to note.

No label names a person, a workspace or a message: each has few values, however many people there are.
"""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, ProcessCollector

_LATENESS = (0.5, 1, 2, 5, 10, 30, 60, 120, 300, 900, 3600, 14400)
_ACK = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 3)
_CALL = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 12)
_TICK = (0.01, 0.05, 0.1, 0.5, 1, 5, 30)
_WAIT = (0.001, 0.01, 0.1, 0.5, 1, 5, 30, 120)
MOST_REMEMBERED = 10_000
"""Messages whose first due time is remembered while they wait."""
MOST_CALLS = 300
"""Methods and answers of Slack that are told apart."""
OTHER = "other"


class Metrics:
    """
    The instruments of a process.

    Methods that a busy sender calls look their label up in a dictionary of ours: the library's own look-up
    costs three times as much.
    """

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        own = self.registry = registry or CollectorRegistry()
        ProcessCollector(registry=own)
        self.build = Info("prep_build", "What is running: version, content, Python.", registry=own)

        self.deliveries = Counter(
            "prep_deliveries",
            "Messages that came to an end here, by kind and state: sent, skipped, missed, failed.",
            ["kind", "state"],
            registry=own,
        )
        self.missed = Counter("prep_missed", "Messages whose window was over before they left.", registry=own)
        self.unclear = Counter("prep_unclear", "Posts whose answer was lost.", registry=own)
        self.doubtful = Counter(
            "prep_doubtful",
            "Messages that may be doubled or lost because a conversation could not be read back.",
            registry=own,
        )
        self.lateness = Histogram(
            "prep_lateness_seconds",
            "From when a message was first due, after any planned spread, until it was sent.",
            ["kind"],
            buckets=_LATENESS,
            registry=own,
        )
        self.outbox_open = Gauge("prep_outbox_open", "Messages that are owed and due.", registry=own)
        self.outbox_overdue = Gauge("prep_outbox_overdue", "Messages due for over a minute.", registry=own)
        self.workspaces_due = Gauge("prep_workspaces_due", "Workspaces with a message due.", registry=own)

        self.acks = Histogram(
            "prep_ack_seconds",
            "From the arrival of a request to its answer, by type of payload.",
            ["type"],
            buckets=_ACK,
            registry=own,
        )
        self.in_flight = Gauge("prep_requests_in_flight", "Requests and listeners running now.", registry=own)
        self.listener_errors = Counter(
            "prep_listener_errors",
            "Listeners that failed, by reason: refused (told why), late (Slack closed the door), error.",
            ["reason"],
            registry=own,
        )

        self.api_calls = Counter(
            "prep_api_calls",
            "Calls of the Web API by method and code: ok, Slack's error (429: ratelimited), timeout, "
            "connection, http_500.",
            ["method", "code"],
            registry=own,
        )
        self.api_seconds = Histogram(
            "prep_api_call_seconds",
            "How long calls of the Web API took.",
            ["method"],
            buckets=_CALL,
            registry=own,
        )
        self.connected = Gauge(
            "prep_connected", "1 while the line to Slack is up, by transport.", ["transport"], registry=own
        )

        self.ticks = Histogram("prep_tick_seconds", "How long a tick took.", buckets=_TICK, registry=own)
        self.tick_age = Gauge("prep_tick_age_seconds", "Since the last tick ended.", registry=own)
        self.failures = Counter(
            "prep_failures", "Rounds that broke off, by part: tick, delivery.", ["part"], registry=own
        )

        self.pool_size = Gauge(
            "prep_db_connections_limit", "Most connections to the database.", ["pool"], registry=own
        )
        self.pool_used = Gauge(
            "prep_db_connections_used", "Connections to the database in use.", ["pool"], registry=own
        )
        self.pool_wait = Histogram(
            "prep_db_wait_seconds",
            "How long was waited for a connection to the database.",
            ["pool"],
            buckets=_WAIT,
            registry=own,
        )

        self._ticked_at = time.monotonic()
        self.tick_age.set_function(lambda: time.monotonic() - self._ticked_at)
        self._deliveries: dict[tuple[str, str], Counter] = {}
        self._lateness: dict[str, Histogram] = {}
        self._calls: dict[tuple[str, str], tuple[Counter, Histogram]] = {}
        self._waits: dict[str, Histogram] = {}
        self._first_due: dict[int, datetime] = {}
        for part in ("tick", "delivery"):
            self.failures.labels(part)
        for reason in ("refused", "late", "error"):
            self.listener_errors.labels(reason)

    def describe(self, *, version: str, content: str) -> None:
        """Say what is running."""
        self.build.info({"version": version, "content": content, "python": platform.python_version()})

    def ended(self, kind: str, state: str) -> None:
        """A message came to an end, wherever that was decided."""
        child = self._deliveries.get((kind, state))
        if child is None:
            child = self._deliveries[kind, state] = self.deliveries.labels(kind, state)
        child.inc()
        if state == "missed":
            self.missed.inc()

    def put_back(self, message_id: int, due_at: datetime) -> None:
        """A message has to wait: it is late from when it was first due, whatever it is due at next."""
        if message_id not in self._first_due and len(self._first_due) >= MOST_REMEMBERED:
            del self._first_due[next(iter(self._first_due))]
        self._first_due.setdefault(message_id, due_at)

    def forget(self, message_id: int) -> None:
        """A message has ended, or is meant to come later."""
        self._first_due.pop(message_id, None)

    def arrived(self, kind: str, message_id: int, due_at: datetime, at: datetime) -> None:
        """A message was posted."""
        child = self._lateness.get(kind)
        if child is None:
            child = self._lateness[kind] = self.lateness.labels(kind)
        late = at - self._first_due.get(message_id, due_at)
        child.observe(max(0.0, late.total_seconds()))

    def called(self, method: str, code: str, seconds: float) -> None:
        """Slack answered, or did not."""
        children = self._calls.get((method, code))
        if children is None:
            known = (method, code if len(self._calls) < MOST_CALLS else OTHER)
            children = self.api_calls.labels(*known), self.api_seconds.labels(method)
            self._calls[known] = children
        children[0].inc()
        children[1].observe(seconds)

    def waited(self, pool: str, seconds: float) -> None:
        """Somebody got a connection to the database."""
        child = self._waits.get(pool)
        if child is None:
            child = self._waits[pool] = self.pool_wait.labels(pool)
        child.observe(seconds)

    def watch_pool(self, pool: str, *, size: int, used: Callable[[], int]) -> None:
        """Look at a pool whenever somebody asks."""
        self.pool_size.labels(pool).set(size)
        self.pool_used.labels(pool).set_function(used)

    @contextmanager
    def ticking(self) -> Iterator[None]:
        """A tick is under way."""
        began = time.monotonic()
        try:
            yield
        finally:
            self._ticked_at = time.monotonic()
            self.ticks.observe(self._ticked_at - began)
