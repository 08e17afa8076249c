"""When to ask how the interview went, and what may be answered."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, datetime, timedelta
from typing import Literal

from bot.reminders.timing import Quiet, effective_slot

Outcome = Literal["offer", "declined", "waiting", "moved", "none"]
OUTCOMES: tuple[Outcome, ...] = ("offer", "declined", "waiting", "moved", "none")
"""An offer, no offer, still waiting, the date moved, rather not say."""
ASKED_WITHIN = timedelta(days=14)
"""So long after the interview the question still makes sense."""


def asked_at(
    interview_on: date,
    *,
    at: int,
    time_zone: str,
    quiet: Quiet,
    weekdays: Collection[int],
    is_holiday: Callable[[date], bool],
) -> datetime | None:
    """
    The person's daily time on the first day after the interview that is no rest day of theirs.

    None when there is no such day within ASKED_WITHIN.
    """
    for days in range(1, ASKED_WITHIN.days + 1):
        on = interview_on + timedelta(days=days)
        if on.isoweekday() in weekdays and not is_holiday(on):
            found = effective_slot(on, at, time_zone, quiet)
            if found is not None:
                return found
    return None
