"""Which days are planned rest, and so break no streak."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date

from bot.clock import local_date
from bot.reminders.decision import AWAY, HOLIDAY, PAUSED, REST_DAY
from bot.reminders.rest_days import is_holiday
from storage.models import Preferences
from storage.preferences import EVERY_DAY

RESTED = (REST_DAY, HOLIDAY, PAUSED, AWAY)
"""Why no daily reminder came on a date that breaks no streak."""


def rest_of(own: Preferences, time_zone: str, rested: Collection[date]) -> Callable[[date], bool]:
    """What a reminder was skipped for on the date, by one of RESTED; else the person's terms of today."""
    days = own.days or EVERY_DAY
    paused_from = local_date(own.paused_at, time_zone) if own.paused_at else None

    def rest(on: date) -> bool:
        if on in rested or on.isoweekday() not in days or is_holiday(own.country, on):
            return True
        is_paused = paused_from is not None and on >= paused_from
        return is_paused and (own.paused_until is None or on < own.paused_until)

    return rest
