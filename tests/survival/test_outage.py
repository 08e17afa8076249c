"""PostgreSQL is away, or a process is frozen: people are answered, the others go on, and work resumes."""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.patience import AWAY
from bot.playground.sockets import ACK_SECONDS
from bot.scheduler import guarded
from bot.today import views
from content.loader import Catalog
from storage.engine import Database, connect
from tests.builders import MovingClock
from tests.dispatch import Dispatcher, block_actions, command, dispatching, event
from tests.line import Line, a_line
from tests.processes import until
from tests.survival.conftest import on_postgres
from tests.survival.process_town import DAY, PAST_LEASE, ProcessTown, open_process_town
from tests.survival.rig import Town, at, new_town

pytestmark = on_postgres
TODAY = date(2026, 5, 4)
PEOPLE = 40
SECONDS_TO_STOP = 10.0
SECONDS_TO_RESUME = 10.0


@pytest.fixture
async def line(database_url: str) -> AsyncIterator[Line]:
    async with a_line(database_url) as opened:
        yield opened


@pytest.fixture
async def far_slack(line: Line, catalog: Catalog) -> AsyncIterator[Dispatcher]:
    """An app whose database is at the other end of the line."""
    async with dispatching(line.url, catalog, MovingClock(), waits=False) as dispatcher:
        yield dispatcher


async def test_28_whoever_acts_meanwhile_is_acked_and_told_in_one_sentence(
    line: Line, far_slack: Dispatcher, caplog: pytest.LogCaptureFixture
) -> None:
    """Survives 28: commands, and buttons in messages and windows, while connections are refused."""
    await line.cut()
    caplog.set_level(logging.WARNING)
    sent = [
        command("today"),
        command("log 2 coding"),
        command("pause 3d"),
        block_actions(views.SHOW),
    ]
    for body in sent:
        response = await far_slack.send(body)

        assert response.status == 200
        await until(lambda: far_slack.respond.called)
        assert far_slack.said() == AWAY
        far_slack.respond.reset_mock()
    assert "Traceback" not in caplog.text
    await line.mend()
    await far_slack.command("today")
    await until(lambda: far_slack.respond.called)
    assert far_slack.said() != AWAY


async def test_28_a_silent_database_costs_nobody_their_ack(line: Line, far_slack: Dispatcher) -> None:
    """Survives 28: what is asked before the ack is not waited for longer than Slack waits."""
    line.silence()
    press = {**block_actions("unknown"), "container": {"type": "message"}}
    opened = event("app_home_opened", tab="home")
    began = time.monotonic()

    responses = await asyncio.gather(
        far_slack.send(press), far_slack.command("today"), far_slack.send(opened)
    )

    assert time.monotonic() - began < ACK_SECONDS
    assert [response.status for response in responses] == [200, 200, 503]
    far_slack.coach.database.give_up()


async def test_28_events_are_left_to_slack_which_sends_them_again(line: Line, far_slack: Dispatcher) -> None:
    """Survives 28: an event that was acked and could not be stored would be lost."""
    told = event("message", channel_type="im", channel="D1", text="hello")
    await line.cut()
    assert (await far_slack.send(told)).status == 503
    await line.mend()

    assert (await far_slack.send(told)).status == 200
    async with asyncio.timeout(10):
        while not await far_slack.coach.delivery.drain():  # noqa: ASYNC110 - a listener works
            await asyncio.sleep(0.01)
    assert far_slack.client.chat_postMessage.call_count == 1


