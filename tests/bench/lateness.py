"""How late a message is when Slack is not the limit, in waves that fall anywhere between two ticks."""

from __future__ import annotations

import asyncio
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import create_engine, update
from sqlmodel import col

from storage.models import Preferences, Reminder
from tests.bench.coach import BenchClock, coach_process
from tests.bench.ledger import accepting_server
from tests.bench.population import next_morning, people_due
from tests.bench.rig import percentile, report

TICK_SECONDS = 5.0
"""The default."""
WAVES = 10
IN_A_WAVE = 50
AHEAD_SECONDS = 1.0
"""The bot lives this long before each slot, so that all is at rest."""
SETTLED_SECONDS = 0.7
"""Waves begin at different points between two ticks, because this is no part of a tick."""
AT_ONCE = {"PREP_SPREAD_SECONDS": "0", "PREP_POSTS_PER_SECOND": "0"}


async def measure() -> None:
    """One wave a minute; the clock is moved to shortly before each."""
    first = next_morning()
    late: list[float] = []
    with tempfile.TemporaryDirectory(prefix="prep-coach-bench-") as folder:
        file = Path(folder) / "prep-coach.db"
        people_due(f"sqlite:///{file}", WAVES * IN_A_WAVE, first)
        _one_wave_a_minute(file, first)
        clock = BenchClock(Path(folder) / "clock")
        clock.set(first - timedelta(minutes=1))
        async with accepting_server() as server, coach_process(server, f"sqlite:///{file}", clock, **AT_ONCE):
            for wave in range(WAVES):
                slot = first + timedelta(minutes=wave)
                before = wave * IN_A_WAVE
                clock.set(slot - timedelta(seconds=AHEAD_SECONDS))
                await server.wait_for(before + IN_A_WAVE, within=30)
                late += [
                    post.at + clock.offset - slot.timestamp() for post in (await server.accepted())[before:]
                ]
                await asyncio.sleep(SETTLED_SECONDS)
    if min(late) < 0:
        raise AssertionError("posted before it was due")
    p99 = percentile(late, 99)
    report(
        f"{WAVES} waves of {IN_A_WAVE} people, from the slot until Slack accepted the message",
        f"p99 {p99:.2f} s, median {percentile(late, 50):.2f} s, longest {max(late):.2f} s with a tick of "
        f"{TICK_SECONDS:.0f} s",
        "p99 under 2 s beyond the tick",
        p99 < TICK_SECONDS + 2,
    )


def _one_wave_a_minute(file: Path, first: datetime) -> None:
    """Person n belongs to wave (n - 1) // IN_A_WAVE."""
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        for wave in range(WAVES):
            slot = first + timedelta(minutes=wave)
            people = range(wave * IN_A_WAVE + 1, (wave + 1) * IN_A_WAVE + 1)
            terms = update(Preferences).where(col(Preferences.learner_id).in_(people))
            connection.execute(terms.values(daily_at=slot.hour * 60 + slot.minute))
            reminders = update(Reminder).where(
                col(Reminder.learner_id).in_(people), col(Reminder.kind) == "daily"
            )
            connection.execute(reminders.values(next_at=slot))
    engine.dispose()
