"""Settings, pauses and what becomes of reminders that were on their way, on both databases."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.preferences.pauses import PauseError
from bot.preferences.service import PreferencesService
from storage import learners
from storage.engine import Database
from storage.models import Learner
from tests.bot.reminders.conftest import Desk
from tests.builders import ANA, BEN, MovingClock


@pytest.fixture
def desk(database: Database, clock: MovingClock) -> Desk:
    """At Monday, 4 March 2030, eight o'clock in UTC."""
    opened = Desk(database, clock)
    opened.at("03-04 08:00")
    return opened


@pytest.fixture
def service(desk: Desk) -> PreferencesService:
    return PreferencesService(desk.database, desk.clock, desk.service)


async def set_terms(service: PreferencesService, **changes: Any) -> None:
    """Ana opens the settings, changes these and saves."""
    current = await service.current(ANA)
    await service.save(ANA, replace(current.choices, **changes), slack_zone=current.zone)


async def ana(service: PreferencesService) -> Learner:
    async with service.database.read() as session:
        found = await learners.find(session, ANA.team_id, ANA.user_id)
    assert found is not None
    return found


class TestAtTheWorstMinute:
    async def test_an_earlier_time_that_has_just_passed_comes_at_once_and_once(
        self, desk: Desk, service: PreferencesService
    ) -> None:
        person = await desk.person()
        desk.at("03-04 08:30")

        await set_terms(service, daily_at=8 * 60 + 25)
        await desk.service.plan_due()
        await desk.sent(person)
        desk.at("03-04 09:00")
        await desk.service.plan_due()

        assert await desk.traces(person) == ["03-04 sent"]
        assert await desk.next_at(person) == datetime(2030, 3, 5, 8, 25, tzinfo=UTC)

    async def test_a_later_time_chosen_at_nine_sharp_before_the_tick_waits_for_it(
        self, desk: Desk, service: PreferencesService
    ) -> None:
        person = await desk.person()
        desk.at("03-04 09:00")

        await set_terms(service, daily_at=10 * 60)
        await desk.service.plan_due()
        assert await desk.traces(person) == []

        desk.at("03-04 10:00")
        await desk.service.plan_due()
        assert await desk.traces(person) == ["03-04 due"]

    async def test_a_later_time_chosen_between_owed_and_sent_counts_from_tomorrow(
        self, desk: Desk, service: PreferencesService
    ) -> None:
        person = await desk.person()
        desk.at("03-04 09:00")
        await desk.service.plan_due()

        await set_terms(service, daily_at=10 * 60)
        desk.at("03-04 10:00")
        await desk.service.plan_due()

        assert await desk.traces(person) == ["03-04 due"]
        assert await desk.next_at(person) == datetime(2030, 3, 5, 10, tzinfo=UTC)

    async def test_saving_what_is_set_already_brings_nothing_that_was_not_to_come(
        self, desk: Desk, service: PreferencesService
    ) -> None:
        desk.at("03-04 12:00")
        person = await desk.person()

        await set_terms(service)
        await desk.service.plan_due()

        assert await desk.traces(person) == []
        assert await desk.next_at(person) == datetime(2030, 3, 5, 9, tzinfo=UTC)

    async def test_switching_off_between_owed_and_sent_cancels_it(
        self, desk: Desk, service: PreferencesService
    ) -> None:
        person = await desk.person()
        desk.at("03-04 09:00")
        await desk.service.plan_due()

        await set_terms(service, daily_on=False)

        assert await desk.traces(person) == ["03-04 skipped: you switched it off"]
        assert await desk.next_at(person) is None

    async def test_switching_off_and_on_again_doubles_nothing(
        self, desk: Desk, service: PreferencesService
    ) -> None:
        person = await desk.person()
        desk.at("03-04 09:00")
        await desk.service.plan_due()
        await desk.sent(person)

        await set_terms(service, daily_on=False)
        await set_terms(service, daily_on=True)
        await desk.service.plan_due()

        assert await desk.traces(person) == ["03-04 sent"]
        assert await desk.next_at(person) == datetime(2030, 3, 5, 9, tzinfo=UTC)

    async def test_another_zone_counts_from_the_next_local_day(
        self, desk: Desk, service: PreferencesService
    ) -> None:
        person = await desk.person(zone="Europe/Lisbon")

        await set_terms(service, follows_zone=False, time_zone="Asia/Tokyo")

        assert await desk.next_at(person) == datetime(2030, 3, 4, 9, tzinfo=UTC)
        desk.at("03-04 09:00")
        await desk.service.plan_due()
        assert await desk.next_at(person) == datetime(2030, 3, 5, 0, tzinfo=UTC)
        learner = await ana(service)
        assert (learner.time_zone, learner.zone_is_fixed) == ("Asia/Tokyo", True)

    async def test_two_devices_at_once_leave_one_of_each_and_the_last_wins(
        self, desk: Desk, service: PreferencesService
    ) -> None:
        person = await desk.person()

        await asyncio.gather(*(set_terms(service, daily_at=at * 60) for at in (10, 11, 12)))
        await set_terms(service, daily_at=13 * 60)

        assert (await desk.preferences(person)).daily_at == 13 * 60
        assert await desk.next_at(person) == datetime(2030, 3, 4, 13, tzinfo=UTC)


