"""An old program and a newer schema: it starts where that was promised, and says why where it was not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import text

import storage.migrate
from storage.compatibility import oldest_program
from storage.migrate import DatabaseUnusableError, is_too_new, newest_revision, upgrade
from tests.conftest import NewPostgres
from tests.storage.schemas import fill, opened, reflected, rows

OWN = newest_revision()
NEXT = f"{int(OWN) + 1:04d}"


class Release:
    """The program with one more migration, by which a newer version would bring the database up."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder / "migrations"
        self.monkeypatch = monkeypatch
        shutil.copytree(storage.migrate.MIGRATIONS, self.folder, ignore=shutil.ignore_patterns("__pycache__"))

    def upgrade(self, url: str, *, oldest: str, step: str = "pass", target: str | None = None) -> None:
        """Migrate as the newer version, whose migration declares `oldest` and does `step`."""
        (self.folder / "versions" / f"{NEXT}_next.py").write_text(
            "import sqlalchemy as sa\nfrom alembic import op\n"
            f"revision = {NEXT!r}\ndown_revision = {OWN!r}\noldest_program = {oldest!r}\n"
            f"def upgrade():\n    {step}\ndef downgrade():\n    pass\n",
            encoding="utf-8",
        )
        with self.monkeypatch.context() as newer:
            newer.setattr(storage.migrate, "MIGRATIONS", self.folder)
            upgrade(url, target)


@pytest.fixture
def release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Release:
    return Release(tmp_path, monkeypatch)


def test_an_old_program_starts_on_a_newer_schema_that_lets_it_and_says_so(
    database_url: str, release: Release, caplog: pytest.LogCaptureFixture
) -> None:
    release.upgrade(database_url, oldest=OWN)

    with caplog.at_level("INFO"):
        assert upgrade(database_url) == (NEXT, NEXT)

    assert f"at {NEXT}, newer than this program ({OWN}), which may run on it" in caplog.text
    with opened(database_url) as connection:
        assert not is_too_new(connection)


def test_an_old_program_leaves_a_schema_alone_that_shuts_it_out(database_url: str, release: Release) -> None:
    release.upgrade(database_url, oldest=NEXT)

    with pytest.raises(DatabaseUnusableError, match=f"at {NEXT}, newer than this program .{OWN}."):
        upgrade(database_url)


def test_an_old_program_takes_no_migration_back_that_it_does_not_know(
    database_url: str, release: Release
) -> None:
    release.upgrade(database_url, oldest=OWN)

    with pytest.raises(DatabaseUnusableError, match="run the version of Prep Coach that made it"):
        upgrade(database_url, "0001")


def test_the_most_demanding_migration_counts_and_is_forgotten_when_it_is_taken_back(
    database_url: str, release: Release
) -> None:
    release.upgrade(database_url, oldest=NEXT)
    with opened(database_url) as connection:
        assert oldest_program(connection) == NEXT

    release.upgrade(database_url, oldest=NEXT, target=OWN)

    with opened(database_url) as connection:
        assert oldest_program(connection) == "0001"
    assert upgrade(database_url) == (OWN, OWN)


def test_a_table_that_is_made_anew_keeps_the_rows_that_belong_to_its_rows(
    database_url: str, release: Release
) -> None:
    """SQLite changes a column by making its table anew; dropping the old one deletes what refers to it."""
    tables = reflected(database_url)
    with opened(database_url) as connection:
        fill(connection, tables, 1)
        stored = rows(connection, tables)

    release.upgrade(
        database_url,
        oldest=OWN,
        step="with op.batch_alter_table('learner') as t: t.alter_column('time_zone', type_=sa.Text())",
    )

    with opened(database_url) as connection:
        assert rows(connection, tables) == stored


def test_a_migration_that_leaves_rows_without_what_they_refer_to_is_not_kept(
    database_url: str, release: Release
) -> None:
    tables = reflected(database_url)
    with opened(database_url) as connection:
        fill(connection, tables, 1)

    with pytest.raises(DatabaseUnusableError, match=r"was taken back|violates foreign key"):
        release.upgrade(database_url, oldest=OWN, step="op.execute('UPDATE attempt SET learner_id = 77')")

    with opened(database_url) as connection:
        assert connection.execute(text("SELECT learner_id FROM attempt")).scalar() == 1


def test_a_migration_gives_up_on_a_table_that_somebody_holds(
    new_postgres: NewPostgres, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everybody who wants the table waits behind a migration that waits for it."""
    url = new_postgres()
    monkeypatch.setattr(storage.migrate, "LOCK_SECONDS", 1)

    with opened(url) as holder:
        holder.execute(text("SELECT 1 FROM learner"))
        with pytest.raises(DatabaseUnusableError, match="lock timeout"):
            release.upgrade(url, oldest=OWN, step="op.add_column('learner', sa.Column('x', sa.Integer()))")

    assert upgrade(url) == (OWN, OWN)
