"""What a person writes of a story: read from the form, and put together with what was saved elsewhere."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from hashlib import sha256
from typing import Any

from bot.typed_text import clean

LONGEST_TITLE = 150
LONGEST_PART = 3000
LONGEST_FIGURES = 1000
EARLIEST_YEAR = 1970
LEVELS = ("L6", "L7")
PARTS = ("situation", "task", "action", "result")
NAMES: Mapping[str, str] = {
    "title": "Title",
    "situation": "Situation",
    "task": "Task",
    "action": "Action",
    "result": "Result",
    "figures": "Result figures",
    "principles": "Leadership Principles",
    "scenario": "Core scenario",
    "scope": "Scope",
    "happened_on": "When it happened",
}
"""Field to what it is called, in the order of the form."""
_LONGEST = {"title": LONGEST_TITLE, **dict.fromkeys(PARTS, LONGEST_PART), "figures": LONGEST_FIGURES}
_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A story as it is written. `happened_on` is the first of a month."""

    title: str = ""
    situation: str = ""
    task: str = ""
    action: str = ""
    result: str = ""
    figures: str = ""
    principles: tuple[str, ...] = ()
    scenario: str | None = None
    scope: str | None = None
    happened_on: date | None = None

    def part(self, name: str) -> str:
        """The text of one of the four parts."""
        text: str = getattr(self, name)
        return text


FIELDS = tuple(field.name for field in fields(Draft))


@dataclass(frozen=True, slots=True)
class Merged:
    """Two saves put together. `conflicts` names the fields that both changed: there `draft` has theirs."""

    draft: Draft
    taken: tuple[str, ...]
    """Fields that the other save changed and this one did not."""
    conflicts: tuple[str, ...]


def check(
    typed: Mapping[str, Any], today: date, principles: Collection[str], scenarios: Collection[str]
) -> tuple[Draft, dict[str, str]]:
    """
    What was typed, cleaned, with what has to be corrected, by field; empty when it may be saved.

    Choices that nobody offered are left out.
    """
    texts = {name: clean(typed.get(name)) for name in _LONGEST}
    texts["title"] = " ".join(texts["title"].split())
    errors = {
        name: f"That is {len(text):,} characters, and {_LONGEST[name]:,} fit. Please shorten it."
        for name, text in texts.items()
        if len(text) > _LONGEST[name]
    }
    if not texts["title"]:
        errors["title"] = "A few words by which you will know it again, such as “Migration”."
    happened_on, wrong = read_month(clean(typed.get("happened_on")), today)
    if wrong:
        errors["happened_on"] = wrong
    chosen = typed.get("principles") or ()
    scenario, scope = typed.get("scenario"), typed.get("scope")
    draft = Draft(
        **texts,
        principles=tuple(slug for slug in principles if slug in chosen),
        scenario=scenario if scenario in scenarios else None,
        scope=scope if scope in LEVELS else None,
        happened_on=happened_on,
    )
    return draft, errors


def read_month(text: str, today: date) -> tuple[date | None, str | None]:
    """`2027-03`, `03/2027` and `March 2027` as the first of that month; or what is wrong."""
    if not text:
        return None, None
    found = _month_in(text.casefold())
    if found is None:
        return None, "Write the month and the year, such as “March 2027” or “2027-03”."
    year, month = found
    if not EARLIEST_YEAR <= year <= today.year:
        return None, f"The year {year} cannot be right: write one from {EARLIEST_YEAR} to {today.year}."
    if (year, month) > (today.year, today.month):
        return None, "That month is still to come. Tell a story that has happened."
    return date(year, month, 1), None


def _month_in(text: str) -> tuple[int, int] | None:
    if match := re.fullmatch(r"([0-9]{4})[-/. ]([0-9]{1,2})(?:[-/. ][0-9]{1,2})?", text):
        year, month = int(match[1]), int(match[2])
    elif match := re.fullmatch(r"([0-9]{1,2})[-/. ]([0-9]{4})", text):
        year, month = int(match[2]), int(match[1])
    elif match := re.fullmatch(r"([a-z]{3,9})[.,]?\s+([0-9]{4})", text):
        known = [number for number, name in enumerate(_MONTHS, start=1) if name.startswith(match[1])]
        year, month = int(match[2]), known[0] if len(known) == 1 else 0
    else:
        return None
    return (year, month) if 1 <= month <= 12 else None


def month_text(value: date | None) -> str:
    """March 2027; empty for None."""
    return f"{value:%B} {value.year}" if value else ""


def hashes(draft: Draft) -> dict[str, str]:
    """Field to a short hash of what stands in it, so that a form can tell what changed since."""
    return {name: _hash(getattr(draft, name)) for name in FIELDS}


def _hash(value: Any) -> str:
    return sha256(repr(value).encode()).hexdigest()[:8]


def merge(base: Mapping[str, str], theirs: Draft, mine: Draft) -> Merged:
    """
    Put a save together with what was saved since its form was opened.

    `base` are the hashes of the fields as the form showed them. A field that only one of the two changed is
    taken from that one.
    """
    draft = mine
    taken: list[str] = []
    conflicts: list[str] = []
    theirs_now, mine_now = hashes(theirs), hashes(mine)
    for name in FIELDS:
        if theirs_now[name] in (mine_now[name], base.get(name)):
            continue
        draft = replace(draft, **{name: getattr(theirs, name)})
        (taken if mine_now[name] == base.get(name) else conflicts).append(name)
    return Merged(draft, tuple(taken), tuple(conflicts))
