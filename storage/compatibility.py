"""
Which programs may run on a schema that is newer than they are.

In a rolling upgrade the first new process migrates while old ones still run, and one of those may have to
start again meanwhile. Each migration says the oldest program, by its newest migration, that can work on its
schema; the answer for the whole schema lies in the database, because an old program does not know the newer
migrations.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Column, Connection, MetaData, String, Table, inspect

TABLE = Table("schema_compatibility", MetaData(), Column("oldest_program", String, nullable=False))
"""One row. Beside alembic's own table it is no part of the models: it must be readable by any program."""


def oldest_program(connection: Connection) -> str | None:
    """The oldest program, by its newest migration, that may run on the schema; None when nobody said."""
    if not inspect(connection).has_table(TABLE.name):
        return None
    found: str | None = connection.execute(TABLE.select()).scalar()
    return found


def note(connection: Connection, declared: Iterable[str]) -> None:
    """Write down what the migrations in force declare; the most demanding of them counts."""
    TABLE.create(connection, checkfirst=True)
    connection.execute(TABLE.delete())
    if newest := max(declared, default=None):
        connection.execute(TABLE.insert().values(oldest_program=newest))
    else:
        TABLE.drop(connection)
