"""Clocks that jump, zones that change, people who travel, bots that were away: everybody gets theirs once."""

from __future__ import annotations

import random
import struct
import zoneinfo
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.reminders import timing
from storage.engine import Database
from tests.oracle import calendar, window
from tests.survival.conftest import on_sqlite
from tests.survival.lives import events_of, live, settle_somebody
from tests.survival.rig import Town, at, new_town

NO_QUIET = {"quiet_from": time(0), "quiet_to": time(0)}
JUMPS = [timedelta(hours=1), timedelta(days=1), timedelta(hours=-1), timedelta(days=-1)]


async def village(database: Database, begins: str) -> Town:
    """A few people in zones far apart."""
    town = new_town(database, begins)
    for zone in ("UTC", "America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati"):
        await town.settle(zone, evening_on=True)
    return town


@pytest.mark.parametrize("jump", JUMPS, ids=str)
async def test_09_the_clock_jumps_while_the_bot_runs(database: Database, jump: timedelta) -> None:
    """Survives 9: the clock jumps by an hour or a day, forward or back, between two looks."""
    town = await village(database, "2026-05-04 00:00")
    await town.live_daily(2)
    await town.live_until("2026-05-06 08:59")
    # Forward: what was jumped over was lived by nobody. Back: what was decided stays decided.
    _jump(town, jump)
    await town.live_until("2026-05-08 00:00")
    await town.touch()
    await town.live_daily(4)

    assert await town.breaches() == []


@on_sqlite
@pytest.mark.parametrize("jump", JUMPS, ids=str)
async def test_09_the_clock_jumps_with_a_post_in_hand(database: Database, jump: timedelta) -> None:
    """Survives 9: the clock jumps while Slack is being called."""
    town = await village(database, "2026-05-04 00:00")
    begun = town.workspace.posts

    class Jumping(type(begun)):  # type: ignore[misc] # the list of this town
        def append(self, post: object) -> None:
            super().append(post)
            if len(self.accepted) == 5:
                _jump(town, jump)

    jumping = Jumping(town.clock)
    town.posts = town.workspace.posts = jumping
    await town.live_daily(2)
    await town.live_until("2026-05-08 00:00")
    await town.touch()
    await town.live_daily(4)

    assert await town.breaches() == []


@on_sqlite
@pytest.mark.parametrize("jump", JUMPS, ids=str)
async def test_09_the_clock_was_wrong_while_the_bot_was_down(database: Database, jump: timedelta) -> None:
    """Survives 9: it comes back with another time than it went with."""
    town = await village(database, "2026-05-04 00:00")
    await town.live_daily(2)
    await town.live_until("2026-05-06 08:59")
    back = at("2026-05-06 09:30") + jump
    if back > town.clock.now():
        town.down_until(back)
    else:
        town.clock.instant = back
    town.delivery = town.worker()
    await town.live_until("2026-05-08 00:00")
    await town.touch()
    await town.live_daily(4)

    assert await town.breaches() == []


def _jump(town: Town, jump: timedelta) -> None:
    if jump > timedelta():
        # A moment later: what is posted right now is posted before it.
        town.set(town.clock.now() + timedelta(microseconds=1))
        town.down_until(town.clock.now() + jump)
    else:
        town.clock.instant += jump


async def test_09_two_workers_whose_clocks_are_two_minutes_apart(database: Database) -> None:
    """Survives 9: one worker is a minute early, the other a minute late."""
    town = await village(database, "2026-05-04 00:00")
    early, late = (lambda: town.clock.now() + DRIFT), (lambda: town.clock.now() - DRIFT)
    crew = [(town.reminders(now=now), town.worker(now=now)) for now in (early, late)]

    async def tick() -> None:
        for service, worker in crew:
            await service.plan_due()
            await worker.drain()

    for _ in range(3):
        end = town.clock.now() + timedelta(days=1)
        while town.clock.now() < end:
            await tick()
            town.set(town.clock.now() + timedelta(minutes=15))
        await town.touch()
    town.posts.accepted = [(key, instant + DRIFT) for key, instant in town.posts.accepted]

    assert await town.breaches() == []


