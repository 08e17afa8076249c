"""What is owed to people and groups, and what became of it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.models.columns import instant, owner

_OPEN = text("state IN ('due', 'claimed', 'sending', 'unclear')")


class OutboxState(StrEnum):
    """Where a message is on its way. See ARCHITECTURE, delivery."""

    DUE = "due"
    CLAIMED = "claimed"
    SENDING = "sending"
    UNCLEAR = "unclear"
    SENT = "sent"
    SKIPPED = "skipped"
    MISSED = "missed"
    """Its window was over before it could be sent."""
    FAILED = "failed"


OPEN_STATES = (OutboxState.DUE, OutboxState.CLAIMED, OutboxState.SENDING, OutboxState.UNCLEAR)


class OutboxMessage(SQLModel, table=True):
    """
    A message owed to a person or a study group: at most one for each idempotency key, ever.

    What it was, when, and what became of it stays as its trace.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        UniqueConstraint("idempotency_key"),
        Index("ix_outbox_message_learner", "learner_id", "kind", "local_date"),
        Index(
            "ix_outbox_message_open",
            "team_id",
            "priority",
            "due_at",
            "id",
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    idempotency_key: str
    team_id: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """Empty where a version wrote it that knew of one workspace only; see outbox.adopt."""
    learner_id: int | None = owner("learner", nullable=True)
    group_id: int | None = owner("study_group", index=True, nullable=True)
    """The study group whose channel it goes to; otherwise it goes to the learner's direct message."""
    kind: str
    local_date: date | None = None
    """The date on the person's or the group's wall it belongs to; None for what is no reminder."""
    payload: dict[str, Any] = Field(sa_type=JSON)
    """What the kind's renderer needs, by id; no personal text."""
    priority: int = 0
    """0 for somebody who is waiting, higher for bulk."""
    state: str = OutboxState.DUE
    due_at: datetime = instant()
    expires_at: datetime | None = instant(nullable=True)
    """After this instant it is no longer useful and is missed."""
    owner: str | None = None
    lease_until: datetime | None = instant(nullable=True)
    fence: int = 0
    """Counts claims: a worker whose fence is old has lost the message to another."""
    attempts: int = 0
    """How often it was refused or went astray."""
    first_sending_at: datetime | None = instant(nullable=True)
    sending_at: datetime | None = instant(nullable=True)
    """When it was last written down that the post is about to leave."""
    channel: str | None = None
    message_ts: str | None = None
    sent_at: datetime | None = instant(nullable=True)
    doubtful: bool = False
    """Sent again although it was unclear whether the first post arrived."""
    reason: str | None = None
    created_at: datetime = instant()
