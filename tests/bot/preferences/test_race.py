"""Settings that are saved in the very moment in which the tick decides, on both databases."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.preferences.service import PreferencesService
from storage import learners, preferences
from storage.engine import Database
from tests.bot.reminders.conftest import Desk
from tests.builders import ANA, MovingClock


async def test_settings_saved_while_the_tick_decides_end_in_no_deadlock(
    database: Database, clock: MovingClock
) -> None:
    desk = Desk(database, clock)
    desk.at("03-04 09:00")
    person = await desk.person()
    held, go_on = asyncio.Event(), asyncio.Event()

    async def settings() -> None:
        async with database.write() as session:
            learner = await learners.ensure(session, ANA.team_id, ANA.user_id, now=desk.clock())
            own = await preferences.ensure(session, person, desk.defaults)
            held.set()
            await go_on.wait()
            await desk.service.reschedule(session, learner, own, now=desk.clock())

    changing = asyncio.create_task(settings())
    await held.wait()
    deciding = asyncio.create_task(desk.service.plan_due())
    await asyncio.sleep(0.3)  # long enough for the tick to reach the person; it must not wait for them
    go_on.set()
    await asyncio.gather(changing, deciding)
    await desk.service.plan_due()

    assert await desk.traces(person) == ["03-04 due"]


async def test_many_changes_at_nine_sharp_leave_one_reminder(database: Database, clock: MovingClock) -> None:
    desk = Desk(database, clock)
    person = await desk.person()
    desk.at("03-05 09:00")
    service = PreferencesService(database, desk.clock, desk.service)
    choices = (await service.current(ANA)).choices

    changes = [service.save(ANA, replace(choices, evening_at=1200 + number)) for number in range(5)]
    await asyncio.gather(*changes, *(desk.service.plan_due() for _ in range(5)))
    await desk.service.plan_due()

    assert len(await desk.traces(person)) == 1
