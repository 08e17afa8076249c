"""app.yaml and the code: everything declared is used, and nothing used is missing."""

from __future__ import annotations

import ast
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot import words
from bot.__main__ import main
from bot.manifest import http_manifest, manifest_path
from bot.playground.manifest import read_manifest
from bot.registration import WORDS
from content.loader import Catalog
from tests.builders import MovingClock
from tests.conftest import sqlite_url
from tests.dispatch import Dispatcher, command, dispatching, event, message_shortcut, shortcut

ROOT = Path(__file__).parents[1]
MANIFEST: dict[str, Any] = yaml.safe_load(manifest_path().read_text(encoding="utf-8"))
PARSED = read_manifest(MANIFEST)

SCOPES_OF_METHODS: dict[str, set[str]] = {
    "api_call": set(),  # oauth.v2.access, by the app's own credentials
    "apps_connections_open": set(),  # the app token's connections:write
    "auth_test": set(),
    "chat_postMessage": {"chat:write"},
    "chat_update": {"chat:write"},
    "conversations_history": {"im:history", "channels:history", "groups:history"},
    "conversations_info": {"channels:read", "groups:read"},
    "conversations_members": {"channels:read", "groups:read"},
    "conversations_open": {"im:write"},
    "conversations_replies": {"channels:history", "groups:history"},
    "files_delete": {"files:write"},
    "files_upload_v2": {"files:write"},
    "users_info": {"users:read"},
    "views_open": set(),
    "views_push": set(),
    "views_publish": set(),
    "views_update": set(),
}
"""Web API method to the bot scopes it needs where the bot uses it."""
CHANGES_OF_CHANNELS = ("archive", "deleted", "left", "rename", "unarchive")
SCOPES_OF_EVENTS: dict[str, set[str]] = {
    "app_home_opened": set(),
    "app_uninstalled": set(),
    "tokens_revoked": set(),
    **{f"channel_{change}": {"channels:read"} for change in CHANGES_OF_CHANNELS},
    **{f"group_{change}": {"groups:read"} for change in CHANGES_OF_CHANNELS},
    "member_left_channel": {"channels:read", "groups:read"},
    "message.im": {"im:history"},
    "user_change": {"users:read"},
}
METHOD = re.compile(
    r"^(admin|api|apps|auth|chat|conversations|dnd|files|pins|reactions|team|users|views)_\w+$"
)
CONTENT_OF_EVENTS: dict[str, dict[str, Any]] = {
    "app_home_opened": {"tab": "home", "channel": "D1"},
    **{
        f"{kind}_{change}": {"channel": "C1"}
        for kind in ("channel", "group")
        for change in CHANGES_OF_CHANNELS
    },
    "channel_rename": {"channel": {"id": "C1", "name": "prep"}},
    "group_rename": {"channel": {"id": "C1", "name": "prep"}},
    "member_left_channel": {"channel": "C1", "channel_type": "C"},
    "message": {"channel_type": "im", "channel": "D1", "text": "hello", "ts": "1.0"},
    "app_uninstalled": {},
    "tokens_revoked": {"tokens": {"oauth": [], "bot": ["UBOT"]}},
    "user_change": {"user": {"id": "U1", "team_id": "T1", "tz": "Europe/Lisbon", "deleted": False}},
}


@pytest.fixture
async def slack(migrated_file: Path, tmp_path: Path, catalog: Catalog) -> AsyncIterator[Dispatcher]:
    async with dispatching(sqlite_url(migrated_file, tmp_path), catalog, MovingClock()) as dispatcher:
        yield dispatcher


def methods_used() -> set[str]:
    """Web API methods that the bot calls, found by name."""
    found = set()
    for file in (ROOT / "bot").rglob("*.py"):
        if "playground" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            if METHOD.match(node.func.attr):
                found.add(node.func.attr)
    return found


class TestWhatIsDeclaredIsAnswered:
    @pytest.mark.parametrize("name", sorted(PARSED.commands))
    async def test_command(self, slack: Dispatcher, name: str) -> None:
        assert (await slack.send(command("", name=name))).status == 200

    @pytest.mark.parametrize("word", [word.name for word in WORDS])
    async def test_word_of_the_command(self, slack: Dispatcher, word: str) -> None:
        await slack.command(word)

        assert slack.acked_before == []
        assert slack.respond.await_count + slack.client.views_open.await_count == 1

    @pytest.mark.parametrize("callback_id", sorted(PARSED.shortcuts))
    async def test_shortcut(self, slack: Dispatcher, callback_id: str) -> None:
        sent = shortcut if PARSED.shortcuts[callback_id].kind == "global" else message_shortcut

        assert (await slack.send(sent(callback_id))).status == 200
        slack.client.views_open.assert_awaited_once()

    @pytest.mark.parametrize("name", sorted(PARSED.bot_events))
    async def test_event(self, slack: Dispatcher, name: str) -> None:
        kind = name.partition(".")[0]

        response = await slack.send(event(kind, **CONTENT_OF_EVENTS[kind]))

        assert response.status == 200

    async def test_and_what_is_not_declared_is_not(self, slack: Dispatcher) -> None:
        assert (await slack.send(command("", name="/other"))).status == 404
        assert (await slack.send(event("reaction_added"))).status == 404


