"""The plan as a calendar file: weeks, what recurs, the interview, and mocks that were held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

# icalendar is imported when first needed: it costs 3 MB, and most processes never write a calendar.
if TYPE_CHECKING:
    from icalendar import Calendar, Event

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
DAILY_MINUTES = 75
"""A problem, a concept and a story: 30, 30 and 15 minutes."""
WEEKLY_MINUTES = 15


@dataclass(frozen=True, slots=True)
class PlanWeek:
    """Seven days of a plan."""

    number: int
    theme: str
    starts_on: date
    tasks: Sequence[str]
    milestone: str


@dataclass(frozen=True, slots=True)
class Recurring:
    """Comes on these weekdays (1 is Monday) at `at` minutes after midnight on the person's wall."""

    days: Sequence[int]
    at: int


@dataclass(frozen=True, slots=True)
class Mock:
    """A mock interview from the log."""

    entry_id: int
    on: date
    rating: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Agenda:
    """What a calendar is made of. `person` tells one person's events from another's, in UIDs only."""

    person: str
    now: datetime
    time_zone: str
    title: str = ""
    """Of the plan."""
    plan_id: int = 0
    weeks: Sequence[PlanWeek] = ()
    ends_on: date | None = None
    daily: Recurring | None = None
    weekly: Recurring | None = None
    interview_on: date | None = None
    mocks: Sequence[Mock] = ()


def calendar_file(agenda: Agenda) -> bytes:
    """RFC 5545. An event keeps its UID: importing a later export changes it instead of doubling it."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//Prep Coach//Plan//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Interview preparation")
    for week in agenda.weeks:
        calendar.add_component(_week(agenda, week))
    if agenda.daily is not None:
        _add_recurring(calendar, agenda, "daily", "Daily minimums", agenda.daily, DAILY_MINUTES)
    if agenda.weekly is not None:
        _add_recurring(calendar, agenda, "weekly", "Weekly check-in", agenda.weekly, WEEKLY_MINUTES)
    if agenda.interview_on is not None:
        calendar.add_component(_all_day(agenda, "interview", agenda.interview_on, "Interview"))
    for mock in agenda.mocks:
        rated = f", rated {mock.rating} of 5" if mock.rating else ""
        calendar.add_component(_all_day(agenda, f"mock:{mock.entry_id}", mock.on, f"Mock interview{rated}"))
    first, last = _span(agenda)
    calendar.add_missing_timezones(first_date=first, last_date=last)
    return bytes(calendar.to_ical())


def _week(agenda: Agenda, week: PlanWeek) -> Event:
    summary = f"Week {week.number} of {len(agenda.weeks)}: {week.theme}"
    tasks = "\n".join(f"- {task}" for task in week.tasks)
    event = _all_day(agenda, f"week:{agenda.plan_id}:{week.number}", week.starts_on, summary, days=7)
    event.add("description", f"{agenda.title}\n{tasks}\nMilestone: {week.milestone}")
    return event


def _all_day(agenda: Agenda, what: str, on: date, summary: str, *, days: int = 1) -> Event:
    event = _event(agenda, what, on, on + timedelta(days=days), summary)
    event.add("transp", "TRANSPARENT")
    return event


def _event(agenda: Agenda, what: str, start: date, end: date, summary: str) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", _uid(agenda, what))
    event.add("dtstamp", agenda.now.astimezone(UTC))
    event.add("dtstart", start)
    event.add("dtend", end)
    event.add("summary", summary)
    return event


def _add_recurring(
    calendar: Calendar, agenda: Agenda, what: str, summary: str, rule: Recurring, minutes: int
) -> None:
    """From today on until the plan's last day; nothing where no such day is left."""
    from icalendar.prop import vRecur

    zone = ZoneInfo(agenda.time_zone)
    today = agenda.now.astimezone(zone).date()
    begins = max(today, agenda.weeks[0].starts_on) if agenda.weeks else today
    ahead = (begins + timedelta(days=number) for number in range(7))
    first = next((day for day in ahead if day.isoweekday() in rule.days), None)
    if first is None or agenda.ends_on is None or first > agenda.ends_on:
        return
    wall = time(rule.at // 60, rule.at % 60)
    start = datetime.combine(first, wall, zone)
    until = datetime.combine(agenda.ends_on, time(23, 59, 59), zone).astimezone(UTC)
    end = start + timedelta(minutes=minutes)
    event = _event(agenda, f"{what}:{agenda.plan_id}", start, end, summary)
    days = [DAYS[day - 1] for day in sorted(rule.days)]
    event.add("rrule", vRecur({"freq": "weekly", "byday": days, "until": until}))
    calendar.add_component(event)


def _uid(agenda: Agenda, what: str) -> str:
    return f"{uuid5(NAMESPACE_URL, f'prep-coach:{agenda.person}:{what}')}@prep-coach"


def _span(agenda: Agenda) -> tuple[date, date]:
    """The days for which the zone's rules must be told, with a year on either side."""
    today = agenda.now.date()
    last = max(agenda.ends_on or today, today)
    return today - timedelta(days=366), last + timedelta(days=366)
