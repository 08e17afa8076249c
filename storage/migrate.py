"""Bring the database to the newest schema, safely when many processes start at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, event, inspect, text
from sqlalchemy.pool import NullPool

from storage.engine import apply_pragmas, async_url

MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 0x70726570
"""An arbitrary number, the same in every process, for PostgreSQL's advisory lock."""


def newest_revision() -> str:
    """The newest migration's id, which is the number its file name starts with."""
    return max(path.name.split("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def current_revision(connection: Connection) -> str | None:
    """The migration the database is at, or None when it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def upgrade(url: str, revision: str | None = None) -> tuple[str | None, str]:
    """
    Migrate to `revision` (default: the newest) in one transaction and return the ids before and after.

    Only one process migrates; the others wait for it and find nothing left to do.
    """
    target = revision or newest_revision()
    parsed = async_url(url)
    sqlite = parsed.get_backend_name() == "sqlite"
    if sqlite:
        parsed = parsed.set(drivername="sqlite")
        Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, poolclass=NullPool)
    if sqlite:
        event.listen(engine, "connect", lambda connection, _entry: apply_pragmas(connection))
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    with engine.begin() as connection:
        if not sqlite:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        before = current_revision(connection)
        if before != target:
            _run(connection, before, target)
    engine.dispose()
    return before, target


def _run(connection: Connection, before: str | None, target: str) -> None:
    # Imported only when there is something to do: it costs a quarter of the start-up time.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    step: Any = command.downgrade if before is not None and target < before else command.upgrade
    step(config, target)
