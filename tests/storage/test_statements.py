"""
No statement is put together from what somebody typed: input reaches a database as a bound parameter only.

Statements as text are read from the source: each is a literal, or made of literals and of names that stand
in this list with what they hold.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
RUNS_TEXT = {"text", "exec_driver_sql", "literal_column", "executescript", "raw"}
RAW_CURSORS = {"execute", "executemany"}
DRIVERS = ("import sqlite3", "sqlalchemy", "psycopg", "alembic")
CONSTANTS = {
    ("storage/claims.py", "_BEGIN_ALL.replace('ROWS', rows)"): "two texts of this file, by dialect",
    ("storage/claims.py", "_SENT_ALL.replace('ROWS', rows)"): "two texts of this file, by dialect",
    ("storage/engine.py", "begin"): "BEGIN or BEGIN IMMEDIATE",
    ("storage/engine.py", "f'PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}'"): "a number of this file",
    ("storage/migrate.py", "f'SELECT pg_advisory_xact_lock({LOCK})'"): "a number of this file",
    ("storage/migrate.py", "f\"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'\""): "a number of this file",
    ("storage/outbox.py", "_TEAMS_DUE_SQL.replace('IS_OPEN', str(IS_OPEN))"): "two texts of this file",
    ("storage/places.py", "begin"): "BEGIN or BEGIN IMMEDIATE",
    ("storage/places.py", "query"): "a text of this file, and the name of a collation",
    ("storage/places.py", "f'SELECT pg_advisory_xact_lock({LOCK})'"): "a number of migrate",
    ("storage/places.py", "f\"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'\""): "a number of migrate",
    ("storage/places.py", "f'TRUNCATE {names} CASCADE'"): "names of tables that the migrations make",
    ("storage/transfer.py", "f'INSERT INTO {into} VALUES ({marks})'"): "names of our tables, question marks",
    (
        "storage/transfer.py",
        "f'SELECT setval(:sequence, coalesce({highest}, 1), {highest} IS NOT NULL)'",
    ): "names of our tables",
    ("storage/transfer.py", "f'SELECT {names} FROM {_quoted(table.name)}'"): "names of our tables",
    (
        "storage/outbox.py",
        "f\"outbox_message.state IN ({', '.join((repr(state.value) for state in OPEN_STATES))})\"",
    ): "names of states",
}
"""Where a statement is more than a literal, and why nobody's input can be in it."""


def sources() -> Iterator[Path]:
    for room in ("bot", "content", "storage"):
        for file in (ROOT / room).rglob("*.py"):
            source = file.read_text(encoding="utf-8")
            if "playground" not in file.parts and any(driver in source for driver in DRIVERS):
                yield file


def statements(file: Path) -> Iterator[ast.expr]:
    """Every expression that becomes a statement as text."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        is_text = isinstance(node.args[0], ast.Constant | ast.JoinedStr | ast.BinOp)
        if called in RUNS_TEXT or (called in RAW_CURSORS and is_text):
            yield node.args[0]


def made_of_more_than_literals() -> set[tuple[str, str]]:
    return {
        (file.relative_to(ROOT).as_posix(), ast.unparse(statement))
        for file in sources()
        for statement in statements(file)
        if not isinstance(statement, ast.Constant)
    }


def test_no_statement_as_text_holds_anybodys_input() -> None:
    assert made_of_more_than_literals() == set(CONSTANTS)


def test_no_statement_is_formatted() -> None:
    """`%` and `.format` beside a statement would be another way in."""
    formatted = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for file in sources()
        for statement in statements(file)
        for node in ast.walk(statement)
        if (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod))
        or (isinstance(node, ast.Attribute) and node.attr == "format")
    ]

    assert formatted == []
