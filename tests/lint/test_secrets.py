"""A planted secret is found, whatever kind of file it is in; what is no secret is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lint.secrets import check

PLANTED = {
    "a bot token": f"SLACK_BOT_TOKEN=xoxb-{'2345678901-' * 2}{'AbCd1234' * 3}",
    "an app-level token": f"xapp-1-A012BCDEFGH-3456789-{'0123456789abcdef' * 2}",
    "a refresh token": f"xoxe-1-{'My0xLTEy' * 3}",
    "a webhook": "https://hooks.slack.com/services/T1/B1/planted",  # pragma: allowlist secret
    "a database password": "postgresql://prep:tr0mb0ne@db.internal/prep",  # pragma: allowlist secret
    "a private key": "-----BEGIN EC PRIVATE KEY-----",  # pragma: allowlist secret
    "an assigned password": "client_secret = 'f3a9c1d27b6e48505c4e'",  # pragma: allowlist secret
}


@pytest.mark.parametrize("name", ["notes.md", "settings.py", ".env.example", "compose.yaml"])
def test_every_planted_secret_is_found(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_text("".join(f"# {what}\n{line}\n" for what, line in PLANTED.items()), encoding="utf-8")

    found = {int(finding.split(":")[1]) for finding in check([file], tmp_path / "memory.json")}

    assert found == {2 * number for number in range(1, len(PLANTED) + 1)}


def test_an_example_and_a_line_that_says_so_are_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "README.md"
    file.write_text(
        "postgresql://USER:PASSWORD@HOST/NAME\nSLACK_BOT_TOKEN=xoxb-...\n"
        + PLANTED["a bot token"]
        + "  <!-- pragma: allowlist secret -->\n",
        encoding="utf-8",
    )

    assert check([file], tmp_path / "memory.json") == []


def test_a_clean_file_is_read_again_when_it_changes(tmp_path: Path) -> None:
    file, memory = tmp_path / "notes.md", tmp_path / "memory.json"
    file.write_text("nothing here", encoding="utf-8")
    assert check([file], memory) == []

    file.write_text(PLANTED["a bot token"], encoding="utf-8")

    assert check([file], memory) == [f"{file}:1: Slack Token"]
    assert check([file], memory) == [f"{file}:1: Slack Token"]
