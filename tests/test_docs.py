"""What the documents say is there, is there; and what is there, they say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from bot.__main__ import _parser
from bot.registration import WORDS
from bot.settings import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
TIMES = {"PREP_DAILY_AT": "09:00", "PREP_WEEKLY_AT": "Friday 16:00"}
"""Defaults that are stored as minutes and read as times of day."""
DOCUMENTS = [
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "RELIABILITY.md",
    "SECURITY.md",
    "content/AUTHORING.md",
]


@pytest.mark.parametrize("word", WORDS, ids=lambda word: word.name)
def test_readme_names_every_word_after_prep(word: object) -> None:
    assert f"`/prep {getattr(word, 'name')}" in README  # noqa: B009  (the parameter's type is the id's, not Word's)


def test_readme_names_every_setting_with_its_default() -> None:
    for field in Settings.model_fields.values():
        row = next((line for line in README.splitlines() if line.startswith(f"| `{field.alias}`")), None)
        assert row is not None, f"{field.alias} has no row in the configuration table"
        if not field.is_required() and field.default is not None:
            default = TIMES.get(str(field.alias)) or (
                f"{field.default:g}" if isinstance(field.default, float) else str(field.default)
            )
            assert default in row


def test_times_of_day_are_the_defaults_they_are_written_as() -> None:
    given = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", **TIMES}

    assert Settings(_env_file=None, **given) == Settings(  # type: ignore[arg-type]  # by alias, as the environment gives them
        _env_file=None, SLACK_BOT_TOKEN="xoxb-1", SLACK_APP_TOKEN="xapp-1"
    )


def test_readme_names_no_setting_that_does_not_exist() -> None:
    known = {field.alias for field in Settings.model_fields.values()}

    assert set(re.findall(r"^\| `([A-Z_]+)`", README, re.MULTILINE)) == known


def test_readme_names_every_command_of_the_program() -> None:
    listed = re.findall(r"^\| `prep-coach ([a-zA-Z ]+)`", README, re.MULTILINE)

    assert [command.removesuffix(" SLUG").removesuffix(" PERSON") for command in listed] == [
        "init",
        "run",
        "playground",
        "manifest",
        "doctor",
        "health",
        "content check",
        "content stats",
        "content preview",
        "why",
        "export PERSON FILE",
        "forget",
        "keys new",
        "keys rotate",
        "backup FILE",
        "restore FILE",
        "move FROM TO",
        "db upgrade",
        "db downgrade REVISION",
        "db status",
    ]
    for command in listed:
        assert _parser().parse_args(command.split()).command


def test_readme_and_manifest_agree_on_command_and_shortcut() -> None:
    manifest = yaml.safe_load((ROOT / "app.yaml").read_text(encoding="utf-8"))

    for command in manifest["features"]["slash_commands"]:
        assert f"`{command['command']}`" in README
        for word in re.findall(r"[a-z-]+", command["usage_hint"]):
            assert word in {known.name for known in WORDS}
    for shortcut in manifest["features"]["shortcuts"]:
        assert f"**{shortcut['name']}**" in README


@pytest.mark.parametrize(
    "target", ["playground", "test", "lint", "bench", "init", "doctor", "run", "install"]
)
def test_every_make_target_the_documents_name_exists(target: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    assert f"make {target}" in README
    assert re.search(rf"^{target}:", makefile, re.MULTILINE)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_and_pictures_lead_somewhere(document: str) -> None:
    path = ROOT / document
    for target in re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8")):
        if not target.startswith(("http://", "https://")):
            assert (path.parent / target).exists() or (ROOT / target).exists(), target


def test_architecture_names_every_file_at_the_top_of_bot_content_and_storage() -> None:
    for room in ("bot", "content", "storage"):
        for file in (ROOT / room).glob("*.py"):
            if file.name != "__init__.py":
                assert re.search(rf"\b{file.name.removesuffix('.py')}\b", ARCHITECTURE), file
    for folder in (path for path in (ROOT / "bot").iterdir() if (path / "__init__.py").exists()):
        assert f"{folder.name}/" in ARCHITECTURE


@pytest.mark.parametrize("document", DOCUMENTS)
def test_documents_speak_of_the_project_alone(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")

    for word in ("/root/", "/work/", "TODO", "FIXME"):
        assert word not in text


def test_every_file_that_the_security_page_names_exists() -> None:
    named = re.findall(r"`((?:bot|tests|deploy|storage)/[\w./]+)`", (ROOT / "SECURITY.md").read_text("utf-8"))

    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []
