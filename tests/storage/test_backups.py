"""Backups of every age go into either kind of database, whatever is there already."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, insert, select, text
from sqlalchemy.pool import NullPool
from sqlmodel import col

from storage.backups import LONG_AGO, back_up, restore
from storage.engine import async_url
from storage.migrate import current_revision, newest_revision, revisions, upgrade
from storage.models import Heartbeat, Learner, OutboxMessage
from tests.builders import NOON
from tests.conftest import NewPostgres, sqlite_url


def engine_of(url: str) -> Engine:
    parsed = async_url(url)
    if parsed.get_backend_name() == "sqlite":
        parsed = parsed.set(drivername="sqlite")
    return create_engine(parsed, poolclass=NullPool)


def silent(_table: str, _rows: int) -> None:
    """Nobody watches."""


@pytest.fixture(params=["sqlite", "postgresql"])
def target_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Another database of either kind."""
    if request.param == "sqlite":
        (tmp_path / "target").mkdir()
        return sqlite_url(request.getfixturevalue("migrated_file"), tmp_path / "target")
    new_postgres: NewPostgres = request.getfixturevalue("new_postgres")
    return new_postgres()


def add_person(url: str, user: str) -> None:
    with engine_of(url).begin() as connection:
        connection.execute(insert(Learner).values(team_id="T1", user_id=user, created_at=NOON))


def test_an_older_backup_takes_the_place_of_newer_rows(
    database_url: str, target_url: str, tmp_path: Path
) -> None:
    upgrade(database_url, revisions()[-2])
    # By hand: the models are of the newest revision.
    with engine_of(database_url).begin() as connection:
        query = (
            "INSERT INTO learner (team_id, user_id, zone_is_fixed, created_at) VALUES ('T1', :user, {}, :at)"
        )
        query = query.format("false" if connection.dialect.name == "postgresql" else "0")
        for user in ("U1", "U3"):
            connection.execute(text(query), {"user": user, "at": "2030-03-04 12:00:00+00:00"})
    for user in ("U1", "U2"):
        add_person(target_url, user)
    file = tmp_path / "backup"
    back_up(database_url, file, now=NOON, version="1", progress=silent)

    report = restore(file, target_url, replace=True, force=False, now=NOON, progress=silent)

    assert report.returned == ["T1:U3"]
    with engine_of(target_url).connect() as connection:
        assert current_revision(connection) == newest_revision()
        users = connection.execute(select(col(Learner.user_id)).order_by(col(Learner.user_id))).scalars()
        assert list(users) == ["U1", "U3"]
    add_person(target_url, "U4")


def test_what_is_owed_in_a_copy_is_looked_for_and_nothing_else_is_changed(
    database_url: str, target_url: str, tmp_path: Path
) -> None:
    states = ["claimed", "due", "failed", "missed", "sending", "sent", "skipped", "unclear"]
    with engine_of(database_url).begin() as connection:
        connection.execute(insert(Heartbeat).values(id=1, at=NOON))
        for state in states:
            row = {"team_id": "T1", "kind": "note", "payload": {}, "due_at": NOON, "created_at": NOON}
            connection.execute(
                insert(OutboxMessage).values(
                    idempotency_key=state, state=state, lease_until=NOON, priority=0, **row
                )
            )
    file = tmp_path / "backup"
    back_up(database_url, file, now=NOON, version="1", progress=silent)

    later = NOON + timedelta(seconds=30)
    restore(file, target_url, replace=False, force=False, now=later, progress=silent)

    with engine_of(target_url).connect() as connection:
        query = select(col(OutboxMessage.state)).order_by(col(OutboxMessage.idempotency_key))
        found = list(connection.execute(query).scalars())
        assert found == ["unclear", "unclear", "failed", "missed", "unclear", "sent", "skipped", "unclear"]
        assert connection.execute(select(col(Heartbeat.at))).scalar_one() == LONG_AGO
