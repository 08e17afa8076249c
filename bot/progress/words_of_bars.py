"""The four bars and their parts in words."""

from __future__ import annotations

from collections.abc import Mapping

from bot import mrkdwn
from bot.progress.readiness import Bar, BarName, Confidence, Part, PartName

CELLS = 10
SHOWN, SAID, EMPTY = "■", "▤", "□"
NAMES: Mapping[BarName, str] = {
    "technical": "Technical skills",
    "stories": "Behavioural stories",
    "culture": "Cultural alignment",
    "readiness": "Interview readiness",
}
PART_NAMES: Mapping[PartName, str] = {
    "coding": "Coding problems",
    "design": "Full designs",
    "concept": "Design concepts",
    "principles": "Principles with a story",
    "scenarios": "Core scenarios with a story",
    "told": "Stories told aloud",
    "practice": "Story tasks",
    "told-principles": "Principles with a story you told",
    "depth": "Principles with a second story",
    "culture-practice": "Practice for the culture questions",
    "behavioural": "Behavioural stories",
    "mock": "Mock interviews",
}
MEANS: Mapping[BarName, str] = {
    "technical": (
        "Each piece counts less as it gets older: half after 90 days. A hard problem counts more than an "
        "easy one, a repeated one half. A review that went well makes it fresh again."
    ),
    "stories": (
        "A story counts as far as its four parts are written; at L7, one of smaller scope counts half. "
        "Telling it aloud counts half after 30 days."
    ),
    "culture": "Told aloud counts half after 30 days, the practice after 60.",
    "readiness": (
        "Behavioural, design and coding count 50, 30 and 20 as in the interview, together 70; your three "
        "best mocks the other 30. A mock rated 4 or 5 counts in full and half after 60 days."
    ),
}
CONFIDENCE: Mapping[Confidence, str] = {
    "none": "no evidence yet",
    "low": "low confidence",
    "some": "some confidence",
    "good": "good confidence",
}


def drawn(bar: Bar) -> str:
    """Ten cells: what the work shows, then what is only said, then what is open."""
    shown = _cells(bar.shown)
    said = max(_cells(bar.said or 0) - shown, 0)
    return SHOWN * shown + SAID * said + EMPTY * (CELLS - shown - said)


def _cells(percent: int) -> int:
    filled = percent * CELLS // 100
    return max(1, filled) if percent > 0 else filled


def sentence(bar: Bar) -> str:
    """Your work shows 31, you say 64. 12 pieces: low confidence."""
    said = f"you say {bar.said}" if bar.said is not None else "you have not assessed yourself yet"
    if not bar.has_evidence:
        return f"No evidence yet; {said}."
    return f"Your work shows {bar.shown}; {said}. {evidence(bar)}."


def evidence(bar: Bar) -> str:
    """How much there is: `3 mocks: low confidence`."""
    if bar.name == "readiness":
        pieces = mrkdwn.count(bar.pieces, "mock") if bar.pieces else "No mocks yet"
    else:
        pieces = mrkdwn.count(bar.pieces, "piece") + " of evidence"
    return f"{pieces}: {CONFIDENCE[bar.confidence]}"


def part_line(part: Part, done_of_plan: tuple[int, int] | None = None) -> str:
    """One part: what it is worth, its weight, and the counts behind it."""
    counts = f"{part.have} of the {part.need} that fill it" if part.have else f"none of the {part.need} yet"
    if part.name == "behavioural":
        counts = mrkdwn.count(part.have, "piece") if part.have else "nothing yet"
    of_plan = ""
    if done_of_plan and done_of_plan[1]:
        of_plan = f"; of your plan's {done_of_plan[1]}, {done_of_plan[0]} done"
    return (
        f"{PART_NAMES[part.name]}: {part.points} of 100, weighs {part.weight} %. Counted: {counts}{of_plan}."
    )
