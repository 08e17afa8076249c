"""Each trouble leaves a line that says who, what and why; and who was missed is counted, nobody else."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date, time
from typing import Any

import pytest

from bot.outgoing import MessageKind, Outcome
from bot.playground.faults import FaultKind
from storage import outbox
from storage.engine import Database
from storage.models import OutboxMessage
from tests.survival.conftest import on_sqlite
from tests.survival.rig import Town, new_town

TODAY = date(2026, 5, 4)


async def nine_o_clock(database: Database) -> Town:
    """One person is due now."""
    town = new_town(database, "2026-05-04 00:00")
    await town.settle(weekly_on=False)
    town.set("2026-05-04 09:00")
    return town


@pytest.mark.parametrize(
    ("kind", "code", "line"),
    [
        ("error", "user_disabled", "outbox 1 (daily): failed, user_disabled"),
        ("error", "channel_not_found", "outbox 1 (daily): failed, channel_not_found"),
        ("error", "is_archived", "outbox 1 (daily): failed, is_archived"),
        ("error", "msg_too_long", "outbox 1 (daily): failed, msg_too_long"),
        ("error", "token_revoked", "outbox 1 (daily): again in 0:00:02, token_revoked"),
        ("http_500", "", "outbox 1 (daily): again in 0:00:02, http_500"),
        ("ratelimited", "", "outbox 1 (daily): again in 0:00:09, ratelimited"),
        ("drop", "", "outbox 1 (daily): again in 0:00:02, ServerDisconnectedError"),
        ("lost_answer", "", "outbox 1 (daily): again in 0:00:02, ServerDisconnectedError"),
        ("hang", "", "outbox 1 (daily): again in 0:00:25, TimeoutError"),
    ],
)
@on_sqlite
async def test_27_of_slack(
    database: Database, kind: FaultKind, code: str, line: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Survives 27: what Slack answered, to which message."""
    caplog.set_level(logging.INFO)
    town = await nine_o_clock(database)
    town.workspace.faults.add(method="chat.postMessage", kind=kind, error=code, seconds=9)

    await town.tick()

    assert line in [record.getMessage() for record in caplog.records]


@on_sqlite
async def test_27_of_an_unreadable_conversation(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    """Survives 27: that somebody may have got two."""
    town = new_town(database, "2026-05-04 00:00")
    await town.settle(daily_on=False, weekly_day=0, weekly_at=time(9))
    town.set("2026-05-04 09:00")
    town.workspace.faults.add(method="chat.postMessage", kind="lost_answer")
    town.workspace.faults.add(method="conversations.history", kind="error", error="missing_scope")

    await town.live_until("2026-05-04 10:00")

    assert "outbox 1: sent again without knowing whether it arrived (missing_scope)" in caplog.text


@on_sqlite
async def test_27_of_a_message_that_cannot_be_drawn(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """Survives 27: a fault of ours, with its trace."""

    async def broken(_messages: Sequence[OutboxMessage]) -> dict[int, Outcome | Exception]:
        raise LookupError("there is no such task")

    town = await nine_o_clock(database)
    kinds: dict[str, Any] = {"daily": MessageKind(broken, resend_if_unreadable=True)}
    town.delivery = town.worker(kinds=kinds)

    await town.tick()

    assert "outbox 1 (daily) failed, again in 0:00:02" in caplog.text
    assert "LookupError: there is no such task" in caplog.text


@on_sqlite
async def test_27_of_a_window_that_passed_while_slack_was_down(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """Survives 27: nobody got it, and it is counted."""
    town = await nine_o_clock(database)
    # That it did not arrive must be known, so the conversation can be read.
    town.workspace.faults.add(method="chat.postMessage", kind="http_500", times=None)

    await town.live_until("2026-05-04 22:00")

    assert "missed: daily for learner 1, late: its window is over" in caplog.text
    assert await town.missed(TODAY) == 1
    async with database.read() as session:
        assert await outbox.counts(session) == {"missed": 1}


@on_sqlite
async def test_27_of_a_window_that_passed_while_the_bot_was_down(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """Survives 27: nobody could send it, and it is counted."""
    town = await nine_o_clock(database)
    town.down_until("2026-05-04 21:30")

    await town.tick()

    assert "daily of learner 1 on 2026-05-04: late: its window was over" in caplog.text
    assert await town.missed(TODAY) == 1


@on_sqlite
async def test_27_the_count_is_zero_when_all_is_well(database: Database) -> None:
    """Survives 27: three days, and nobody missed anything."""
    town = await nine_o_clock(database)

    await town.live_daily(3)

    assert await town.missed(town.clock.now().date()) == 0
    assert len(town.accepted()) == 3
