"""Opens databases for copying: a source at one instant, a new file, a target that is replaced as a whole."""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from storage.engine import BUSY_TIMEOUT_MS, async_url
from storage.heartbeat import LONG_ABSENCE
from storage.migrate import LOCK, current_revision, newest_revision, step, tables_at
from storage.models import Heartbeat

LOCK_SECONDS = 30
"""How long a bot that still runs may hold up the replacing of its database."""
MOST_RETURNED = 1000
"""So many people are named who come back with a backup."""
_SIDE_FILES = ("-wal", "-shm")


class CopyError(Exception):
    """It cannot be copied; the message says why and what to do."""


@dataclass(slots=True)
class Target:
    """An empty database in a transaction, which becomes the one at its place at the end."""

    connection: Connection
    kept: Path | None = None
    """Where the file is that was there before."""
    returned: list[str] = field(default_factory=list)
    """TEAM:USER of people in the source who were not in what is replaced."""


def place_of(url: str) -> str:
    """The URL without its password."""
    return make_url(url).render_as_string(hide_password=True)


def file_of(url: str) -> Path | None:
    """The file of an SQLite database; None for a server's."""
    parsed = async_url(url)
    return Path(str(parsed.database)) if parsed.get_backend_name() == "sqlite" else None


def is_same(one: str, other: str) -> bool:
    """Whether both URLs name the same database."""
    first, second = file_of(one), file_of(other)
    if first is None or second is None:
        return async_url(one) == async_url(other)
    return first.resolve() == second.resolve()


@contextmanager
def reading(url: str) -> Iterator[Connection]:
    """Everything as it is at one instant; nothing can be changed, and no writer waits."""
    file = file_of(url)
    if file is not None and not file.exists():
        raise CopyError(f"There is no database at {file}.")
    if file is None:
        engine = create_engine(async_url(url), poolclass=NullPool)
        options: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with engine.connect().execution_options(**options) as connection:
            yield connection
    else:
        engine = _sqlite(file, "BEGIN", "PRAGMA query_only = ON")
        with engine.connect() as connection:
            # A snapshot begins with the first look.
            connection.execute(text("SELECT count(*) FROM sqlite_master"))
            yield connection


@contextmanager
def new_file(place: Path) -> Iterator[Path]:
    """An empty file beside `place` that only we may read; gone at the end unless it was put there."""
    if place.exists():
        raise CopyError(f"There is already a {place}: name a new file.")
    with _part_of(place) as part:
        yield part


@contextmanager
def writing(file: Path) -> Iterator[Connection]:
    """One transaction on a file that nobody else uses, safe on the disk at the end."""
    # What a power cut leaves of it is thrown away, so nothing is made sure of before the end. A migration may
    # make a table anew, and with foreign keys dropping the old one would delete what refers to it.
    engine = _sqlite(
        file,
        "BEGIN IMMEDIATE",
        "PRAGMA journal_mode = MEMORY",
        "PRAGMA synchronous = OFF",
        "PRAGMA foreign_keys = OFF",
    )
    with engine.begin() as connection:
        yield connection
    with file.open("rb") as written:
        os.fsync(written.fileno())


@contextmanager
def replacing(url: str, source: Connection, *, replace: bool, force: bool, now: datetime) -> Iterator[Target]:
    """
    An empty target that takes the place of what is at `url` when the block ends well.

    An SQLite file that was there is kept under another name. Raises CopyError when it may not be replaced.
    """
    file = file_of(url)
    if file is None:
        with _replacing_tables(url, source, replace=replace, force=force, now=now) as target:
            yield target
        return
    returned = []
    if file.exists() and file.stat().st_size:
        try:
            with reading(url) as present:
                _refuse(present, place_of(url), replace=replace, force=force, now=now)
                returned = _returning(source, present)
        except DBAPIError as error:
            if not replace:
                raise CopyError(
                    f"{file} cannot be read ({str(error.orig).splitlines()[0]}); --replace puts it aside."
                ) from error
    with _part_of(file) as part:
        with writing(part) as connection:
            target = Target(connection, returned=returned)
            yield target
        _take_over_owner(part, file)
        target.kept = _put_aside(file, now)
        put_in_place(part, file)


def put_in_place(part: Path, place: Path) -> None:
    """Give a finished file its name, for good."""
    if place.exists():
        raise CopyError(f"There is already a {place}: name a new file.")
    part.rename(place)
    folder = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def last_beat(connection: Connection) -> datetime | None:
    """When a bot was last known to run on it."""
    if not inspect(connection).has_table("heartbeat"):
        return None
    return connection.execute(select(Heartbeat.at)).scalar()  # type: ignore[call-overload]


