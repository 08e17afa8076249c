"""A bot that can be installed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.engine import Database
from tests.bot.workspaces.town import Town, open_town


@pytest.fixture
async def town(database: Database, tmp_path: Path) -> AsyncIterator[Town]:
    """Tokens that last, on either kind of database."""
    async with open_town(database, tmp_path) as opened:
        yield opened


@pytest.fixture
async def turning(database: Database, tmp_path: Path) -> AsyncIterator[Town]:
    """Tokens that rotate."""
    async with open_town(database, tmp_path, rotates=True) as opened:
        yield opened
