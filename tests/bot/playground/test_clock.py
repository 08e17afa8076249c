"""The clock of the workspace."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.playground.clock import WorkspaceClock
from bot.playground.timeline import Timeline

NOON = datetime(2030, 3, 4, 12, tzinfo=UTC)
A_MOMENT = timedelta(seconds=5)


def test_after_a_jump_time_flows_on() -> None:
    clock = WorkspaceClock()
    clock.jump_to(NOON)
    first, second = clock.now(), clock.now()
    assert NOON <= first <= second < NOON + A_MOMENT


def test_a_jump_by_adds_to_where_it_is() -> None:
    clock = WorkspaceClock()
    clock.jump_to(NOON)
    clock.jump_by(timedelta(days=1))
    clock.jump_by(-timedelta(hours=1))
    assert abs(clock.now() - (NOON + timedelta(hours=23))) < A_MOMENT


def test_an_instant_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        WorkspaceClock().jump_to(NOON.replace(tzinfo=None))


def test_another_process_reads_the_offset(tmp_path: Path) -> None:
    file = tmp_path / "data" / "offset"
    clock = WorkspaceClock(file)
    assert float(file.read_text()) == 0

    clock.jump_by(timedelta(hours=2))

    assert float(file.read_text()) == 7200
    assert [path.name for path in file.parent.iterdir()] == ["offset"]


def test_a_restart_stays_in_the_same_time(tmp_path: Path) -> None:
    WorkspaceClock(tmp_path / "offset").jump_to(NOON)
    assert abs(WorkspaceClock(tmp_path / "offset").now() - NOON) < A_MOMENT


async def test_a_jump_releases_work_in_its_order() -> None:
    clock = WorkspaceClock()
    timeline = Timeline(clock)
    done: list[str] = []

    def note(name: str) -> None:
        async def work() -> None:
            done.append(name)

        timeline.at(clock.now() + timedelta(minutes=len(name)), work)

    for name in ("three", "a", "four to go"):
        note(name)
    clock.jump_by(timedelta(minutes=6))
    await timeline.settle()

    assert done == ["a", "three"]
    assert timeline.waiting == 1
    await timeline.close()
