"""Coverage in words, which read well on a narrow screen."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from bot import mrkdwn
from bot.stories.coverage import Cell, Coverage
from bot.stories.draft import LEVELS
from bot.stories.pieces import LONGEST_SECTION, short, told_text

LONGEST_TITLE = 40


def coverage_lines(found: Coverage, today: date) -> list[str]:
    """Sections in mrkdwn: the sum, the scenarios, then the principles."""
    scenarios = [
        f"{_mark(cell)} *{mrkdwn.escape(found.names[slug])}*: {_cell(cell, today)}"
        for slug, cell in found.scenarios.items()
    ]
    lines = [
        f"{_mark(*cells)} *{mrkdwn.escape(found.names[slug])}*{_levels(cells, today)}"
        for slug, cells in _by_principle(found)
    ]
    return [
        summary(found, today),
        *_sections(["*Core scenarios*", *scenarios]),
        *_sections(["*Leadership Principles*", *lines]),
    ]


def summary(found: Coverage, today: date) -> str:
    """The sum, and which story waits longest."""
    total, scenarios = len(found.cells), len(found.scenarios)
    covered = scenarios - len(found.missing_scenarios)
    text = f"{found.covered} of {total} principles by level and {covered} of {scenarios} core scenarios"
    text += " have a story."
    if found.stalest is not None:
        title = mrkdwn.escape(short(found.stalest.draft.title, LONGEST_TITLE))
        text += f" Waiting longest: “{title}”, {told_text(found.stalest, today)}."
    return text


def _by_principle(found: Coverage) -> Iterable[tuple[str, tuple[Cell, ...]]]:
    for slug in dict.fromkeys(slug for slug, _ in found.cells):
        yield slug, tuple(found.cells[slug, level] for level in LEVELS)


def _levels(cells: tuple[Cell, ...], today: date) -> str:
    """A line for each level, or one word where both are empty."""
    if not any(cell.stories for cell in cells):
        return ": none yet"
    return "".join(f"\n• {level}: {_cell(cell, today)}" for level, cell in zip(LEVELS, cells, strict=True))


def _mark(*cells: Cell) -> str:
    """Filled, half or empty: told apart without colour."""
    filled = sum(bool(cell.stories) for cell in cells)
    return "●" if filled == len(cells) else "◐" if filled else "○"


def _cell(cell: Cell, today: date) -> str:
    if not cell.stories:
        return "none yet"
    first = cell.stories[0]
    more = len(cell.stories) - 1
    title = mrkdwn.escape(short(first.draft.title, LONGEST_TITLE))
    reviewed = cell.reviewed_on
    parts = [told_text(first, today), f"reviewed {mrkdwn.day(reviewed)}" if reviewed else ""]
    return f"{title}, {', '.join(part for part in parts if part)}" + (f", and {more} more" if more else "")


def _sections(lines: list[str]) -> list[str]:
    """Joined as far as a section has room."""
    found: list[str] = []
    for line in lines:
        if found and len(found[-1]) + len(line) < LONGEST_SECTION:
            found[-1] += f"\n{line}"
        else:
            found.append(line)
    return found
