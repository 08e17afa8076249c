"""
What may be typed after `/prep log`.

    line   = item { ("," | ";" | "+" | "and") item }        at most ten
    item   = [count] activity [task]                        minutes, day and rating stand anywhere in it
    count  = 1..20, or one, two ... ten; left out it is 1
    activity = coding | problem(s) | lc | concept(s) | card(s) | design(s) | system design
             | story | stories | mock(s)
    task   = a task's name or number, where the library knows it
    rating = 1/5 .. 5/5, of a mock

`moments` tells how minutes and days are written. Minutes are those of the whole item. A day that is the only
one, and stands at the very beginning or end of the line, is the day of every item; otherwise each item has
its own, and today where it says none. A name may hold commas and "and": what follows begins a new item only
where it begins with a number, or names an activity. All of a line is understood, or nothing is logged.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from bot import mrkdwn
from bot.log.entries import ACTIVITIES, MOST_ITEMS, Activity, Entry, LogError, described, faults_of
from bot.log.moments import NoSuchDayError, has_day_at_an_end, take_day, take_minutes
from bot.log.tasks import TaskNames

LONGEST_LINE = 600
LONGEST_ECHO = 40
MOST_FAULTS = 3
EXAMPLE = "For example: `/prep log 2 coding, 1 design 45m yesterday`."
SYNONYMS: Mapping[str, Activity] = {
    "coding problem": "coding",
    "coding problems": "coding",
    "coding": "coding",
    "code": "coding",
    "problem": "coding",
    "problems": "coding",
    "leetcode": "coding",
    "lc": "coding",
    "design concept": "concept",
    "design concepts": "concept",
    "concept card": "concept",
    "concept cards": "concept",
    "concept": "concept",
    "concepts": "concept",
    "card": "concept",
    "cards": "concept",
    "system design": "design",
    "system designs": "design",
    "full design": "design",
    "full designs": "design",
    "design": "design",
    "designs": "design",
    "star story": "story",
    "star stories": "story",
    "story": "story",
    "stories": "story",
    "mock interview": "mock",
    "mock interviews": "mock",
    "mock": "mock",
    "mocks": "mock",
}
_NUMBERS = {
    word: number
    for number, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), start=1
    )
} | {"a": 1, "an": 1}
_COUNT = re.compile(r"([0-9]{1,9})\s*x?")
_RATING = re.compile(r"(?<!\S)([0-9]{1,3})\s*/\s*([0-9]{1,3})(?!\S)")
_GLUE = frozenset(
    (*"&:-,;+x", "of", "for", "on", "with", "the", "i", "did", "done", "solved", "my", "about", "and")
)
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
_SAME = str.maketrans(
    {"\u2013": "-", "\u2014": "-", "\u2212": "-", "\u00a0": " ", "\u00d7": "x"}
    | dict.fromkeys('`*"\u201c\u201d', " ")
)
"""Dashes, spaces and marks that keyboards and chats put in by themselves."""
_PIECES = re.compile(r"(\s*[,;+\n]\s*|\s+(?:and|&)\s+)")


class _FaultError(Exception):
    """One item is not understood; the text is a sentence for the person."""


def read_line(typed: str, today: date, names: TaskNames) -> tuple[Entry, ...]:
    """
    The entries of a line. `today` is the person's learner day.

    Raises LogError with what was understood, what was not, and an example.
    """
    if len(typed) > LONGEST_LINE:
        raise LogError(f"That is too long to log at once. Nothing is logged yet. {EXAMPLE}")
    text = _clean(typed)
    items = _items(text)
    if len(items) > MOST_ITEMS:
        raise LogError(f"Log at most {MOST_ITEMS} things at once. Nothing is logged yet. {EXAMPLE}")
    entries: list[Entry] = []
    faults: list[str] = []
    dated: list[bool] = []
    for item in items:
        try:
            entry, has_day = _entry(item, today, names)
        except _FaultError as fault:
            faults.append(str(fault))
            continue
        entries.append(entry)
        dated.append(has_day)
    if len(items) > 1 and dated.count(True) == 1 and has_day_at_an_end(text):
        shared = entries[dated.index(True)].on
        entries = [replace(entry, on=shared) for entry in entries]
    if faults or not entries:
        raise LogError(_refusal(entries, faults, today, names))
    return tuple(entries)


def read_activity(typed: str) -> Activity | None:
    """The activity of this name; None for anything else."""
    return SYNONYMS.get(" ".join(_clean(typed).split()))


def _clean(typed: str) -> str:
    for entity, character in _ENTITIES:
        typed = typed.replace(entity, character)
    text = typed.lower().translate(_SAME)
    text = re.sub(r":(?=\s|$)", " ", text)
    # A decimal comma must not part an item in two.
    text = re.sub(r"(?<=[0-9]),(?=[0-9]{1,2}\s*h)", ".", text)
    return text.strip().rstrip(".!?")


def _items(text: str) -> list[str]:
    """The line cut where a new item begins."""
    parts = _PIECES.split(text)
    items = [parts[0].strip()] if parts[0].strip() else []
    for separator, piece in zip(parts[1::2], parts[2::2], strict=True):
        if not piece.strip():
            continue
        if not items or _begins_item(piece, is_and=separator.strip() in ("and", "&")):
            items.append(piece.strip())
        else:
            items[-1] += f" {separator.strip()} {piece.strip()}"
    return items


def _begins_item(piece: str, *, is_and: bool) -> bool:
    words = piece.split()
    start, _ = _activity(words)
    if start is not None and _count(_head(" ".join(words[:start]))) is not None:
        return True
    begins_with_number = _COUNT.fullmatch(words[0]) is not None
    return begins_with_number and not is_and and len(words) > 1 and take_minutes(piece)[1] != ""


def _activity(words: list[str]) -> tuple[int | None, int]:
    """Where the first activity begins and how many words it has."""
    for start in range(len(words)):
        for length in (2, 1):
            name = " ".join(words[start : start + length]).rstrip(":")
            if len(words) >= start + length and name in SYNONYMS:
                return start, length
    return None, 0


def _head(text: str) -> str:
    """What is left before an activity without minutes, a day and small words."""
    text = _RATING.sub(" ", text)
    for take in (take_minutes, lambda rest: take_day(rest, date(2000, 1, 3))):
        try:
            text = take(text)[1]
        except NoSuchDayError:
            return text
    return _bare(text)


def _bare(text: str) -> str:
    """Without the small words at both ends."""
    words = text.split()
    while words and words[0] in _GLUE:
        words.pop(0)
    while words and words[-1] in _GLUE:
        words.pop()
    return " ".join(words)


def _count(text: str) -> int | None:
    """How many: 1 where nothing is said, None for what is no number."""
    if not text:
        return 1
    found = _COUNT.fullmatch(text)
    return int(found[1]) if found else _NUMBERS.get(text)


def _entry(item: str, today: date, names: TaskNames) -> tuple[Entry, bool]:
    """The entry of an item, and whether it says its day. Raises _FaultError."""
    words = item.split()
    start, length = _activity(words)
    if start is None:
        raise _FaultError(f"I do not understand “{_echo(item)}”: name one of {', '.join(ACTIVITIES)}.")
    activity = SYNONYMS[" ".join(words[start : start + length]).rstrip(":")]
    head, tail = " ".join(words[:start]), " ".join(words[start + length :])
    task = names.exact(activity, tail) if tail else None
    rest = head if task else f"{head} | {tail}"
    rating, rest = _take_rating(rest)
    minutes, rest = take_minutes(rest)
    try:
        on, rest = take_day(rest, today)
    except NoSuchDayError as error:
        raise _FaultError(f"There is no {error} in the calendar.") from None
    before, _, after = rest.partition("|")
    number, after = _count(_bare(before)), _bare(after)
    if number is None:
        raise _FaultError(f"I do not understand “{_echo(_bare(before))}” in “{_echo(item)}”.")
    slug = task.slug if task else _named_task(activity, after, names) if after else None
    if minutes == 0:
        raise _FaultError(f"“{_echo(item)}”: minutes begin at 1.")
    entry = Entry(
        activity=activity, on=on or today, count=number, minutes=minutes or 0, task=slug, rating=rating
    )
    faults = faults_of(entry, today)
    if faults:
        raise _FaultError(f"“{_echo(item)}”: {' '.join(faults.values())}")
    return entry, on is not None


def _take_rating(text: str) -> tuple[int | None, str]:
    found = _RATING.search(text)
    if found is None:
        return None, text
    if int(found[2]) != 5 or not 1 <= int(found[1]) <= 5:
        raise _FaultError(f"“{found[0]}” is no rating: a mock is rated 1/5 to 5/5.")
    return int(found[1]), f"{text[: found.start()]} {text[found.end() :]}"


def _named_task(activity: Activity, typed: str, names: TaskNames) -> str:
    found = names.find(activity, typed)
    if found.task is not None:
        return found.task.slug
    if typed.isdecimal() and activity != "coding":
        raise _FaultError(f"What is “{_echo(typed)}”? A count stands first, and minutes look like `45m`.")
    sentence = f"I know no {activity} task “{_echo(typed)}”."
    if found.near:
        titles = " or ".join(f"“{mrkdwn.escape(task.title)}”" for task in found.near)
        sentence += f" Did you mean {titles}?"
    raise _FaultError(sentence)


def _refusal(entries: list[Entry], faults: list[str], today: date, names: TaskNames) -> str:
    understood = "; ".join(
        mrkdwn.escape(described(entry, today, names.title(entry.task))) for entry in entries
    )
    return " ".join(
        [
            "Nothing is logged yet.",
            *([f"I understood: {understood}."] if understood else []),
            *faults[:MOST_FAULTS],
            EXAMPLE,
        ]
    )


def _echo(typed: str) -> str:
    typed = typed.strip(" |")
    return mrkdwn.escape(typed if len(typed) <= LONGEST_ECHO else f"{typed[: LONGEST_ECHO - 1]}…")
