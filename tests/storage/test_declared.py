"""What has left the models and waits to be dropped is no difference to mend, and no concern of newer code."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table

from storage.migrations import declared
from storage.migrations.declared import is_compared, leaving

LEARNER = Table(
    "learner", MetaData(), Column("id", Integer), Column("nickname", String), Column("age", Integer)
)


@pytest.fixture(autouse=True)
def migrations(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three of them; since the second nobody uses a column, since the third a table."""
    steps = [
        SimpleNamespace(revision="0001"),
        SimpleNamespace(revision="0002", leaving=("learner.nickname",)),
        SimpleNamespace(revision="0003", leaving=("diary",)),
    ]
    monkeypatch.setattr(declared, "migrations", lambda: steps)


def test_a_name_is_out_of_use_from_its_migration_on() -> None:
    assert leaving("0001") == set()
    assert leaving("0002") == {"learner.nickname"}
    assert leaving("0003") == {"learner.nickname", "diary"}


def test_only_what_waits_to_be_dropped_is_not_compared() -> None:
    assert not is_compared(LEARNER.c.nickname, "nickname", "column", True, None)
    assert not is_compared(Table("diary", MetaData()), "diary", "table", True, None)
    assert is_compared(LEARNER.c.age, "age", "column", True, None)
    assert is_compared(LEARNER.c.nickname, "nickname", "column", False, None)
