"""The service of people's own data on a database."""

from __future__ import annotations

import pytest

from bot.mydata.service import MyDataService
from bot.plan.service import PlanService
from content.loader import Catalog
from storage.engine import Database
from tests.builders import Bell, MovingClock, a_reminder_service


def my_data(database: Database, catalog: Catalog, clock: MovingClock) -> MyDataService:
    """With nobody to wake."""
    reminders = a_reminder_service(database, clock)
    plan = PlanService(catalog, database, clock, Bell(), reminders)
    return MyDataService(catalog, database, clock, plan, reminders, Bell())


@pytest.fixture
def mydata(database: Database, catalog: Catalog, clock: MovingClock) -> MyDataService:
    """On each kind of database."""
    return my_data(database, catalog, clock)
