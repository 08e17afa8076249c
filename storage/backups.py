"""
Backups, restoring them, and moving to another database, while bots run.

A backup is one SQLite file with the tables of the database it was made of, SQLite or PostgreSQL, and what is
in them by count and checksum. So it can be put back into either kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, insert, text
from sqlalchemy.exc import DBAPIError

from storage.heartbeat import ONLY
from storage.migrate import current_revision, newest_revision, step, tables_at
from storage.models import Heartbeat
from storage.places import (
    CopyError,
    is_same,
    last_beat,
    new_file,
    place_of,
    put_in_place,
    reading,
    refuse_if_in_use,
    replacing,
    writing,
)
from storage.transfer import Progress, Sum, TransferError, carry, sums

FORMAT = 1
ENCRYPTED = "installation"
"""The table whose tokens can only be read with PREP_ENCRYPTION_KEY."""
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""When a bot last ran on a copy, as far as the copy says."""
_UNDONE = "Nothing was changed."


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What was carried over."""

    revision: str
    """Of the database it came from."""
    tables: dict[str, Sum]
    kept: Path | None = None
    """Where the database is now that was there before."""
    returned: list[str] = field(default_factory=list)
    """TEAM:USER of people who were not in the database that was replaced: perhaps they had left."""

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables.values())

    @property
    def needs_key(self) -> bool:
        """Whether there are tokens that can only be read with the key they were encrypted with."""
        return ENCRYPTED in self.tables and self.tables[ENCRYPTED].rows > 0


def back_up(url: str, file: Path, *, now: datetime, version: str, progress: Progress) -> Report:
    """
    Write everything into a new file, as it is at one instant. Bots may run meanwhile.

    Raises CopyError; then there is no file.
    """
    with _one_sentence("No backup was made."), reading(url) as source, new_file(file) as part:
        revision = _revision_of(source, url)
        names = tables_at(revision)
        with writing(part) as target:
            step(target, None, revision)
            report = Report(revision=revision, tables=carry(source, target, names, progress))
            _describe(target, report, now=now, version=version)
        with reading(f"sqlite:///{part}") as copy:
            damage = copy.execute(text("PRAGMA integrity_check")).scalar()
            if damage != "ok":
                raise CopyError(f"The file {file} was not written well ({damage}): check the disk.")
            _compare(report.tables, sums(copy, names), "what was written")
        put_in_place(part, file)
    return report


def restore(file: Path, url: str, *, replace: bool, force: bool, now: datetime, progress: Progress) -> Report:
    """
    Put a backup in the place of what the database holds, all of it or nothing.

    `replace`: also if it holds people. `force`: also if a bot seems to run on it. Raises CopyError.
    """
    if not file.exists():
        raise CopyError(f"There is no file {file}.")
    with _one_sentence(_UNDONE), reading(f"sqlite:///{file}") as source:
        promised = _promised(source, file)
        revision = _revision_of(source, str(file))
        with replacing(url, source, replace=replace, force=force, now=now) as target:
            carried = _fill(target.connection, source, revision, progress)
            _compare(promised, carried, "what the backup was made of: it is damaged")
    return Report(revision=revision, tables=carried, kept=target.kept, returned=target.returned)


def move(
    source_url: str, url: str, *, replace: bool, force: bool, now: datetime, progress: Progress
) -> Report:
    """
    Copy a database into another one, of either kind; the source stays as it is.

    `replace`: also if the target holds people. `force`: also if a bot seems to run on one of them.
    Raises CopyError.
    """
    if is_same(source_url, url):
        raise CopyError("Source and target are the same database.")
    with _one_sentence(_UNDONE), reading(source_url) as source:
        refuse_if_in_use(last_beat(source), place_of(source_url), force=force, now=now)
        revision = _revision_of(source, place_of(source_url))
        with replacing(url, source, replace=replace, force=force, now=now) as target:
            carried = _fill(target.connection, source, revision, progress)
    return Report(revision=revision, tables=carried, kept=target.kept, returned=target.returned)


def _fill(target: Connection, source: Connection, revision: str, progress: Progress) -> dict[str, Sum]:
    """Carry everything into an empty database, compare, and make it ready for a bot of this version."""
    names = tables_at(revision)
    step(target, None, revision)
    carried = carry(source, target, names, progress)
    _compare(carried, sums(target, names), "what was written")
    if revision != newest_revision():
        step(target, revision, newest_revision())
        _refuse_loose_ends(target)
    _look_before_sending(target)
    return carried


def _refuse_loose_ends(connection: Connection) -> None:
    """PostgreSQL never lets a migration leave rows behind that refer to nothing."""
    if connection.dialect.name == "sqlite":
        broken = connection.execute(text("PRAGMA foreign_key_check")).first()
        if broken is not None:
            raise CopyError(
                f"Migrated to {newest_revision()}, rows of {broken[0]} would refer to rows of {broken[2]} "
                "that are not there: restore it with the version that made it, and report it."
            )


def _look_before_sending(connection: Connection) -> None:
    """
    The copy does not know what was sent since it was made.

    So all that is owed is looked for in its conversation before it is sent; and what comes to be owed until
    the next start, because that start takes itself for one after a long absence.
    """
    connection.execute(
        text(
            "UPDATE outbox_message SET state = 'unclear', lease_until = NULL"
            " WHERE state IN ('due', 'claimed', 'sending')"
        )
    )
    connection.execute(text("DELETE FROM heartbeat"))
    connection.execute(insert(Heartbeat).values(id=ONLY, at=LONG_AGO))


def _revision_of(connection: Connection, place: str) -> str:
    revision, newest = current_revision(connection), newest_revision()
    if revision is None:
        raise CopyError(f"There is nothing in {place} yet.")
    if revision > newest:
        raise CopyError(
            f"It is at {revision}, newer than this program ({newest}): use the version of Prep Coach that "
            "made it, or a newer one."
        )
    return revision


def _describe(connection: Connection, report: Report, *, now: datetime, version: str) -> None:
    connection.execute(
        text(
            "CREATE TABLE backup (id INTEGER PRIMARY KEY, format INTEGER, made_at TEXT, made_by TEXT,"
            " revision TEXT, needs_encryption_key BOOLEAN)"
        )
    )
    connection.execute(text("CREATE TABLE backup_table (name TEXT PRIMARY KEY, rows INTEGER, checksum TEXT)"))
    connection.execute(
        text("INSERT INTO backup VALUES (1, :format, :at, :version, :revision, :key)"),
        {
            "format": FORMAT,
            "at": now.isoformat(timespec="seconds"),
            "version": version,
            "revision": report.revision,
            "key": report.needs_key,
        },
    )
    rows = [
        {"name": name, "rows": found.rows, "checksum": found.checksum}
        for name, found in report.tables.items()
    ]
    connection.execute(text("INSERT INTO backup_table VALUES (:name, :rows, :checksum)"), rows)


def _promised(connection: Connection, file: Path) -> dict[str, Sum]:
    """What the backup says is in it."""
    tables = connection.execute(text("SELECT count(*) FROM sqlite_master WHERE name = 'backup'")).scalar()
    if not tables:
        raise CopyError(
            f"{file} was not made by prep-coach backup. If it is a database of Prep Coach, "
            "prep-coach move takes it over."
        )
    made = connection.execute(text("SELECT format FROM backup")).scalar_one()
    if made > FORMAT:
        raise CopyError(f"{file} was made by a newer version of Prep Coach: use that one, or a newer one.")
    rows = connection.execute(text("SELECT name, rows, checksum FROM backup_table"))
    return {name: Sum(number, checksum) for name, number, checksum in rows}


def _compare(wanted: dict[str, Sum], found: dict[str, Sum], what: str) -> None:
    differing = sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))
    if differing:
        raise CopyError(f"The rows of {', '.join(differing)} differ from {what}.")


@contextmanager
def _one_sentence(then: str) -> Iterator[None]:
    """Whatever goes wrong is told in a sentence, with what became of the work."""
    try:
        yield
    except (CopyError, TransferError) as error:
        raise CopyError(f"{error} {then}") from error
    except (OSError, DBAPIError) as error:
        cause = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise CopyError(
            f"The database cannot be used ({cause}): check its URL, that the server runs, or that the file "
            f"and its folder may be read and written. {then}"
        ) from error
