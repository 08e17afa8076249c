"""prep-coach at the command line: what it says, and the exit code a supervisor sees."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.doctor import examine
from bot.manifest import manifest_path
from bot.playground.clock import WorkspaceClock
from bot.playground.manifest import load_manifest
from bot.playground.server import WorkspaceServer
from bot.playground.workspace import Workspace
from content.loader import DATA, Catalog
from storage.migrate import newest_revision, upgrade

VARIABLES = (
    "SLACK_BOT_TOKEN",
    "SLACK_APP_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_API_URL",
    "PREP_HTTP_PORT",
    "PREP_PUBLIC_URL",
    "PREP_TIMEZONE",
    "PREP_TICK_SECONDS",
)


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty folder and an environment that names only a database in it."""
    monkeypatch.chdir(tmp_path)
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/coach.db")
    return tmp_path


@pytest.fixture
async def workspace(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Workspace]:
    """A workspace on this machine that the environment names."""
    workspace = Workspace(manifest=load_manifest(manifest_path()), clock=WorkspaceClock())
    server = WorkspaceServer(workspace, port=0)
    await server.start()
    monkeypatch.setenv("SLACK_API_URL", server.api_url)
    monkeypatch.setenv("SLACK_BOT_TOKEN", workspace.bot_token)
    monkeypatch.setenv("SLACK_APP_TOKEN", workspace.app_token)
    yield workspace
    await server.stop()


async def examined() -> tuple[int, str]:
    """The doctor's exit code and what it said."""
    said: list[str] = []
    return await examine(said.append), "\n".join(said)