class TestScopes:
    def test_every_method_and_event_is_in_the_tables(self) -> None:
        assert methods_used() <= set(SCOPES_OF_METHODS)
        assert PARSED.bot_events == set(SCOPES_OF_EVENTS)

    def test_are_those_that_something_needs_and_no_more(self) -> None:
        needed = {"commands"}
        for method in methods_used():
            needed |= SCOPES_OF_METHODS[method]
        for name in PARSED.bot_events:
            needed |= SCOPES_OF_EVENTS[name]

        assert needed == PARSED.bot_scopes

    def test_each_says_what_it_is_for(self) -> None:
        lines = manifest_path().read_text(encoding="utf-8").splitlines()
        entries = [match for line in lines if (match := re.match(r"\s+- ([\w:.]+)\s*(#.*)?$", line))]
        purposes = {entry[1]: entry[2] for entry in entries if entry[1] in PARSED.bot_scopes}

        assert set(purposes) == PARSED.bot_scopes
        assert [scope for scope, purpose in purposes.items() if not purpose] == []


class TestLimits:
    def test_of_names_and_descriptions(self) -> None:
        display = MANIFEST["display_information"]

        assert len(display["name"]) <= 35
        assert len(display["description"]) <= 140
        assert 175 <= len(display.get("long_description", "x" * 175)) <= 4000
        assert re.fullmatch(r"#[0-9a-f]{3}([0-9a-f]{3})?", display["background_color"])
        assert re.fullmatch(r"[a-z0-9._-]{1,80}", PARSED.bot_name)

    @pytest.mark.parametrize("name", sorted(PARSED.commands))
    def test_of_commands(self, name: str) -> None:
        declared = PARSED.commands[name]

        assert re.fullmatch(r"/[a-z0-9_-]{1,31}", name)
        assert 0 < len(declared.description) <= 2000
        assert len(declared.usage_hint) <= 1000
        assert declared.should_escape, "names in what is typed must arrive as ids"

    @pytest.mark.parametrize("callback_id", sorted(PARSED.shortcuts))
    def test_of_shortcuts(self, callback_id: str) -> None:
        declared = PARSED.shortcuts[callback_id]

        assert 0 < len(declared.name) <= 24
        assert 0 < len(declared.description) <= 150
        assert declared.kind in ("global", "message")
        assert len(callback_id) <= 255


def test_the_usage_hint_names_every_word() -> None:
    hint = PARSED.commands[words.COMMAND].usage_hint

    assert set(re.findall(r"[a-z-]+", hint)) == {word.name for word in WORDS}


def test_it_is_a_socket_mode_app_that_people_can_write_to() -> None:
    assert PARSED.socket_mode_enabled
    assert PARSED.interactivity_enabled
    assert PARSED.home_tab_enabled
    assert PARSED.messages_tab_enabled
    assert not PARSED.messages_tab_read_only
    assert MANIFEST["settings"]["token_rotation_enabled"] is False, "it could not be switched off again"


class TestHttpMode:
    URL = "https://prep.example.org"
    ADDRESS = f"{URL}/slack/events"

    def test_is_the_same_app_that_slack_calls(self) -> None:
        wanted = yaml.safe_load(manifest_path().read_text(encoding="utf-8"))
        for declared in wanted["features"]["slash_commands"]:
            declared["url"] = self.ADDRESS
        wanted["settings"]["event_subscriptions"]["request_url"] = self.ADDRESS
        wanted["settings"]["interactivity"]["request_url"] = self.ADDRESS
        wanted["settings"]["socket_mode_enabled"] = False

        assert yaml.safe_load(http_manifest(self.URL)) == wanted

    def test_still_says_what_each_scope_is_for(self) -> None:
        comments = re.compile(r"#.*")
        kept = set(comments.findall(http_manifest(self.URL)))
        here = set(comments.findall(manifest_path().read_text(encoding="utf-8")))

        assert len(here - kept) == 1  # the line that says what it is
        assert "over HTTP" in http_manifest(self.URL).splitlines()[0]

    def test_is_printed_by_a_command(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["manifest", "--url", f"{self.URL}/"]) == 0
        assert capsys.readouterr().out == http_manifest(self.URL)

        assert main(["manifest"]) == 0
        assert yaml.safe_load(capsys.readouterr().out) == MANIFEST

    @pytest.mark.parametrize("url", ["prep.example.org", "http://prep.example.org", "https://", "ftp://x"])
    def test_an_address_that_slack_would_not_call_is_refused(
        self, capsys: pytest.CaptureFixture[str], url: str
    ) -> None:
        assert main(["manifest", "--url", url]) == 1
        assert capsys.readouterr().err.startswith("--url is wrong: write the address")
