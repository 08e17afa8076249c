"""What tests of the bot's rooms share: a clock that is moved by hand, and an app to dispatch to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from content.loader import Catalog
from tests.builders import MovingClock
from tests.conftest import sqlite_url
from tests.dispatch import Dispatcher, dispatching


@pytest.fixture
def clock() -> MovingClock:
    """Stands at noon until it is moved."""
    return MovingClock()


@pytest.fixture
async def slack(
    migrated_file: Path, tmp_path: Path, catalog: Catalog, clock: MovingClock
) -> AsyncIterator[Dispatcher]:
    """The app on an empty SQLite file."""
    async with dispatching(sqlite_url(migrated_file, tmp_path), catalog, clock) as dispatcher:
        yield dispatcher
