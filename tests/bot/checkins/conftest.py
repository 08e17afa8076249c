"""The check-in's service on each kind of database."""

from __future__ import annotations

import pytest

from bot.checkins.service import CheckInService
from bot.plan.service import PlanService
from content.loader import Catalog
from storage.engine import Database
from tests.builders import Bell, MovingClock, a_reminder_service


@pytest.fixture
def service(catalog: Catalog, database: Database, clock: MovingClock) -> CheckInService:
    reminders = a_reminder_service(database, clock)
    plan = PlanService(catalog, database, clock, Bell(), reminders)
    return CheckInService(catalog, database, clock, plan, reminders)
