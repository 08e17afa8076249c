"""The services of stories on each kind of database."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.stories.service import StoryService
from bot.stories.sharing import SharingService
from content.loader import Catalog
from storage.engine import Database
from tests.builders import Bell, MovingClock, a_reminder_service

Rated = list[tuple[str, int, str]]


@pytest.fixture
def rated() -> Rated:
    """What the reviews were told: item, rating, key."""
    return []


@pytest.fixture
def stories(catalog: Catalog, database: Database, clock: MovingClock, rated: Rated) -> StoryService:
    async def on_rated(
        _session: AsyncSession, _learner_id: int, item: str, rating: int, key: str, _now: datetime
    ) -> None:
        rated.append((item, rating, key))

    return StoryService(catalog, database, clock, a_reminder_service(database, clock), on_rated)


@pytest.fixture
def bell() -> Bell:
    return Bell()


@pytest.fixture
def sharing(database: Database, clock: MovingClock, bell: Bell) -> SharingService:
    return SharingService(database, clock, a_reminder_service(database, clock), bell)
