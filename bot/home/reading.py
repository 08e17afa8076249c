"""Reads all that the dashboard shows: one session, one moment, at most seven queries."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.assessment.service import is_unfinished
from bot.members import Member
from bot.progress.readiness import Piece
from bot.reminders.service import ReminderService
from bot.review.schedule import Days
from storage import home, plans
from storage.home import Marks, Told
from storage.models import Attempt, Learner, Preferences, StudyPlan
from storage.plans import TaskRow
from storage.preferences import fresh

_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """One person at one moment, as stored."""

    learner: Learner
    own: Preferences
    """The person's terms, or the usual ones, not stored."""
    zone: str
    today: date
    """The person's day."""
    latest: Attempt | None
    """The newest attempt, finished or not."""
    finished: Sequence[Attempt]
    """The newest finished attempts, the newest first."""
    answers: Mapping[int, Mapping[str, int]]
    """By attempt: those of the latest one while it is unfinished, and of the newest finished one."""
    plan: StudyPlan | None
    tasks: Sequence[TaskRow]
    chosen_goals: tuple[date, Mapping[str, int]] | None
    """The last day of the newest answered check-in, with the goals set in it."""
    pieces: Sequence[Piece]
    stories: Sequence[Told]
    marks: Marks

    @property
    def learner_id(self) -> int:
        return cast(int, self.learner.id)


async def read(
    session: AsyncSession,
    member: Member,
    *,
    reminders: ReminderService,
    now: datetime,
    look_back: timedelta,
    rested: Collection[str],
) -> Reading | None:
    """
    None for somebody who never did anything we keep.

    Daily minimums are read from `look_back` before today on; `rested` are the reasons of reminders that
    break no streak.
    """
    await home.one_snapshot(session)
    person = await home.person(session, member.team_id, member.user_id)
    if person is None:
        return None
    learner = person.learner
    learner_id = cast(int, learner.id)
    own = person.own or fresh(learner_id, reminders.defaults)
    days = Days(reminders.zone_of(learner), own.day_ends_at)
    today = days.of(now)
    tries = await home.attempts(session, learner_id)
    latest = tries[0] if tries else None
    finished = [one for one in tries if one.finished_at is not None]
    wanted = {cast(int, one.id) for one in finished[:1]}
    if latest is not None and is_unfinished(latest):
        wanted.add(cast(int, latest.id))
    return Reading(
        learner=learner,
        own=own,
        zone=days.time_zone,
        today=today,
        latest=latest,
        finished=finished,
        answers=await home.answers(session, wanted) if wanted else {},
        plan=person.plan,
        tasks=await plans.task_rows(session, cast(int, person.plan.id)) if person.plan else (),
        chosen_goals=(person.check_in.to_on, person.check_in.next_goals)
        if person.check_in and person.check_in.next_goals
        else None,
        pieces=[
            Piece(activity, on, task, count, rating, minutes)
            for on, activity, task, count, minutes, rating in await home.log_of(session, learner_id)
        ],
        stories=await home.stories(session, learner_id),
        marks=await home.marks(
            session,
            learner_id,
            today=today,
            look_back=look_back,
            until=days.start(today + _DAY),
            since=days.start(today),
            reasons=rested,
        ),
    )
