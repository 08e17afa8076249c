"""How much a person has of what is limited."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import Attempt, GroupMember, LogEntry, StudyPlan


async def log_entries(session: AsyncSession, learner_id: int, since: datetime) -> int:
    """Entries that were written down since then, for whatever date."""
    return await _count(session, LogEntry.learner_id == learner_id, col(LogEntry.logged_at) > since)


async def study_plans(session: AsyncSession, learner_id: int, since: datetime) -> int:
    """Plans that were taken since then."""
    return await _count(session, StudyPlan.learner_id == learner_id, col(StudyPlan.created_at) > since)


async def attempts(session: AsyncSession, learner_id: int, since: datetime) -> int:
    """Attempts that were begun since then."""
    return await _count(session, Attempt.learner_id == learner_id, col(Attempt.started_at) > since)


async def groups(session: AsyncSession, learner_id: int) -> int:
    """Study groups the person is in, ended ones too."""
    return await _count(session, GroupMember.learner_id == learner_id, col(GroupMember.left_at).is_(None))


async def _count(session: AsyncSession, *conditions: Any) -> int:
    return (await session.exec(select(func.count()).where(*conditions))).one()
