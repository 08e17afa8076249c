"""A process's services, wired as the bot wires them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from slack_bolt.context.async_context import AsyncBoltContext

from bot.app import Coach
from bot.assessment.service import AssessmentService
from bot.checkins.service import CheckInService
from bot.groups.service import GroupService
from bot.groups.upkeep import GroupUpkeep
from bot.log.service import LogService
from bot.log.timers import TimerService
from bot.menu.service import MenuService
from bot.mydata.service import MyDataService
from bot.people.service import PeopleService
from bot.pictures.service import PictureService
from bot.plan.service import PlanService
from bot.preferences.service import PreferencesService
from bot.progress.bending import BendingService
from bot.progress.outcomes import OutcomeService
from bot.review.service import ReviewService
from bot.stories.service import StoryService
from bot.stories.sharing import SharingService
from bot.today.service import TodayService
from content.loader import Catalog
from storage.engine import Database
from tests.builders import MovingClock
from tests.dispatch import answer, dispatching


# Nobody wants to read it: it holds the whole catalog many times over.
@dataclass(frozen=True, kw_only=True, repr=False)
class Crew:
    """One process."""

    coach: Coach
    assessment: AssessmentService
    plan: PlanService
    today: TodayService
    checkins: CheckInService
    review: ReviewService
    stories: StoryService
    sharing: SharingService
    practice_log: LogService
    timers: TimerService
    bending: BendingService
    outcomes: OutcomeService
    menu: MenuService
    mydata: MyDataService
    people: PeopleService
    preferences: PreferencesService
    groups: GroupService
    group_upkeep: GroupUpkeep
    pictures: PictureService

    @property
    def database(self) -> Database:
        """Its connections."""
        return self.coach.database


@asynccontextmanager
async def a_crew(database_url: str, catalog: Catalog, clock: MovingClock) -> AsyncIterator[Crew]:
    """A process that answers people and delivers, with a Slack that accepts everything."""
    async with dispatching(database_url, catalog, clock) as dispatcher:
        client = dispatcher.client
        client.conversations_open.return_value = answer(channel={"id": "D1"})
        client.chat_postMessage.return_value = answer(channel="D1", ts="1.0")
        client.conversations_history.return_value = answer(messages=[])
        given: dict[str, Any] = {}

        async def look(context: AsyncBoltContext) -> None:
            given.update(context)

        # Handing on to nobody: this is only a look at what listeners are given.
        dispatcher.coach.app.use(look)
        await dispatcher.command("help")
        names = [name for name in Crew.__dataclass_fields__ if name != "coach"]
        yield Crew(coach=dispatcher.coach, **{name: given[name] for name in names})