class TestSettings:
    async def test_of_a_stranger_are_the_defaults_and_can_be_saved(
        self, desk: Desk, service: PreferencesService
    ) -> None:
        current = await service.current(BEN)
        assert (current.choices.daily_at, current.choices.weekly_day, current.zone) == (540, 5, "UTC")

        outlook = await service.save(BEN, replace(current.choices, daily_at=600), slack_zone="Asia/Tokyo")

        assert (outlook.has_plan, outlook.upcoming) == (False, ())
        again = await service.current(BEN)
        assert (again.choices.daily_at, again.zone) == (600, "Asia/Tokyo")

    async def test_come_back_as_they_were_saved(self, desk: Desk, service: PreferencesService) -> None:
        wanted = replace(
            (await service.current(ANA)).choices,
            daily_at=450,
            days=(1, 3, 5),
            evening_on=True,
            evening_at=1200,
            weekly_day=7,
            quiet_from=1260,
            quiet_to=400,
            day_ends_at=0,
            follows_zone=False,
            time_zone="Europe/Lisbon",
            country="PT",
            follows_status=True,
        )

        await service.save(ANA, wanted)

        assert (await service.current(ANA)).choices == wanted

    async def test_are_an_activity(self, desk: Desk, service: PreferencesService) -> None:
        person = await desk.person()
        desk.at("03-04 09:00")
        await desk.days(person, 4, answers=False)
        assert (await desk.preferences(person)).silent_since is not None

        await set_terms(service)

        own = await desk.preferences(person)
        assert (own.silent_since, own.active_at) == (None, desk.clock())
        assert await desk.next_at(person) is not None

    async def test_taking_back_the_consent_forgets_the_absence(
        self, desk: Desk, service: PreferencesService
    ) -> None:
        person = await desk.person(follows_status=True, away=True)

        await set_terms(service, follows_status=False)

        own = await desk.preferences(person)
        assert (own.away, own.away_until) == (False, None)


