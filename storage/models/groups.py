"""Study groups, their members and their weekly rounds."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.models.columns import instant, owner

_WAITS = text("next_at IS NOT NULL")
_OPEN_ROUND = text("summarised_at IS NULL")


class StudyGroup(SQLModel, table=True):
    """A channel whose members check in together once a week."""

    __tablename__ = "study_group"
    __table_args__ = (
        UniqueConstraint("team_id", "channel_id"),
        Index("ix_study_group_next", "next_at", sqlite_where=_WAITS, postgresql_where=_WAITS),
    )

    id: int | None = Field(default=None, primary_key=True)
    team_id: str
    channel_id: str
    channel_name: str
    lead_id: str
    """Slack's user id of who may change it."""
    weekday: int
    at: int
    """Minutes after midnight in `time_zone`."""
    time_zone: str
    answer_hours: int = 48
    """How long after the thread was due the summary waits for answers."""
    next_on: date
    next_at: datetime | None = instant(nullable=True)
    turn: int = 0
    created_at: datetime = instant()
    ended_at: datetime | None = instant(nullable=True)
    ended_reason: str | None = None


class GroupMember(SQLModel, table=True):
    """Somebody who joined a study group, and what they agreed to show it."""

    __tablename__ = "group_member"

    group_id: int = owner("study_group", primary_key=True)
    learner_id: int = owner("learner", primary_key=True, index=True)
    shows_name: bool = False
    joined_at: datetime = instant()
    left_at: datetime | None = instant(nullable=True)


class GroupRound(SQLModel, table=True):
    """One weekly check-in of a study group: a thread, and a summary at its end."""

    __tablename__ = "group_round"
    __table_args__ = (
        UniqueConstraint("group_id", "local_date"),
        Index("ix_group_round_open", "closes_at", sqlite_where=_OPEN_ROUND, postgresql_where=_OPEN_ROUND),
    )

    id: int | None = Field(default=None, primary_key=True)
    group_id: int = owner("study_group")
    local_date: date
    opened_at: datetime = instant()
    closes_at: datetime = instant()
    summarised_at: datetime | None = instant(nullable=True)
    revision: int = 0
    """Counts the summaries that were owed: late answers edit the first."""


class GroupAnswer(SQLModel, table=True):
    """A member's check-in counts for a round."""

    __tablename__ = "group_answer"

    round_id: int = owner("group_round", primary_key=True)
    learner_id: int = owner("learner", primary_key=True, index=True)
    check_in_id: int = owner("check_in", index=True)
    answered_at: datetime = instant()
