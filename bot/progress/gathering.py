"""Reads what the rules of progress ask for, with a fixed number of queries."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.clock import local_date
from bot.log.rest import RESTED
from bot.progress.facts import Facts
from bot.progress.ground import Slot
from bot.progress.readiness import Piece, Telling
from bot.reminders.timing import learner_day
from storage import attempts, checkins, log, plans, practice, preferences, progress
from storage.models import Learner

ATTEMPTS = 20
"""So many results are looked back on."""
CHECK_INS = 60
"""And so many check-ins: more than a year of them."""


async def gather(session: AsyncSession, learner: Learner, *, zone: str, now: datetime) -> Facts:
    """Everything about one person; nothing is changed."""
    learner_id = cast(int, learner.id)
    own = await preferences.get(session, learner_id)
    ends_at = own.day_ends_at if own is not None else practice.DEFAULT_DAY_END
    plan = await plans.current(session, learner_id)
    plan_id = plan.id if plan is not None else None
    rows = await plans.tasks_of(session, plan_id) if plan_id is not None else ()
    return Facts(
        learner_id=learner_id,
        today=learner_day(now, zone, ends_at),
        time_zone=zone,
        target_level=learner.target_level,
        interview_on=learner.interview_on,
        own=own,
        attempts=await attempts.finished(session, learner_id, limit=ATTEMPTS),
        pieces=[
            Piece(activity, on, task, count, rating, minutes)
            for on, activity, task, count, minutes, rating in await progress.log_of(session, learner_id)
        ],
        solved_before=frozenset(await progress.solved_before(session, learner_id)),
        remembered={
            item: local_date(at, zone)
            for item, at in (await progress.remembered(session, learner_id)).items()
        },
        stories=await progress.stories_of(session, learner_id),
        told=[
            Telling(story, local_date(at, zone), rating)
            for story, at, rating in await progress.tellings_of(session, learner_id)
        ],
        plan=plan,
        slots=tuple(Slot(row.week, row.position, row.task, row.times, row.competency) for row in rows),
        changes=await progress.changes_of(session, plan_id) if plan_id is not None else (),
        check_ins=await checkins.answered(session, learner_id, limit=CHECK_INS),
        rested=frozenset(await log.skipped_dates(session, learner_id, "daily", RESTED)),
        answers=await attempts.answers(session, plan.attempt_id) if plan is not None else {},
    )
