"""When a group's thread is due: dates and instants from the group's weekday, time and zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot import zones
from bot.preferences.choices import minutes_of
from bot.reminders.decision import WEEKLY_DISTANCE
from bot.reminders.timing import next_weekday, slot

WINDOW = timedelta(hours=24)
"""How long after its slot a thread is still worth posting; end exclusive."""
MOST_TRACES = 31
"""After a long outage only so many missed threads are written down."""
FEWEST_HOURS, MOST_HOURS = 1, 144
"""The summary's deadline lies before the next thread."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """A group's terms. `weekday` is 1 (Monday) to 7, `at` minutes after midnight in the IANA zone."""

    weekday: int
    at: int
    time_zone: str
    answer_hours: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ScheduleInput:
    """The terms as a form brings them, unchecked."""

    weekday: str | None
    at: str | None
    """HH:MM"""
    time_zone: str | None
    answer_hours: str | None


def check(given: ScheduleInput) -> tuple[Schedule | None, dict[str, str]]:
    """The terms, or field to what is wrong with it."""
    errors = {}
    weekday = _number(given.weekday)
    if weekday is None or not 1 <= weekday <= 7:
        errors["weekday"] = "Choose a weekday."
    at = minutes_of(given.at)
    if at is None:
        errors["at"] = "Choose a time, for example 16:00."
    if given.time_zone is None or not zones.is_zone(given.time_zone):
        errors["time_zone"] = "Type a city and choose its zone."
    hours = _number(given.answer_hours)
    if hours is None or not FEWEST_HOURS <= hours <= MOST_HOURS:
        errors["answer_hours"] = f"Enter whole hours from {FEWEST_HOURS} to {MOST_HOURS}."
    if errors or weekday is None or at is None or given.time_zone is None or hours is None:
        return None, errors
    return Schedule(weekday, at, given.time_zone, hours), {}


def _number(typed: str | None) -> int | None:
    return int(typed) if typed and typed.isascii() and typed.isdecimal() and len(typed) < 6 else None


@dataclass(frozen=True, slots=True)
class Passed:
    """A date whose slot has come."""

    on: date
    slot: datetime
    is_missed: bool


@dataclass(frozen=True, slots=True)
class Next:
    """The first date that is not decided, and its slot."""

    on: date
    at: datetime


def next_from(schedule: Schedule, earliest: date) -> Next:
    """The first date from `earliest` on that has a slot."""
    on = next_weekday(earliest, schedule.weekday)
    while (at := slot(on, schedule.at, schedule.time_zone)) is None:
        on += timedelta(days=7)
    return Next(on, at)


def decide(schedule: Schedule, next_on: date, next_at: datetime, now: datetime) -> tuple[list[Passed], Next]:
    """
    Every date whose slot has come, oldest first, and what is next.

    Only the newest may be posted, and only within its window. `next_at` is the slot of `next_on`.
    """
    passed: list[tuple[date, datetime]] = []
    coming = Next(next_on, next_at)
    furthest = now.astimezone(ZoneInfo(schedule.time_zone)).date() - timedelta(weeks=MOST_TRACES + 1)
    while coming.at <= now:
        passed.append((coming.on, coming.at))
        coming = next_from(schedule, max(coming.on + WEEKLY_DISTANCE, furthest))
    newest = passed[-1][0] if passed else None
    decided = [Passed(on, at, on != newest or now >= at + WINDOW) for on, at in passed]
    return decided[-MOST_TRACES:], coming


def reschedule(schedule: Schedule, last: date | None, undecided: date | None, now: datetime) -> Next:
    """
    The next date under new terms; `last` is the newest decided one, `undecided` the one that was next.

    A slot that has passed today is still owed if the group expected its thread today; otherwise the next
    thread comes a week later.
    """
    today = now.astimezone(ZoneInfo(schedule.time_zone)).date()
    earliest = max(today, last + WEEKLY_DISTANCE) if last is not None else today
    found = next_from(schedule, earliest)
    if found.at <= now and (found.on != undecided or now >= found.at + WINDOW):
        found = next_from(schedule, found.on + timedelta(days=1))
    return found
