"""Where a person stands, in one look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from bot.assessment.service import AssessmentService, Result, Standing
from bot.assessment.wizard import Wizard
from bot.members import Member
from bot.plan.service import PlanOverview, PlanService
from bot.today.day import Today
from bot.today.service import TodayService
from content.loader import Form, FormName


class NextThing(Enum):
    """The one thing to do next."""

    START = auto()
    RESUME = auto()
    CHOOSE_PLAN = auto()
    FOLLOW_PLAN = auto()
    ASSESS_AGAIN = auto()


@dataclass(frozen=True, kw_only=True, slots=True)
class Overview:
    """All that the menu and the Home tab show."""

    standing: Standing
    result: Result | None
    plan: PlanOverview | None
    forms: Mapping[FormName, Form]
    today: Today | None = None
    """Today's minimums, once they are chosen."""

    @property
    def unfinished(self) -> Wizard | None:
        return self.standing.unfinished

    @property
    def next_thing(self) -> NextThing:
        if self.unfinished is not None:
            return NextThing.RESUME
        if self.result is None:
            return NextThing.START
        if self.plan is None:
            return NextThing.CHOOSE_PLAN
        over = self.plan.today > self.plan.ends_on or self.plan.is_after_interview
        return NextThing.ASSESS_AGAIN if over else NextThing.FOLLOW_PLAN


@dataclass(frozen=True, slots=True)
class HomeService:
    """Reads what the other features keep."""

    assessment: AssessmentService
    plan: PlanService
    today: TodayService

    async def overview(self, member: Member) -> Overview:
        """Also for somebody who never did anything."""
        return Overview(
            standing=await self.assessment.standing(member),
            result=await self.assessment.result(member),
            plan=await self.plan.overview(member),
            forms=self.assessment.catalog.forms,
            today=await self.today.home(member),
        )
