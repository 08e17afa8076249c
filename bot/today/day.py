"""A person's daily minimums on one date, ready to be shown, and why each is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.today.choice import MINUTES, Part, Planned
from content.schema import Competency, Task


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One of the three. `task` is None when the content does not have it any more."""

    part: Part
    slug: str
    task: Task | None
    why: str
    """Why it is there, as the end of a sentence: `for Coding under time`."""
    is_done: bool = False
    rating: int | None = None
    """How well it went, 1 (Again) to 4 (Easy), once it is done; None for what never comes back."""

    @property
    def minutes(self) -> int:
        return MINUTES[self.part]


@dataclass(frozen=True, kw_only=True, slots=True)
class Today:
    """The daily minimums of one date."""

    on: date
    lead: str
    """The sentence above the list."""
    lines: tuple[Line, ...]
    drawn_at: datetime
    can_swap: bool
    is_over: bool
    """The day has ended: ticks may still be corrected, the rest stays."""
    has_plan: bool
    has_result: bool
    nudge: str | None = None
    """One line about the person's stories, as they typed their titles; on some days."""
    done_before: int = 0
    """Lines done in the six days before this one."""
    minutes_before: int = 0

    @property
    def done(self) -> int:
        return sum(line.is_done for line in self.lines)

    @property
    def is_all_done(self) -> bool:
        return bool(self.lines) and all(line.is_done for line in self.lines)

    @property
    def minutes_done(self) -> int:
        return sum(line.minutes for line in self.lines if line.is_done)


def reason(
    task: str,
    *,
    on: date,
    is_review: bool,
    done: Mapping[str, date],
    planned: Sequence[Planned],
    week: int,
    gaps: Sequence[str],
    competencies: Mapping[str, Competency],
) -> str:
    """Why a task is there: a review, a gap, a week of the plan, or simply the next step."""
    if is_review:
        days = (on - done.get(task, on)).days
        return f"review, last done {days} days ago" if days > 1 else "review"
    entry = None
    for candidate in planned:
        if candidate.task == task:
            entry = candidate
            if candidate.week == week:
                break
    if entry is not None:
        gap = competencies.get(entry.competency or "")
        if gap is not None:
            return f"for {gap.title}"
        return "from this week of your plan" if entry.week == week else f"from week {entry.week} of your plan"
    for slug in gaps:
        competency = competencies.get(slug)
        if competency is not None and task in competency.study:
            return f"for {competency.title}"
    return "a good next step"
