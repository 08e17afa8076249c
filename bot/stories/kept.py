"""A story as it is kept, and the name by which buttons and forms call it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from bot.stories.draft import Draft


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """A story of a person. Dates are the person's own days."""

    id: int
    key: str
    draft: Draft
    revision: int = 1
    is_archived: bool = False
    changed_at: datetime
    told_on: date | None = None
    times_told: int = 0
    reviewed_on: date | None = None

    @property
    def ref(self) -> str:
        """What buttons carry."""
        return reference(self.id, self.key)


def reference(row_id: int, key: str) -> str:
    """
    The id with a digest of the key.

    SQLite gives the id of a deleted row away again: an old button must not find the row that has it now.
    """
    return f"{row_id}.{sha256(key.encode()).hexdigest()[:8]}"


def read_reference(ref: str) -> tuple[int, str | None] | None:
    """The id, and the digest where there is one; None for what is no reference."""
    number, _, digest = ref.partition(".")
    if not (number.isascii() and number.isdecimal() and 0 < len(number) < 10):
        return None
    return int(number), digest or None


def is_meant(ref: str, row_id: int, key: str) -> bool:
    """Whether the reference is to this row. A bare id, as other features have it, is to whoever has it."""
    read = read_reference(ref)
    return read is not None and ref in (reference(row_id, key), str(row_id))
