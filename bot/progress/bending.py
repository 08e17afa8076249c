"""Bends a plan to the date: shows what would move, moves it once, and takes it back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.clock import Now
from bot.errors import BotError, NoPlanError
from bot.members import Member
from bot.progress.facts import Facts
from bot.progress.gathering import gather
from bot.progress.ground import WAYS, Bent, Ground, Moved, Shape, Slot, Way
from bot.progress.pace_rules import Forecast
from bot.progress.replan import bend, suggested, weekly_minutes
from bot.reminders.service import ReminderService
from content.catalog import Catalog
from content.schema import Task
from storage import learners, progress
from storage.engine import Database
from storage.models import Learner, PlanChange, PlanTask, StudyPlan

FURTHEST = timedelta(days=365)
"""An interview is not moved further than this from today."""
NO_PLAN = "There is no plan to bend yet. Type `/prep`: it shows the shortest way to one."
CHANGED = (
    "Your plan or your log has changed since I showed you this, so nothing was moved. "
    "`/prep progress` shows it anew."
)


class BendError(BotError):
    """The plan cannot be bent that way."""


class DateError(BotError):
    """The date cannot be the interview's."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """What one way of bending would lead to, or has led to."""

    bent: Bent
    base: str
    """What it was computed from; it holds as long as that is the same."""
    tasks: Mapping[str, Task]
    forecast: Forecast
    weekly_minutes: int
    """What a week really held lately, or the plan's hours."""
    earliest: date
    latest: date
    """Dates the interview may be moved to."""
    highest_hours: int
    change_id: int | None = None
    """Of the change that was made; None for a preview."""

    @property
    def way(self) -> Way:
        return self.bent.way


@dataclass(frozen=True, slots=True)
class BendingService:
    """The use cases of bending. `apply`, `move` and `undo` are one transaction each."""

    catalog: Catalog
    database: Database
    now: Now
    reminders: ReminderService

    async def previews(self, member: Member) -> dict[Way, Preview]:
        """What each of the three ways would lead to. Raises NoPlanError."""
        async with self.database.read() as session:
            learner = await learners.find(session, member.team_id, member.user_id)
            if learner is None:
                raise NoPlanError(NO_PLAN)
            facts = await self._facts(session, learner)
        return {way: self._preview(facts, way) for way in WAYS}

    async def apply(self, member: Member, way: Way, base: str, interview_on: date | None = None) -> Preview:
        """
        Bend the plan as the preview with this base showed it; the same once more changes nothing.

        Raises BendError when something has changed since or nothing would move, DateError for an impossible
        date, NoPlanError.
        """
        key = f"{way}:{interview_on or ''}:{base}"
        async with self.database.write() as session:
            learner, facts = await self._locked(session, member)
            made = next((change for change in facts.changes if change.key == key), None)
            if made is not None:
                return self._as_made(facts, made)
            preview = self._preview(facts, way, interview_on)
            if preview.base != base:
                raise BendError(CHANGED)
            if preview.bent.is_nothing:
                raise BendError("There is nothing to move that way: your plan stays as it is.")
            return await self._make(session, learner, facts, preview, key)

    async def move(self, member: Member, interview_on: date) -> Preview | None:
        """
        The interview has another date: set it, and stretch the plan up to it.

        None for somebody without a plan. Raises DateError.
        """
        async with self.database.write() as session:
            learner = await learners.ensure(session, member.team_id, member.user_id, now=self.now())
            facts = await self._gather(session, learner)
            _check_date(interview_on, facts.today, facts.interview_on if facts.plan else None)
            if facts.plan is None:
                learner.interview_on = interview_on
                session.add(learner)
                await self.reminders.touch(session, facts.learner_id, now=self.now())
                return None
            preview = self._preview(facts, "later", interview_on)
            key = f"later:{interview_on}:{preview.base}"
            if preview.bent.is_nothing:
                return preview
            return await self._make(session, learner, facts, preview, key)

    async def undo(self, member: Member, change_id: int) -> None:
        """
        Take back the newest change; a second press changes nothing.

        Raises BendError when there is a newer one, or a week that it changed is over.
        """
        now = self.now()
        async with self.database.write() as session:
            learner, facts = await self._locked(session, member)
            plan = cast(StudyPlan, facts.plan)
            holding = [change for change in facts.changes if change.undone_at is None]
            change = next((one for one in facts.changes if one.id == change_id), None)
            if change is None:
                raise BendError("That change belongs to another plan, so it stays as it is.")
            if change.undone_at is not None:
                return
            if holding[-1].id != change.id:
                raise BendError(
                    "Your plan was changed again since: only the newest change can be taken back."
                )
            if not can_undo(change, facts.week_of(facts.today)):
                raise BendError(
                    "A week that this change reached is over, and finished weeks stay as they are."
                )
            before, after = change.before, change.after
            plan.hours, plan.content_weeks = before["hours"], list(before["content_weeks"])
            session.add(plan)
            if _iso(learner.interview_on) == after["interview_on"]:
                learner.interview_on = _date(before["interview_on"])
                session.add(learner)
            await self._store(session, plan, int(before["from_week"]), before["tasks"])
            change.undone_at = now
            session.add(change)
            await session.flush()
            await self.reminders.begin(session, learner, now=now)

    # What the use cases share.

    async def _locked(self, session: AsyncSession, member: Member) -> tuple[Learner, Facts]:
        learner = await learners.ensure(session, member.team_id, member.user_id, now=self.now())
        return learner, await self._facts(session, learner)

    async def _facts(self, session: AsyncSession, learner: Learner) -> Facts:
        facts = await self._gather(session, learner)
        if facts.plan is None:
            raise NoPlanError(NO_PLAN)
        return facts

    async def _gather(self, session: AsyncSession, learner: Learner) -> Facts:
        return await gather(session, learner, zone=self.reminders.zone_of(learner), now=self.now())

    def _preview(self, facts: Facts, way: Way, interview_on: date | None = None) -> Preview:
        ground = facts.ground(self.catalog)
        if interview_on is not None:
            _check_date(interview_on, facts.today, facts.interview_on)
        elif way == "later":
            interview_on = suggested(ground)[1]
        return self._told(facts, ground, bend(ground, way, interview_on))

    def _told(self, facts: Facts, ground: Ground, bent: Bent, change_id: int | None = None) -> Preview:
        return Preview(
            bent=bent,
            base=_base(facts, ground),
            tasks=self.catalog.tasks,
            forecast=cast(Forecast, facts.forecast(self.catalog)),
            weekly_minutes=weekly_minutes(ground),
            earliest=_earliest(facts.today, facts.interview_on),
            latest=facts.today + FURTHEST,
            highest_hours=ground.highest_hours,
            change_id=change_id,
        )

    def _as_made(self, facts: Facts, change: PlanChange) -> Preview:
        return self._told(facts, facts.ground(self.catalog), _read(change), change.id)

    async def _make(
        self, session: AsyncSession, learner: Learner, facts: Facts, preview: Preview, key: str
    ) -> Preview:
        now, bent = self.now(), preview.bent
        plan = cast(StudyPlan, facts.plan)
        plan_id = cast(int, plan.id)
        first = min(bent.changes_from, facts.week_of(facts.today))
        change = PlanChange(
            plan_id=plan_id,
            key=key,
            way=bent.way,
            before=_written(bent.before, first),
            after={
                **_written(bent.after, first),
                "moved": [list(entry) for entry in bent.moved],
                "dropped": list(bent.dropped),
                "new_weeks": bent.new_weeks,
                "fits": bent.fits,
                "changes_from": bent.changes_from,
            },
            made_at=now,
        )
        session.add(change)
        plan.hours, plan.content_weeks = bent.after.hours, list(bent.after.content_weeks)
        session.add(plan)
        learner.interview_on = bent.after.interview_on
        session.add(learner)
        await self._store(session, plan, first, change.after["tasks"])
        await self.reminders.begin(session, learner, now=now)
        return self._told(facts, facts.ground(self.catalog), bent, change.id)

    @staticmethod
    async def _store(
        session: AsyncSession, plan: StudyPlan, first: int, rows: Sequence[Sequence[Any]]
    ) -> None:
        plan_id = cast(int, plan.id)
        tasks = [
            PlanTask(plan_id=plan_id, week=week, position=position, task=task, times=times, competency=gap)
            for week, position, task, times, gap in rows
        ]
        await progress.replace_tasks(session, plan_id, first, tasks)


