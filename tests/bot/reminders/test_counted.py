"""What is decided without ever being tried is counted, once, whoever decides."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace

from bot.reminders.service import ReminderService
from tests.bot.reminders.conftest import Desk


def counting(desk: Desk, ended: Counter[tuple[str, str]]) -> ReminderService:
    def count(kind: str, state: str) -> None:
        ended[kind, state] += 1

    return replace(desk.service, on_ended=count)


async def test_dates_that_went_by_are_missed_and_what_is_still_owed_is_no_end(desk: Desk) -> None:
    await desk.person()
    desk.at("03-06 10:00")
    ended: Counter[tuple[str, str]] = Counter()

    await counting(desk, ended).plan_due()

    assert ended == {("daily", "missed"): 2}


async def test_a_rest_day_is_skipped(desk: Desk) -> None:
    ana = await desk.person(days=[1, 3])
    desk.at("03-04 09:00")
    await desk.days(ana, 1)
    ended: Counter[tuple[str, str]] = Counter()

    await counting(desk, ended).plan_due()

    assert ended == {("daily", "skipped"): 1}


async def test_many_processes_count_each_once(desk: Desk) -> None:
    for number in range(10):
        await desk.person(f"U{number}")
    desk.at("03-06 10:00")
    ended: Counter[tuple[str, str]] = Counter()

    await asyncio.gather(*(counting(desk, ended).plan_due() for _ in range(4)))

    assert ended == {("daily", "missed"): 20}
