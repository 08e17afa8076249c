"""People, and their own terms for reminders."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.models.columns import instant, owner

_WAITS = text("next_at IS NOT NULL")
_HAS_INTERVIEW = text("interview_on IS NOT NULL")


class Learner(SQLModel, table=True):
    """A person in one workspace, with what the plan needs to know of them."""

    __table_args__ = (
        UniqueConstraint("team_id", "user_id"),
        # Each tick looks for interviews of the last days; who has no date is not in it.
        Index(
            "ix_learner_interview",
            "interview_on",
            sqlite_where=_HAS_INTERVIEW,
            postgresql_where=_HAS_INTERVIEW,
        ),
    )

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
    profile_at: datetime | None = instant(nullable=True)
    """When the profile was last filled in."""
    deactivated_at: datetime | None = instant(nullable=True)
    created_at: datetime = instant()


class Preferences(SQLModel, table=True):
    """
    A person's own terms for reminders. Times are minutes after local midnight, weekdays 1 (Monday) to 7.

    A person without a row gets the defaults the operator set.
    """

    learner_id: int = owner("learner", primary_key=True)
    daily_on: bool = True
    daily_at: int
    days: list[int] = Field(sa_type=JSON)
    """Weekdays on which daily minimums and the evening line come."""
    evening_on: bool = False
    evening_at: int = 20 * 60
    weekly_on: bool = True
    weekly_day: int
    weekly_at: int
    quiet_from: int = 22 * 60
    quiet_to: int = 7 * 60
    """Equal to `quiet_from`: no quiet hours."""
    day_ends_at: int = 3 * 60
    """When the learner's day ends, in minutes after midnight: work at 01:30 counts for the day before."""
    country: str | None = None
    """ISO 3166 code whose public holidays are rest days."""
    follows_status: bool = False
    """Whether Slack's status "away on holiday" pauses reminders."""
    away: bool = False
    away_until: datetime | None = instant(nullable=True)
    """When Slack's status ends by itself; None for an open end."""
    paused_at: datetime | None = instant(nullable=True)
    paused_until: date | None = None
    """First day back; None while paused without an end."""
    silent_since: datetime | None = instant(nullable=True)
    """Three reminders in a row were ignored and the question whether to pause, too."""
    active_at: datetime | None = instant(nullable=True)
    """When the person last did something with a reminder, the log or the settings."""


class Reminder(SQLModel, table=True):
    """The next date to decide on for one kind of reminder of a person."""

    __table_args__ = (Index("ix_reminder_next", "next_at", sqlite_where=_WAITS, postgresql_where=_WAITS),)

    learner_id: int = owner("learner", primary_key=True)
    kind: str = Field(primary_key=True)
    next_on: date
    """The first local date that is not decided."""
    next_at: datetime | None = instant(nullable=True)
    """Its slot as an instant; None while the kind rests."""
    time_zone: str
    """The zone `next_at` was computed in."""
    turn: int = 0
    """Counts messages of the kind, so that their wording rotates."""


class Picture(SQLModel, table=True):
    """A drawing that Slack already has: the same numbers need no second upload."""

    learner_id: int = owner("learner", primary_key=True)
    digest: str = Field(primary_key=True)
    """Of the numbers and the style they are drawn in."""
    name: str
    """The kind of picture, of which the newest few are kept."""
    file_id: str
    uploaded_at: datetime = instant()
