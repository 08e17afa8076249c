"""prep-coach init: a person without experience gets to a bot that can start, and loses nothing on the way."""

from __future__ import annotations

import os
import stat
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from dotenv import dotenv_values

from bot.playground.faults import FaultKind
from bot.playground.server import WorkspaceServer
from bot.playground.workspace import Workspace
from tests.bot.commands.typing_person import CTRL_C, Conversation, conversation
from tests.processes import open_workspace

ENTER = "\n"
BOT, APP = "Bot token (not shown): ", "App-level token (not shown): "
WAY, DATABASE, ANOTHER = "s or h", "   Database", "Take another one instead?"
SECRET = "0123456789abcdef0123456789abcdef"  # pragma: allowlist secret
NAMES = ("SLACK_", "PREP_", "DATABASE_URL")


@pytest.fixture
async def server() -> AsyncIterator[WorkspaceServer]:
    """Slack."""
    async with open_workspace() as server:
        yield server


@pytest.fixture
def workspace(server: WorkspaceServer) -> Workspace:
    return server.workspace


@pytest.fixture
def values(server: WorkspaceServer) -> dict[str, str]:
    """An environment that names Slack and nothing else."""
    root = str(Path(__file__).parents[3])
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(NAMES)}
    return {**inherited, "PYTHONPATH": root, "SLACK_API_URL": server.api_url}


def written(folder: Path) -> dict[str, str | None]:
    return dotenv_values(folder / ".env")


async def through(talk: Conversation, workspace: Workspace) -> None:
    """The shortest way from the bot token to the end."""
    await talk.types(workspace.bot_token + ENTER, after=BOT)
    await talk.types(ENTER, after=WAY)
    await talk.types(workspace.app_token + ENTER, after=APP)
    await talk.types(ENTER, after=DATABASE)


async def test_whoever_mixes_everything_up_is_told_each_time_and_ends_well(
    tmp_path: Path, values: dict[str, str], workspace: Workspace
) -> None:
    async with conversation(tmp_path, values, "init") as talk:
        await talk.hears("From a manifest")
        await talk.types(workspace.app_token + ENTER, after=BOT)
        await talk.hears("That is an App-Level Token, which is asked for later.")
        await talk.types(ENTER, after=BOT)
        await talk.hears("Nothing arrived.")
        await talk.types("xoxb-1-2-anothers" + ENTER, after=BOT)
        await talk.hears("Bot token: refused (invalid_auth)")
        await talk.types(f"  SLACK_BOT_TOKEN='{workspace.bot_token}'  " + ENTER, after=BOT)
        await talk.hears("Bot token: works in Harbor Labs")
        await talk.hears("Scopes: all")
        await talk.types("x" + ENTER, after=WAY)
        await talk.types("s" + ENTER, after=WAY)
        await talk.hears("Generate Token and Scopes")
        await talk.types(workspace.bot_token + ENTER, after=APP)
        await talk.hears("That is the bot token.")
        await talk.types(f'\N{LEFT DOUBLE QUOTATION MARK}{workspace.app_token}" ' + ENTER, after=APP)
        await talk.hears("App token: opens a Socket Mode connection")
        await talk.types("mysql://x/y" + ENTER, after=DATABASE)
        await talk.hears("mysql is not supported")
        await talk.types("sqlite:///kept/here.db" + ENTER, after=DATABASE)
        await talk.hears("is made at the first start")

        assert await talk.ended() == 0, talk.said

    assert "Everything is well." in talk.said
    assert "Next: prep-coach run" in talk.said
    assert written(tmp_path) == {
        "SLACK_BOT_TOKEN": workspace.bot_token,
        "SLACK_APP_TOKEN": workspace.app_token,
        "DATABASE_URL": "sqlite:///kept/here.db",
    }
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600
    assert workspace.bot_token not in talk.said
    assert workspace.app_token not in talk.said
    assert os.listdir(tmp_path) == [".env"]


async def test_stopped_by_ctrl_c_it_goes_on_where_it_was(
    tmp_path: Path, values: dict[str, str], workspace: Workspace
) -> None:
    async with conversation(tmp_path, values, "init") as talk:
        await talk.types(workspace.bot_token + ENTER, after=BOT)
        await talk.types(ENTER, after=WAY)
        await talk.types(CTRL_C, after=APP)
        await talk.hears("prep-coach init goes on from there.")
        assert await talk.ended() == 130
    assert "Traceback" not in talk.said
    assert written(tmp_path) == {"SLACK_BOT_TOKEN": workspace.bot_token}

    async with conversation(tmp_path, values, "init") as talk:
        await talk.hears("SLACK_BOT_TOKEN is in .env already")
        await talk.types(ENTER, after=ANOTHER)
        await talk.types(ENTER, after=WAY)
        await talk.types(workspace.app_token + ENTER, after=APP)
        await talk.types(ENTER, after=DATABASE)
        assert await talk.ended() == 0, talk.said


async def test_what_was_in_the_file_stays_and_nothing_is_replaced_unasked(
    tmp_path: Path, values: dict[str, str], workspace: Workspace
) -> None:
    before = (
        "# ours\nPREP_TIMEZONE=Europe/Lisbon   # where most of us are\n\n"
        f"export SLACK_BOT_TOKEN={workspace.bot_token}\nSLACK_APP_TOKEN=xapp-1-A0PREP0001-old-one\nODD LINE\n"
    )
    (tmp_path / ".env").write_text(before)
    async with conversation(tmp_path, values, "init") as talk:
        await talk.types(ENTER, after=ANOTHER)
        await talk.types(ENTER, after=WAY)
        await talk.hears("SLACK_APP_TOKEN is in .env already")
        await talk.hears("App token: refused")
        await talk.types(workspace.app_token + ENTER, after=APP)
        await talk.types(ENTER, after=DATABASE)
        assert await talk.ended() == 0, talk.said

    old = "SLACK_APP_TOKEN=xapp-1-A0PREP0001-old-one"
    assert (tmp_path / ".env").read_text() == before.replace(old, f"SLACK_APP_TOKEN={workspace.app_token}")


@pytest.mark.parametrize("trouble", ["drop", "http_500"])
async def test_a_slack_that_does_not_answer_is_tried_again_or_left_unchecked(
    tmp_path: Path, values: dict[str, str], workspace: Workspace, trouble: FaultKind
) -> None:
    workspace.faults.add(method="auth.test", kind=trouble, times=None)
    async with conversation(tmp_path, values, "init") as talk:
        await talk.types(workspace.bot_token + ENTER, after=BOT)
        await talk.hears("!!  Slack:")
        await talk.types(ENTER, after="Enter tries again, k keeps it unchecked: ")
        await talk.types("k" + ENTER, after="k keeps it unchecked: ")
        await talk.hears(WAY)

    assert written(tmp_path) == {"SLACK_BOT_TOKEN": workspace.bot_token}


async def test_a_missing_scope_is_named_with_what_it_is_there_for(
    tmp_path: Path, values: dict[str, str], workspace: Workspace
) -> None:
    workspace.manifest = replace(
        workspace.manifest, bot_scopes=workspace.manifest.bot_scopes - {"im:history"}
    )
    async with conversation(tmp_path, values, "init") as talk:
        await talk.types(workspace.bot_token + ENTER, after=BOT)
        await talk.hears("Scopes: missing: im:history (there for: read the bot's own DMs")
        await talk.hears("reinstall the app")
        await talk.types("n" + ENTER, after="Keep it all the same? [y/N] ")
        await talk.hears(BOT)

    assert not (tmp_path / ".env").exists()


async def test_tokens_of_two_apps_are_not_taken_together(
    tmp_path: Path, values: dict[str, str], workspace: Workspace
) -> None:
    workspace.team = replace(workspace.team, app_id="A0ANOTHER1")
    async with conversation(tmp_path, values, "init") as talk:
        await talk.types(workspace.bot_token + ENTER, after=BOT)
        await talk.types(ENTER, after=WAY)
        await talk.types(workspace.app_token + ENTER, after=APP)
        await talk.hears("belongs to the app A0PREP0001, the bot token to A0ANOTHER1")
        await talk.hears(APP)

    assert "SLACK_APP_TOKEN" not in written(tmp_path)


