"""A stored story as far as coverage looks at it: without its texts, so that many are read quickly."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.clock import local_date
from bot.stories.draft import Draft
from bot.stories.kept import Kept


class Outline(Protocol):
    """What is read of it."""

    @property
    def id(self) -> int: ...
    @property
    def key(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def principles(self) -> list[str] | None: ...
    @property
    def scenario(self) -> str | None: ...
    @property
    def scope(self) -> str | None: ...
    @property
    def updated_at(self) -> datetime: ...
    @property
    def told_at(self) -> datetime | None: ...


def outlined(row: Outline, zone: str) -> Kept:
    """The story; its dates are those of the zone."""
    return Kept(
        id=row.id,
        key=row.key,
        draft=Draft(
            title=row.title,
            principles=tuple(row.principles or ()),
            scenario=row.scenario,
            scope=row.scope,
        ),
        changed_at=row.updated_at,
        told_on=local_date(row.told_at, zone) if row.told_at is not None else None,
    )
