"""What a person may choose for their reminders."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot import zones
from bot.preferences import countries
from bot.reminders.timing import KINDS, Quiet, ReminderKind

KIND_NAMES: Mapping[ReminderKind, str] = {
    "daily": "daily minimums",
    "evening": "evening line",
    "weekly": "weekly check-in",
}
DAY_NAMES: Mapping[int, str] = {
    1: "Monday",
    2: "Tuesday",
    3: "Wednesday",
    4: "Thursday",
    5: "Friday",
    6: "Saturday",
    7: "Sunday",
}
DAY_ENDS: tuple[int, ...] = tuple(range(0, 6 * 60 + 1, 30))
"""When a learner's day may end, in minutes after midnight."""
NO_COUNTRY = "none"
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")


@dataclass(frozen=True, kw_only=True, slots=True)
class Choices:
    """A person's own terms. Times are minutes after local midnight, weekdays 1 (Monday) to 7."""

    daily_on: bool
    daily_at: int
    days: tuple[int, ...]
    evening_on: bool
    evening_at: int
    weekly_on: bool
    weekly_day: int
    weekly_at: int
    quiet_from: int
    quiet_to: int
    day_ends_at: int
    follows_zone: bool
    """Whether the time zone is the one Slack shows."""
    time_zone: str | None
    """The chosen zone; not used while Slack's is followed."""
    country: str | None
    follows_status: bool

    def at(self, kind: ReminderKind) -> int:
        """The time of day of a kind."""
        return {"daily": self.daily_at, "evening": self.evening_at, "weekly": self.weekly_at}[kind]

    @property
    def kinds(self) -> tuple[ReminderKind, ...]:
        """The kinds that are wanted."""
        wanted = {"daily": self.daily_on, "evening": self.evening_on, "weekly": self.weekly_on}
        return tuple(kind for kind in KINDS if wanted[kind])


@dataclass(frozen=True, kw_only=True, slots=True)
class SettingsInput:
    """What the form sent: texts as they came, None or nothing where nothing was chosen."""

    kinds: tuple[str, ...]
    daily_at: str | None
    days: tuple[str, ...]
    evening_at: str | None
    weekly_day: str | None
    weekly_at: str | None
    quiet_from: str | None
    quiet_to: str | None
    day_ends_at: str | None
    zone_mode: str | None
    time_zone: str | None
    country: str | None
    follows_status: bool


def check(given: SettingsInput) -> tuple[Choices | None, dict[str, str]]:
    """
    The choices, or for each field that is missing or does not fit the sentence to show beside it.

    Keys are the names of SettingsInput's fields.
    """
    errors: dict[str, str] = {}
    on = {kind: kind in given.kinds for kind in KINDS}
    at: dict[str, int] = {}
    for name in ("daily_at", "evening_at", "weekly_at", "quiet_from", "quiet_to"):
        minutes = minutes_of(getattr(given, name))
        if minutes is None:
            errors[name] = "Choose a time."
        at[name] = minutes or 0
    days = tuple(day for day in DAY_NAMES if str(day) in given.days)
    if not days and (on["daily"] or on["evening"]):
        errors["days"] = "Choose at least one day, or untick the daily minimums and the evening line above."
    weekly_day = next((day for day in DAY_NAMES if str(day) == given.weekly_day), None)
    if weekly_day is None:
        errors["weekly_day"] = "Choose a day."
    day_ends_at = next((end for end in DAY_ENDS if str(end) == given.day_ends_at), None)
    if day_ends_at is None:
        errors["day_ends_at"] = "Choose when your day ends."
    if given.zone_mode != "slack" and not zones.is_zone(given.time_zone or ""):
        errors["time_zone"] = "Choose your time zone: type a city, such as Lisbon."
    country = None if given.country in (None, NO_COUNTRY) else given.country
    if country is not None and not countries.is_country(country):
        errors["country"] = "Choose a country from the list, or “No country”."
    if not errors:
        errors = _contradictions(on, at)
    if errors:
        return None, errors
    return (
        Choices(
            daily_on=on["daily"],
            daily_at=at["daily_at"],
            days=days,
            evening_on=on["evening"],
            evening_at=at["evening_at"],
            weekly_on=on["weekly"],
            weekly_day=weekly_day or 1,
            weekly_at=at["weekly_at"],
            quiet_from=at["quiet_from"],
            quiet_to=at["quiet_to"],
            day_ends_at=day_ends_at or 0,
            follows_zone=given.zone_mode == "slack",
            time_zone=given.time_zone if zones.is_zone(given.time_zone or "") else None,
            country=country,
            follows_status=given.follows_status,
        ),
        {},
    )


def _contradictions(on: Mapping[ReminderKind, bool], at: Mapping[str, int]) -> dict[str, str]:
    """Times of wanted kinds that could never come, by field."""
    quiet = Quiet(at["quiet_from"], at["quiet_to"])
    hours = f"{clock(quiet.from_)} to {clock(quiet.to)}"
    errors = {
        f"{kind}_at": f"That is within your quiet hours, {hours}. Choose another time, or change those."
        for kind in KINDS
        if on[kind] and quiet.covers(at[f"{kind}_at"])
    }
    if on["daily"] and on["evening"] and at["evening_at"] <= at["daily_at"]:
        later = (
            f"The evening line comes after your daily minimums, {clock(at['daily_at'])}. Choose a later time."
        )
        errors.setdefault("evening_at", later)
    return errors


def minutes_of(text: str | None) -> int | None:
    """08:30 -> 510; None for what is no time of day."""
    found = _TIME.fullmatch(text or "")
    return int(found[1]) * 60 + int(found[2]) if found else None


def clock(minutes: int) -> str:
    """510 -> 08:30"""
    return f"{minutes // 60:02}:{minutes % 60:02}"