class TestContentCheck:
    def test_counts_what_is_there(self, capsys: pytest.CaptureFixture[str], catalog: Catalog) -> None:
        assert main(["content", "check"]) == 0

        said = capsys.readouterr().out
        assert catalog.version in said
        assert f"{len(catalog.tasks)} tasks" in said

    def test_names_each_fault_of_the_workspaces_own_content_and_fails(
        self, capsys: pytest.CaptureFixture[str], folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        own = folder / "ours" / "assessment"
        own.mkdir(parents=True)
        bands = (DATA / "assessment" / "bands.yaml").read_text(encoding="utf-8")
        (own / "bands.yaml").write_text(bands.replace("plan: six-week", "plan: six-weeks"), encoding="utf-8")
        monkeypatch.setenv("PREP_CONTENT_DIR", str(own.parent))

        assert main(["content", "check"]) == 1

        said = capsys.readouterr().err
        assert "ours/assessment/bands.yaml" in said
        assert "bands[2].plan: there is no plan `six-weeks`. Did you mean `six-week`?" in said
        assert "1 fault(s)" in said


class TestContentStats:
    def test_prints_what_there_is_of_each_kind(
        self, capsys: pytest.CaptureFixture[str], catalog: Catalog
    ) -> None:
        assert main(["content", "stats"]) == 0

        lines = [line.split() for line in capsys.readouterr().out.splitlines()]
        assert ["principles", str(len(catalog.principles))] in lines
        assert ["reference", "texts", str(len(catalog.texts))] in lines
        assert any(line[:1] == ["binary-search"] for line in lines)


class TestContentPreview:
    def test_of_a_slug_that_is_not_there_names_the_nearest(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["content", "preview", "concept-cach-aside"]) == 1

        assert "Did you mean `concept-cache-aside`?" in capsys.readouterr().err

    def test_types_the_command_in_the_playground(self, monkeypatch: pytest.MonkeyPatch) -> None:
        launched: dict[str, object] = {}

        def launch(**options: object) -> int:
            launched.update(options)
            return 0

        monkeypatch.setattr("bot.playground.launcher.launch", launch)

        assert main(["content", "preview", "concept-cache-aside", "--port", "0", "--no-browser"]) == 0
        assert launched == {
            "port": 0,
            "open_browser": False,
            "say": "/prep learn concept-cache-aside",
            "content_dir": None,
        }


class TestDatabaseUpgrade:
    def test_says_where_it_came_from_and_where_it_is(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["db", "upgrade"]) == 0
        assert main(["db", "upgrade"]) == 0

        first, second = capsys.readouterr().out.splitlines()
        assert first == f"Upgraded from nothing to {newest_revision()}."
        assert second == f"The database is at {newest_revision()}."

    def test_names_a_wrong_url(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DATABASE_URL", "mysql://x/y")

        assert main(["db", "upgrade"]) == 1
        assert capsys.readouterr().err.startswith("DATABASE_URL is wrong:")


def test_run_without_tokens_names_the_first_that_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run"]) == 1

    assert capsys.readouterr().err.startswith("SLACK_BOT_TOKEN is missing:")


@pytest.mark.parametrize("arguments", [[], ["dance"], ["content"], ["db"]])
def test_anything_else_shows_the_usage(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)

    assert caught.value.code == 2
    assert capsys.readouterr().err.startswith("usage: prep-coach")


class TestDoctor:
    async def test_finds_everything_well(self, workspace: Workspace, folder: Path) -> None:
        upgrade(f"sqlite:///{folder}/coach.db")

        code, said = await examined()

        assert code == 0, said
        assert said.endswith("Everything is well.")
        for subject in ("Content", "Database", "Settings", "Bot token", "Scopes", "App token"):
            assert f"ok  {subject}:" in said

    async def test_knows_an_app_that_slack_calls(
        self, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("SLACK_APP_TOKEN")
        monkeypatch.setenv("SLACK_SIGNING_SECRET", workspace.signing_secret)
        monkeypatch.setenv("PREP_HTTP_PORT", "8080")

        code, said = await examined()

        assert code == 0
        assert "ok  Transport: HTTP on port 8080" in said

    async def test_names_what_is_missing_before_it_asks_slack(self) -> None:
        code, said = await examined()

        assert code == 1
        assert "!!  Settings: SLACK_BOT_TOKEN is missing:" in said
        assert "Fix:" in said
        assert said.endswith("1 to mend.")

    async def test_says_which_token_slack_refuses(
        self, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-another")

        code, said = await examined()

        assert code == 1
        assert "!!  Bot token: refused (invalid_auth)" in said

    async def test_says_that_the_app_token_is_refused(
        self, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-another")

        code, said = await examined()

        assert code == 1
        assert "!!  App token: refused" in said

    async def test_says_that_slack_does_not_answer(
        self, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:9/api/")

        code, said = await examined()

        assert code == 1
        assert "does not answer" in said

    async def test_says_that_a_database_cannot_be_opened(self, folder: Path) -> None:
        (folder / "coach.db").write_text("this is no database, however long the text in it may be")

        _, said = await examined()

        assert "!!  Database: " in said
        assert "cannot be opened" in said

    async def test_does_not_make_a_database(self, folder: Path) -> None:
        _, said = await examined()

        assert "is made at the first start" in said
        assert not (folder / "coach.db").exists()

    @pytest.mark.parametrize(
        ("oldest", "said"),
        [
            pytest.param(newest_revision(), "ok  Database: ", id="that lets us"),
            pytest.param("9999", "!!  Database: ", id="that shuts us out"),
        ],
    )
    async def test_says_of_a_newer_schema_whether_we_may_run_on_it(
        self, folder: Path, oldest: str, said: str
    ) -> None:
        upgrade(f"sqlite:///{folder}/coach.db")
        with sqlite3.connect(folder / "coach.db") as connection:
            connection.execute("UPDATE alembic_version SET version_num = '9999'")
            connection.execute("UPDATE schema_compatibility SET oldest_program = ?", [oldest])
        connection.close()

        _, everything = await examined()

        line = next(line for line in everything.splitlines() if "Database" in line)
        assert line.startswith(said)
        assert "at 9999, newer than this program" in line