async def test_28_half_a_minute_without_the_database_at_nine(
    line: Line, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """Survives 28: every tick meanwhile fails with a line in the log, the first one afterwards catches up."""
    town = new_town(database, "2026-05-04 00:00")
    await town.settle_many(PEOPLE, weekly_on=False)
    town.set("2026-05-04 09:00")
    far = connect(line.url)
    service, worker = town.reminders(database=far), town.worker(database=far)

    async def tick() -> None:
        await service.plan_due()
        await worker.drain()

    await line.cut()
    for _ in range(6):
        await guarded(tick)()
        town.set(town.clock.now() + timedelta(seconds=5))
    assert town.accepted() == []
    assert "a tick failed" in caplog.text
    await line.mend()
    await guarded(tick)()

    assert len(town.accepted()) == PEOPLE
    assert await _end_of_day(town) == []
    await far.close()


async def test_28_cut_off_at_every_stage_of_a_wave(line: Line, database: Database) -> None:
    """Survives 28: the line goes after so many posts, and another process takes over what was in hand."""
    town = new_town(database, "2026-05-04 00:00")
    await town.settle_many(PEOPLE, weekly_on=False)
    town.set("2026-05-04 09:00")
    await town.service.plan_due()
    for posts in (0, 1, 7, 20, 33):
        far = connect(line.url)
        working = asyncio.ensure_future(guarded(town.worker(database=far).drain)())
        while len(town.accepted()) < posts and not working.done():  # noqa: ASYNC110 - a worker works
            await asyncio.sleep(0)
        await line.cut()
        await working
        await far.close()
        await line.mend()
        town.set(town.clock.now() + PAST_LEASE)

    assert await _end_of_day(town) == []


async def _end_of_day(town: Town) -> list[str]:
    town.set(town.clock.now() + PAST_LEASE)
    await town.live_until("2026-05-04 23:00")
    return await town.breaches(TODAY, TODAY)


# Processes


@pytest.fixture
async def place(database: Database, database_url: str, tmp_path: Path) -> AsyncIterator[ProcessTown]:
    async with open_process_town(database, database_url, tmp_path) as opened:
        await opened.town.settle_many(PEOPLE, weekly_on=False)
        opened.town.workspace.faults.add(method="chat.postMessage", kind="slow", seconds=0.1, times=None)
        yield opened


@pytest.mark.timeout(300)
async def test_29_a_process_that_is_frozen_past_its_lease(place: ProcessTown) -> None:
    """Survives 29: another one takes over; the frozen one wakes up, finds that out, and goes on."""
    town = place.town
    async with place.bot() as frozen:
        await place.connected()
        town.set(at(f"{DAY} 09:00"))
        await until(lambda: len(town.posts.accepted) > 5, within=60)
        frozen.send(signal.SIGSTOP)
        await place.note_states()
        town.workspace.clock.jump_by(PAST_LEASE)
        async with place.bot():
            await until(lambda: len(set(town.accepted())) == PEOPLE, within=90)
            frozen.send(signal.SIGCONT)
            while not await place.is_finished():  # noqa: ASYNC110 - another process works
                await asyncio.sleep(0.2)
        assert frozen.process.returncode is None, "it must not die of it"

    assert await place.breaches() == []
    assert place.found, "nothing was in hand when it was frozen"


@pytest.mark.timeout(300)
async def test_29_a_process_that_is_cut_off_while_the_others_go_on(place: ProcessTown, line: Line) -> None:
    """Survives 29: the others send what it held; it stays alive, and works again when the line is mended."""
    town = place.town
    async with place.bot(DATABASE_URL=line.url) as far:
        await place.connected()
        town.set(at(f"{DAY} 09:00"))
        await until(lambda: len(town.posts.accepted) > 5, within=60)
        await line.cut()
        town.workspace.clock.jump_by(PAST_LEASE)
        async with place.bot() as near:
            while not await place.is_finished():  # noqa: ASYNC110 - another process works
                await asyncio.sleep(0.2)
            near.send(signal.SIGTERM)
            assert await near.ended() == 0
        await line.mend()
        town.set(at(f"{DAY} 23:00"))
        town.workspace.clock.jump_by(timedelta(hours=10, seconds=1))
        await until(lambda: len(set(town.accepted())) == 2 * PEOPLE, within=60)
        assert far.process.returncode is None, "it must not die of it"

    assert await place.breaches() == []


@pytest.mark.timeout(300)
async def test_29_a_stop_does_not_wait_for_a_database_that_is_silent(place: ProcessTown, line: Line) -> None:
    """Survives 29: asked to stop in the middle of a wave, with nobody at the other end of the line."""
    town = place.town
    async with place.bot(DATABASE_URL=line.url) as bot:
        await place.connected()
        town.set(at(f"{DAY} 09:00"))
        await until(lambda: len(town.posts.accepted) > 5, within=60)
        line.silence()
        began = time.monotonic()
        bot.send(signal.SIGTERM)

        assert await bot.ended() == 0
        assert time.monotonic() - began < SECONDS_TO_STOP
    await line.mend()
    await place.finish()
    assert await place.breaches() == []
