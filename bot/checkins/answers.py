"""What a check-in may say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.checkins.counts import GOALS, MOST, Counts
from bot.typed_text import clean

REPORTED, NEXT = "reported", "next"
CONFIDENCE, BLOCKER = "confidence", "blocker"
LONGEST_BLOCKER = 500
SURENESS: Mapping[int, str] = {
    1: "1: not ready yet",
    2: "2: a few parts stand",
    3: "3: about half-way",
    4: "4: nearly there",
    5: "5: ready to interview",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """How the week went. `confidence` is 1 to 5; `blocker` is in the person's own words."""

    reported: Counts
    confidence: int
    blocker: str | None
    next_goals: Counts


def check(given: Mapping[str, str | None]) -> tuple[Answer | None, dict[str, str]]:
    """
    The answer, or for each field that is missing or impossible the sentence to show beside it.

    Keys are `reported.<goal>` and `next.<goal>` for each goal, `confidence` and `blocker`; values are texts
    as typed, None where there is nothing.
    """
    errors: dict[str, str] = {}

    def counts(group: str) -> Counts:
        numbers = {}
        for goal in GOALS:
            name = f"{group}.{goal}"
            number = _whole_number(given.get(name))
            if number is None:
                errors[name] = f"Write a whole number from 0 to {MOST}."
            numbers[goal] = number or 0
        return Counts(**numbers)

    reported, next_goals = counts(REPORTED), counts(NEXT)
    confidence = _whole_number(given.get(CONFIDENCE))
    if confidence not in SURENESS:
        errors[CONFIDENCE] = "Choose how sure you feel, from 1 to 5."
    blocker = clean(given.get(BLOCKER))
    if len(blocker) > LONGEST_BLOCKER:
        errors[BLOCKER] = f"Use {LONGEST_BLOCKER} characters at most; there are {len(blocker)}."
    if errors:
        return None, errors
    return (
        Answer(
            reported=reported,
            confidence=confidence or 0,
            blocker=blocker or None,
            next_goals=next_goals,
        ),
        {},
    )


def _whole_number(text: str | None) -> int | None:
    typed = (text or "").strip()
    valid = typed.isascii() and typed.isdecimal() and len(typed) < 5 and int(typed) <= MOST
    return int(typed) if valid else None
