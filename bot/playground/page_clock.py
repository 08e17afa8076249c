"""The jumps of the page's clock bar, in the wall clock of one person's zone."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

FRIDAY = 4


def an_hour_later(now: datetime) -> datetime:
    """Sixty minutes on."""
    return now + timedelta(hours=1)


def tomorrow_morning(now: datetime, zone: str) -> datetime:
    """08:59 of the next local day: a minute before the usual reminder."""
    return _next(now, zone, time(8, 59), days_ahead=1)


def friday_afternoon(now: datetime, zone: str) -> datetime:
    """15:59 of the next local Friday that is still to come: a minute before the usual check-in."""
    local = now.astimezone(ZoneInfo(zone))
    days = (FRIDAY - local.weekday()) % 7
    today_is_over = days == 0 and local.time() >= time(15, 59)
    return _next(now, zone, time(15, 59), days_ahead=7 if today_is_over else days)


def moment(wall_clock: str, zone: str) -> datetime:
    """
    The instant at which the zone's clocks show `wall_clock` ("2030-03-04T09:05").

    A skipped hour moves forward by the gap, a repeated one means its first pass.
    Raises ValueError on other text.
    """
    return datetime.fromisoformat(wall_clock).replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)


def _next(now: datetime, zone: str, at: time, *, days_ahead: int) -> datetime:
    day = now.astimezone(ZoneInfo(zone)).date() + timedelta(days=days_ahead)
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)
