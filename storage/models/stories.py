"""Stories of a person, who else may read one, and how often they were told."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.models.columns import instant, owner


class Story(SQLModel, table=True):
    """One STAR story, in the person's own words: shown to nobody they did not share it with."""

    __table_args__ = (UniqueConstraint("learner_id", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    learner_id: int = owner("learner")
    key: str
    """Unique per learner, so that a doubled submit or the same message is one story."""
    title: str
    situation: str = ""
    task: str = ""
    action: str = ""
    result: str = ""
    figures: str = ""
    """Result numbers, as typed."""
    principles: list[str] = Field(sa_type=JSON)
    """Slugs of the Leadership Principles it shows."""
    scenario: str | None = None
    """Slug of the core scenario it is for."""
    scope: str | None = None
    """The level its scope fits: L6, L7."""
    happened_on: date | None = None
    revision: int = 1
    """Counts saves: an edit that began from an older one is told."""
    created_at: datetime = instant()
    updated_at: datetime = instant()
    archived_at: datetime | None = instant(nullable=True)


class StoryShare(SQLModel, table=True):
    """One other person who may read a story until it is taken back."""

    __tablename__ = "story_share"
    __table_args__ = (UniqueConstraint("story_id", "user_id"),)

    id: int | None = Field(default=None, primary_key=True)
    story_id: int = owner("story")
    user_id: str
    """Slack's id of the reader, in the owner's workspace."""
    shared_at: datetime = instant()
    revoked_at: datetime | None = instant(nullable=True)


class StoryComment(SQLModel, table=True):
    """What a reader said of a story, for its owner."""

    __tablename__ = "story_comment"
    __table_args__ = (UniqueConstraint("share_id", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    share_id: int = owner("story_share")
    key: str
    text: str
    created_at: datetime = instant()


class Rehearsal(SQLModel, table=True):
    """A story told aloud."""

    __table_args__ = (UniqueConstraint("story_id", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    story_id: int = owner("story")
    key: str
    told_at: datetime = instant()
    seconds: int | None = None
    rating: int | None = None
    """1 Again, 2 Hard, 3 Good, 4 Easy."""
