"""What may follow /prep. Each feature declares its words; the menu lists them and mends misspellings."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

COMMAND = "/prep"


@dataclass(frozen=True, slots=True)
class Word:
    """A word after /prep, with what it does for the help page."""

    name: str
    usage: str
    """As typed, without the command: `plan [week]`."""
    meaning: str


def split(text: str) -> tuple[str, str]:
    """The first word in lower case, and what follows it."""
    parts = text.split(None, 1)
    return (parts[0].lower() if parts else "", parts[1].strip() if len(parts) > 1 else "")


def first_word_is(name: str) -> Callable[[dict[str, Any]], Any]:
    """A matcher for commands that begin with this word."""

    async def matches(command: dict[str, Any]) -> bool:
        return split(command.get("text", ""))[0] == name

    return matches


def nearest(word: str, words: Iterable[Word]) -> Word | None:
    """The word that was probably meant."""
    by_name = {known.name: known for known in words}
    found = difflib.get_close_matches(word.lower(), by_name, n=1, cutoff=0.5)
    return by_name[found[0]] if found else None
