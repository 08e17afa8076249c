"""
Carries every row of one database into another, SQLite or PostgreSQL, and proves that all arrived.

Both must be at the same revision. Values travel in one plain form, which is how SQLite keeps them: instants
and dates as text in UTC, JSON as the text it was written as, truth as 0 and 1. Rows are streamed, so memory
does not grow with them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import (
    JSON,
    Boolean,
    Connection,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    text,
)
from sqlalchemy.types import TypeEngine

TELL_EVERY = 100_000
_MODULUS = 1 << 128
_INSTANT = len("2030-03-04 12:00:00.000000")


class TransferError(Exception):
    """A table cannot be read or written; the message names it and says why."""


Row = tuple[Any, ...]
Kind = Literal["instant", "date", "json", "truth", "number", "float", "bytes", "text"]
Progress = Callable[[str, int], None]
"""Told the table and how many of its rows are done."""

_KINDS: Sequence[tuple[type[TypeEngine[Any]], Kind]] = (
    (DateTime, "instant"),
    (Date, "date"),
    (JSON, "json"),
    (Boolean, "truth"),
    (Integer, "number"),
    (Float, "float"),
    (LargeBinary, "bytes"),
    (String, "text"),
)
_POSTGRESQL_READS: dict[Kind, tuple[str, str]] = {
    "instant": ("to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')", "text"),
    "date": ("to_char({}, 'YYYY-MM-DD')", "text"),
    "json": ("{}::text", "text"),
    "truth": ("{}::int", "int8"),
    "number": ("{}", "int8"),
    "float": ("{}::float8", "float8"),
    "bytes": ("{}", "bytea"),
    "text": ("{}", "text"),
}
"""How a column is asked for in the plain form, and the type it then has."""


@dataclass(frozen=True, slots=True)
class Sum:
    """What a table holds, whatever database keeps it and in whatever order."""

    rows: int = 0
    checksum: str = f"{0:032x}"
    """The sum of the digests of all rows."""


def carry(
    source: Connection, target: Connection, names: Collection[str], progress: Progress
) -> dict[str, Sum]:
    """Copy all rows of these tables into the empty ones of `target`; by table what was read."""
    tables = _tables(source, names)
    found = {}
    for table in tables:
        counted = _Counted(_read(source, table), table.name, progress)
        _write(target, table, counted)
        found[table.name] = counted.sum
    if target.dialect.name == "postgresql":
        _reset_sequences(target, tables)
    return found


def sums(connection: Connection, names: Collection[str]) -> dict[str, Sum]:
    """By table what is there."""
    found = {}
    for table in _tables(connection, names):
        counted = _Counted(_read(connection, table), table.name, lambda _table, _rows: None)
        for _ in counted:
            pass
        found[table.name] = counted.sum
    return found


def _tables(connection: Connection, names: Collection[str]) -> list[Table]:
    """As they are in this database, those that others refer to first."""
    metadata = MetaData()
    metadata.reflect(connection, only=sorted(names))
    return metadata.sorted_tables


class _Counted:
    """Rows on their way, counted and summed as they pass."""

    def __init__(self, rows: Iterable[Row], table: str, progress: Progress) -> None:
        self._rows = rows
        self._table = table
        self._progress = progress
        self.sum = Sum()

    def __iter__(self) -> Iterator[Row]:
        number = total = 0
        for row in self._rows:
            number += 1
            # ascii() is the same in every version of Python, which repr() of a new emoji is not.
            digest = hashlib.blake2b(ascii(row).encode(), digest_size=16).digest()
            total = (total + int.from_bytes(digest)) % _MODULUS
            if number % TELL_EVERY == 0:
                self._progress(self._table, number)
            yield row
        self.sum = Sum(number, f"{total:032x}")
        self._progress(self._table, number)


def _read(connection: Connection, table: Table) -> Iterator[Row]:
    """All rows in the plain form, with the columns in the order of their names."""
    if connection.dialect.name == "sqlite":
        names = ", ".join(_quoted(name) for name, _ in _columns(table))
        with _told("read", connection, table):
            rows = _cursor(connection).execute(f"SELECT {names} FROM {_quoted(table.name)}")  # noqa: S608 - names of our own tables
            yield from _in_plain_form(rows, table)
        return
    asked = [(_quoted(name), *_POSTGRESQL_READS[kind]) for name, kind in _columns(table)]
    wanted = ", ".join(expression.format(name) for name, expression, _ in asked)
    query = f"COPY (SELECT {wanted} FROM {_quoted(table.name)}) TO STDOUT"  # noqa: S608 - names of our own tables
    with _told("read", connection, table), _cursor(connection).copy(query) as copy:
        copy.set_types([name for _, _, name in asked])
        yield from copy.rows()


def _in_plain_form(rows: Iterable[Row], table: Table) -> Iterator[Row]:
    """SQLite keeps whatever text it is given: an instant that SQL wrote may lack its fraction, say."""
    places = [place for place, (_, kind) in enumerate(_columns(table)) if kind == "instant"]
    for row in rows:
        odd = {place for place in places if row[place] is not None and len(row[place]) != _INSTANT}
        if odd:
            row = tuple(_instant(value, table) if place in odd else value for place, value in enumerate(row))
        yield row


def _instant(value: str, table: Table) -> str:
    try:
        found = datetime.fromisoformat(value)
    except ValueError as error:
        raise TransferError(f"The table {table.name} cannot be read ({value!r} is no instant).") from error
    in_utc = found.astimezone(UTC).replace(tzinfo=None) if found.tzinfo else found
    return in_utc.isoformat(sep=" ", timespec="microseconds")


def _write(connection: Connection, table: Table, rows: Iterable[Row]) -> None:
    names = [_quoted(name) for name, _ in _columns(table)]
    into = f"{_quoted(table.name)} ({', '.join(names)})"
    with _told("written", connection, table):
        if connection.dialect.name == "sqlite":
            marks = ", ".join("?" * len(names))
            _cursor(connection).executemany(f"INSERT INTO {into} VALUES ({marks})", rows)  # noqa: S608 - names of our own tables
            return
        connection.execute(text("SET LOCAL TIME ZONE 'UTC'"))
        with _cursor(connection).copy(f"COPY {into} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


@contextmanager
def _told(what: str, connection: Connection, table: Table) -> Iterator[None]:
    """The driver's own errors, which do not name the table."""
    drivers: Any = connection.dialect.loaded_dbapi
    try:
        yield
    except drivers.Error as error:
        cause = str(error).splitlines()[0]
        raise TransferError(f"The table {table.name} cannot be {what} ({cause}).") from error


