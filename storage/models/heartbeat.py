"""When the bot was last known to run on this database."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.models.columns import instant


class Heartbeat(SQLModel, table=True):
    """One row for all processes."""

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = instant()
    look_until: datetime | None = instant(nullable=True)
    """
    Reminders due before this are looked for in the conversation before they are sent for the first time.

    Nobody ran on this database for a while before it: it may have come out of a backup.
    """
