"""A database at any migration, filled with rows of whatever tables there are, and read again."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Enum,
    LargeBinary,
    MetaData,
    Table,
    create_engine,
    event,
    inspect,
    select,
)

from storage.compatibility import TABLE as COMPATIBILITY
from storage.engine import apply_pragmas, async_url

NOT_OURS = ("alembic_version", COMPATIBILITY.name)
Rows = dict[str, list[dict[str, Any]]]


@contextmanager
def opened(url: str) -> Iterator[Connection]:
    """One transaction, with the pragmas that the bot has."""
    parsed = async_url(url)
    if parsed.get_backend_name() == "sqlite":
        parsed = parsed.set(drivername="sqlite")
    engine = create_engine(parsed)
    if parsed.get_backend_name() == "sqlite":
        event.listen(engine, "connect", lambda connection, _entry: apply_pragmas(connection))
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def reflected(url: str, *, without: Collection[str] = ()) -> dict[str, Table]:
    """The tables as they are in the database, parents first; `without` names tables and `table.column`s."""
    metadata = MetaData()
    with opened(url) as connection:
        there = inspect(connection)
        for name in sorted(set(there.get_table_names()) - {*NOT_OURS, *without}):
            columns = [column["name"] for column in there.get_columns(name)]
            kept = [column for column in columns if f"{name}.{column}" not in without]
            Table(name, metadata, autoload_with=connection, include_columns=kept)
    return {table.name: table for table in metadata.sorted_tables}


def fill(connection: Connection, tables: Mapping[str, Table], number: int, *, sparing: bool = False) -> None:
    """
    One row for each table, through the columns given; `sparing` leaves out whatever may be left out.

    Every value follows from the number, and what refers to another table refers to the row of that number.
    """
    for table in tables.values():
        values = {
            column.name: _value(column, number)
            for column in table.columns
            if not (sparing and column.nullable)
        }
        connection.execute(table.insert().values(values))


def touch(connection: Connection, tables: Mapping[str, Table], number: int) -> None:
    """Write the row of that number once more, in every column given that is no key."""
    for table in tables.values():
        free = [column for column in table.columns if not column.primary_key and not column.foreign_keys]
        if free:
            values = {column.name: _value(column, number) for column in free}
            key = next(iter(table.primary_key.columns))
            connection.execute(table.update().where(key == _value(key, number)).values(values))


def rows(connection: Connection, tables: Mapping[str, Table]) -> Rows:
    """What is in the columns given, by table."""
    return {
        name: [dict(row) for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()]
        for name, table in tables.items()
    }


def _value(column: Column[Any], number: int) -> Any:
    """A value of the column's type that differs with the number, so that nothing unique is broken."""
    instant = datetime(2030, 3, 4, 9, tzinfo=UTC) + timedelta(days=number)
    if isinstance(column.type, JSON):
        return {"number": number}
    if isinstance(column.type, Enum):
        return column.type.enums[0]
    if isinstance(column.type, LargeBinary):
        return bytes([number])
    if column.name == "state" and column.type.python_type is str:
        return "sent"
    kinds: dict[type, Any] = {
        bool: bool(number % 2),
        int: number,
        float: number + 0.5,
        str: f"{column.name} {number} ✓",
        date: instant.date(),
        datetime: instant if getattr(column.type, "timezone", False) else instant.replace(tzinfo=None),
    }
    return kinds[column.type.python_type]
