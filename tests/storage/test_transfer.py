"""Every row of every table arrives in the other database as it was, whatever is in it and whichever way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import Connection, Engine, create_engine, insert, select, text
from sqlalchemy.pool import NullPool
from sqlmodel import SQLModel, col

from storage.engine import async_url
from storage.migrate import newest_revision, tables_at
from storage.models import Learner, Workspace
from storage.transfer import TransferError, carry, sums
from tests.builders import NOON
from tests.conftest import copies_of_migrated, sqlite_url
from tests.storage.filled import Rows, filled, store, stored

NewDatabase = Callable[[str], str]
EVERY_WAY = [
    ("sqlite", "postgresql"),
    ("postgresql", "sqlite"),
    ("sqlite", "sqlite"),
    ("postgresql", "postgresql"),
]


@pytest.fixture(scope="module")
def new_database(
    migrated_file: Path, postgres: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[NewDatabase]:
    """Makes an empty database of a kind; its URL."""
    with copies_of_migrated(postgres) as new_postgres:

        def make(kind: str) -> str:
            if kind == "sqlite":
                return sqlite_url(migrated_file, tmp_path_factory.mktemp("transfer"))
            return new_postgres()

        yield make


def engine_of(url: str) -> Engine:
    """A plain engine, without what the bot sets."""
    parsed = async_url(url)
    if parsed.get_backend_name() == "sqlite":
        parsed = parsed.set(drivername="sqlite")
    return create_engine(parsed, poolclass=NullPool)


@contextmanager
def undone(url: str) -> Iterator[Connection]:
    """A transaction of which nothing stays."""
    with engine_of(url).connect() as connection:
        yield connection
        connection.rollback()


def silent(_table: str, _rows: int) -> None:
    """Nobody watches."""


@pytest.mark.parametrize(("source", "target"), EVERY_WAY)
def test_everything_arrives_as_it_was(new_database: NewDatabase, source: str, target: str) -> None:
    urls = new_database(source), new_database(target)
    names = tables_at(newest_revision())

    @given(rows=filled())
    @settings(max_examples=5, suppress_health_check=list(HealthCheck))
    def arrives(rows: Rows) -> None:
        with undone(urls[0]) as here, undone(urls[1]) as there:
            store(here, rows)

            carried = carry(here, there, names, silent)

            assert stored(there) == stored(here)
            assert sums(there, names) == sums(here, names) == carried
            assert {found.rows for found in carried.values()} == {2}

    arrives()


def test_every_table_of_the_bot_is_carried() -> None:
    assert tables_at(newest_revision()) == set(SQLModel.metadata.tables)


def test_one_changed_character_changes_the_sum(new_database: NewDatabase) -> None:
    with undone(new_database("sqlite")) as connection:
        connection.execute(text("INSERT INTO workspace (team_id) VALUES ('T1'), ('T2')"))
        before = sums(connection, ["workspace"])["workspace"]
        connection.execute(text("UPDATE workspace SET team_id = 'T3' WHERE team_id = 'T2'"))

        after = sums(connection, ["workspace"])["workspace"]

        assert after.rows == before.rows == 2
        assert after.checksum != before.checksum


def test_an_instant_that_sql_wrote_arrives_too(new_database: NewDatabase) -> None:
    with undone(new_database("sqlite")) as here, undone(new_database("postgresql")) as there:
        written = "INSERT INTO workspace (team_id, charts_refused_at) VALUES ('T1', '2030-03-04 12:00:00')"
        here.execute(text(written))

        carried = carry(here, there, ["workspace"], silent)

        assert sums(there, ["workspace"]) == carried
        assert there.execute(select(col(Workspace.charts_refused_at))).scalar() == NOON


def test_what_is_no_instant_is_named_with_its_table(new_database: NewDatabase) -> None:
    with undone(new_database("sqlite")) as here:
        here.execute(text("INSERT INTO workspace (team_id, charts_refused_at) VALUES ('T1', 'noon')"))

        with pytest.raises(TransferError, match="The table workspace cannot be read"):
            sums(here, ["workspace"])


def test_what_the_other_kind_cannot_hold_is_named_with_its_table(new_database: NewDatabase) -> None:
    with undone(new_database("sqlite")) as here, undone(new_database("postgresql")) as there:
        here.execute(text("INSERT INTO workspace (team_id) VALUES ('T' || char(0))"))

        with pytest.raises(TransferError, match="The table workspace cannot be written"):
            carry(here, there, ["workspace"], silent)


def test_the_next_row_gets_a_number_of_its_own(new_database: NewDatabase) -> None:
    with undone(new_database("sqlite")) as here, undone(new_database("postgresql")) as there:
        here.execute(insert(Learner).values(id=41, team_id="T1", user_id="U1", created_at=NOON))
        carry(here, there, ["learner"], silent)

        there.execute(insert(Learner).values(team_id="T1", user_id="U2", created_at=NOON))

        assert there.execute(text("SELECT max(id) FROM learner")).scalar() == 42
