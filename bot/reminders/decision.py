"""What becomes of a date: the reminder is owed, skipped with its reason, or missed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

from bot.reminders.timing import (
    ENDS_WITH_THE_DAY,
    Quiet,
    ReminderKind,
    effective_slot,
    is_quiet,
    next_weekday,
    window_end,
)

MOST_TRACES = 31
"""After a long outage only so many passed dates leave a trace."""
MOST_WITHOUT_SLOT = 10
"""No zone ever left out more dates than one; more means that the time is none."""
WEEKLY_DISTANCE = timedelta(days=4)
"""The least number of days between two check-ins, also when the weekday changes."""
IGNORED = 3
"""So many daily messages without any reaction lead to the question whether to pause."""

LATE = "late: its window was over"
PAUSED = "you paused your reminders"
AWAY = "your Slack status said you were away"
REST_DAY = "your rest day"
HOLIDAY = "a public holiday"
ALL_DONE = "everything was done already"
DONE_SOMETHING = "you had practised already"
ANSWERED = "you had checked in already"
PLAN_OVER = "your plan is over"
NO_PLAN = "you have no plan yet"
QUIET_HOURS = "your quiet hours"
NO_SUCH_TIME = "clocks left this day out"


class Outcome(Enum):
    """What is written down for a date."""

    OWED = "owed"
    ASK = "ask"
    """Owed as the question whether to pause."""
    SKIPPED = "skipped"
    MISSED = "missed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """When a person wants one kind of reminder, and when not."""

    kind: ReminderKind
    time_zone: str
    at: int
    weekdays: tuple[int, ...]
    quiet: Quiet
    paused_from: date | None = None
    """First local date of a pause."""
    paused_until: date | None = None
    """First day back; None with a pause: without an end."""
    away: bool = False
    is_holiday: Callable[[date], bool] = lambda _on: False

    def slot(self, on: date) -> datetime | None:
        """The instant of this kind on that date."""
        return effective_slot(on, self.at, self.time_zone, self.quiet)


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What a person did, as far as a decision needs it."""

    plan_ends_on: date | None = None
    """Last day of the plan or the interview, whichever is first; None: no plan."""
    all_done_on: Collection[date] = ()
    """Dates on which every daily minimum is ticked."""
    practised_on: Collection[date] = ()
    answered_on: date | None = None
    """Last day of the newest check-in that was answered."""
    ignored: int = 0
    """Daily messages sent since the person last did anything."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A date, decided. `slot` and `expires_at` are set where something is owed."""

    on: date
    outcome: Outcome
    reason: str | None = None
    slot: datetime | None = None
    expires_at: datetime | None = None


def following(terms: Terms, on: date) -> date:
    """The next date of this kind after one that is decided."""
    if terms.kind == "weekly":
        return next_weekday(on + WEEKLY_DISTANCE, terms.weekdays[0])
    return on + timedelta(days=1)


def next_instant(terms: Terms, next_on: date) -> datetime:
    """When to decide on `next_on`: at its slot, or at the next one there is."""
    on = next_on
    for _ in range(MOST_WITHOUT_SLOT):
        slot = terms.slot(on)
        if slot is not None:
            return slot
        on = following(terms, on)
    raise ValueError(f"{terms.time_zone} has no {terms.at} minutes after midnight from {next_on} on")


def first_date(terms: Terms, pending: date | None, last: date | None, now: datetime) -> date:
    """
    The date to decide next when the terms have changed.

    `pending` is the one that waited for its decision under the old terms, None where nothing did: then the
    first whose time is still to come. `last` is the newest decided one.
    """
    today = now.astimezone(ZoneInfo(terms.time_zone)).date()
    on = pending
    if on is None or (terms.kind == "weekly" and on.isoweekday() not in terms.weekdays):
        on = today if last is None else max(today, following(terms, last))
        if terms.kind == "weekly":
            on = next_weekday(on, terms.weekdays[0])
    slot = terms.slot(on)
    if slot is None or slot >= now:
        return on
    is_over = now >= window_end(terms.kind, slot, terms.time_zone, terms.quiet)
    return following(terms, on) if pending is None or is_over else on


def decide(
    terms: Terms, facts: Facts, next_on: date, next_at: datetime, now: datetime
) -> tuple[list[Decision], date]:
    """
    Decide every date from `next_on` whose slot has come, and say which date is next.

    `next_at` is when `next_on` was to be decided: it stays when the person has moved to another zone since.
    Only the newest date may be owed: nothing piles up.
    """
    passed = list(_passed(terms, next_on, next_at, now))
    if not passed:
        return [], next_on
    newest = passed[-1][0]
    decisions = [_decision(terms, facts, on, slot, now, is_newest=on == newest) for on, slot in passed]
    return decisions[-MOST_TRACES:], following(terms, newest)


def _passed(
    terms: Terms, next_on: date, next_at: datetime, now: datetime
) -> Iterator[tuple[date, datetime | None]]:
    """Dates whose slot has come, with it; a date without one once a later slot has come."""
    waiting: list[tuple[date, datetime | None]] = []
    today = now.astimezone(ZoneInfo(terms.time_zone)).date()
    furthest = today - timedelta(days=2 * MOST_TRACES * (7 if terms.kind == "weekly" else 1))
    on = next_on
    if terms.slot(on) is not None and next_at <= now:
        yield on, next_at
        on = following(terms, on)
    while on < furthest:
        on = following(terms, on)
    while on <= today:
        slot = terms.slot(on)
        if slot is None:
            waiting.append((on, None))
        elif slot > now:
            return
        else:
            yield from waiting
            waiting.clear()
            yield on, slot
        on = following(terms, on)


def _decision(
    terms: Terms, facts: Facts, on: date, slot: datetime | None, now: datetime, *, is_newest: bool
) -> Decision:
    unwanted = why_not(terms, facts, on)
    if unwanted is not None:
        return Decision(on, Outcome.SKIPPED, unwanted)
    if slot is None:
        return Decision(on, Outcome.SKIPPED, NO_SUCH_TIME)
    if terms.kind in ENDS_WITH_THE_DAY and is_quiet(slot, terms.time_zone, terms.quiet):
        return Decision(on, Outcome.SKIPPED, QUIET_HOURS)
    expires_at = window_end(terms.kind, slot, terms.time_zone, terms.quiet)
    if not is_newest or now >= expires_at:
        return Decision(on, Outcome.MISSED, LATE)
    asks = terms.kind == "daily" and facts.ignored >= IGNORED
    return Decision(on, Outcome.ASK if asks else Outcome.OWED, None, slot, expires_at)


def why_not(terms: Terms, facts: Facts, on: date) -> str | None:
    """The reason why nothing is wanted on that date; None when it is."""
    if _is_paused(terms, on):
        return PAUSED
    if terms.away:
        return AWAY
    if terms.kind == "weekly":
        answered = facts.answered_on
        return ANSWERED if answered is not None and answered > on - WEEKLY_DISTANCE else None
    if on.isoweekday() not in terms.weekdays:
        return REST_DAY
    if terms.is_holiday(on):
        return HOLIDAY
    if facts.plan_ends_on is None:
        return NO_PLAN
    if on > facts.plan_ends_on:
        return PLAN_OVER
    if terms.kind == "daily":
        return ALL_DONE if on in facts.all_done_on else None
    return DONE_SOMETHING if on in facts.practised_on else None


def _is_paused(terms: Terms, on: date) -> bool:
    if terms.paused_from is None or on < terms.paused_from:
        return False
    return terms.paused_until is None or on < terms.paused_until
