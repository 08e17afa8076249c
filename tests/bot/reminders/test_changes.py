"""What becomes of reminders when people change their terms, travel or pause."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime

from bot.reminders import decision
from storage import learners, preferences
from tests.bot.reminders.conftest import Desk


class TestChanges:
    async def test_to_an_earlier_time_that_has_passed_send_it_at_once(self, desk: Desk) -> None:
        ana = await desk.person()
        desk.at("03-04 08:30")

        await desk.change(ana, daily_at=8 * 60)
        await desk.service.plan_due()

        assert await desk.traces(ana) == ["03-04 due"]
        assert await desk.next_at(ana) == datetime(2030, 3, 5, 8, tzinfo=UTC)

    async def test_to_a_later_time_after_it_was_sent_wait_for_tomorrow(self, desk: Desk) -> None:
        desk.at("03-04 07:00")
        ana = await desk.person(daily_at=8 * 60)
        desk.at("03-04 08:00")
        await desk.service.plan_due()
        desk.at("03-04 08:30")

        await desk.change(ana, daily_at=9 * 60)
        desk.at("03-04 09:00")
        await desk.service.plan_due()

        assert await desk.traces(ana) == ["03-04 due"]
        assert await desk.next_at(ana) == datetime(2030, 3, 5, 9, tzinfo=UTC)

    async def test_switching_off_rests_and_on_again_wakes(self, desk: Desk) -> None:
        ana = await desk.person()

        await desk.change(ana, daily_on=False)
        assert await desk.next_at(ana) is None
        desk.at("03-04 10:00")
        await desk.change(ana, daily_on=True)

        assert await desk.next_at(ana) == datetime(2030, 3, 5, 9, tzinfo=UTC)

    async def test_of_zone_leave_today_as_it_was_planned(self, desk: Desk) -> None:
        ana = await desk.person(zone="America/New_York")
        desk.at("03-04 13:30")

        await desk.change(ana, zone="Europe/Lisbon")
        desk.at("03-04 14:00")
        await desk.service.plan_due()

        assert await desk.traces(ana) == ["03-04 due"]
        assert await desk.next_at(ana) == datetime(2030, 3, 5, 9, tzinfo=UTC)

    async def test_of_zone_wake_nobody_where_it_is_quiet_now(self, desk: Desk) -> None:
        """Nine in New York is six in Los Angeles: it waits until seven there."""
        ana = await desk.person(zone="America/New_York")
        desk.at("03-04 13:30")

        await desk.change(ana, zone="America/Los_Angeles")
        assert await desk.next_at(ana) == datetime(2030, 3, 4, 15, tzinfo=UTC)
        await desk.change(ana, evening_on=True)

        assert await desk.next_at(ana) == datetime(2030, 3, 4, 15, tzinfo=UTC)

    async def test_of_zone_and_then_of_time_count_in_the_new_zone(self, desk: Desk) -> None:
        ana = await desk.person(zone="America/New_York")
        desk.at("03-04 13:30")
        await desk.change(ana, zone="Europe/Lisbon")

        await desk.change(ana, daily_at=15 * 60)

        assert await desk.next_at(ana) == datetime(2030, 3, 4, 15, tzinfo=UTC)

    async def test_of_zone_to_the_west_over_the_date_line_repeat_no_date(self, desk: Desk) -> None:
        ana = await desk.person(zone="Asia/Tokyo")
        desk.at("03-05 00:00")
        await desk.service.plan_due()
        assert (await desk.traces(ana))[-1] == "03-05 due"

        await desk.change(ana, zone="America/Los_Angeles")

        assert await desk.next_at(ana) == datetime(2030, 3, 6, 17, tzinfo=UTC)

    async def test_pausing_skips_and_coming_back_goes_on(self, desk: Desk) -> None:
        ana = await desk.person()
        await desk.change(ana, paused_at=desk.clock(), paused_until=date(2030, 3, 6))
        desk.at("03-04 09:00")

        await desk.days(ana, 3)

        assert await desk.traces(ana) == [
            f"03-04 skipped: {decision.PAUSED}",
            f"03-05 skipped: {decision.PAUSED}",
            "03-06 sent",
        ]


async def test_a_person_who_is_changing_something_is_decided_on_afterwards(desk: Desk) -> None:
    """Two who wait for each other would end in a deadlock: on PostgreSQL the tick passes this person by."""
    ana = await desk.person()
    desk.at("03-04 09:00")
    ticks = []

    async with desk.database.write() as session:
        learner = await learners.ensure(session, "T1", "U1", now=desk.clock())
        own = await preferences.ensure(session, ana, desk.defaults)
        ticks.append(asyncio.create_task(desk.service.plan_due()))
        await asyncio.sleep(0)
        await desk.service.reschedule(session, learner, own, now=desk.clock())
    await asyncio.gather(*ticks)
    await desk.service.plan_due()

    assert await desk.traces(ana) == ["03-04 due"]
