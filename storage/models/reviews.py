"""What comes back for review, and when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.models.columns import instant, owner


class ReviewCard(SQLModel, table=True):
    """
    The memory of one concept, problem or story, as the FSRS algorithm keeps it.

    `item` names what is reviewed: `concept:<slug>`, `problem:<slug>` or `story:<id>`.
    """

    __tablename__ = "review_card"
    __table_args__ = (Index("ix_review_card_due", "learner_id", "due_at"),)

    learner_id: int = owner("learner", primary_key=True)
    item: str = Field(primary_key=True)
    state: int
    step: int | None = None
    stability: float | None = None
    difficulty: float | None = None
    due_at: datetime = instant()
    reviewed_at: datetime | None = instant(nullable=True)
    repetitions: int = 0
    lapses: int = 0


class ReviewLog(SQLModel, table=True):
    """One answer to a card."""

    __tablename__ = "review_log"
    __table_args__ = (UniqueConstraint("learner_id", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    learner_id: int = owner("learner")
    key: str
    """Unique per learner, so that a double click is one answer."""
    item: str
    rating: int
    """1 Again, 2 Hard, 3 Good, 4 Easy."""
    reviewed_at: datetime = instant()
