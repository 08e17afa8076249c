"""The log as a table for a spreadsheet. What a person typed must not become a formula there."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

BYTE_ORDER_MARK = "\ufeff"
"""Without it a spreadsheet takes UTF-8 for something else."""
COLUMNS = ("local_date", "activity", "task", "count", "minutes", "rating", "logged_at")
HEADINGS = ("Date", "Activity", "Task", "Title", "Count", "Minutes", "Rating", "Logged at (UTC)")
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet begins a formula with, or skips before one; the last four are the wide = + - @."""


def log_table(entries: Iterable[Mapping[str, Any]], titles: Mapping[str, str]) -> str:
    """RFC 4180 with headings, oldest first; `titles` are slug to title."""
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\r\n")
    writer.writerow(HEADINGS)
    for entry in sorted(entries, key=lambda one: (one["local_date"], one["logged_at"])):
        cells = [entry.get(column) for column in COLUMNS]
        cells.insert(COLUMNS.index("task") + 1, titles.get(entry.get("task") or ""))
        writer.writerow([_cell(value) for value in cells])
    return BYTE_ORDER_MARK + table.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_DANGEROUS) else value
    return "" if value is None else value
