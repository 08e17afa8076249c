"""Keys are changed without stopping, and what needs a hand is named with what to do."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.doctor import examine
from bot.slack_checks import Finding
from bot.workspaces import operator, vault
from bot.workspaces.secrets import Cipher, UndecipherableError, new_key
from bot.workspaces.vault import Tokens, Vault, check_keys, rotate_keys
from storage import installations
from storage.engine import Database
from tests.builders import NOON
from tests.storage.test_removals import an_installation

OLD, NEW = new_key(), new_key()


async def keep(database: Database, number: int, key: str = OLD) -> None:
    """Installations T0, T1, ... of which every second one has tokens that rotate."""
    for one in range(number):
        installation = an_installation(f"T{one}")
        tokens = Tokens(bot_token=f"xoxb-{one}", refresh_token=f"xoxe-{one}" if one % 2 else None)
        sealed = Vault(Cipher.of(key)).sealed(installation.place, tokens)
        installation.bot_token, installation.refresh_token = sealed
        async with database.write() as session:
            await installations.save(session, installation)


async def opened(database: Database, place: str, keys: str) -> Tokens:
    async with database.read() as session:
        found = await installations.find(session, place)
    assert found is not None
    return Vault(Cipher.of(keys)).opened(found)


class TestChangingTheKey:
    async def test_everything_is_readable_with_the_new_key_alone(
        self, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(vault, "BATCH", 2)
        await keep(database, 5)

        assert await rotate_keys(database, Cipher.of(f"{NEW},{OLD}")) == 5

        assert await opened(database, "T2", NEW) == Tokens(bot_token="xoxb-2")
        assert await opened(database, "T3", NEW) == Tokens(bot_token="xoxb-3", refresh_token="xoxe-3")
        async with database.read() as session:
            assert await installations.key_ids(session) == {Cipher.of(NEW).key_id: 5}

    async def test_a_second_run_finds_nothing_to_do(self, database: Database) -> None:
        await keep(database, 3)
        await rotate_keys(database, Cipher.of(f"{NEW},{OLD}"))

        assert await rotate_keys(database, Cipher.of(f"{NEW},{OLD}")) == 0

    async def test_it_goes_on_where_it_was_stopped(
        self, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(vault, "BATCH", 2)
        await keep(database, 6)
        real, calls = Vault.sealed, iter(range(3))

        def dies(self: Vault, place: str, tokens: Tokens) -> tuple[str, str | None]:
            next(calls)
            return real(self, place, tokens)

        with monkeypatch.context() as patch:
            patch.setattr(Vault, "sealed", dies)
            with pytest.raises(RuntimeError):
                await rotate_keys(database, Cipher.of(f"{NEW},{OLD}"))

        assert await rotate_keys(database, Cipher.of(f"{NEW},{OLD}")) == 4

    async def test_the_revision_stays_so_that_an_exchange_under_way_is_kept(self, database: Database) -> None:
        await keep(database, 1)
        await rotate_keys(database, Cipher.of(f"{NEW},{OLD}"))

        async with database.read() as session:
            found = await installations.find(session, "T0")
        assert found is not None
        assert found.revision == 1

    async def test_says_what_was_done_and_which_key_may_go(
        self, database: Database, database_url: str
    ) -> None:
        await keep(database, 2)
        said: list[str] = []

        assert await operator.rotate(database_url, f"{NEW},{OLD}", say=said.append) == 0

        assert said[0].startswith("2 installation(s) encrypted anew")
        assert Cipher.of(OLD).key_id in said[1]
        assert NEW not in "".join(said)
        assert OLD not in "".join(said)

    async def test_a_missing_key_is_named(self, database: Database, database_url: str) -> None:
        await keep(database, 1)
        said: list[str] = []

        assert await operator.rotate(database_url, NEW, say=said.append) == 1

        assert "PREP_ENCRYPTION_KEY" in said[0]


class TestTheStart:
    async def test_needs_every_key_that_is_in_use(self, database: Database) -> None:
        await keep(database, 3)

        await check_keys(database, Cipher.of(f"{NEW},{OLD}"))
        with pytest.raises(UndecipherableError, match=r"^PREP_ENCRYPTION_KEY is wrong: 3 stored") as caught:
            await check_keys(database, Cipher.of(NEW))
        assert "\n" not in str(caught.value)


class TestTheDoctor:
    async def found(self, database_url: str, keys: str) -> dict[str, Finding]:
        later = NOON + timedelta(days=1)
        findings = await operator.examine(database_url, keys, lambda: later)
        return {subject: Finding(subject, result, fix) for subject, result, fix in findings}

    async def test_counts_installations_and_is_content(self, database: Database, database_url: str) -> None:
        await keep(database, 3, NEW)

        found = await self.found(database_url, NEW)

        assert "3 workspace(s) and 0 organisation(s)" in str(found["Installations"])
        assert [one.fix for one in found.values()] == ["", ""]

    async def test_names_tokens_that_failed_or_ended(self, database: Database, database_url: str) -> None:
        await keep(database, 2, NEW)
        async with database.write() as session:
            found = await installations.find(session, "T1")
            assert found is not None
            found.expires_at, found.rotation_error = NOON, "invalid_refresh_token"
            session.add(found)

        finding = (await self.found(database_url, NEW))["Installations"]

        assert "1 whose token could not be exchanged, 1 expired" in finding.result
        assert "/slack/install" in finding.fix

    async def test_names_a_missing_key_and_one_that_is_used_still(
        self, database: Database, database_url: str
    ) -> None:
        await keep(database, 2)

        assert (await self.found(database_url, NEW))["Keys"].fix == operator.REMEDY
        kept = (await self.found(database_url, f"{NEW},{OLD}"))["Keys"]
        assert kept.fix == ""
        assert "prep-coach keys rotate" in kept.result

    async def test_is_reached_by_the_command(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database_url: str
    ) -> None:
        monkeypatch.chdir(tmp_path)
        for name, value in {
            "SLACK_CLIENT_ID": "1.2",
            "SLACK_CLIENT_SECRET": "secret",
            "PREP_ENCRYPTION_KEY": NEW,
            "PREP_PUBLIC_URL": "https://prep.example.org",
            "PREP_HTTP_PORT": "0",
            "SLACK_APP_TOKEN": "xapp-1-A1-x",
            "SLACK_API_URL": "http://127.0.0.1:9/api/",
            "DATABASE_URL": database_url,
        }.items():
            monkeypatch.setenv(name, value)
        said: list[str] = []

        await examine(said.append)

        assert "Installations: 0 workspace(s)" in "\n".join(said)
        assert "secret" not in "\n".join(said)


class TestTheCommand:
    def test_prints_a_key_that_works(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["keys", "new"]) == 0

        Cipher.of(capsys.readouterr().out.strip())

    def test_changes_the_key(
        self, monkeypatch: pytest.MonkeyPatch, database_url: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setenv("DATABASE_URL", database_url)
        monkeypatch.delenv("PREP_ENCRYPTION_KEY", raising=False)
        assert main(["keys", "rotate"]) == 1
        assert "PREP_ENCRYPTION_KEY is missing" in capsys.readouterr().err

        monkeypatch.setenv("PREP_ENCRYPTION_KEY", f"{NEW},{OLD}")
        assert main(["keys", "rotate"]) == 0
        assert "0 installation(s)" in capsys.readouterr().out