def can_undo(change: PlanChange, this_week: int) -> bool:
    """Whether no week that it changed is over."""
    return int(change.after.get("changes_from", 1)) >= this_week


def _check_date(wanted: date, today: date, current: date | None) -> None:
    if wanted < _earliest(today, current):
        if current is not None and current >= today:
            raise DateError(
                "Choose a date after the one you have. For an earlier one, take the assessment again."
            )
        raise DateError("Choose a date that is still to come.")
    if wanted > today + FURTHEST:
        raise DateError("That is more than a year away. Choose a date within a year.")


def _earliest(today: date, current: date | None) -> date:
    return max(today, current or today) + timedelta(days=1)


def _base(facts: Facts, ground: Ground) -> str:
    """The same as long as every preview would be the same."""
    seen = [
        _written(ground.shape, 1),
        [list(entry) for entry in ground.undone],
        _iso(ground.today),
        ground.pace,
        ground.days_a_week,
        len(facts.changes),
        sum(change.undone_at is not None for change in facts.changes),
    ]
    return hashlib.sha256(json.dumps(seen).encode()).hexdigest()[:20]


def _written(shape: Shape, first: int) -> dict[str, Any]:
    return {
        "hours": shape.hours,
        "interview_on": _iso(shape.interview_on),
        "content_weeks": list(shape.content_weeks),
        "from_week": first,
        "tasks": [list(slot) for slot in shape.slots if slot.week >= first],
    }


def _read(change: PlanChange) -> Bent:
    after = change.after
    return Bent(
        way=cast(Way, change.way),
        before=_shape(change.before),
        after=_shape(after),
        moved=tuple(Moved(*entry) for entry in after["moved"]),
        dropped=tuple(after["dropped"]),
        new_weeks=int(after["new_weeks"]),
        fits=bool(after["fits"]),
        changes_from=int(after["changes_from"]),
    )


def _shape(stored: Mapping[str, Any]) -> Shape:
    return Shape(
        hours=int(stored["hours"]),
        interview_on=_date(stored["interview_on"]),
        content_weeks=tuple(stored["content_weeks"]),
        slots=tuple(Slot(*row) for row in stored["tasks"]),
    )


def _iso(on: date | None) -> str | None:
    return on.isoformat() if on is not None else None


def _date(stored: str | None) -> date | None:
    return date.fromisoformat(stored) if stored else None
