"""Bring the database to the newest schema, safely when many processes start at once."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from storage.compatibility import TABLE, note, oldest_program
from storage.engine import apply_pragmas, async_url, network_of

log = logging.getLogger(__name__)

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK = 0x70726570
"""An arbitrary number, the same in every process, for PostgreSQL's advisory lock."""

LOCK_SECONDS = 15
"""How long a migration waits for a table on PostgreSQL: everybody who comes after it waits behind it."""


class DatabaseUnusableError(Exception):
    """The database cannot be opened or written, or is too new; the message is one sentence with the fix."""


def newest_revision() -> str:
    """The newest migration's id, which is the number its file name starts with."""
    return revisions()[-1]


def current_revision(connection: Connection) -> str | None:
    """The migration the database is at, or None when it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def is_too_new(connection: Connection) -> bool:
    """True when the schema is newer than this program and nobody said that it may run on it all the same."""
    current, own = current_revision(connection), newest_revision()
    if current is None or current <= own:
        return False
    oldest = oldest_program(connection)
    return oldest is None or oldest > own


def upgrade(url: str, revision: str | None = None) -> tuple[str | None, str]:
    """
    Migrate in one transaction to `revision` (default: the newest; "base" takes all back).

    Returns the ids before and after. Only one process migrates; the others wait for it and find nothing left
    to do. A newer schema that this program may run on is left as it is. Raises DatabaseUnusableError.
    """
    parsed = async_url(url)
    try:
        return _upgrade(parsed, revision)
    except (OSError, DBAPIError) as error:
        cause = str(getattr(error, "orig", None) or error).splitlines()[0]
        place = make_url(url).render_as_string(hide_password=True)
        raise DatabaseUnusableError(
            f"The database {place} cannot be used ({cause}): check DATABASE_URL, that the server runs, or "
            "that the file and its folder may be written."
        ) from error


def revisions() -> list[str]:
    """Every migration's id, the oldest first."""
    return sorted(path.name.split("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def tables_at(revision: str) -> frozenset[str]:
    """The names of the tables that there are at a revision, whatever else a shared database holds."""
    engine = create_engine("sqlite://", poolclass=NullPool)
    with engine.begin() as connection:
        step(connection, None, revision)
        return frozenset(inspect(connection).get_table_names()) - {"alembic_version", TABLE.name}


def _upgrade(parsed: URL, revision: str | None) -> tuple[str | None, str]:
    newest = newest_revision()
    target = revision or newest
    sqlite = parsed.get_backend_name() == "sqlite"
    if sqlite:
        parsed = parsed.set(drivername="sqlite")
        Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
    arguments = {} if sqlite else network_of(parsed)
    engine = create_engine(parsed, poolclass=NullPool, connect_args=arguments)
    if sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    with engine.begin() as connection:
        if not sqlite:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
            connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'"))
        before = current_revision(connection)
        if is_too_new(connection) or (before is not None and before > newest and revision is not None):
            raise DatabaseUnusableError(
                f"The database is at {before}, newer than this program ({newest}): run the version of Prep "
                "Coach that made it, or a newer one."
            )
        if before is not None and before > newest:
            log.info(
                "the database is at %s, newer than this program (%s), which may run on it", before, newest
            )
            target = before
        if before != target:
            step(connection, before, target)
            if sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise DatabaseUnusableError(
                    f"The step from {before} to {target} was taken back, because rows would lose what they "
                    "refer to: stay on the version you came from, and report it."
                )
    engine.dispose()
    return before, target


def _prepare_sqlite(connection: Any, _entry: ConnectionPoolEntry) -> None:
    apply_pragmas(connection)
    # SQLite changes a column by making its table anew; dropping the old one would delete what refers to it.
    connection.execute("PRAGMA foreign_keys = OFF")


def step(connection: Connection, before: str | None, target: str) -> None:
    """Migrate inside the connection's transaction, from one revision (None: nothing) to another."""
    # Imported only when there is something to do: it costs a quarter of the start-up time.
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    goes_back = before is not None and (target == "base" or target < before)
    move: Any = command.downgrade if goes_back else command.upgrade
    move(config, target)
    in_force = ScriptDirectory.from_config(config).walk_revisions(head=target)
    note(connection, [script.module.oldest_program for script in in_force] if target != "base" else [])
