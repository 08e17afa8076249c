"""Which plan fits: what the score says, what the date and the hours allow, and the choice between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from content.schema import Band, Plan

COMPREHENSIVE = "six-month"


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """A plan the person may choose, and how it sits with their date and hours."""

    plan: Plan
    weeks: int
    """How long it is for them: shortened to fit the date where the plan allows that."""
    fits_date: bool
    fits_hours: bool

    @property
    def is_shortened(self) -> bool:
        return self.weeks < len(self.plan.weeks)


@dataclass(frozen=True, kw_only=True, slots=True)
class Recommendation:
    """`by_score` is what the score recommends; `best_for_time` is what the date leaves room for."""

    options: tuple[Option, ...]
    """Shortest first."""
    by_score: Option
    best_for_time: Option
    best_for_hours: Option | None
    """A longer plan with a lighter week where the hours are too few; None where none is needed or fits."""
    for_big_jump: Option | None
    """The six-month plan, where the target is two levels away and the date allows it."""
    weeks_left: int | None
    """Whole or begun weeks until the interview; None without a date to come."""
    date_is_past: bool
    today: date

    @property
    def agrees(self) -> bool:
        """Whether score, date and hours say the same."""
        return self.by_score.plan == self.best_for_time.plan and self.by_score.fits_hours


def weeks_until(interview_on: date | None, today: date) -> int | None:
    """Weeks left to work in, a begun one counted; None without a date, or when it has passed."""
    if interview_on is None or interview_on < today:
        return None
    return -(-(interview_on - today).days // 7)


def recommend(
    plans: Mapping[str, Plan],
    band: Band,
    *,
    hours: int,
    interview_on: date | None,
    today: date,
    is_big_jump: bool,
) -> Recommendation:
    """
    Lay the score's plan beside what the time allows; the person decides.

    The best plan for the time is the score's own, shortened if that makes it fit; otherwise the longest
    shorter plan that fits; otherwise the shortest there is. Where the hours are too few for that plan, the
    shortest longer one that asks for no more than they have, and ends before the date, is named too.
    """
    weeks_left = weeks_until(interview_on, today)
    options = tuple(_option(plan, hours, weeks_left) for plan in plans.values())
    by_score = next(option for option in options if option.plan.slug == band.plan)
    fitting = [
        option for option in options if option.fits_date and option.plan.position <= by_score.plan.position
    ]
    best_for_time = fitting[-1] if fitting else options[0]
    lighter = [
        option
        for option in options
        if option.fits_date and option.fits_hours and option.plan.position > best_for_time.plan.position
    ]
    comprehensive = next((option for option in options if option.plan.slug == COMPREHENSIVE), None)
    return Recommendation(
        options=options,
        by_score=by_score,
        best_for_time=best_for_time,
        best_for_hours=lighter[0] if lighter and not best_for_time.fits_hours else None,
        for_big_jump=comprehensive if is_big_jump and comprehensive and comprehensive.fits_date else None,
        weeks_left=weeks_left,
        date_is_past=interview_on is not None and interview_on < today,
        today=today,
    )


def _option(plan: Plan, hours: int, weeks_left: int | None) -> Option:
    length = len(plan.weeks)
    fits = weeks_left is None or plan.fewest_weeks <= weeks_left
    weeks = length if weeks_left is None else min(length, max(plan.fewest_weeks, weeks_left))
    return Option(plan=plan, weeks=weeks, fits_date=fits, fits_hours=hours >= plan.hours.low)
