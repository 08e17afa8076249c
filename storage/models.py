"""
The tables. Rows keep slugs of content, never copies of its text.

Constraints are named by convention, because SQLite can only change a constraint that has a name.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.types import UTCDateTime

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def _instant(*, nullable: bool = False) -> Any:
    return Field(default=None, sa_type=UTCDateTime, nullable=nullable)


def _owner(table: str, *, index: bool = False, primary_key: bool = False) -> Any:
    """A foreign key whose rows go with the row they belong to."""
    reference = ForeignKey(f"{table}.id", ondelete="CASCADE")
    return Field(sa_column=Column(Integer, reference, nullable=False, index=index, primary_key=primary_key))


class Learner(SQLModel, table=True):
    """A person in one workspace, with what the plan needs to know of them."""

    __table_args__ = (UniqueConstraint("team_id", "user_id"),)

    id: int | None = Field(default=None, primary_key=True)
    team_id: str
    user_id: str
    dm_channel: str | None = None
    time_zone: str | None = None
    """IANA name; None until Slack or the person told."""
    zone_is_fixed: bool = False
    """True when the person chose the zone, so that Slack's changes are not followed."""
    current_level: str | None = None
    target_level: str | None = None
    interview_on: date | None = None
    hours_per_week: int | None = None
    profile_at: datetime | None = _instant(nullable=True)
    """When the profile was last filled in."""
    deactivated_at: datetime | None = _instant(nullable=True)
    created_at: datetime = _instant()


class Attempt(SQLModel, table=True):
    """
    One run through the assessment.

    The number counts a learner's attempts from 1: two devices that open the next attempt mean the same row.
    """

    __table_args__ = (UniqueConstraint("learner_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    learner_id: int = _owner("learner")
    number: int
    form: str
    page: int = 0
    """The page the person was last on, from 0 (the profile)."""
    content_version: str
    started_at: datetime = _instant()
    finished_at: datetime | None = _instant(nullable=True)
    abandoned_at: datetime | None = _instant(nullable=True)
    score: int | None = None
    technical: int | None = None
    leadership: int | None = None
    cultural: int | None = None


class AttemptAnswer(SQLModel, table=True):
    """The latest answer to one item."""

    __tablename__ = "attempt_answer"

    attempt_id: int = _owner("attempt", primary_key=True)
    item: str = Field(primary_key=True)
    points: int
    answered_at: datetime = _instant()


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
    learner_id: int = _owner("learner", index=True)
    attempt_id: int = _owner("attempt")
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
    created_at: datetime = _instant()
    ended_at: datetime | None = _instant(nullable=True)


class PlanTask(SQLModel, table=True):
    """One task of a plan's week."""

    __tablename__ = "plan_task"
    __table_args__ = (UniqueConstraint("plan_id", "week", "position"),)

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = _owner("study_plan")
    week: int
    """From 1."""
    position: int
    task: str
    times: int = 1
    competency: str | None = None
    """The gap it is there for; None when the plan itself asks for it."""


class OutboxState(StrEnum):
    """Where a message is on its way. See ARCHITECTURE, delivery."""

    DUE = "due"
    CLAIMED = "claimed"
    SENDING = "sending"
    UNCLEAR = "unclear"
    SENT = "sent"
    SKIPPED = "skipped"
    FAILED = "failed"


OPEN_STATES = (OutboxState.DUE, OutboxState.CLAIMED, OutboxState.SENDING, OutboxState.UNCLEAR)


class OutboxMessage(SQLModel, table=True):
    """A message owed to a person: at most one for each idempotency key, ever."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        UniqueConstraint("idempotency_key"),
        Index(
            "ix_outbox_message_open",
            "priority",
            "due_at",
            sqlite_where=text("state IN ('due', 'claimed', 'sending', 'unclear')"),
            postgresql_where=text("state IN ('due', 'claimed', 'sending', 'unclear')"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    idempotency_key: str
    learner_id: int = _owner("learner", index=True)
    kind: str
    payload: dict[str, Any] = Field(sa_type=JSON)
    """What the kind's renderer needs, by id; no personal text."""
    priority: int = 0
    """0 for somebody who is waiting, higher for bulk."""
    state: str = OutboxState.DUE
    due_at: datetime = _instant()
    expires_at: datetime | None = _instant(nullable=True)
    """After this instant it is no longer useful and is skipped."""
    owner: str | None = None
    lease_until: datetime | None = _instant(nullable=True)
    fence: int = 0
    """Counts claims: a worker whose fence is old has lost the message to another."""
    attempts: int = 0
    """How often it was refused or went astray."""
    first_sending_at: datetime | None = _instant(nullable=True)
    channel: str | None = None
    message_ts: str | None = None
    sent_at: datetime | None = _instant(nullable=True)
    doubtful: bool = False
    """Sent again although it was unclear whether the first post arrived."""
    reason: str | None = None
    created_at: datetime = _instant()
