"""Random lives: people who travel, change their minds, pause and come back, and a bot that is away."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from tests.survival.resident import Resident
from tests.survival.rig import Town

ZONES = (
    "UTC",
    "America/New_York",
    "Europe/Helsinki",
    "Australia/Lord_Howe",
    "Africa/Cairo",
    "Pacific/Chatham",
    "Pacific/Apia",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
    "Asia/Kathmandu",
    "America/St_Johns",
)
EVENING_LATEST = 20
Event = tuple[datetime, Callable[[], Awaitable[object]]]


async def settle_somebody(town: Town, chance: random.Random) -> Resident:
    """Somebody with terms of their own."""
    return await town.settle(
        chance.choice(ZONES),
        daily_at=wall_time(chance),
        evening_at=time(chance.randint(17, EVENING_LATEST), chance.choice((0, 15, 30))),
        weekly_at=wall_time(chance),
        weekly_day=chance.randrange(7),
        evening_on=chance.random() < 0.5,
        days=frozenset(range(7)) if chance.random() < 0.6 else frozenset(range(5)),
        **chance.choice(({}, {}, {"quiet_from": time(0), "quiet_to": time(0)})),
    )


def wall_time(chance: random.Random) -> time:
    """A time that settings take: not in the usual quiet hours."""
    return time(chance.randint(7, 21), chance.choice((0, 15, 30, 45, 7)))


def events_of(
    town: Town, who: Resident, days: int, chance: random.Random, *, restless: float = 0.15
) -> list[Event]:
    """What somebody does in so many days; `restless`: how likely on each day they change anything."""
    found: list[Event] = []
    alive = chance.choice((0.0, 0.25, 0.9, 0.9, 1.0))

    def add(instant: datetime, action: Callable[[], Awaitable[object]]) -> None:
        found.append((instant, action))

    for n in range(days):
        today = town.began.date() + timedelta(days=n)
        if chance.random() < alive:
            add(sometime(today, chance), lambda: town.touch(who))
        if chance.random() < restless:
            add(sometime(today, chance), whim(town, who, chance))
    return found


def whim(
    town: Town, who: Resident, chance: random.Random, *, zones: Sequence[str] = ZONES
) -> Callable[[], Awaitable[object]]:
    """One change of a person's terms, whichever."""
    zone, back = chance.choice(zones), chance.choice((None, 1, 2, 5))
    daily, weekly = wall_time(chance), wall_time(chance)

    async def pause_or_resume() -> None:
        if who.is_paused:
            await town.resume(who)
        else:
            today = town.clock.now().date()
            # Far enough away to lie ahead on any wall.
            await town.pause(who, today + timedelta(days=back + 1) if back else None)

    async def finish_today() -> None:
        on = town.clock.now().date()
        if on not in who.done:
            await town.finish(who, on)

    whims: list[Callable[[], Awaitable[object]]] = [
        lambda: town.change(who, daily_at=daily),
        lambda: town.change(who, daily_at=daily, weekly_at=weekly),
        lambda: town.change(who, weekly_day=chance.randrange(7)),
        lambda: town.change(who, daily_on=not who.wants.daily_on),
        lambda: town.change(who, evening_on=not who.wants.evening_on),
        lambda: town.move(who, zone),
        lambda: town.move(who, zone),
        pause_or_resume,
        finish_today,
    ]
    return chance.choice(whims)


def sometime(today: date, chance: random.Random) -> datetime:
    """An instant of that date in UTC that is nobody's slot."""
    minute = chance.choice((3, 11, 22, 38, 52))
    return datetime.combine(today, time(chance.randrange(24), minute, 29), UTC)


async def live(town: Town, events: list[Event], end: datetime) -> None:
    """See all of it happen, and be there whenever something is due."""
    for instant, action in sorted(events, key=lambda event: event[0]):
        if instant >= end:
            break
        if instant > town.clock.now():
            await town.live_until(instant)
        await action()
    if end > town.clock.now():
        await town.live_until(end)
