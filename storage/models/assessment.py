"""The assessment, and the plan that follows from it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.models.columns import instant, owner


class Attempt(SQLModel, table=True):
    """
    One run through the assessment.

    The number counts a learner's attempts from 1: two devices that open the next attempt mean the same row.
    """

    __table_args__ = (UniqueConstraint("learner_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    learner_id: int = owner("learner")
    number: int
    form: str
    page: int = 0
    """The page the person was last on, from 0 (the profile)."""
    content_version: str
    started_at: datetime = instant()
    finished_at: datetime | None = instant(nullable=True)
    abandoned_at: datetime | None = instant(nullable=True)
    score: int | None = None
    technical: int | None = None
    leadership: int | None = None
    cultural: int | None = None


class AttemptAnswer(SQLModel, table=True):
    """The latest answer to one item."""

    __tablename__ = "attempt_answer"

    attempt_id: int = owner("attempt", primary_key=True)
    item: str = Field(primary_key=True)
    points: int
    answered_at: datetime = instant()


class StudyPlan(SQLModel, table=True):
    """A plan a person chose. At most one of a learner's plans has no end."""

    __tablename__ = "study_plan"
    __table_args__ = (
        Index(
            "uq_study_plan_current",
            "learner_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    learner_id: int = owner("learner", index=True)
    attempt_id: int = owner("attempt", index=True)
    slug: str
    content_version: str
    starts_on: date
    """The learner's local date; week n begins 7 x (n - 1) days later."""
    content_weeks: list[int] = Field(sa_type=JSON)
    """Which weeks of the content's plan are used, counted from 0, in order."""
    hours: int
    target_level: str
    split: dict[str, int] = Field(sa_type=JSON)
    """Track to per cent of the time; adds up to 100."""
    created_at: datetime = instant()
    ended_at: datetime | None = instant(nullable=True)


class PlanTask(SQLModel, table=True):
    """One task of a plan's week."""

    __tablename__ = "plan_task"
    __table_args__ = (UniqueConstraint("plan_id", "week", "position"),)

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = owner("study_plan")
    week: int
    """From 1."""
    position: int
    task: str
    times: int = 1
    competency: str | None = None
    """The gap it is there for; None when the plan itself asks for it."""


class PlanChange(SQLModel, table=True):
    """A plan that was bent to the date, so that it can be told and taken back."""

    __tablename__ = "plan_change"
    __table_args__ = (UniqueConstraint("plan_id", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = owner("study_plan")
    key: str
    """Unique per plan, so that a double click is one change."""
    way: str
    """more, fewer or later."""
    before: dict[str, Any] = Field(sa_type=JSON)
    after: dict[str, Any] = Field(sa_type=JSON)
    """Hours, interview date and the tasks of the coming weeks."""
    made_at: datetime = instant()
    undone_at: datetime | None = instant(nullable=True)


class InterviewOutcome(SQLModel, table=True):
    """What the person said of an interview when its date had passed."""

    __tablename__ = "interview_outcome"

    learner_id: int = owner("learner", primary_key=True)
    interview_on: date = Field(primary_key=True)
    outcome: str | None = None
    """offer, declined, waiting, moved or none; None until answered."""
    asked_at: datetime = instant()
    answered_at: datetime | None = instant(nullable=True)
