"""A .env file keeps everything that is not being set, and gives back exactly what was put in."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.commands.credentials import cleaned, fault_of_app_token, fault_of_bot_token, fault_of_signing_secret
from bot.commands.env_file import changed, read, write

PRINTABLE = st.text(st.characters(min_codepoint=32, exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1)


@given(value=PRINTABLE.filter(lambda text: "${" not in text))
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_value_is_read_as_it_was_written(tmp_path: Path, value: str) -> None:
    file = tmp_path / ".env"

    write(file, {"SOME": value, "OTHER": "1"})

    assert read(file) == {"SOME": value, "OTHER": "1"}


@given(lines=st.lists(PRINTABLE.filter(lambda line: "SOME" not in line)), value=PRINTABLE)
def test_every_other_line_stays_as_it_is_and_where_it_is(lines: list[str], value: str) -> None:
    before = "".join(f"{line}\n" for line in [*lines, "SOME=old", *lines])

    after = changed(before, {"SOME": value}).splitlines()

    assert after[: len(lines)] == after[len(lines) + 1 :] == lines


def test_of_several_lines_the_one_that_counts_is_changed() -> None:
    assert changed("A=1\nA=2\n", {"A": "3"}) == "A=1\nA=3\n"


def test_what_is_no_more_wanted_stays_as_a_comment() -> None:
    assert changed("A=1\nexport B=2", {"B": None}) == "A=1\n# export B=2\n"


def test_only_the_owner_may_read_it_and_a_link_stays_a_link(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_text("A=1\n")
    kept.chmod(0o644)
    (tmp_path / ".env").symlink_to(kept)

    write(tmp_path / ".env", {"B": "2"})

    assert (tmp_path / ".env").is_symlink()
    assert kept.read_text() == "A=1\nB=2\n"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert sorted(os.listdir(tmp_path)) == [".env", "kept"]


@pytest.mark.parametrize(
    "pasted",
    [
        "  xoxb-1-2-abc\n",
        "'xoxb-1-2-abc'",
        '"xoxb-1-2-abc"',
        "\N{LEFT DOUBLE QUOTATION MARK}xoxb-1-2-abc\N{RIGHT DOUBLE QUOTATION MARK}",
        "SLACK_BOT_TOKEN=xoxb-1-2-abc",
        "export SLACK_BOT_TOKEN='xoxb-1-2-abc'",
        "xoxb-1-\n2-abc\N{ZERO WIDTH SPACE}",
    ],
)
def test_what_comes_along_with_a_pasted_token_is_left_out(pasted: str) -> None:
    assert cleaned(pasted) == "xoxb-1-2-abc"
    assert fault_of_bot_token(cleaned(pasted)) is None


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ("", "Nothing arrived"),
        ("xapp-1-A1-2-abc", "asked for later"),
        ("xoxp-1-2-abc", "user token"),
        ("xoxe.xoxb-1-abc", "token rotation"),
        ("xoxb-", "Part of it is missing"),
        ("xoxb-1-2-a…", "Part of it is missing"),
        ("0123456789abcdef0123456789abcdef", "does not start with xoxb-"),  # pragma: allowlist secret
    ],
)
def test_another_thing_than_a_bot_token_is_named(token: str, words: str) -> None:
    assert words in str(fault_of_bot_token(token))


def test_another_thing_than_an_app_token_or_a_signing_secret_is_named() -> None:
    assert "That is the bot token" in str(fault_of_app_token("xoxb-1-2-abc"))
    assert "That is a token" in str(fault_of_signing_secret("xapp-1-2-abc"))
    assert "32 digits" in str(fault_of_signing_secret("abc"))
    assert fault_of_signing_secret("0123456789abcdef0123456789abcdef") is None  # pragma: allowlist secret
