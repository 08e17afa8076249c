"""Who lets us in: out of memory, noticing soon what changed, and never the token of another workspace."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event, update
from sqlmodel import SQLModel

from bot.workspaces import installed
from bot.workspaces.installed import FRESH_SECONDS, InstalledWorkspaces
from bot.workspaces.secrets import Cipher, new_key
from bot.workspaces.vault import Tokens, Vault
from storage import installations, removals
from storage.engine import Database
from storage.models import Installation
from tests.bot.workspaces.town import Seconds
from tests.builders import NOON

VAULT = Vault(Cipher.of(new_key()))
ORGANISATION = "E1"


async def keep(database: Database, place: str, token: str, *, enterprise_id: str | None = None) -> None:
    bot_token, _ = VAULT.sealed(place, Tokens(bot_token=token))
    async with database.write() as session:
        await installations.save(
            session,
            Installation(
                place=place,
                team_id=None if place.startswith("E") else place,
                enterprise_id=enterprise_id,
                name=place,
                app_id="A1",
                bot_id="B1",
                bot_user_id="UBOT",
                scopes="chat:write",
                installer_id="U1",
                bot_token=bot_token,
                installed_at=NOON,
            ),
        )


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def workspaces(database: Database, seconds: Seconds) -> InstalledWorkspaces:
    return InstalledWorkspaces(database, VAULT, seconds)


@contextmanager
def queries(database: Database) -> Iterator[list[str]]:
    """Every statement that goes to the database."""
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    for engine in (database.readers, database.writers):
        event.listen(engine.sync_engine, "before_cursor_execute", note)
    yield seen
    for engine in (database.readers, database.writers):
        event.remove(engine.sync_engine, "before_cursor_execute", note)


async def test_each_workspace_has_its_own_token(database: Database, workspaces: InstalledWorkspaces) -> None:
    await keep(database, "T1", "xoxb-1")
    await keep(database, "T2", "xoxb-2")

    first = await workspaces.authorize("T1", None, False)

    assert first is not None
    assert (first.bot_token, first.bot_user_id, first.team_id) == ("xoxb-1", "UBOT", "T1")
    assert await workspaces.token("T2") == "xoxb-2"
    assert await workspaces.token("T3") is None


async def test_asks_the_database_once_for_many_requests(
    database: Database, workspaces: InstalledWorkspaces
) -> None:
    await keep(database, "T1", "xoxb-1")

    with queries(database) as seen:
        await asyncio.gather(*(workspaces.authorize("T1", None, False) for _ in range(50)))
        await workspaces.token("T1")

    assert len([statement for statement in seen if "FROM installation" in statement]) == 1


async def test_notices_what_another_process_changed_after_some_seconds(
    database: Database, workspaces: InstalledWorkspaces, seconds: Seconds
) -> None:
    assert await workspaces.token("T1") is None
    await keep(database, "T1", "xoxb-1")
    assert await workspaces.token("T1") is None

    seconds.now += FRESH_SECONDS
    assert await workspaces.token("T1") == "xoxb-1"
    await keep(database, "T1", "xoxb-new")
    seconds.now += FRESH_SECONDS
    assert await workspaces.token("T1") == "xoxb-new"


async def test_notices_what_this_process_changed_at_once(
    database: Database, workspaces: InstalledWorkspaces
) -> None:
    assert await workspaces.token("T1") is None
    await keep(database, "T1", "xoxb-1")

    workspaces.drop("T1")

    assert await workspaces.token("T1") == "xoxb-1"


async def test_goes_on_with_what_it_knows_while_the_database_is_away(
    database: Database,
    workspaces: InstalledWorkspaces,
    seconds: Seconds,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await keep(database, "T1", "xoxb-1")
    await workspaces.token("T1")

    async def hangs(*_: object) -> None:
        await asyncio.Event().wait()

    async def fails(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(installed, "PATIENCE_SECONDS", 0.01)
    for trouble in (fails, hangs):
        monkeypatch.setattr(installations, "find", trouble)
        seconds.now += FRESH_SECONDS
        assert await workspaces.token("T1") == "xoxb-1"


async def test_remembers_a_bounded_number(
    database: Database, workspaces: InstalledWorkspaces, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installed, "MOST_REMEMBERED", 3)

    for number in range(10):
        await workspaces.token(f"T{number}")

    assert len(workspaces._known) <= 3


async def test_says_once_that_a_workspace_is_unknown(
    workspaces: InstalledWorkspaces, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        assert await workspaces.authorize("T1", None, False) is None

    assert len([record for record in caplog.records if "T1 sent a request" in record.message]) == 1


async def test_a_workspace_that_is_being_deleted_is_closed_although_it_is_installed_again(
    database: Database, workspaces: InstalledWorkspaces, seconds: Seconds
) -> None:
    async with database.write() as session:
        await removals.note(session, "T1", event_at=NOON, now=NOON)
        assert await removals.confirm(session, "T1", None, now=NOON, next_at=NOON)
    await keep(database, "T1", "xoxb-1")
    assert await workspaces.authorize("T1", None, False) is None

    async with database.write() as session:
        await removals.finish(session, "T1", now=NOON + timedelta(minutes=1))
    seconds.now += FRESH_SECONDS
    assert await workspaces.token("T1") == "xoxb-1"


async def test_a_token_that_was_moved_to_another_row_opens_nothing(
    database: Database, workspaces: InstalledWorkspaces, caplog: pytest.LogCaptureFixture
) -> None:
    await keep(database, "T1", "xoxb-1")
    await keep(database, "T2", "xoxb-2")
    table = SQLModel.metadata.tables["installation"]
    async with database.write() as session:
        first = await installations.find(session, "T1")
        assert first is not None
        await (await session.connection()).execute(
            update(table).where(table.c.place == "T2").values(bot_token=first.bot_token)
        )

    assert await workspaces.token("T2") is None
    assert "belongs to another row" in caplog.text
    assert "xoxb" not in caplog.text


class TestOrganisations:
    async def test_one_installation_serves_all_their_workspaces(
        self, database: Database, workspaces: InstalledWorkspaces
    ) -> None:
        await keep(database, ORGANISATION, "xoxb-org", enterprise_id=ORGANISATION)

        for team_id in ("T1", "T2", None):
            found = await workspaces.authorize(team_id, ORGANISATION, True)
            assert found is not None
            assert found.bot_token == "xoxb-org"

    async def test_delivery_finds_the_organisation_of_a_workspace_that_was_seen(
        self, database: Database, workspaces: InstalledWorkspaces, seconds: Seconds
    ) -> None:
        await keep(database, ORGANISATION, "xoxb-org", enterprise_id=ORGANISATION)
        assert await workspaces.token("T1") is None

        await workspaces.authorize("T1", ORGANISATION, True)

        assert await workspaces.token("T1") == "xoxb-org"
        elsewhere = InstalledWorkspaces(database, VAULT, seconds)
        assert await elsewhere.token("T1") == "xoxb-org"
        assert await elsewhere.token("T2") is None

    async def test_a_workspace_is_learnt_with_one_write(
        self, database: Database, workspaces: InstalledWorkspaces
    ) -> None:
        await keep(database, ORGANISATION, "xoxb-org", enterprise_id=ORGANISATION)

        with queries(database) as seen:
            for _ in range(5):
                await workspaces.authorize("T1", ORGANISATION, True)

        assert len([statement for statement in seen if statement.startswith("INSERT")]) == 1

    async def test_a_workspaces_own_installation_goes_first_unless_slack_says_otherwise(
        self, database: Database, workspaces: InstalledWorkspaces
    ) -> None:
        await keep(database, ORGANISATION, "xoxb-org", enterprise_id=ORGANISATION)
        await keep(database, "T1", "xoxb-1", enterprise_id=ORGANISATION)

        own = await workspaces.authorize("T1", ORGANISATION, False)
        wide = await workspaces.authorize("T1", ORGANISATION, True)

        assert own is not None
        assert wide is not None
        assert (own.bot_token, wide.bot_token) == ("xoxb-1", "xoxb-org")
