"""The private address of a person's calendar."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.models.columns import instant, owner


class CalendarFeed(SQLModel, table=True):
    """Somebody's calendar may be read by whoever knows the secret, of which only this hash is kept."""

    __tablename__ = "calendar_feed"

    learner_id: int = owner("learner", primary_key=True)
    secret_hash: str = Field(unique=True)
    """SHA-256 of the secret, in hexadecimal digits."""
    made_at: datetime = instant()
