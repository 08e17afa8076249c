"""What time it is. Everything else takes the time as an argument."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

Now = Callable[[], datetime]
NOTABLE_DIFFERENCE = timedelta(seconds=1)

log = logging.getLogger(__name__)


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


class AgreedClock:
    """
    A clock set by the database's, so that processes on machines with different times agree on leases.

    `own` is what the database's clock is compared with.
    """

    def __init__(self, base: Now, own: Now = system_now) -> None:
        self._base = base
        self._own = own
        self._correction = timedelta()

    def __call__(self) -> datetime:
        return self._base() + self._correction

    async def agree(self, database_now: Callable[[], Awaitable[datetime | None]]) -> None:
        """Ask for the database's time, None where it has no clock of its own."""
        asked = self._own()
        theirs = await database_now()
        if theirs is None:
            return
        ours = asked + (self._own() - asked) / 2
        difference = theirs - ours if abs(theirs - ours) > NOTABLE_DIFFERENCE else timedelta()
        if abs(difference - self._correction) > NOTABLE_DIFFERENCE:
            seconds = -difference.total_seconds()
            log.warning("this machine's clock is %.1f s ahead of the database's, which is used", seconds)
        self._correction = difference


def local_date(instant: datetime, time_zone: str) -> date:
    """The calendar date of an instant on a wall in the IANA zone."""
    return instant.astimezone(ZoneInfo(time_zone)).date()
