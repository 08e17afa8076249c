"""From what is stored of a person to what the rules of reminders ask for."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bot.clock import local_date
from bot.reminders.decision import Terms
from bot.reminders.rest_days import is_holiday
from bot.reminders.timing import Quiet, ReminderKind
from storage.models import Preferences
from storage.preferences import EVERY_DAY
from storage.reminders import Wishes


def is_on(preferences: Preferences | Wishes, kind: ReminderKind) -> bool:
    """Whether the person wants this kind at all."""
    wanted: bool = getattr(preferences, f"{kind}_on")
    return wanted


def quiet_of(preferences: Preferences | Wishes) -> Quiet:
    """The person's quiet hours."""
    return Quiet(preferences.quiet_from, preferences.quiet_to)


def is_away(preferences: Preferences | Wishes, now: datetime) -> bool:
    """Whether the status the person let us follow says so now."""
    if not preferences.follows_status or not preferences.away:
        return False
    return preferences.away_until is None or now < preferences.away_until


def is_paused(preferences: Preferences | Wishes, time_zone: str, now: datetime) -> bool:
    """Whether the person paused their reminders for today."""
    if preferences.paused_at is None:
        return False
    return preferences.paused_until is None or local_date(now, time_zone) < preferences.paused_until


def is_back_on(preferences: Preferences | Wishes, on: date | None) -> bool:
    """Whether a pause is over on that date, though it may not be that date yet where the person is now."""
    return on is not None and preferences.paused_until is not None and on >= preferences.paused_until


def terms_of(preferences: Preferences | Wishes, kind: ReminderKind, time_zone: str, now: datetime) -> Terms:
    """When this kind is wanted."""
    country = preferences.country

    def holiday(on: date) -> bool:
        return country is not None and is_holiday(country, on)

    return Terms(
        kind=kind,
        time_zone=time_zone,
        at=getattr(preferences, f"{kind}_at"),
        weekdays=(preferences.weekly_day,) if kind == "weekly" else tuple(preferences.days or EVERY_DAY),
        quiet=quiet_of(preferences),
        paused_from=local_date(preferences.paused_at, time_zone) if preferences.paused_at else None,
        paused_until=preferences.paused_until,
        away=is_away(preferences, now),
        is_holiday=holiday,
    )


def plan_end(starts_on: date, weeks: int, interview_on: date | None) -> date:
    """The last day of a plan, or of the interview where that comes first."""
    end = starts_on + timedelta(days=7 * weeks - 1)
    return min(end, interview_on) if interview_on is not None and interview_on >= starts_on else end
