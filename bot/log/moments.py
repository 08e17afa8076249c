"""
Days and minutes as they are typed.

    45m  45 min  1h30  1h 30m  1.5h                     minutes
    today  yesterday  monday  last monday               a day; a weekday is the last one there was, or today
    2030-03-04  -2d  2 days ago

`last monday` on a Monday is the one a week ago.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

_MINUTES = re.compile(
    r"""(?<!\S)(?:
        (?P<hours>[0-9]{1,3}(?:[.][0-9]{1,2})?)\s*(?:h|hrs?|hours?)
            (?:(?P<joined>[0-9]{1,2})m?(?:in)?|\s+(?P<apart>[0-9]{1,2})\s*m(?:ins?|inutes?)?)?
        |(?P<minutes>[0-9]{1,6})\s*m(?:ins?|inutes?)?
    )(?!\S)""",
    re.VERBOSE,
)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NAMES = (
    "mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?"
)
_DAY = re.compile(
    rf"""(?<!\S)(?:on\s+)?(?:
        (?P<word>today|yesterday|tomorrow)
        |(?P<last>last\s+)?(?P<weekday>{_NAMES})
        |-(?P<back>[0-9]{{1,3}})\s*d(?:ays?)?
        |(?P<ago>[0-9]{{1,3}})\s*d(?:ays?)?\s+ago
        |(?P<iso>[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})
    )(?!\S)""",
    re.VERBOSE,
)
_OFFSETS = {"today": 0, "yesterday": -1, "tomorrow": 1}


class NoSuchDayError(ValueError):
    """The calendar does not have the date; its text is the argument."""


def take_minutes(text: str) -> tuple[int | None, str]:
    """The first length of time in a text of lower case, in minutes, and the text without it."""
    found = _MINUTES.search(text)
    if found is None:
        return None, text
    if found["hours"]:
        minutes = round(float(found["hours"]) * 60) + int(found["joined"] or found["apart"] or 0)
    else:
        minutes = int(found["minutes"])
    return minutes, _without(text, found)


def take_day(text: str, today: date) -> tuple[date | None, str]:
    """The first day in a text of lower case, and the text without it. Raises NoSuchDayError."""
    found = _DAY.search(text)
    if found is None:
        return None, text
    return _date(found, today), _without(text, found)


def has_day_at_an_end(text: str) -> bool:
    """Whether a text of lower case begins or ends with its only day."""
    found = list(_DAY.finditer(text))
    return len(found) == 1 and (not text[: found[0].start()].strip() or not text[found[0].end() :].strip())


def _date(found: re.Match[str], today: date) -> date:
    if found["word"]:
        return today + timedelta(days=_OFFSETS[found["word"]])
    if found["weekday"]:
        number = next(n for n, name in enumerate(_WEEKDAYS, 1) if name.startswith(found["weekday"]))
        back = (today.isoweekday() - number) % 7
        return today - timedelta(days=back or (7 if found["last"] else 0))
    if found["iso"]:
        try:
            return date.fromisoformat(found["iso"])
        except ValueError:
            raise NoSuchDayError(found["iso"]) from None
    return today - timedelta(days=int(found["back"] or found["ago"]))


def _without(text: str, found: re.Match[str]) -> str:
    return " ".join(f"{text[: found.start()]} {text[found.end() :]}".split())
