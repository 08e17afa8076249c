"""Many people for many days, with everything that goes wrong on the way; then the books are checked."""

from __future__ import annotations

import gc
import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from bot.playground.faults import FaultKind
from tests.survival.lives import whim
from tests.survival.process_town import PAST_LEASE
from tests.survival.resident import Resident
from tests.survival.rig import Town, killed_somewhere

ZONES = (
    "Europe/Lisbon",
    "America/New_York",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "America/Sao_Paulo",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Africa/Cairo",
)
ACTIVE_AT = (time(5, 22, 29), time(11, 38, 29), time(16, 52, 29), time(21, 7, 29))
"""When people do something, in UTC: nobody's slot."""
FAULTS: tuple[tuple[FaultKind, float], ...] = (
    ("lost_answer", 0.01),
    ("http_500", 0.005),
    ("drop", 0.005),
    ("hang", 0.002),
    ("ratelimited", 0.0005),
)
KILLED = 0.2
"""How likely a look at something due is the last of its process."""
LIVES = (4, 16, 64, 256)
"""The longest that a killed process lived, in steps; see Life."""
KEPT = timedelta(days=3)
"""Slack's history is read a day back; older messages are let go, so that memory can be measured."""
OF_THE_BOT = ("bot.", "storage.")
NOT_OF_THE_BOT = ("bot.playground.",)


@dataclass
class Counts:
    """What became of a long run: a row of the published table."""

    people: int = 0
    days: int = 0
    messages: int = 0
    edits: int = 0
    faults: int = 0
    kills: int = 0
    lost: int = 0
    doubled: int = 0
    late: int = 0
    other: int = 0
    """Whatever else the books and the calculation disagree on."""
    missed: int = 0
    skipped: int = 0
    breaches: list[str] = field(default_factory=list)
    objects: list[int] = field(default_factory=list)
    """Objects of the bot in memory at the end of each day."""
    handles: list[int] = field(default_factory=list)
    """Open files and sockets at the end of each day."""

    def judge(self, breaches: list[str]) -> None:
        """Sort the breaches."""
        self.breaches = breaches
        for line in breaches:
            if ": missing" in line:
                self.lost += 1
            elif ": doubled" in line:
                self.doubled += 1
            elif ": after its window" in line:
                self.late += 1
            else:
                self.other += 1


@dataclass
class Month:
    """A town that goes through days of trouble."""

    town: Town
    seed: int
    report: Callable[[str], object] = str
    counts: Counts = field(default_factory=Counts)
    rhythms: dict[int, float] = field(default_factory=dict)
    """By learner how likely they do something on a day."""

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)  # noqa: S311 - repeatable

    async def settle(self, people: int) -> None:
        """Everybody joins on the first day, at midnight."""
        group = max(1, people // 200)
        while len(self.town.residents) < people:
            joined = await self.town.settle_many(
                min(group, people - len(self.town.residents)),
                self.chance.choice(ZONES),
                daily_at=time(self.chance.randint(7, 20), self.chance.choice((0, 0, 30, 45))),
                weekly_day=self.chance.randrange(7),
                weekly_at=time(self.chance.randint(8, 20), 0),
                evening_on=self.chance.random() < 0.2,
                days=frozenset(range(7)) if self.chance.random() < 0.7 else frozenset(range(5)),
            )
            for who in joined:
                self.rhythms[who.learner_id] = self.chance.choice((0.0, 0.3, 0.8, 0.8, 1.0, 1.0))
        self.counts.people = people

    async def live(self, days: int, *, outages: int = 2) -> None:
        """So many days."""
        for kind, probability in FAULTS:
            self.town.workspace.faults.add(
                method="chat.postMessage", kind=kind, times=None, probability=probability, seconds=3
            )
        self.town.workspace.faults.add(
            method="conversations.history", kind="http_500", times=None, probability=0.02
        )
        down_on = set(self.chance.sample(range(2, days - 1), outages))
        for number in range(days):
            await self._live_a_day(number, is_down=number in down_on)
            self._let_go()
            self.counts.objects.append(sum(1 for _ in objects_of_the_bot()))
            self.counts.handles.append(len(os.listdir("/proc/self/fd")))
            self.report(f"day {number + 1}: {len(self.town.posts.accepted)} messages")
        self.counts.days = days
        self.counts.messages = len(self.town.posts.accepted)
        self.counts.faults = self.town.workspace.faults.met + self.counts.kills

    async def _live_a_day(self, number: int, *, is_down: bool) -> None:
        today = (self.town.began + timedelta(days=number)).date()
        for active_at in ACTIVE_AT:
            await self._live_until(datetime.combine(today, active_at, self.town.began.tzinfo))
            active = [who for who in self.town.residents if self._is_active(who)]
            if active:
                await self.town.touch(*active)
            await self._edit(today)
        if is_down:
            length = timedelta(minutes=self.chance.choice((5, 180, 14 * 60)))
            self.town.down_until(self.town.clock.now() + length)
            await self.town.restart()
            await self.town.tick()
            self.town.set(self.town.clock.now() + timedelta(seconds=1))

    def _is_active(self, who: Resident) -> bool:
        return self.chance.random() < self.rhythms[who.learner_id] / len(ACTIVE_AT)

    async def _edit(self, today: object) -> None:
        for _ in range(max(1, len(self.town.residents) // 500)):
            # One thing after another, also what falls due: which came first would be anybody's guess.
            await self._live_until(self.town.clock.now() + timedelta(seconds=1))
            who = self.chance.choice(self.town.residents)
            await whim(self.town, who, self.chance, zones=ZONES)()
            self.counts.edits += 1

    async def _live_until(self, end: datetime) -> None:
        if end > self.town.clock.now():
            await self.town.live_until(end, self._tick)

    async def _tick(self) -> None:
        """Look for work; sometimes it is the last time, and another process takes over."""
        coming = await self.town.next_instant()
        is_due = coming is not None and coming <= self.town.clock.now()
        is_last = is_due and self.chance.random() < KILLED
        steps = self.chance.randint(1, self.chance.choice(LIVES))
        if is_last and await killed_somewhere(self.town, steps):
            self.counts.kills += 1
            self.town.set(self.town.clock.now() + PAST_LEASE)
            await self.town.restart()
        await self.town.tick()

    def _let_go(self) -> None:
        """Slack's older messages."""
        conversations = self.town.workspace.conversations
        oldest = self.town.clock.now() - KEPT
        kept = []
        for channel, ts in self.town.posts.places:
            if float(ts) >= oldest.timestamp():
                kept.append((channel, ts))
            elif (message := conversations.find(channel, ts)) is not None:
                conversations.delete(message)
        self.town.posts.places = kept

    async def judge(self, processes: int = 1) -> Counts:
        """Hold the books against the calculation."""
        town = self.town
        last = town.clock.now().date() - timedelta(days=2)
        self.counts.judge(await town.breaches(last=last, forgiving=True, processes=processes))
        self.counts.missed = await town.missed(last)
        states = [state for state, _ in (await town.recorded(town.began.date(), last)).values()]
        self.counts.skipped = states.count("skipped")
        return self.counts


def objects_of_the_bot() -> Iterator[object]:
    """What is in memory of the classes of bot and storage."""
    gc.collect()
    for one in gc.get_objects():
        module = type(one).__module__
        if (
            isinstance(module, str)
            and module.startswith(OF_THE_BOT)
            and not module.startswith(NOT_OF_THE_BOT)
        ):
            yield one
