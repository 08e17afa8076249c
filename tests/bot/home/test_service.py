"""One reading for the whole dashboard: what each feature says itself, in few queries."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import func, select

from bot.assessment.service import AssessmentService
from bot.assessment.wizard import Wizard
from bot.home.overview import NextThing
from bot.home.service import HomeService
from bot.home.views import home_view
from bot.log.service import LogService
from bot.plan.service import PlanService
from bot.progress.service import ProgressService
from bot.review.schedule import Days
from bot.review.service import still_asked
from bot.stories.service import StoryService
from bot.today.service import TodayService
from content.loader import Catalog
from storage import reviews
from storage.engine import Database
from storage.models import Learner
from tests.bench.year import write_year
from tests.bot.home.test_views import problems_of
from tests.builders import (
    ANA,
    BEN,
    NOON,
    TODAY,
    Bell,
    MovingClock,
    a_profile,
    a_reminder_service,
    finish_assessment,
)

MOST_QUERIES = 8
YEAR_STORIES = 60


@dataclass
class House:
    """Home and what it shows of."""

    home: HomeService
    progress: ProgressService
    stories: StoryService
    database: Database
    clock: MovingClock

    async def live_a_year(self) -> int:
        """Ana has a year of days behind her; our id of her."""
        async with self.database.writers.begin() as connection:
            return await connection.run_sync(
                write_year, self.home.catalog, ANA.team_id, ANA.user_id, NOON, stories=YEAR_STORIES
            )


@pytest.fixture
def house(database: Database, catalog: Catalog, clock: MovingClock) -> House:
    reminders = a_reminder_service(database, clock)
    plan = PlanService(catalog, database, clock, Bell(), reminders)
    home = HomeService(
        catalog,
        database,
        clock,
        reminders,
        AssessmentService(catalog, database, clock, "UTC"),
        plan,
        TodayService(catalog, database, clock, reminders, Bell()),
        LogService(catalog, database, clock, plan, reminders),
    )
    return House(
        home,
        ProgressService(catalog, database, clock, plan, reminders),
        StoryService(catalog, database, clock, reminders),
        database,
        clock,
    )


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """Everything that is sent to the database, by either pool."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    engines = [database.readers.sync_engine, database.writers.sync_engine]
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield seen
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


async def test_a_stranger_is_read_with_one_query_and_stays_one(house: House) -> None:
    with statements(house.database) as seen:
        overview = await house.home.overview(BEN)

    assert overview.next_thing == NextThing.START
    assert overview.board is None
    assert len([one for one in seen if one.startswith("SELECT")]) == 1
    async with house.database.read() as session:
        assert (await session.exec(select(func.count()).select_from(Learner))).one() == 0


class TestAYear:
    async def test_takes_at_most_eight_queries(self, house: House) -> None:
        await house.live_a_year()

        with statements(house.database) as seen:
            overview = await house.home.overview(ANA)

        assert len(seen) <= MOST_QUERIES, "\n".join(seen)
        assert overview.board is not None
        assert problems_of(home_view(overview)) == []

    async def test_is_what_each_feature_says_itself(self, house: House) -> None:
        learner_id = await house.live_a_year()
        home = house.home

        overview = await home.overview(ANA)

        board = overview.board
        assert board is not None
        assert overview.standing == await home.assessment.standing(ANA)
        assert overview.result == await home.assessment.result(ANA)
        assert overview.plan == await home.plan.overview(ANA)
        assert board.bars == await house.progress.bars(ANA)
        assert board.totals == (await home.log.diary(ANA)).totals
        found, today = await house.stories.coverage(ANA)
        assert board.today == today == TODAY
        assert board.coverage.missing == found.missing
        assert board.coverage.missing_scenarios == found.missing_scenarios
        assert (board.coverage.stalest is None) == (found.stalest is None)
        if board.coverage.stalest and found.stalest:
            assert board.coverage.stalest.told_on == found.stalest.told_on
        async with house.database.read() as session:
            end = Days("UTC", 180).start(TODAY + timedelta(days=1))
            counted = await reviews.counts(session, learner_id, until=end, since=end - timedelta(days=1))
        assert board.due == still_asked(*counted) > 0
        listed = await home.today.home(ANA)
        assert listed is not None
        # Home says its own line about the stories, each day.
        assert overview.today == replace(
            listed, lead=overview.today.lead if overview.today else "", nudge=None
        )

    async def test_ticks_and_what_went_well_are_on_it_at_once(self, house: House) -> None:
        await house.live_a_year()
        before = await house.home.overview(ANA)
        assert before.today is not None
        house.clock.move(minutes=1)

        await house.home.today.tick(ANA, TODAY, "coding", is_done=True, at=house.clock())
        await house.home.today.rate(ANA, TODAY, "coding", 4)

        after = await house.home.overview(ANA)
        assert after.today is not None
        assert [(line.is_done, line.rating) for line in after.today.lines] == [
            (True, 4),
            (False, None),
            (False, None),
        ]
        assert after.board is not None
        assert before.board is not None
        assert after.board.totals.done.counts["coding"] == 1 + before.board.totals.done.counts["coding"]


async def test_half_way_through_a_second_assessment(house: House) -> None:
    assessment = house.home.assessment
    first = await finish_assessment(assessment, ANA)
    house.clock.move(days=1)
    wizard = Wizard(number=2, form="quick", page=1, answers={"quick-coding": 5})
    await assessment.save_profile(ANA, wizard, a_profile())
    await assessment.save(ANA, wizard, wizard.answers, answered_at=house.clock())

    overview = await house.home.overview(ANA)

    assert overview.next_thing == NextThing.RESUME
    assert overview.unfinished is not None
    assert overview.unfinished.answers == {"quick-coding": 5}
    assert overview.result is not None
    assert overview.result.score == first.score
