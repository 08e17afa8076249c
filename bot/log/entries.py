"""What can be logged: activities, their names and limits, and one entry before it is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from bot import mrkdwn
from bot.errors import BotError

Activity = Literal["coding", "concept", "design", "story", "mock"]
ACTIVITIES: tuple[Activity, ...] = ("coding", "concept", "design", "story", "mock")
NOUNS: Mapping[str, tuple[str, str]] = {
    "coding": ("coding problem", "coding problems"),
    "concept": ("design concept", "design concepts"),
    "design": ("full design", "full designs"),
    "story": ("story", "stories"),
    "mock": ("mock interview", "mock interviews"),
}
MOST_COUNT = 20
MOST_MINUTES = 600
MOST_ITEMS = 10
BEST_RATING = 5
DAYS_BACK = 7
"""So far back can be logged and corrected."""


class LogError(BotError):
    """What was asked for cannot be logged."""


class GoneError(BotError):
    """The entry is not there any more, or too old to be changed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """Practice that is to be logged. `minutes` is 0 where nobody said; `task` is a slug."""

    activity: Activity
    on: date
    count: int = 1
    minutes: int = 0
    task: str | None = None
    rating: int | None = None


def named(activity: str, count: int) -> str:
    """1 coding problem, 2 stories"""
    return mrkdwn.count(count, *NOUNS.get(activity, (activity, activity)))


def faults_of(entry: Entry, today: date) -> dict[str, str]:
    """What is wrong with an entry, as sentences by field name; empty when it can be stored."""
    faults: dict[str, str] = {}
    if not 1 <= entry.count <= MOST_COUNT:
        faults["count"] = f"Log 1 to {MOST_COUNT} at a time."
    if not 0 <= entry.minutes <= MOST_MINUTES:
        faults["minutes"] = f"Minutes go from 1 to {MOST_MINUTES}."
    if entry.on > today:
        faults["day"] = "That day is still ahead. Log it when it is done."
    elif today - entry.on > timedelta(days=DAYS_BACK):
        faults["day"] = f"That is more than {DAYS_BACK} days ago. The log goes back {DAYS_BACK} days."
    if entry.rating is not None and entry.activity != "mock":
        faults["rating"] = "A rating belongs to a mock interview."
    elif entry.rating is not None and not 1 <= entry.rating <= BEST_RATING:
        faults["rating"] = f"A mock is rated 1 to {BEST_RATING}."
    if entry.task is not None and entry.count != 1:
        faults["count"] = "One named task is logged once. Leave its name out, or write 1."
    return faults


def described(entry: Entry, today: date, title: str | None = None) -> str:
    """2 coding problems, 45 min, yesterday; not escaped."""
    what = f"{named(entry.activity, entry.count)}: {title}" if title else named(entry.activity, entry.count)
    parts = [
        what,
        *([mrkdwn.duration(entry.minutes)] if entry.minutes else []),
        *([f"rated {entry.rating} of {BEST_RATING}"] if entry.rating else []),
        *([day_name(entry.on, today)] if entry.on != today else []),
    ]
    return ", ".join(parts)


def day_name(on: date, today: date) -> str:
    """today, yesterday, or Tuesday 5 March."""
    days = (today - on).days
    if days in (0, 1):
        return ("today", "yesterday")[days]
    return f"{on:%A} {on.day} {on:%B}"


def listed(sums: Mapping[str, int], order: Sequence[str] = ACTIVITIES) -> str:
    """2 coding problems, 1 story; what is zero is left out."""
    return ", ".join(named(activity, sums[activity]) for activity in order if sums.get(activity))
