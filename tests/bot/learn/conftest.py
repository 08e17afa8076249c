"""The library as shipped."""

from __future__ import annotations

import pytest

from bot.learn.library import Library
from content.loader import Catalog


@pytest.fixture(scope="session")
def library(catalog: Catalog) -> Library:
    """All lessons on their shelves."""
    return Library(catalog)
