"""What was learnt of a workspace itself."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.models.columns import instant


class Workspace(SQLModel, table=True):
    """A workspace, and what it cannot do yet. Nothing of a person is in it."""

    team_id: str = Field(primary_key=True)
    enterprise_id: str | None = Field(default=None, index=True)
    """The organisation whose installation the bot works with here, as learnt from what Slack sent."""
    charts_refused_at: datetime | None = instant(nullable=True)
    """When Slack last refused a chart block here."""
