"""What time it is, also in a playground whose clock is moved."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import AgreedClock, ShiftedClock, local_date, system_now
from bot.playground.clock import WorkspaceClock
from storage.engine import Database
from tests.builders import NOON, MovingClock

SLACK = timedelta(seconds=5)


def ahead(clock: ShiftedClock) -> timedelta:
    """How far the clock is ahead of the machine, to the second."""
    return timedelta(seconds=round((clock() - system_now()).total_seconds()))


def test_the_machines_time_is_aware() -> None:
    assert system_now().tzinfo is UTC


@pytest.mark.parametrize(
    ("time_zone", "expected"),
    [
        ("UTC", date(2030, 3, 4)),
        ("Pacific/Kiritimati", date(2030, 3, 5)),
        ("Pacific/Pago_Pago", date(2030, 3, 3)),
    ],
)
def test_a_day_is_the_one_on_the_persons_wall(time_zone: str, expected: date) -> None:
    assert local_date(datetime(2030, 3, 4, 10, 30, tzinfo=UTC), time_zone) == expected


def test_without_a_file_nothing_is_shifted(tmp_path: Path) -> None:
    assert ahead(ShiftedClock(tmp_path / "none")) == timedelta()


def test_every_change_of_the_file_is_followed(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    clock = ShiftedClock(file)

    file.write_text("86400")
    assert ahead(clock) == timedelta(days=1)
    draft = tmp_path / "new"
    draft.write_text("-3600.5")
    draft.replace(file)
    assert ahead(clock) in (timedelta(hours=-1), timedelta(hours=-1, seconds=-1))
    file.unlink()
    assert ahead(clock) == timedelta()


def test_it_shows_the_time_of_the_workspace_that_writes_the_file(tmp_path: Path) -> None:
    workspace = WorkspaceClock(tmp_path / "clock")
    clock = ShiftedClock(tmp_path / "clock")

    workspace.jump_by(timedelta(days=3))

    assert abs(clock() - workspace.now()) < SLACK


class TestAnAgreedClock:
    async def test_is_set_by_the_database(self, caplog: pytest.LogCaptureFixture) -> None:
        """A machine two minutes ahead: its leases would otherwise be taken as run out, or last for ever."""
        ahead = MovingClock(NOON + timedelta(minutes=2))
        clock = AgreedClock(ahead, ahead)

        async def noon() -> datetime:
            return NOON

        await clock.agree(noon)

        assert clock() == NOON
        assert "120.0 s ahead" in caplog.text

    async def test_keeps_the_workspaces_time(self) -> None:
        """Only what the machine's clock is wrong by is corrected, not how far the playground has jumped."""
        machine = MovingClock(NOON + timedelta(minutes=2))
        clock = AgreedClock(lambda: machine() + timedelta(days=3), machine)

        async def noon() -> datetime:
            return NOON

        await clock.agree(noon)

        assert clock() == NOON + timedelta(days=3)

    @pytest.mark.parametrize("answer", [None, NOON + timedelta(milliseconds=300)])
    async def test_stays_as_it_is_without_a_notable_difference(self, answer: datetime | None) -> None:
        clock = AgreedClock(MovingClock(), MovingClock())

        async def asked() -> datetime | None:
            return answer

        await clock.agree(asked)

        assert clock() == NOON

    async def test_asks_the_servers_own_clock(self, database: Database, database_url: str) -> None:
        found = await database.now()

        if database_url.startswith("sqlite"):
            assert found is None
        else:
            assert found is not None
            assert abs(found - system_now()) < timedelta(minutes=1)
