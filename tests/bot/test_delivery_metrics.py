"""What delivery counts of what becomes of messages, and how late they are."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.metrics import Metrics
from bot.outgoing import MessageKind, Outcome, Postponed, Unneeded, one_by_one
from bot.pace import Pace
from storage.engine import connect
from tests.conftest import sqlite_url
from tests.figures import figure
from tests.processes import KINDS, PostOffice, note, open_office


@pytest.fixture
async def office(migrated_file: Path, tmp_path: Path) -> AsyncIterator[PostOffice]:
    database = connect(sqlite_url(migrated_file, tmp_path))
    async with open_office(database) as opened:
        yield opened
    await database.close()


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


def ended(metrics: Metrics, kind: str = "note") -> dict[str, float]:
    """State to number of messages of a kind."""
    states = ("sent", "skipped", "missed", "failed")
    found = {each: figure(metrics, "prep_deliveries_total", kind=kind, state=each) for each in states}
    return {state: number for state, number in found.items() if number}


def always(outcome: Outcome) -> Mapping[str, MessageKind]:
    async def render(_payload: dict[str, Any]) -> Outcome:
        return outcome

    return {"note": MessageKind(one_by_one(render), resend_if_unreadable=True)}


async def test_a_message_that_arrives_is_sent_and_so_late(office: PostOffice, metrics: Metrics) -> None:
    await office.owe("one")
    office.clock.move(3)

    await (await office.worker(metrics=metrics)).drain()

    assert ended(metrics) == {"sent": 1}
    assert figure(metrics, "prep_lateness_seconds_sum", kind="note") == 3


async def test_what_nobody_needs_is_skipped_and_never_late(office: PostOffice, metrics: Metrics) -> None:
    await office.owe("one")

    await (await office.worker(metrics=metrics, kinds=always(Unneeded("done already")))).drain()

    assert ended(metrics) == {"skipped": 1}
    assert figure(metrics, "prep_lateness_seconds_count", kind="note") is None


async def test_a_window_that_is_over_is_missed(office: PostOffice, metrics: Metrics) -> None:
    await office.owe("one", expires_at=office.clock.now() + timedelta(seconds=1))
    office.clock.move(2)

    await (await office.worker(metrics=metrics)).drain()

    assert ended(metrics) == {"missed": 1}
    assert figure(metrics, "prep_missed_total") == 1


async def test_what_slack_refuses_for_good_has_failed(office: PostOffice, metrics: Metrics) -> None:
    office.workspace.faults.add(method="chat.postMessage", kind="error", error="channel_not_found")
    await office.owe("one")

    await (await office.worker(metrics=metrics)).drain()

    assert ended(metrics) == {"failed": 1}


async def test_a_lost_answer_is_unclear_once_and_then_found(office: PostOffice, metrics: Metrics) -> None:
    office.workspace.faults.add(method="chat.postMessage", kind="lost_answer")
    await office.owe("one")
    worker = await office.worker(metrics=metrics)

    await worker.drain()
    assert figure(metrics, "prep_unclear_total") == 1
    office.clock.move(2)
    await worker.drain()

    assert ended(metrics) == {"sent": 1}
    assert figure(metrics, "prep_unclear_total") == 1
    assert figure(metrics, "prep_doubtful_total") == 0


async def test_what_stays_unclear_for_a_while_counts_once(office: PostOffice, metrics: Metrics) -> None:
    office.workspace.faults.add(method="chat.postMessage", kind="drop")
    await office.owe("one")
    worker = await office.worker(metrics=metrics)

    for seconds in (2, 30):
        await worker.drain()
        office.clock.move(seconds)
    await worker.drain()

    assert office.calls("conversations.history") == 2
    assert ended(metrics) == {"sent": 1}
    assert figure(metrics, "prep_unclear_total") == 1


async def test_what_is_sent_again_without_knowing_is_doubtful(office: PostOffice, metrics: Metrics) -> None:
    office.workspace.faults.add(method="chat.postMessage", kind="lost_answer")
    office.workspace.faults.add(
        method="conversations.history", kind="error", error="missing_scope", times=None
    )
    await office.owe("one")
    worker = await office.worker(metrics=metrics)

    await worker.drain()
    office.clock.move(30)
    await worker.drain()

    assert ended(metrics) == {"sent": 1}
    assert figure(metrics, "prep_doubtful_total") == 1


async def test_who_waits_for_a_turn_is_late_from_the_first(office: PostOffice, metrics: Metrics) -> None:
    """One post a second may go into a conversation: the last of many waits in the outbox."""
    await office.owe_all([str(number) for number in range(12)], priority=1)
    worker = await office.worker(metrics=metrics, pace=Pace(office.clock.monotonic, longest_wait=0))
    first = office.clock.now()

    for _ in range(30):
        await worker.drain()
        office.clock.move(1)

    rows = [await office.row(str(number)) for number in range(12)]
    late = [(row.sent_at - first).total_seconds() for row in rows if row.sent_at]
    assert len(late) == 12
    assert max(late) > 2
    assert figure(metrics, "prep_lateness_seconds_sum", kind="note") == sum(late)


async def test_a_refusal_that_passes_makes_it_late(office: PostOffice, metrics: Metrics) -> None:
    office.workspace.faults.add(method="chat.postMessage", kind="error", error="org_login_required")
    await office.owe("one")
    worker = await office.worker(metrics=metrics)

    await worker.drain()
    office.clock.move(60)
    await worker.drain()

    assert figure(metrics, "prep_lateness_seconds_sum", kind="note") == 60


async def test_what_was_meant_to_come_later_is_not_late(office: PostOffice, metrics: Metrics) -> None:
    """Not even if it was tried before."""
    office.workspace.faults.add(method="chat.postMessage", kind="error", error="org_login_required")
    evening, morning = office.clock.now() + timedelta(minutes=1), office.clock.now() + timedelta(hours=9)

    async def render(payload: dict[str, Any]) -> Outcome:
        is_quiet = evening <= office.clock.now() < morning
        return Postponed(morning, "quiet hours") if is_quiet else await note(payload)

    await office.owe("night")
    kinds = {**KINDS, "note": MessageKind(one_by_one(render), resend_if_unreadable=True)}
    worker = await office.worker(metrics=metrics, kinds=kinds)

    await worker.drain()
    office.clock.move(60)
    await worker.drain()
    office.clock.move(9 * 3600 - 60 + 1)
    await worker.drain()

    assert figure(metrics, "prep_lateness_seconds_sum", kind="note") == 1
