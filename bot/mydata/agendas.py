"""What goes into a person's calendar, from what is stored of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.mydata.calendar_file import Agenda, Mock, PlanWeek, Recurring
from bot.plan.service import PlanOverview
from storage import preferences
from storage.models import Learner, Preferences


def agenda_of(
    learner: Learner,
    own: Preferences,
    plan: PlanOverview | None,
    mocks: Sequence[Mock],
    *,
    time_zone: str,
    now: datetime,
) -> Agenda:
    """Weeks and reminders of the plan where there is one, the interview, and mocks that were held."""
    agenda = Agenda(
        person=f"{learner.team_id}:{learner.user_id}",
        now=now,
        time_zone=time_zone,
        interview_on=learner.interview_on,
        mocks=mocks,
    )
    return agenda if plan is None else _with_plan(agenda, plan, own)


def _with_plan(agenda: Agenda, plan: PlanOverview, own: Preferences) -> Agenda:
    return replace(
        agenda,
        title=plan.plan.title,
        plan_id=plan.plan_id,
        weeks=[
            PlanWeek(
                number=week.number,
                theme=week.content.theme,
                starts_on=week.starts_on,
                tasks=[task.task.title for task in week.tasks],
                milestone=week.content.milestone,
            )
            for week in plan.weeks
        ],
        ends_on=plan.ends_on,
        daily=Recurring(tuple(own.days or preferences.EVERY_DAY), own.daily_at) if own.daily_on else None,
        weekly=Recurring((own.weekly_day,), own.weekly_at) if own.weekly_on else None,
    )
