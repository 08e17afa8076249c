"""Old and new code run side by side across each migration: what old code reads and writes goes on working."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from types import ModuleType

import pytest
from sqlalchemy import Index, Table, UniqueConstraint

from storage.migrate import upgrade
from storage.migrations.declared import leaving, migrations
from tests.storage.schemas import fill, opened, reflected, rows, touch

MIGRATIONS = migrations()
STEPS = [
    pytest.param(before.revision, after.revision, id=f"{before.revision} to {after.revision}")
    for before, after in itertools.pairwise(MIGRATIONS)
]


@pytest.mark.parametrize("migration", MIGRATIONS, ids=lambda migration: migration.revision)
def test_each_migration_lets_the_program_before_it_go_on(migration: ModuleType) -> None:
    declared = getattr(migration, "oldest_program", None)

    assert declared is not None, (
        f"{migration.revision} needs `oldest_program`: the oldest program, by its newest migration, that can "
        "work on its schema."
    )
    assert declared <= (migration.down_revision or migration.revision), (
        f"{migration.revision} shuts out the program before it: expand now, contract in a later release."
    )


@pytest.mark.parametrize(("before", "after"), STEPS)
def test_code_from_before_a_migration_works_on_the_schema_after_it(
    empty_url: str, before: str, after: str
) -> None:
    upgrade(empty_url, before)
    known = reflected(empty_url, without=leaving(before))
    with opened(empty_url) as connection:
        fill(connection, known, 1)
        fill(connection, known, 2, sparing=True)
        stored = rows(connection, known)

    upgrade(empty_url, after)

    with opened(empty_url) as connection:
        assert rows(connection, known) == stored
        fill(connection, known, 3)
        fill(connection, known, 4, sparing=True)
        touch(connection, known, 4)


@pytest.mark.parametrize(("before", "after"), STEPS)
def test_a_migration_asks_for_no_new_uniqueness_of_what_old_code_writes(
    empty_url: str, before: str, after: str
) -> None:
    upgrade(empty_url, before)
    known = reflected(empty_url)
    allowed = unique(known)
    upgrade(empty_url, after)

    narrowed = {
        (table, columns)
        for table, columns in unique(reflected(empty_url)) - allowed
        if table in known and columns <= set(known[table].columns.keys())
    }

    assert narrowed == set()


def unique(tables: Mapping[str, Table]) -> set[tuple[str, frozenset[str]]]:
    """Each table with the columns that are unique together in it."""
    return {
        (table.name, frozenset(column.name for column in rule.columns))
        for table in tables.values()
        for rule in (*table.constraints, *(index for index in table.indexes if index.unique))
        if isinstance(rule, UniqueConstraint | Index)
    }


@pytest.mark.parametrize(("before", "after"), STEPS)
def test_going_back_keeps_what_the_program_before_knows(empty_url: str, before: str, after: str) -> None:
    upgrade(empty_url, before)
    known = reflected(empty_url)
    upgrade(empty_url, after)
    newer = reflected(empty_url)
    with opened(empty_url) as connection:
        fill(connection, newer, 1)
        stored = rows(connection, known)

    upgrade(empty_url, before)
    with opened(empty_url) as connection:
        assert rows(connection, known) == stored
    upgrade(empty_url, after)

    with opened(empty_url) as connection:
        assert rows(connection, known) == stored
