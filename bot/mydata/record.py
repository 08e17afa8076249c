"""Everything we keep of a person as one JSON document that can be read without us."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from bot.mydata.holdings import kept

SCHEMA = 1
"""Counts up when a reader of older exports would no longer understand one."""
NOTE = (
    "Everything Prep Coach keeps of you, one list for each kind of thing. Instants are in UTC, dates are "
    "those on your own wall. Names with dashes, such as concept-cache-aside, are explained under titles."
)
Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """All rows of a person, by table; `elsewhere` holds what they left with others, by name."""

    exported_at: datetime
    rows: Mapping[str, Sequence[Row]]
    elsewhere: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    """Slug to title, of all content."""
    groups: Mapping[int, str] = field(default_factory=dict)
    """Our ids of study groups with their channels' names."""


def everything(record: Record) -> str:
    """The document, indented, in UTF-8 as typed."""
    data: dict[str, Any] = {}
    for table, rows in record.rows.items():
        data[kept(table).name] = [_readable(row, record.groups) for row in rows]
    for name, rows in record.elsewhere.items():
        data[name] = [_readable(row, {}) for row in rows]
    used = dict.fromkeys(_words([*record.rows.values(), *record.elsewhere.values()]))
    document = {
        "about": {
            "schema": SCHEMA,
            "exported_at": _value(record.exported_at),
            "note": NOTE,
            "kinds": {kept(name).name: kept(name).meaning for name in (*record.rows, *record.elsewhere)},
        },
        "titles": {slug: record.titles[slug] for slug in sorted(used) if slug in record.titles},
        **data,
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def _readable(row: Row, groups: Mapping[int, str]) -> dict[str, Any]:
    readable = {name: _value(value) for name, value in row.items()}
    if row.get("group_id") in groups:
        readable["group_name"] = groups[row["group_id"]]
    return readable


def _value(value: Any) -> Any:
    """ISO 8601; instants with their zone, which is UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return value


def _words(values: Iterable[Any]) -> Iterator[str]:
    """Every text in rows, as deep as they go, and a slug behind its kind: `concept:two-sum`."""
    for value in values:
        if isinstance(value, str):
            yield value
            yield value.rpartition(":")[2]
        elif isinstance(value, Mapping):
            yield from _words(value)
            yield from _words(value.values())
        elif isinstance(value, list | tuple):
            yield from _words(value)
