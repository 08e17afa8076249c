"""
How long a person may pause, and what they may type for it after `/prep pause`.

    3d  3 days  a day      so many days, today included
    2w  2 weeks  a week    so many weeks, today included
    tomorrow               back tomorrow
    monday  mon            back on the next Monday
    2027-01-10             back on that date
    open                   until they resume

A leading `for` or `until` changes nothing.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from bot import mrkdwn
from bot.errors import BotError

LONGEST = timedelta(days=366)
OPEN_WORDS = ("open", "forever", "indefinitely")
LONGEST_ECHO = 40
_LEAD = re.compile(r"^(for|until|till)\s+")
_SPAN = re.compile(r"([0-9]{1,4}|an?|one)\s*(d|days?|w|weeks?)")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_HOW = (
    "Write how long, such as `/prep pause 3d` or `2w`, or the day you want to be back: `tomorrow`, `monday` "
    "or a date such as `2027-01-10`. `/prep pause open` lasts until you type `/prep resume`."
)


class PauseError(BotError):
    """The pause cannot be had as it was asked for."""


def read_pause(text: str, today: date) -> date | None:
    """
    The first day back, None for a pause without an end. `today` is the person's local date.

    Raises PauseError with a sentence that says what to write instead.
    """
    typed = " ".join(text.lower().split()).strip("`.,!?\"'")
    wanted = _LEAD.sub("", typed)
    if wanted in OPEN_WORDS:
        return None
    return check_pause(_first_day_back(wanted, typed, today), today)


def check_pause(back_on: date, today: date) -> date:
    """The first day back if a pause may end then; raises PauseError."""
    if back_on == today:
        raise PauseError("That is today, so there is nothing to pause. Choose a later day.")
    if back_on < today:
        raise PauseError(f"{mrkdwn.day(back_on)} has passed. Choose a later day.")
    if back_on - today > LONGEST:
        raise PauseError(
            "A pause with a date lasts a year at most. `/prep pause open` lasts until you type "
            "`/prep resume`."
        )
    return back_on


def _first_day_back(wanted: str, typed: str, today: date) -> date:
    span = _SPAN.fullmatch(wanted)
    if span is not None:
        number = int(span[1]) if span[1].isdecimal() else 1
        # Far beyond what is allowed, but still a date.
        return today + timedelta(days=min(number * (7 if span[2][0] == "w" else 1), 3650))
    if wanted == "tomorrow":
        return today + timedelta(days=1)
    if wanted == "today":
        return today
    for weekday, name in enumerate(_DAYS, start=1):
        if len(wanted) >= 3 and name.startswith(wanted):
            return today + timedelta(days=(weekday - today.isoweekday() - 1) % 7 + 1)
    if _DATE.fullmatch(wanted):
        try:
            return date.fromisoformat(wanted)
        except ValueError:
            raise PauseError(f"There is no {wanted} in the calendar. {_HOW}") from None
    raise PauseError(f"I do not understand “{mrkdwn.escape(typed[:LONGEST_ECHO])}” as a pause. {_HOW}")
