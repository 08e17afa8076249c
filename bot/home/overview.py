"""Where a person stands, ready to be shown, and the one thing to do next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto

from bot.assessment.service import Result, Standing
from bot.assessment.wizard import Wizard
from bot.log.answers import Totals
from bot.plan.service import PlanOverview
from bot.progress.readiness import Bar, BarName
from bot.stories.coverage import Coverage
from bot.today.day import Line, Today
from content.loader import Form, FormName


class NextThing(Enum):
    """The one thing to do next."""

    START = auto()
    RESUME = auto()
    CHOOSE_PLAN = auto()
    PRACTISE = auto()
    REVIEW = auto()
    FOLLOW_PLAN = auto()
    ASSESS_AGAIN = auto()


@dataclass(frozen=True, kw_only=True, slots=True)
class Mock:
    """A mock interview from the log."""

    on: date
    rating: int | None
    """1 to 5; None where nobody said."""
    title: str | None
    """Of what was practised, where it was named."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Board:
    """What is counted from what somebody did."""

    bars: Mapping[BarName, Bar]
    totals: Totals
    coverage: Coverage
    target_level: str | None
    interview_on: date | None
    mocks: tuple[Mock, ...]
    """The newest few, the newest first."""
    due: int
    """Cards that today still asks for."""
    rests: bool
    """Whether reminders are paused, away or silent."""

    @property
    def today(self) -> date:
        return self.totals.today

    @property
    def days_to_interview(self) -> int | None:
        """None without a date, or when it has passed."""
        if self.interview_on is None or self.interview_on < self.today:
            return None
        return (self.interview_on - self.today).days

    @property
    def has_evidence(self) -> bool:
        return any(bar.has_evidence for bar in self.bars.values())


@dataclass(frozen=True, kw_only=True, slots=True)
class Overview:
    """All that the menu and the Home tab show."""

    standing: Standing
    result: Result | None
    plan: PlanOverview | None
    forms: Mapping[FormName, Form]
    today: Today | None = None
    """Today's minimums, once they are chosen."""
    board: Board | None = None
    """None for somebody who never did anything."""

    @property
    def unfinished(self) -> Wizard | None:
        return self.standing.unfinished

    @property
    def open_line(self) -> Line | None:
        """The first of today's minimums that is not done."""
        return next((line for line in self.today.lines if not line.is_done), None) if self.today else None

    @property
    def next_thing(self) -> NextThing:
        if self.unfinished is not None:
            return NextThing.RESUME
        if self.result is None:
            return NextThing.START
        if self.plan is None:
            return NextThing.CHOOSE_PLAN
        if self.plan.today > self.plan.ends_on or self.plan.is_after_interview:
            return NextThing.ASSESS_AGAIN
        if self.open_line is not None or (self.today is None and self.plan.this_week is not None):
            return NextThing.PRACTISE
        if self.today is not None and self.board is not None and self.board.due:
            return NextThing.REVIEW
        return NextThing.FOLLOW_PLAN
