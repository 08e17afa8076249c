"""A timer: one message at its end, logged by one tap, or stopped early with what ran."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.log.timer_views import ended_post
from bot.log.timers import REPLACED, STOPPED, TimerError, read_payload
from storage import learners
from storage.models import OutboxState
from tests.bot.log.conftest import Desk
from tests.builders import ANA, BEN, NOON, TODAY


async def test_owes_one_message_at_its_end(desk: Desk) -> None:
    started = await desk.timers.start(ANA, 30, "coding", "log:1")

    [row] = await desk.owed()
    learner_id = await desk.learner()
    assert row.idempotency_key == f"timer:{learner_id}:{started.timer.started}"
    assert (row.due_at, row.state) == (NOON + timedelta(minutes=30), OutboxState.DUE)
    assert ended_post(read_payload(row.payload)).text == "Time is up: 30 min. Log 30 min of coding?"


async def test_a_repeated_command_starts_nothing(desk: Desk) -> None:
    await desk.timers.start(ANA, 30, "coding", "log:1")
    desk.clock.move(seconds=5)
    again = await desk.timers.start(ANA, 30, "coding", "log:1")

    assert len(await desk.owed()) == 1
    assert again.timer.started == int(NOON.timestamp())


async def test_the_newer_replaces_the_older_and_says_so(desk: Desk) -> None:
    older = await desk.timers.start(ANA, 30, "coding", "log:1")
    newer = await desk.timers.start(ANA, 45, None, "log:2")

    assert newer.replaced == older.timer
    assert [(row.state, row.reason) for row in await desk.owed()] == [
        (OutboxState.SKIPPED, REPLACED),
        (OutboxState.DUE, None),
    ]
    assert await desk.timers.running(ANA) == newer.timer


async def test_each_person_has_their_own(desk: Desk) -> None:
    await desk.timers.start(ANA, 30, "coding", "log:1")

    assert (await desk.timers.start(BEN, 30, "coding", "log:2")).replaced is None
    await desk.timers.stop(BEN)
    assert await desk.timers.running(ANA) is not None


@pytest.mark.parametrize("minutes", [0, -5, 241, 10**9])
async def test_runs_four_hours_at_most(desk: Desk, minutes: int) -> None:
    with pytest.raises(TimerError):
        await desk.timers.start(ANA, minutes, None, "log:1")

    assert await desk.owed() == []


async def test_at_its_end_one_tap_logs_it_once(desk: Desk) -> None:
    started = (await desk.timers.start(ANA, 30, "coding", "log:1")).timer.started
    desk.clock.move(minutes=40)

    await desk.timers.keep(ANA, started, "coding")
    await desk.timers.keep(ANA, started, "coding")

    assert [(row.activity, row.count, row.minutes) for row in await desk.entries()] == [("coding", 1, 30)]


async def test_counts_for_the_day_it_ended_on(desk: Desk) -> None:
    started = (await desk.timers.start(ANA, 30, "coding", "log:1")).timer.started
    desk.clock.move(days=1)

    await desk.timers.keep(ANA, started, "coding")

    assert [row.local_date for row in await desk.entries()] == [TODAY]


async def test_stopped_early_it_logs_what_ran(desk: Desk) -> None:
    started = (await desk.timers.start(ANA, 30, "coding", "log:1")).timer.started
    desk.clock.move(minutes=12, seconds=50)

    stopped = await desk.timers.stop(ANA)
    await desk.timers.keep(ANA, started, "coding")

    assert stopped is not None
    assert stopped.ran == 12
    assert [row.minutes for row in await desk.entries()] == [12]
    assert [(row.state, row.reason) for row in await desk.owed()] == [(OutboxState.SKIPPED, STOPPED)]
    assert await desk.timers.stop(ANA) is None


async def test_stopped_without_an_activity_it_asks_for_one(desk: Desk) -> None:
    started = (await desk.timers.start(ANA, 30, None, "log:1")).timer.started
    desk.clock.move(minutes=12)

    stopped = await desk.timers.stop(ANA)
    assert stopped is not None
    assert (stopped.ran, stopped.logged) == (12, None)

    await desk.timers.keep(ANA, started, "design")
    assert [(row.activity, row.minutes) for row in await desk.entries()] == [("design", 12)]


async def test_stopped_at_once_it_logs_nothing(desk: Desk) -> None:
    started = (await desk.timers.start(ANA, 30, "coding", "log:1")).timer.started

    stopped = await desk.timers.stop(ANA)

    assert stopped is not None
    assert (stopped.ran, stopped.logged) == (0, None)
    with pytest.raises(TimerError):
        await desk.timers.keep(ANA, started, "coding")


async def test_another_persons_timer_cannot_be_logged(desk: Desk) -> None:
    started = (await desk.timers.start(ANA, 30, "coding", "log:1")).timer.started

    for number in (started, 0, 10**11):
        with pytest.raises(TimerError):
            await desk.timers.keep(BEN, number, "coding")

    assert await desk.entries(BEN) == []


async def test_stopped_by_somebody_we_do_not_know_keeps_nothing_of_them(desk: Desk) -> None:
    assert await desk.timers.stop(BEN) is None

    async with desk.database.read() as session:
        assert await learners.find(session, BEN.team_id, BEN.user_id) is None
