"""What time it is. Everything else takes the time as an argument."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

Now = Callable[[], datetime]


def system_now() -> datetime:
    """The machine's time, aware, in UTC."""
    return datetime.now(UTC)


class ShiftedClock:
    """The machine's time moved by as many seconds as a file says; the playground's workspace moves it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._stamp = -1
        self._offset = timedelta()

    def __call__(self) -> datetime:
        try:
            stamp = self._file.stat().st_mtime_ns
            if stamp != self._stamp:
                self._offset = timedelta(seconds=float(self._file.read_text()))
                self._stamp = stamp
        except FileNotFoundError:
            self._offset = timedelta()
        return system_now() + self._offset


def local_date(instant: datetime, time_zone: str) -> date:
    """The calendar date of an instant on a wall in the IANA zone."""
    return instant.astimezone(ZoneInfo(time_zone)).date()
