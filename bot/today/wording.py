"""The sentence above a day's list, chosen by occasion and by turn."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from content.packs import MessageText

EVERY_DAY = "daily-nudge"
AFTER_A_GAP = "after-a-gap"
LAST_DAYS = "last-72-hours"
IGNORED = "ignored"
GAP_DAYS = 4
"""So many days without anything done are a gap."""
LAST_HOURS_DAYS = 3

Wordings = Mapping[tuple[str, str | None], tuple[str, ...]]
"""Occasion and level to its sentences, in the order of the file."""


def wordings_of(messages: Mapping[str, MessageText]) -> Wordings:
    """All sentences for each occasion, for everybody and for each level."""
    occasions = dict.fromkeys(message.occasion for message in messages.values())
    return {
        (occasion, level): tuple(
            message.text
            for message in messages.values()
            if message.occasion == occasion and message.audience in ("all", level)
        )
        for occasion in occasions
        for level in (None, "L6", "L7")
    }


def is_last_days(on: date, interview_on: date | None) -> bool:
    """Whether it is one of the three days before the interview, or its day."""
    return interview_on is not None and 0 <= (interview_on - on).days <= LAST_HOURS_DAYS


def occasion_of(on: date, *, interview_on: date | None, last_practised_on: date | None) -> str:
    """What kind of day it is: shortly before the interview, after a gap, or one like others."""
    if is_last_days(on, interview_on):
        return LAST_DAYS
    if last_practised_on is not None and (on - last_practised_on).days >= GAP_DAYS:
        return AFTER_A_GAP
    return EVERY_DAY


def sentence(wordings: Wordings, occasion: str, level: str | None, turn: int) -> str:
    """The occasion's sentence whose turn it is; empty when the content has none."""
    known = wordings.get((occasion, level)) or wordings.get((occasion, None)) or ()
    return known[turn % len(known)] if known else ""
