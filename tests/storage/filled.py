"""Rows for every table there is, with whatever its columns may hold."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import JSON, Boolean, Connection, Date, Float, Integer, Table, insert, null, select
from sqlalchemy.types import TypeEngine
from sqlmodel import SQLModel

import storage.models  # noqa: F401  (fills the metadata)
from storage.types import UTCDateTime

ROWS = 2
Rows = dict[str, list[dict[str, Any]]]

TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=40)
NUMBERS = st.integers(-(2**31), 2**31 - 1)
FLOATS = st.floats(allow_nan=False, allow_infinity=False).map(lambda number: number + 0.0)
VALUES: list[tuple[type[TypeEngine[Any]], st.SearchStrategy[Any]]] = [
    (UTCDateTime, st.datetimes(datetime(1970, 1, 1), datetime(9998, 1, 1), timezones=st.just(UTC))),  # noqa: DTZ001
    (Date, st.dates(date(1, 1, 1), date(9999, 12, 31))),
    (Boolean, st.booleans()),
    (Integer, NUMBERS),
    (Float, FLOATS),
    (
        JSON,
        st.dictionaries(
            TEXT,
            st.recursive(st.none() | st.booleans() | NUMBERS | FLOATS | TEXT, st.lists, max_leaves=4),
            max_size=3,
        ),
    ),
]
"""By the type of the column; all others hold text."""


@st.composite
def filled(draw: st.DrawFn) -> Rows:
    """Two rows of every table; the n-th row belongs to the n-th of what it belongs to."""
    return {
        table.name: [_row(draw, table, number) for number in range(1, ROWS + 1)]
        for table in SQLModel.metadata.sorted_tables
    }


def _row(draw: st.DrawFn, table: Table, number: int) -> dict[str, Any]:
    row = {}
    for column in table.columns:
        if column.foreign_keys or column.name == "id":
            row[column.name] = number
            continue
        values = next((values for kind, values in VALUES if isinstance(column.type, kind)), TEXT)
        value = draw(values)
        if values is TEXT and not column.nullable:
            # Many are unique, or part of what is.
            value = f"{number}{value}"
        if column.nullable and draw(st.booleans()):
            value = null()
        row[column.name] = value
    return row


def store(connection: Connection, rows: Rows) -> None:
    """Write them as the bot does."""
    for table in SQLModel.metadata.sorted_tables:
        for row in rows[table.name]:
            connection.execute(insert(table).values(row))


def stored(connection: Connection) -> Rows:
    """Read all tables as the bot does."""
    return {
        table.name: [
            dict(row)
            for row in connection.execute(select(table).order_by(*table.primary_key.columns)).mappings()
        ]
        for table in SQLModel.metadata.sorted_tables
    }
