"""What a profile may say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot import zones
from bot.assessment.wizard import Profile
from bot.clock import local_date

CURRENT_LEVELS: Mapping[str, str] = {
    "senior-engineer": "Senior engineer (L5)",
    "manager-l6": "Engineering manager (L6)",
    "manager-elsewhere": "Experienced manager at another company",
}
TARGET_LEVELS: Mapping[str, str] = {
    "L6": "L6: Senior Engineering Manager",
    "L7": "L7: Principal Engineering Manager",
}
FEWEST_HOURS, MOST_HOURS = 1, 60
FURTHEST = timedelta(days=730)


@dataclass(frozen=True, kw_only=True, slots=True)
class ProfileInput:
    """What the form sent: texts as typed, None where nothing was chosen."""

    current_level: str | None
    target_level: str | None
    interview_on: str | None
    hours_per_week: str | None
    time_zone: str | None


def check(given: ProfileInput, now: datetime) -> tuple[Profile | None, dict[str, str]]:
    """
    The profile, or for each field that is missing or impossible the sentence to show beside it.

    Keys are the names of ProfileInput's fields.
    """
    errors: dict[str, str] = {}
    if given.current_level not in CURRENT_LEVELS:
        errors["current_level"] = "Choose where you are today."
    if given.target_level not in TARGET_LEVELS:
        errors["target_level"] = "Choose the level you are aiming for."
    time_zone = given.time_zone or ""
    if not zones.is_zone(time_zone):
        errors["time_zone"] = "Choose your time zone: type a city, such as Lisbon."
        time_zone = "UTC"
    hours = _whole_number(given.hours_per_week)
    if hours is None or not FEWEST_HOURS <= hours <= MOST_HOURS:
        errors["hours_per_week"] = f"Write a whole number of hours from {FEWEST_HOURS} to {MOST_HOURS}."
    interview_on, problem = _interview_date(given.interview_on, local_date(now, time_zone))
    if problem:
        errors["interview_on"] = problem
    if errors:
        return None, errors
    return (
        Profile(
            current_level=str(given.current_level),
            target_level=str(given.target_level),
            interview_on=interview_on,
            hours_per_week=hours or FEWEST_HOURS,
            time_zone=time_zone,
        ),
        {},
    )


def is_big_jump(profile: Profile) -> bool:
    """Two levels at once: from senior engineer to L7."""
    return profile.current_level == "senior-engineer" and profile.target_level == "L7"


def _whole_number(text: str | None) -> int | None:
    typed = (text or "").strip()
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 5 else None


def _interview_date(text: str | None, today: date) -> tuple[date | None, str | None]:
    if not text:
        return None, None
    try:
        chosen = date.fromisoformat(text)
    except ValueError:
        return None, "Choose a date from the calendar, or leave it empty."
    if chosen < today:
        return None, "That day has passed. Choose a later one, or leave it empty."
    if chosen > today + FURTHEST:
        return None, "That is more than two years ahead. Leave it empty until it is nearer."
    return chosen, None