async def test_for_http_the_secret_port_and_address_are_asked_and_the_app_token_rests(
    tmp_path: Path, values: dict[str, str], workspace: Workspace
) -> None:
    (tmp_path / ".env").write_text(
        f"SLACK_BOT_TOKEN={workspace.bot_token}\nSLACK_APP_TOKEN={workspace.app_token}\n"
    )
    async with conversation(tmp_path, values, "init") as talk:
        await talk.types(ENTER, after=ANOTHER)
        await talk.types("h" + ENTER, after=WAY)
        await talk.types("not a secret" + ENTER, after="Signing secret (not shown): ")
        await talk.hears("32 digits and letters a to f")
        await talk.types(SECRET + ENTER, after="Signing secret (not shown): ")
        await talk.types("99999" + ENTER, after="Port to listen on (Enter: 8080): ")
        await talk.types(ENTER, after="Port to listen on (Enter: 8080): ")
        await talk.types("prep.example.org" + ENTER, after="Public address: ")
        await talk.types("https://prep.example.org" + ENTER, after="Public address: ")
        await talk.hears("https://prep.example.org/slack/events")
        await talk.hears("SLACK_APP_TOKEN is no more needed")
        await talk.types(ENTER, after=DATABASE)
        await talk.ended()

    assert written(tmp_path) == {
        "SLACK_BOT_TOKEN": workspace.bot_token,
        "SLACK_SIGNING_SECRET": SECRET,
        "PREP_HTTP_PORT": "8080",
        "PREP_PUBLIC_URL": "https://prep.example.org",
    }
    assert f"# SLACK_APP_TOKEN={workspace.app_token}\n" in (tmp_path / ".env").read_text()
    assert SECRET not in talk.said


async def test_the_password_of_a_database_is_asked_for_and_not_shown(
    tmp_path: Path, values: dict[str, str], workspace: Workspace
) -> None:
    async with conversation(tmp_path, values, "init") as talk:
        await talk.types(workspace.bot_token + ENTER, after=BOT)
        await talk.types(ENTER, after=WAY)
        await talk.types(workspace.app_token + ENTER, after=APP)
        await talk.types("postgresql://coach@127.0.0.1:9/prep" + ENTER, after=DATABASE)
        await talk.types("p@ss/w${HOME}rd" + ENTER, after="Password of coach (not shown, Enter: none): ")
        await talk.hears("cannot be opened")
        await talk.types("y" + ENTER, after="Keep it all the same? [y/N] ")
        assert await talk.ended() == 1

    assert (
        written(tmp_path)["DATABASE_URL"]
        == "postgresql://coach:p%40ss%2Fw%24%7BHOME%7Drd@127.0.0.1:9/prep"  # pragma: allowlist secret
    )
    assert "p%40ss" not in talk.said


async def test_without_a_terminal_everything_comes_from_the_environment(
    tmp_path: Path, values: dict[str, str], workspace: Workspace
) -> None:
    tokens = {"SLACK_BOT_TOKEN": workspace.bot_token, "SLACK_APP_TOKEN": f"'{workspace.app_token}'"}
    words = ("init", "--yes", "--database-url", "sqlite:///other.db")
    async with conversation(tmp_path, {**values, **tokens}, *words) as talk:
        assert await talk.ended() == 1  # the quotes in the environment are still there
    assert "SLACK_APP_TOKEN is also set in the environment" in talk.said
    assert written(tmp_path) == {
        "SLACK_BOT_TOKEN": workspace.bot_token,
        "SLACK_APP_TOKEN": workspace.app_token,
        "DATABASE_URL": "sqlite:///other.db",
    }

    async with conversation(tmp_path, values, "init", "--yes") as talk:
        assert await talk.ended() == 0, talk.said


@pytest.mark.parametrize(
    ("token", "words"),
    [
        (None, "SLACK_BOT_TOKEN is missing: Nothing arrived."),
        ("xoxb-1-2-anothers", "SLACK_BOT_TOKEN was not accepted. Bot token: refused (invalid_auth)."),
    ],
)
async def test_without_a_terminal_the_first_fault_ends_it_in_one_sentence(
    tmp_path: Path, values: dict[str, str], token: str | None, words: str
) -> None:
    given = {"SLACK_BOT_TOKEN": token} if token else {}
    async with conversation(tmp_path, {**values, **given}, "init", "--yes") as talk:
        assert await talk.ended() == 1

    assert words in talk.said
    assert not (tmp_path / ".env").exists()
