"""One process migrates however many start, both kinds get the same tables, a newer one is refused."""

from __future__ import annotations

import multiprocessing
import os
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlmodel import SQLModel

import storage.models  # noqa: F401  (fills the metadata)
from storage.migrate import DatabaseUnusableError, current_revision, newest_revision, upgrade
from storage.migrations.declared import is_compared
from tests.storage.schemas import opened


def test_processes_that_start_together_on_an_empty_database_migrate_it_once(empty_url: str) -> None:
    context = multiprocessing.get_context("spawn")
    with context.Pool(8) as pool:
        results = pool.map(upgrade, [empty_url] * 8, chunksize=1)
        pool.close()
        pool.join()

    newest = newest_revision()
    assert sorted(str(before) for before, _ in results) == sorted(["None"] + [newest] * 7)
    with opened(empty_url) as connection:
        assert current_revision(connection) == newest


def test_the_migrations_make_the_tables_that_the_models_describe(empty_url: str) -> None:
    upgrade(empty_url)

    with opened(empty_url) as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_object": is_compared}
        )
        assert compare_metadata(context, SQLModel.metadata) == []


def test_going_back_and_forth_ends_with_the_same_tables(empty_url: str) -> None:
    upgrade(empty_url)
    with opened(empty_url) as connection:
        tables = sorted(inspect(connection).get_table_names())

    upgrade(empty_url, "base")
    with opened(empty_url) as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]
    upgrade(empty_url)

    with opened(empty_url) as connection:
        assert sorted(inspect(connection).get_table_names()) == tables


def test_upgrading_again_changes_nothing(database_url: str) -> None:
    assert upgrade(database_url) == (newest_revision(), newest_revision())


def test_a_newer_database_of_which_nobody_says_that_we_may_run_on_it_is_left_alone(database_url: str) -> None:
    with opened(database_url) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        connection.execute(text("DROP TABLE schema_compatibility"))

    with pytest.raises(DatabaseUnusableError, match="at 9999, newer than this program"):
        upgrade(database_url)

    with opened(database_url) as connection:
        assert current_revision(connection) == "9999"


@pytest.mark.parametrize(
    ("url", "cause"),
    [
        pytest.param(
            "sqlite:////dev/null/prep-coach.db", "File exists", id="a file where a folder should be"
        ),
        pytest.param("sqlite:////proc/nowhere/prep-coach.db", "No such file", id="no such folder"),
        pytest.param("sqlite:////", "unable to open database file", id="a folder"),
        pytest.param("postgresql://nobody:secret@127.0.0.1:9/prep", "connection", id="no server"),
    ],
)
def test_a_database_that_cannot_be_opened_is_named_without_its_password(url: str, cause: str) -> None:
    with pytest.raises(DatabaseUnusableError, match=cause) as raised:
        upgrade(url)

    assert "cannot be used" in str(raised.value)
    assert "secret" not in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write every file")
def test_a_file_that_may_only_be_read_is_refused(migrated_file: Path, tmp_path: Path) -> None:
    file = tmp_path / "prep-coach.db"
    file.write_bytes(migrated_file.read_bytes())
    file.chmod(0o444)
    tmp_path.chmod(0o555)

    with pytest.raises(DatabaseUnusableError, match="cannot be used"):
        upgrade(f"sqlite:///{file}")

    tmp_path.chmod(0o755)