DRIFT = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("zone", "around"),
    [
        pytest.param("America/New_York", "2026-03-08", id="New York gap"),
        pytest.param("America/New_York", "2026-11-01", id="New York overlap"),
        pytest.param("Europe/Helsinki", "2026-03-29", id="Helsinki gap"),
        pytest.param("Europe/Helsinki", "2026-10-25", id="Helsinki overlap"),
        pytest.param("Australia/Lord_Howe", "2026-10-04", id="Lord Howe half-hour gap"),
        pytest.param("Australia/Lord_Howe", "2026-04-05", id="Lord Howe half-hour overlap"),
        pytest.param("Africa/Cairo", "2026-04-24", id="Cairo gap at midnight"),
        pytest.param("Africa/Cairo", "2026-10-30", id="Cairo overlap at midnight"),
        pytest.param("Pacific/Chatham", "2026-09-27", id="Chatham gap"),
        pytest.param("Pacific/Chatham", "2026-04-05", id="Chatham overlap"),
        pytest.param("Pacific/Apia", "2011-12-30", id="Apia, no such date"),
    ],
)
@on_sqlite
async def test_10_clocks_are_changed(database: Database, zone: str, around: str) -> None:
    """Survives 10: gaps, overlaps, and a date that does not exist."""
    on = date.fromisoformat(around)
    town = new_town(database, at(str(on - timedelta(days=3))))
    for minutes in (0, 15, 60, 105, 150, 180, 195, 540):
        wall = time(minutes // 60, minutes % 60)
        await town.settle(zone, daily_at=wall, weekly_at=wall, weekly_day=on.weekday(), **NO_QUIET)
    await town.settle(zone, evening_on=True)
    await town.live_daily(6)

    assert await town.breaches() == []


@pytest.fixture
def own_zones(tmp_path: Path) -> Iterator[Path]:
    """Time-zone rules of this test's own; whoever has read others forgets them."""
    usual = zoneinfo.TZPATH
    (tmp_path / "zones" / "Test").mkdir(parents=True)
    zoneinfo.reset_tzpath([tmp_path / "zones", *usual])
    forget()
    yield tmp_path / "zones" / "Test"
    zoneinfo.reset_tzpath(usual)
    forget()


def forget() -> None:
    """As a new start does."""
    zoneinfo.ZoneInfo.clear_cache()
    timing.slot.cache_clear()
    for cached in (calendar.minutes_shown, calendar.day, window.when_not_quiet, window.window_end):
        cached.cache_clear()


def rule(hours: int, jumps_at: datetime | None = None) -> bytes:
    """A zone's file: so many hours ahead of UTC, and from an instant on 3 less that many."""
    jumps = [] if jumps_at is None else [int(jumps_at.timestamp())]
    types = struct.pack(">lbblbb", hours * 3600, 0, 0, (3 - hours) * 3600, 1, 4)
    times = b"".join(struct.pack(">q", jump) for jump in jumps) + bytes([1] * len(jumps))
    header = b"TZif2" + bytes(15)
    empty = header + struct.pack(">6l", 0, 0, 0, 0, 1, 4) + struct.pack(">lbb", 3600, 0, 0) + b"ONE\0"
    now = hours if jumps_at is None else 3 - hours
    sizes = struct.pack(">6l", 0, 0, 0, len(jumps), 2, 8)
    return empty + header + sizes + times + types + b"ONE\0TWO\0" + f"\n<X>-{now}\n".encode()


@pytest.mark.parametrize(
    "hours",
    [
        pytest.param(1, id="forward"),
        pytest.param(2, id="back"),
    ],
)
@on_sqlite
async def test_12_the_rules_of_a_zone_change_with_a_weeks_notice(
    database: Database, own_zones: Path, hours: int
) -> None:
    """Survives 12: tzdata is updated between two starts, and some of it is planned by the old rules."""
    (own_zones / "Land").write_bytes(rule(hours))
    town = new_town(database, "2026-06-01 00:00")
    for wall in (time(8), time(9), time(23, 30)):
        await town.settle("Test/Land", daily_at=wall, weekly_day=4, weekly_at=wall, **NO_QUIET)
    await town.live_daily(4)
    await town.live_until("2026-06-05 23:45")
    # The next Friday's check-in stands in the books, by the old rules; the clocks change on the Thursday.
    (own_zones / "Land").write_bytes(rule(hours, at("2026-06-11 00:00")))
    forget()
    town.work_on(database)
    await town.live_until("2026-06-06 00:00")
    await town.live_daily(12)

    assert await town.breaches() == []


@pytest.mark.parametrize(("zone", "hour"), [("Pacific/Honolulu", 5), ("Asia/Tokyo", 5)])
@pytest.mark.parametrize("minutes_before", [59, 1, -1])
@on_sqlite
async def test_13_a_traveller(database: Database, zone: str, hour: int, minutes_before: int) -> None:
    """Survives 13: somebody lands far in the west or the east within the hour before their nudge."""
    town = new_town(database, "2026-06-01 00:00")
    who = await town.settle("Europe/Lisbon", evening_on=True, weekly_day=2)
    await town.live_daily(1)
    await town.live_until(at("2026-06-02 08:00") - timedelta(minutes=minutes_before))
    await town.move(who, zone)
    await town.live_until("2026-06-03 00:00")
    await town.touch()
    await town.live_daily(2)
    await town.live_until(at("2026-06-05 08:00") - timedelta(minutes=minutes_before))
    await town.move(who, "Europe/Lisbon")
    await town.live_until("2026-06-06 00:00")
    await town.live_daily(3)

    assert await town.breaches() == []


@on_sqlite
@pytest.mark.parametrize(("earlier", "later"), [(time(8), time(9)), (time(9), time(8))])
async def test_14_the_time_is_changed_at_half_past_eight(
    database: Database, earlier: time, later: time
) -> None:
    """Survives 14: from eight to nine and from nine to eight, at 08:30: one nudge that day."""
    town = new_town(database, "2026-06-01 00:00")
    who = await town.settle("UTC", daily_at=earlier)
    await town.live_daily(1)
    await town.live_until("2026-06-02 08:30")
    await town.change(who, daily_at=later)
    await town.live_until("2026-06-03 00:00")
    await town.live_daily(3)

    assert await town.breaches() == []
    assert town.accepted().count(f"daily:{who.learner_id}:2026-06-02") == 1


@on_sqlite
@pytest.mark.parametrize("around", ["2026-12-31", "2028-02-29", "2027-01-03"])
async def test_15_the_calendar_has_its_days(database: Database, around: str) -> None:
    """Survives 15: year end, week 53, 29 February, every weekday, a plan begun after today's time."""
    on = date.fromisoformat(around)
    town = new_town(database, at(f"{on - timedelta(days=8)} 12:00"))
    for day in range(7):
        await town.settle("UTC", weekly_day=day, daily_at=time(11) if day % 2 else time(13))
    await town.live_until(at(str(on - timedelta(days=7))))
    await town.live_daily(16)

    assert await town.breaches() == []


@pytest.mark.parametrize(
    "away",
    [timedelta(minutes=5), timedelta(hours=3), timedelta(hours=13), timedelta(days=2), timedelta(days=30)],
    ids=str,
)
async def test_16_the_bot_was_down(database: Database, away: timedelta) -> None:
    """Survives 16: once within the window, "late" beyond it, and never a burst."""
    town = await village(database, "2026-05-04 00:00")
    await town.live_daily(2)
    await town.live_until("2026-05-06 08:58")
    town.down_until(town.clock.now() + away)
    back = town.clock.now()
    town.delivery = town.worker()
    await town.tick()
    burst = [key for key, instant in town.posts.accepted if instant == back]
    await town.touch()
    await town.live_until(at(f"{back.date() + timedelta(days=1)}"))
    await town.live_daily(4)

    assert await town.breaches() == []
    # No more than one of a kind for each person, however long it was.
    assert len(burst) == len({key.rsplit(":", 1)[0] for key in burst})


@on_sqlite
async def test_16_settings_are_changed_before_the_first_tick_after_a_long_outage(database: Database) -> None:
    """Survives 16 and 27: what was missed is counted, also if the person was quicker than the tick."""
    town = new_town(database, "2026-05-04 00:00")
    who = await town.settle()
    await town.live_daily(2)
    town.down_until("2026-05-09 08:00")
    await town.change(who, daily_at=time(10))
    await town.live_until("2026-05-10 00:00")
    await town.live_daily(2)

    assert await town.breaches() == []


@on_sqlite
async def test_13_a_date_that_a_journey_leaves_no_time_for_is_counted_as_missed(database: Database) -> None:
    """Survives 13 and 27: over the date line, the next date's window is over on arrival."""
    town = new_town(database, "2026-05-04 00:00")
    who = await town.settle("Pacific/Pago_Pago", weekly_on=False)
    await town.live_daily(2)
    await town.live_until("2026-05-06 09:30")
    await town.move(who, "Pacific/Kiritimati")
    await town.live_until("2026-05-07 00:00")
    await town.live_daily(3)

    assert await town.breaches() == []


@on_sqlite
async def test_13_another_time_after_a_journey_is_a_time_of_the_new_place(database: Database) -> None:
    """Survives 13 and 14: that it is over there already is nobody's miss."""
    town = new_town(database, "2026-10-22 00:00")
    who = await town.settle("America/New_York", daily_at=time(20))
    await town.live_until("2026-10-23 14:03")
    await town.move(who, "Pacific/Apia")
    await town.live_until("2026-10-23 19:52")
    await town.change(who, daily_at=time(20, 7))

    await town.live_until("2026-10-28 00:00")

    assert await town.breaches() == []


@on_sqlite
async def test_13_the_first_day_back_begins_with_its_reminder_wherever_the_person_is(
    database: Database,
) -> None:
    """Survives 13: who is back on the 26th, and flew to where it is still the 25th, gets that of the 26th."""
    town = new_town(database, "2026-10-22 00:00")
    who = await town.settle("Australia/Lord_Howe", daily_at=time(19, 15))
    await town.live_until("2026-10-23 08:22")
    await town.pause(who, date(2026, 10, 26))
    await town.live_until("2026-10-25 23:22")
    await town.move(who, "Pacific/Pago_Pago")

    await town.live_until("2026-10-30 00:00")

    assert await town.breaches() == []
    assert f"daily:{who.learner_id}:2026-10-26" in town.accepted()


@pytest.mark.parametrize("seed", [1, 2])
@on_sqlite
async def test_10_to_16_random_lives(database: Database, seed: int) -> None:
    """Survives 10, 13, 14, 15 and 16, mixed: people who travel and change their minds, a bot that is away."""
    chance = random.Random(seed)  # noqa: S311 - a repeatable life
    town = new_town(database, "2026-10-18 00:00")
    events = []
    for _ in range(12):
        who = await settle_somebody(town, chance)
        events += events_of(town, who, 24, chance)
    for n in (4, 11, 17):
        begins = town.began + timedelta(days=n, hours=chance.randrange(24), minutes=7)
        length = timedelta(hours=chance.choice((1, 5, 14, 50)))

        async def fail(begins: datetime = begins, length: timedelta = length) -> None:
            if town.clock.now() < begins + length:
                town.down_until(begins + length)
                await town.tick()
                town.set(town.clock.now() + timedelta(seconds=1))

        events.append((begins, fail))
    await live(town, events, town.began + timedelta(days=26))

    assert await town.breaches(forgiving=True) == []