class TestPause:
    async def test_cancels_what_is_owed_and_holds_back_until_the_first_day_back(
        self, desk: Desk, service: PreferencesService
    ) -> None:
        person = await desk.person()
        desk.at("03-04 09:00")
        await desk.service.plan_due()

        outlook = await service.pause(ANA, date(2030, 3, 6))

        assert outlook.is_paused
        assert outlook.upcoming[0].at == datetime(2030, 3, 6, 9, tzinfo=UTC)
        assert await desk.traces(person) == ["03-04 skipped: you paused your reminders"]
        for day in ("03-05", "03-06"):
            desk.at(f"{day} 09:00")
            await desk.service.plan_due()
        assert (await desk.traces(person))[1:] == ["03-05 skipped: you paused your reminders", "03-06 due"]

    async def test_without_an_end_lasts_until_it_is_resumed_and_nothing_piles_up(
        self, desk: Desk, service: PreferencesService
    ) -> None:
        person = await desk.person()
        assert (await service.pause(ANA)).upcoming == ()
        for _ in range(5):
            desk.clock.move(days=1)
            await desk.service.plan_due()

        desk.at("03-09 12:00")
        await desk.service.plan_due()
        outlook = await service.resume(ANA)
        await desk.service.plan_due()

        assert not outlook.rests
        assert outlook.upcoming[0].at == datetime(2030, 3, 10, 9, tzinfo=UTC)
        traces = await desk.traces(person)
        assert len(traces) == 6
        assert all(trace.endswith("skipped: you paused your reminders") for trace in traces)

    async def test_and_resume_before_the_time_change_nothing(
        self, desk: Desk, service: PreferencesService
    ) -> None:
        person = await desk.person()
        await service.pause(ANA, date(2030, 3, 7))
        desk.at("03-04 08:59")
        await service.resume(ANA)

        desk.at("03-04 09:00")
        await desk.service.plan_due()

        assert await desk.traces(person) == ["03-04 due"]

    async def test_is_not_ended_by_an_activity(self, desk: Desk, service: PreferencesService) -> None:
        person = await desk.person()
        await service.pause(ANA, date(2030, 3, 7))

        await desk.touch(person)

        assert (await service.outlook(ANA)).is_paused

    async def test_can_be_given_another_end(self, desk: Desk, service: PreferencesService) -> None:
        await desk.person()
        await service.pause(ANA)

        await service.pause(ANA, date(2030, 3, 5))

        assert (await service.outlook(ANA)).paused_until == date(2030, 3, 5)

    async def test_is_over_on_its_first_day_back(self, desk: Desk, service: PreferencesService) -> None:
        await desk.person(zone="Pacific/Auckland")
        await service.pause(ANA, date(2030, 3, 6))

        desk.clock.instant = datetime(2030, 3, 5, 10, 59, tzinfo=UTC)
        assert (await service.outlook(ANA)).is_paused
        desk.clock.move(minutes=1)
        assert not (await service.outlook(ANA)).is_paused

    @pytest.mark.parametrize("until", [date(2030, 3, 4), date(2020, 1, 1), date(2031, 3, 6)])
    async def test_to_a_day_that_cannot_be_is_refused_and_changes_nothing(
        self, desk: Desk, service: PreferencesService, until: date
    ) -> None:
        await desk.person()

        with pytest.raises(PauseError):
            await service.pause(ANA, until)

        assert not (await service.outlook(ANA)).is_paused

    async def test_counts_days_on_the_persons_wall(self, desk: Desk, service: PreferencesService) -> None:
        desk.at("03-04 12:00")
        await desk.person(zone="Pacific/Kiritimati")

        assert await service.today(ANA) == date(2030, 3, 5)
        with pytest.raises(PauseError):
            await service.pause(ANA, date(2030, 3, 5))

    async def test_of_somebody_without_a_plan_is_kept(self, desk: Desk, service: PreferencesService) -> None:
        await service.pause(BEN)

        assert (await service.outlook(BEN)).is_paused


class TestResume:
    async def test_ends_an_absence_and_a_silence_too(self, desk: Desk, service: PreferencesService) -> None:
        person = await desk.person(follows_status=True, away=True, silent_since=desk.clock())

        outlook = await service.resume(ANA)

        own = await desk.preferences(person)
        assert (own.away, own.silent_since, outlook.rests) == (False, None, False)
        assert outlook.upcoming[0].at == datetime(2030, 3, 4, 9, tzinfo=UTC)

    async def test_without_anything_to_end_changes_nothing(
        self, desk: Desk, service: PreferencesService
    ) -> None:
        person = await desk.person()
        before = await desk.next_at(person)

        await service.resume(ANA)
        await service.resume(ANA)

        assert await desk.next_at(person) == before


class TestOutlook:
    async def test_passes_over_rest_days_and_holidays(self, desk: Desk, service: PreferencesService) -> None:
        desk.at("04-18 10:00")
        await desk.person(days=[4, 5], country="PT", weekly_on=False)

        outlook = await service.outlook(ANA)

        # Good Friday 2030 is 19 April; the Thursday after it, 25 April, is Freedom Day.
        assert [each.at for each in outlook.upcoming] == [datetime(2030, 4, 26, 9, tzinfo=UTC)]
        assert outlook.off == ("evening", "weekly")

    async def test_of_an_absence_waits_for_its_end(self, desk: Desk, service: PreferencesService) -> None:
        back = desk.clock() + timedelta(days=2)
        await desk.person(follows_status=True, away=True, away_until=back)

        outlook = await service.outlook(ANA)

        assert (outlook.is_away, outlook.away_until) == (True, back)
        assert outlook.upcoming[0].at == datetime(2030, 3, 6, 9, tzinfo=UTC)

    async def test_of_a_stranger_is_empty(self, service: PreferencesService) -> None:
        outlook = await service.outlook(BEN)

        assert (outlook.has_plan, outlook.upcoming, outlook.rests) == (False, (), False)
