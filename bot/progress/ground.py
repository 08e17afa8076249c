"""The data of bending a plan: what it depends on, and what it leads to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from bot.assessment.scoring import Tier
from bot.progress.pace_rules import Placed
from content.schema import Task

Way = Literal["more", "fewer", "later"]
WAYS: tuple[Way, ...] = ("more", "fewer", "later")
DAILY_CAP = 4
"""Hours a day at most, on the days the person practises."""


class Slot(NamedTuple):
    """A task in a week of the plan, as stored."""

    week: int
    position: int
    task: str
    times: int = 1
    competency: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    """What a change may change."""

    hours: int
    interview_on: date | None
    content_weeks: tuple[int, ...]
    slots: tuple[Slot, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Ground:
    """What a change depends on."""

    shape: Shape
    starts_on: date
    today: date
    tasks: Mapping[str, Task]
    loads: Sequence[int]
    """Per cent of the usual hours for each week of the content's plan."""
    tier_of: Mapping[str, Tier]
    """Of a competency; one that is not there is no gap."""
    undone: Sequence[Placed]
    days_a_week: int = 7
    pace: int | None = None
    """Minutes a week that were done lately; None while it is early."""

    @property
    def this_week(self) -> int:
        return (self.today - self.starts_on).days // 7 + 1

    @property
    def last_week(self) -> int:
        """The last one that begins before the interview."""
        return _last_week(self.starts_on, self.shape.interview_on, self.today, len(self.shape.content_weeks))

    @property
    def highest_hours(self) -> int:
        return max(DAILY_CAP * self.days_a_week, self.shape.hours)


class Moved(NamedTuple):
    """A task that is planned again in another week."""

    task: str
    from_week: int
    to_week: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Bent:
    """What a change would lead to. `is_nothing` where all stays as it is."""

    way: Way
    before: Shape
    after: Shape
    moved: tuple[Moved, ...] = ()
    dropped: tuple[str, ...] = ()
    new_weeks: int = 0
    fits: bool = True
    """Whether everything has its place within the hours."""
    changes_from: int = 1
    """The first week that it changes; weeks before it stay."""

    @property
    def is_nothing(self) -> bool:
        return self.before == self.after and not self.dropped


def _last_week(starts_on: date, interview_on: date | None, today: date, weeks: int) -> int:
    if interview_on is None or interview_on < max(starts_on, today):
        return weeks
    return min(weeks, (interview_on - starts_on).days // 7 + 1)
