"""Where a person stands, in one look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import cast

from bot.assessment.service import NOTHING_YET, AssessmentService, Result
from bot.checkins.period import GOALS_HOLD_FOR
from bot.clock import Now, local_date
from bot.home.overview import Board, Mock, Overview
from bot.home.reading import Reading, read
from bot.log.answers import Totals
from bot.log.rest import RESTED
from bot.log.service import LogService
from bot.log.week import add_up, week_of
from bot.members import Member
from bot.plan.service import PlanOverview, PlanService
from bot.progress.facts import Facts
from bot.progress.ground import Slot
from bot.progress.readiness import Bar, BarName, Telling, Written, readiness
from bot.reminders.service import ReminderService
from bot.reminders.terms import is_away, is_paused
from bot.review.service import still_asked
from bot.stories.coverage import Coverage, coverage
from bot.stories.outline import outlined
from bot.today.choice import LOOK_BACK
from bot.today.day import Today
from bot.today.service import TodayService
from content.catalog import Catalog
from content.packs import Principle, Scenario
from storage.engine import Database
from storage.home import Told
from storage.practice import Person

RECENT_MOCKS = 3


@dataclass(frozen=True)
class HomeService:
    """Reads what the other features keep; nothing is changed."""

    catalog: Catalog
    database: Database
    now: Now
    reminders: ReminderService
    assessment: AssessmentService
    plan: PlanService
    today: TodayService
    log: LogService

    async def overview(self, member: Member) -> Overview:
        """Also for somebody who never did anything."""
        now = self.now()
        async with self.database.read() as session:
            found = await read(
                session,
                member,
                reminders=self.reminders,
                now=now,
                look_back=LOOK_BACK,
                rested=RESTED,
            )
        if found is None:
            return Overview(standing=NOTHING_YET, result=None, plan=None, forms=self.assessment.catalog.forms)
        result, plan = self._result(found), self._plan(found)
        latest = found.latest
        finished = found.finished[0] if found.finished else None
        return Overview(
            standing=self.assessment.standing_of(
                found.learner,
                latest,
                found.answers.get(cast(int, latest.id), {}) if latest else {},
                finished,
            ),
            result=result,
            plan=plan,
            forms=self.assessment.catalog.forms,
            today=self._today(found, result),
            board=Board(
                bars=self._bars(found),
                totals=self._totals(found, plan),
                coverage=self._coverage(found),
                target_level=found.learner.target_level,
                interview_on=found.learner.interview_on,
                mocks=self._mocks(found),
                due=still_asked(found.marks.due, found.marks.answered),
                rests=_rests(found, now),
            ),
        )

    def _result(self, found: Reading) -> Result | None:
        if not found.finished or found.learner.profile_at is None:
            return None
        newest, *before = found.finished
        answers = found.answers.get(cast(int, newest.id), {})
        return self.assessment.result_of(found.learner, newest, before[0] if before else None, answers)

    def _plan(self, found: Reading) -> PlanOverview | None:
        if found.plan is None:
            return None
        zone = str(found.learner.time_zone)
        return self.plan.laid_out(found.plan, found.tasks, zone, found.learner.interview_on)

    def _today(self, found: Reading, result: Result | None) -> Today | None:
        learner, plan = found.learner, found.plan
        done: dict[str, date] = {}
        for piece in found.pieces:
            if piece.task is not None:
                done[piece.task] = max(piece.on, done.get(piece.task, piece.on))
        person = Person(
            learner_id=found.learner_id,
            time_zone=learner.time_zone,
            target_level=learner.target_level,
            interview_on=learner.interview_on,
            day_ends_at=found.own.day_ends_at,
            plan_id=plan.id if plan else None,
            starts_on=plan.starts_on if plan else None,
            weeks=len(plan.content_weeks) if plan else 0,
            attempt_id=plan.attempt_id if plan else None,
        )
        day = self.today.gatherer.whole_day(
            person,
            found.today,
            items=found.marks.items,
            done=done,
            known=found.marks.known,
            tasks=[(row.week, row.task, row.times, row.competency) for row in found.tasks],
            gaps=[gap.competency.slug for gap in result.gaps] if result else (),
            has_result=bool(found.finished),
            ratings=found.marks.ratings,
        )
        return self.today.shown(day)

    def _totals(self, found: Reading, plan: PlanOverview | None) -> Totals:
        today = found.today
        planned = chosen = None
        if plan is not None and plan.this_week is not None:
            this_week = plan.weeks[plan.this_week - 1]
            planned = (this_week.starts_on, this_week.goals.model_dump())
        if found.chosen_goals is not None and found.chosen_goals[0] >= today - GOALS_HOLD_FOR:
            chosen = found.chosen_goals[1]
        week = week_of(today, planned, chosen)
        rows = [(piece.on, piece.activity, piece.number, piece.minutes) for piece in found.pieces]
        return Totals(
            today=today,
            day=add_up(rows, today, today),
            week=week,
            done=add_up(rows, week.from_on, week.to_on),
            standing=self.log.standing_of(
                found.learner, found.own, {piece.on for piece in found.pieces}, found.marks.rested
            ),
        )

    def _bars(self, found: Reading) -> Mapping[BarName, Bar]:
        facts = Facts(
            learner_id=found.learner_id,
            today=found.today,
            time_zone=found.zone,
            target_level=found.learner.target_level,
            interview_on=found.learner.interview_on,
            own=found.own,
            attempts=found.finished,
            pieces=found.pieces,
            solved_before=found.marks.known,
            remembered={item: local_date(at, found.zone) for item, at in found.marks.remembered.items()},
            told=[
                Telling(told.id, local_date(told.told_at, found.zone), told.rating)
                for told in found.stories
                if told.told_at is not None
            ],
            plan=found.plan,
            slots=tuple(
                Slot(row.week, row.position, row.task, row.times, row.competency) for row in found.tasks
            ),
        )
        written = [
            Written(one.id, tuple(one.principles or ()), one.scenario, one.scope, one.filled)
            for one in {told.id: told for told in found.stories}.values()
        ]
        return readiness(replace(facts.known(self.catalog), stories=written))

    def _coverage(self, found: Reading) -> Coverage:
        last: dict[int, Told] = {}
        for told in found.stories:
            before = last.get(told.id)
            if before is None or _told_at(told) > _told_at(before):
                last[told.id] = told
        return coverage([outlined(told, found.zone) for told in last.values()], *self._guide)

    @cached_property
    def _guide(self) -> tuple[tuple[Principle, ...], tuple[Scenario, ...]]:
        """The rows of the matrix."""
        return tuple(self.catalog.principles.values()), tuple(self.catalog.scenarios.values())

    def _mocks(self, found: Reading) -> tuple[Mock, ...]:
        mocks = [piece for piece in found.pieces if piece.activity == "mock"]
        mocks.sort(key=lambda piece: piece.on, reverse=True)
        return tuple(
            Mock(on=piece.on, rating=piece.rating, title=self._title(piece.task))
            for piece in mocks[:RECENT_MOCKS]
        )

    def _title(self, slug: str | None) -> str | None:
        task = self.catalog.tasks.get(slug) if slug is not None else None
        return task.title if task is not None else None


def _rests(found: Reading, now: datetime) -> bool:
    own = found.own
    return is_paused(own, found.zone, now) or is_away(own, now) or own.silent_since is not None


def _told_at(told: Told) -> float:
    return told.told_at.timestamp() if told.told_at is not None else 0.0