def _reset_sequences(connection: Connection, tables: Iterable[Table]) -> None:
    """The next row's number follows the highest that is there."""
    for table in tables:
        for column in table.primary_key.columns:
            named = {"of_table": _quoted(table.name), "of_column": column.name}
            query = text("SELECT pg_get_serial_sequence(:of_table, :of_column)")
            sequence = connection.execute(query, named).scalar()
            if sequence is not None:
                highest = f"(SELECT max({_quoted(column.name)}) FROM {_quoted(table.name)})"  # noqa: S608 - names of our own tables
                connection.execute(
                    text(f"SELECT setval(:sequence, coalesce({highest}, 1), {highest} IS NOT NULL)"),
                    {"sequence": sequence},
                )


def _columns(table: Table) -> list[tuple[str, Kind]]:
    """By name, because a migrated table may have them in another order than a new one."""
    return sorted((column.name, _kind(table, column.name)) for column in table.columns)


def _kind(table: Table, name: str) -> Kind:
    kept_as = table.columns[name].type
    for known, kind in _KINDS:
        if isinstance(kept_as, known):
            return kind
    raise TypeError(f"{table.name}.{name} is of a type that is not carried yet: {kept_as!r}")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _cursor(connection: Connection) -> Any:
    """The driver's own cursor, in the connection's transaction."""
    return connection.connection.cursor()
