"""Databases without tables, to be migrated by the test."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from tests.conftest import NewPostgres


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without tables; the SQLite file is not even there."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new folder' / 'prep-coach.db'}"
    new_postgres: NewPostgres = request.getfixturevalue("new_postgres")
    url = new_postgres()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return url
