"""The bot's slots, windows and quiet hours against the oracle's: a sample here, all of it in `long_run`.

`long_run` takes every zone, every 15 minutes and every date of some years; 3 years are a matter of minutes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from multiprocessing import get_context
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from bot import zones
from bot.reminders import timing
from tests.oracle.calendar import DAY, Stretch, days, first_at_or_after, minutes_of
from tests.oracle.window import Kind, is_quiet, window_end

log = logging.getLogger(__name__)

FIRST_YEAR = 2025
YEARS = 3
KINDS: tuple[Kind, ...] = get_args(Kind)
QUARTERS = range(0, 24 * 60, 15)
QUIET_HOURS = (
    (time(22), time(7)),
    (time(0), time(0)),
    (time(20), time(8, 30)),
    (time(0, 30), time(5, 15)),
    (time(13), time(14)),
    (time(23, 45), time(0)),
)
ORDINARY = tuple(date(2026, 1, 14) + n * timedelta(days=37) for n in range(10))
MOST_TOLD = 20
"""Breaches of one zone that are spelled out; all are counted."""


@dataclass
class Counts:
    """What was compared, and where the two disagree."""

    zones: int = 0
    dates: int = 0
    slots: int = 0
    windows: int = 0
    looks: int = 0
    """Instants at which both were asked whether it is quiet."""
    breaches: int = 0
    lines: list[str] = field(default_factory=list)

    def breach(self, line: str) -> None:
        """Count one, and tell it unless there are many."""
        self.breaches += 1
        if len(self.lines) < MOST_TOLD:
            self.lines.append(line)

    def add(self, other: Counts) -> None:
        """Take in what another count found."""
        self.zones += other.zones
        self.dates += other.dates
        self.slots += other.slots
        self.windows += other.windows
        self.looks += other.looks
        self.breaches += other.breaches
        self.lines += other.lines

    def __str__(self) -> str:
        return (
            f"{self.zones} zones, {self.dates:,} dates, {self.slots:,} slots, {self.windows:,} windows, "
            f"{self.looks:,} looks at quiet hours: {self.breaches} breaches"
        )


def compare_slots(zone: str, on: date, stretches: Sequence[Stretch], counts: Counts) -> list[datetime]:
    """Every 15 minutes of a date; the oracle's slots."""
    found = []
    for at in QUARTERS:
        expected = first_at_or_after(stretches, at)
        real = timing.slot(on, at, zone)
        if real != expected:
            counts.breach(f"{zone} {on} {at // 60:02}:{at % 60:02}: slot {real}, and should be {expected}")
        if expected is not None:
            found.append(expected)
    counts.slots += len(QUARTERS)
    return found


def compare_window(zone: str, on: date, slot: datetime, turn: int, counts: Counts) -> None:
    """One slot's window and quiet hours; kinds and quiet hours take turns."""
    kind = KINDS[turn % len(KINDS)]
    begins, ends = QUIET_HOURS[turn // len(KINDS) % len(QUIET_HOURS)]
    quiet = timing.Quiet(minutes_of(begins), minutes_of(ends))
    told = f"{zone} {on} {kind} {slot:%H:%M}Z, quiet {begins:%H:%M}-{ends:%H:%M}"
    expected_quiet = is_quiet(slot, zone, begins, ends)
    counts.looks += 1
    if timing.is_quiet(slot, zone, quiet) is not expected_quiet:
        counts.breach(f"{told}: should be {'' if expected_quiet else 'not '}quiet")
    if expected_quiet:
        return
    counts.windows += 1
    expected = window_end(kind, slot, zone, begins, ends)
    real = timing.window_end(kind, slot, zone, quiet)
    if real != expected:
        counts.breach(f"{told}: window ends {real}, and should at {expected}")


def compare_dates(zone: str, spans: Iterable[tuple[date, date]]) -> Counts:
    """Every date of some spans in one zone. One window a date, more where clocks jump."""
    counts = Counts(zones=1)
    turn = sum(zone.encode())
    for first, last in spans:
        for on, stretches in days(zone, first, last).items():
            slots = compare_slots(zone, on, stretches, counts)
            counts.dates += 1
            jumps = [stretch.minutes for stretch in stretches] != [24 * 60]
            for _ in range(12 if jumps else 1) if slots else ():
                turn += 1
                compare_window(zone, on, slots[(turn * 7 + turn // 288) % len(slots)], turn, counts)
    return counts


def around_jumps(zone: str) -> list[tuple[date, date]]:
    """Spans of dates about each change of the zone's offset: its own date, and one more on both sides."""
    clock = ZoneInfo(zone)
    noons = [datetime(FIRST_YEAR, 1, 1, 12, tzinfo=UTC) + n * DAY for n in range(-1, YEARS * 366)]
    offsets = [noon.astimezone(clock).utcoffset() for noon in noons]
    return [
        (noon.date() - DAY, noon.date() + 3 * DAY)
        for noon, before, after in zip(noons, offsets, offsets[1:], strict=False)
        if before != after
    ]


def long_run(years: int = YEARS, report: Callable[[str], object] = log.info, processes: int = 2) -> Counts:
    """Every zone x every 15 minutes x every date of these years, from 2025 on."""
    span = (date(FIRST_YEAR, 1, 1), date(FIRST_YEAR + years - 1, 12, 31))
    counts = Counts()
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for found in pool.map(partial(compare_dates, spans=[span]), zones.names(), chunksize=4):
            counts.add(found)
            for line in found.lines:
                report(line)
            if counts.zones % 50 == 0:
                report(str(counts))
    report(str(counts))
    return counts


def test_every_quarter_hour_of_every_zone_where_clocks_jump_and_on_ordinary_days() -> None:
    counts = Counts()
    for zone in zones.names():
        counts.add(compare_dates(zone, [*around_jumps(zone), *((on, on) for on in ORDINARY)]))

    assert counts.lines[:MOST_TOLD] == []
    assert counts.zones == len(zones.names())
    assert counts.slots == len(QUARTERS) * counts.dates
    assert counts.windows > counts.dates / 2


@pytest.mark.parametrize(
    ("zone", "jump"),
    [
        ("America/New_York", date(2026, 3, 8)),
        ("Africa/Cairo", date(2026, 10, 29)),
        ("Africa/Casablanca", date(2026, 2, 15)),
    ],
)
def test_the_sample_has_the_days_on_which_clocks_jump(zone: str, jump: date) -> None:
    sampled = [span for span in around_jumps(zone) if span[0] < jump < span[1]]

    assert len(sampled) == 1


def test_a_date_that_a_zone_left_out() -> None:
    counts = compare_dates("Pacific/Apia", [(date(2011, 12, 28), date(2012, 1, 1))])

    assert counts.lines == []
    assert counts.dates == 5
