"""The services of progress on each kind of database."""

from __future__ import annotations

import pytest

from bot.plan.service import PlanService
from bot.progress.bending import BendingService
from bot.progress.outcomes import OutcomeService
from bot.progress.service import ProgressService
from content.loader import Catalog
from storage.engine import Database
from tests.builders import Bell, MovingClock, a_reminder_service


@pytest.fixture
def plan(catalog: Catalog, database: Database, clock: MovingClock) -> PlanService:
    return PlanService(catalog, database, clock, Bell(), a_reminder_service(database, clock))


@pytest.fixture
def progress(catalog: Catalog, database: Database, clock: MovingClock, plan: PlanService) -> ProgressService:
    return ProgressService(catalog, database, clock, plan, a_reminder_service(database, clock))


@pytest.fixture
def bending(catalog: Catalog, database: Database, clock: MovingClock) -> BendingService:
    return BendingService(catalog, database, clock, a_reminder_service(database, clock))


@pytest.fixture
def bell() -> Bell:
    return Bell()


@pytest.fixture
def outcomes(database: Database, clock: MovingClock, bell: Bell) -> OutcomeService:
    return OutcomeService(database, clock, a_reminder_service(database, clock), bell)
