"""What comes next for a person, or why nothing does, in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.preferences.choices import KIND_NAMES
from bot.reminders.decision import Facts, Terms, following, why_not
from bot.reminders.timing import ReminderKind

FURTHEST = 500
"""How many dates ahead a reminder is looked for: more than the longest pause."""


@dataclass(frozen=True, slots=True)
class Upcoming:
    """A kind with the instant at which it comes next, as far as can be known today."""

    kind: ReminderKind
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Outlook:
    """What a person may expect of their reminders from now on."""

    now: datetime
    time_zone: str
    has_plan: bool
    upcoming: tuple[Upcoming, ...] = ()
    off: tuple[ReminderKind, ...] = ()
    is_paused: bool = False
    paused_until: date | None = None
    """First day back; None while paused without an end."""
    is_away: bool = False
    away_until: datetime | None = None
    silent_since: datetime | None = None
    is_deactivated: bool = False

    @property
    def rests(self) -> bool:
        """Whether something holds all reminders back that one click ends."""
        return self.is_paused or self.is_away or self.silent_since is not None


def next_wanted(
    terms: Terms,
    facts: Facts,
    next_on: date,
    next_at: datetime,
    *,
    not_before: datetime | None = None,
) -> datetime | None:
    """
    The slot of the first date, from the undecided `next_on` at `next_at` on, with nothing against it today.

    `not_before` is when an absence ends that is known to end.
    """
    on = next_on
    for _ in range(FURTHEST):
        slot = next_at if on == next_on else terms.slot(on)
        is_too_early = slot is None or (not_before is not None and slot < not_before)
        if not is_too_early and why_not(terms, facts, on) is None:
            return slot
        on = following(terms, on)
    return None


def sentence(outlook: Outlook) -> str:
    """What holds reminders back, if anything, and which come next."""
    return " ".join(part for part in (resting(outlook), _coming(outlook)) if part)


def resting(outlook: Outlook) -> str:
    """Why reminders rest altogether, and how they come back; empty when they do not."""
    if outlook.is_deactivated:
        return "The Slack account is deactivated, so nothing is sent."
    if outlook.is_paused and outlook.paused_until is None:
        return "Paused until you resume: press Resume, or type /prep resume."
    if outlook.is_paused and outlook.paused_until is not None:
        back = on_day(outlook.paused_until, _today(outlook))
        return f"Paused. First day back: {back}. Press Resume, or type /prep resume, to be back sooner."
    if outlook.is_away:
        until = f" until {moment(outlook.away_until, outlook)}" if outlook.away_until else ""
        return f"Your Slack status says you are away{until}, so nothing is sent. Resume ends that sooner."
    if outlook.silent_since is not None:
        since = on_day(outlook.silent_since.astimezone(ZoneInfo(outlook.time_zone)).date(), _today(outlook))
        return (
            f"Silent since {since}: three reminders in a row found no answer. Press Resume, or do anything "
            "here, and they come again."
        )
    return ""


def _coming(outlook: Outlook) -> str:
    if outlook.upcoming:
        return next_line(outlook.upcoming, outlook)
    if outlook.is_deactivated or outlook.rests:
        return ""
    if len(outlook.off) == len(KIND_NAMES):
        return "All reminders are off. /prep settings switches them on again."
    if not outlook.has_plan:
        return "Reminders begin with a plan: type /prep to get one."
    return "No reminder is planned: your plan is over. Type /prep for what comes next."


def next_line(upcoming: Sequence[Upcoming], outlook: Outlook) -> str:
    """Next: tomorrow 08:30 (daily minimums), Fri 16:00 (weekly check-in), Lisbon time."""
    ordered = sorted(upcoming, key=lambda each: each.at)
    moments = ", ".join(f"{moment(each.at, outlook)} ({KIND_NAMES[each.kind]})" for each in ordered)
    return f"Next: {moments}, {place(outlook.time_zone)}."


def moment(instant: datetime, outlook: Outlook) -> str:
    """today 08:30, tomorrow 08:30, Fri 16:00, Fri 22 March 16:00, on the person's wall."""
    wall = instant.astimezone(ZoneInfo(outlook.time_zone))
    days = (wall.date() - _today(outlook)).days
    if days in (0, 1):
        return f"{('today', 'tomorrow')[days]} {wall:%H:%M}"
    if 1 < days < 7:
        return f"{wall:%a %H:%M}"
    return f"{wall:%a} {_without_year(wall.date(), _today(outlook))} {wall:%H:%M}"


def on_day(on: date, today: date) -> str:
    """tomorrow, Thursday 5 March, Thursday 5 March 2031 when that is another year."""
    if on == today + timedelta(days=1):
        return "tomorrow"
    return f"{on:%A} {_without_year(on, today)}"


def place(time_zone: str) -> str:
    """Europe/Lisbon -> Lisbon time, UTC -> UTC"""
    if "/" not in time_zone:
        return time_zone
    return f"{time_zone.rsplit('/', 1)[-1].replace('_', ' ')} time"


def _without_year(on: date, today: date) -> str:
    return f"{on.day} {on:%B}" if on.year == today.year else f"{on.day} {on:%B %Y}"


def _today(outlook: Outlook) -> date:
    return outlook.now.astimezone(ZoneInfo(outlook.time_zone)).date()
