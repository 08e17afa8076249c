"""The catalog, taken apart once."""

from __future__ import annotations

import pytest

from content.catalog import Catalog
from tests.content.texts import Text, texts_of


@pytest.fixture(scope="session")
def texts(catalog: Catalog) -> tuple[Text, ...]:
    """Every text a person may read."""
    return tuple(texts_of(catalog))