def refuse_if_in_use(beat: datetime | None, place: str, *, force: bool, now: datetime) -> None:
    """Raise CopyError when a bot seems to run on a database."""
    if force or beat is None or now - beat > LONG_ABSENCE:
        return
    seconds = max((now - beat).total_seconds(), 0)
    raise CopyError(
        f"A bot was at work on {place} {seconds:.0f} seconds ago: stop every bot that uses it. If they are "
        "stopped, wait two minutes or add --force."
    )


@contextmanager
def _replacing_tables(
    url: str, source: Connection, *, replace: bool, force: bool, now: datetime
) -> Iterator[Target]:
    """The same for a server's database: one transaction."""
    engine = create_engine(async_url(url), poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'"))
        connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
        _refuse(connection, place_of(url), replace=replace, force=force, now=now)
        returned = _returning(source, connection)
        before = current_revision(connection)
        if before is not None:
            # Emptied first: going back through the migrations must not stumble over what is in a column.
            names = ", ".join(f'"{name}"' for name in sorted(tables_at(before)))
            connection.execute(text(f"TRUNCATE {names} CASCADE"))
            step(connection, before, "base")
        yield Target(connection, returned=returned)


def _refuse(connection: Connection, place: str, *, replace: bool, force: bool, now: datetime) -> None:
    revision = current_revision(connection)
    if revision is not None and revision > newest_revision():
        raise CopyError(
            f"{place} is at {revision}, newer than this program ({newest_revision()}): use the version of "
            "Prep Coach that made it, or another database."
        )
    refuse_if_in_use(last_beat(connection), place, force=force, now=now)
    if not replace and _has_people(connection):
        raise CopyError(f"{place} holds people's data: add --replace to put this in its place.")


def _has_people(connection: Connection) -> bool:
    if not inspect(connection).has_table("learner"):
        return False
    return connection.execute(text("SELECT 1 FROM learner LIMIT 1")).first() is not None


def _returning(source: Connection, present: Connection) -> list[str]:
    """
    Who is in the source and no more in what it replaces: perhaps they had their data deleted since.

    Nobody where nothing is replaced. Both are read in the same order, so that nothing is kept in memory.
    """
    if not _has_people(present):
        return []
    returned: list[str] = []
    with closing(_people(present)) as there, closing(_people(source)) as people:
        other = next(there, None)
        for person in people:
            while other is not None and other < person:
                other = next(there, None)
            if other != person:
                returned.append(":".join(person))
            if len(returned) == MOST_RETURNED:
                break
    return returned


def _people(connection: Connection) -> Generator[tuple[str, str]]:
    collation = "" if connection.dialect.name == "sqlite" else ' COLLATE "C"'
    query = f"SELECT team_id, user_id FROM learner ORDER BY team_id{collation}, user_id{collation}"  # noqa: S608 - two constants
    with connection.execute(text(query), execution_options={"yield_per": 1000}) as rows:
        yield from ((team, user) for team, user in rows)


@contextmanager
def _part_of(place: Path) -> Iterator[Path]:
    place.absolute().parent.mkdir(parents=True, exist_ok=True)
    part = place.absolute().with_name(f".{place.name}.{secrets.token_hex(4)}.part")
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        yield part
    finally:
        part.unlink(missing_ok=True)


def _put_aside(file: Path, now: datetime) -> Path | None:
    """Keep what was there under another name, with the log that belongs to it."""
    if not file.exists():
        return None
    with suppress(sqlite3.Error):
        connection = sqlite3.connect(file)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
    kept = file.with_name(f"{file.name}.before-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    for suffix in (*_SIDE_FILES, ""):
        beside = file.with_name(file.name + suffix)
        if beside.exists():
            beside.rename(kept.with_name(kept.name + suffix))
    return kept


def _take_over_owner(part: Path, file: Path) -> None:
    """The bot, which may be another user than we are, must be able to open what we made."""
    if file.exists():
        shutil.copymode(file, part)
    owner = file.stat() if file.exists() else file.absolute().parent.stat()
    if os.geteuid() == 0:
        os.chown(part, owner.st_uid, owner.st_gid)


def _sqlite(file: Path, begin: str, *pragmas: str) -> Engine:
    engine = create_engine(f"sqlite:///{file}", poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _entry: Any) -> None:
        connection.isolation_level = None
        for pragma in (f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}", *pragmas):
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
