"""What people practise: day by day, and week by week."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.models.columns import instant, owner


class DailyItem(SQLModel, table=True):
    """One of the daily minimums of a person on a local date."""

    __tablename__ = "daily_item"

    learner_id: int = owner("learner", primary_key=True)
    local_date: date = Field(primary_key=True)
    part: str = Field(primary_key=True)
    """coding, concept or story."""
    task: str
    is_review: bool = False
    swapped_from: str | None = None
    """The task it took the place of: one swap a day."""
    done_at: datetime | None = instant(nullable=True)


class LogEntry(SQLModel, table=True):
    """Practice that was done. A source that may repeat itself names its entry by `key`."""

    __tablename__ = "log_entry"
    __table_args__ = (
        UniqueConstraint("learner_id", "key"),
        Index("ix_log_entry_day", "learner_id", "local_date"),
    )

    id: int | None = Field(default=None, primary_key=True)
    learner_id: int = owner("learner")
    key: str
    """Unique per learner: `daily:2030-03-04:coding`."""
    local_date: date
    """The learner's day it counts for."""
    activity: str
    """coding, concept, design, story or mock."""
    task: str | None = None
    count: int = 1
    minutes: int = 0
    rating: int | None = None
    """How a mock went, 1 to 5."""
    logged_at: datetime = instant()


class KnownTask(SQLModel, table=True):
    """A problem the person had solved before: it counts as done, but not as practice."""

    __tablename__ = "known_task"

    learner_id: int = owner("learner", primary_key=True)
    task: str = Field(primary_key=True)
    marked_at: datetime = instant()


class CheckIn(SQLModel, table=True):
    """How a person's week went: what was logged, what they say, and what comes next."""

    __tablename__ = "check_in"
    __table_args__ = (UniqueConstraint("learner_id", "to_on"),)

    id: int | None = Field(default=None, primary_key=True)
    learner_id: int = owner("learner")
    from_on: date
    to_on: date
    """First and last local date it is about."""
    goals: dict[str, int] = Field(sa_type=JSON)
    """designs, coding, stories, mocks: what was planned."""
    reported: dict[str, int] | None = Field(default=None, sa_type=JSON)
    """The same as the person corrected it; None until answered."""
    confidence: int | None = None
    """1 to 5."""
    blocker: str | None = None
    """In the person's own words: never shown to anybody else."""
    next_goals: dict[str, int] | None = Field(default=None, sa_type=JSON)
    answered_at: datetime | None = instant(nullable=True)
    edited_at: datetime | None = instant(nullable=True)
    created_at: datetime = instant()
