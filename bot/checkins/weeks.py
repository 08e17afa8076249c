"""What the plan asks for in the week of a check-in, and in the weeks after it."""

from __future__ import annotations

from datetime import date, timedelta

from bot.checkins import period
from bot.checkins.counts import Counts
from bot.plan.service import PlanOverview


def goals_on(plan: PlanOverview, to_on: date) -> Counts | None:
    """The goals of the week that ends on `to_on`; fewer in the plan's first days; None outside the plan."""
    number = max(period.plan_week(plan.starts_on, to_on), 1)
    if to_on < plan.starts_on or number > len(plan.weeks):
        return None
    goals = Counts.read(plan.weeks[number - 1].goals.model_dump())
    return goals.for_days(period.days_of_plan(plan.starts_on, to_on))


def ahead(plan: PlanOverview | None, to_on: date) -> list[Counts]:
    """The goals of each week that is still to come after `to_on`, until the plan or the interview ends it."""
    if plan is None:
        return []
    first = period.plan_week(plan.starts_on, to_on + timedelta(days=period.LONGEST_DAYS))
    end = last_day(plan)
    return [
        Counts.read(week.goals.model_dump())
        for week in plan.weeks
        if week.number >= first and week.starts_on <= end
    ]


def last_day(plan: PlanOverview) -> date:
    """The plan's last day, or that of the interview where it comes first."""
    end = plan.weeks[-1].starts_on + timedelta(days=6)
    on = plan.interview_on
    return min(end, on) if on is not None and on >= plan.starts_on else end
