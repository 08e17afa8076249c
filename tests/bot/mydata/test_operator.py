"""prep-coach export and prep-coach forget."""

from __future__ import annotations

import asyncio
import builtins
import zipfile
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.members import Member
from storage.engine import connect
from tests.bot.mydata.belongings import everything_stored, one_of_everything
from tests.builders import ANA
from tests.conftest import sqlite_url


@pytest.fixture
def url(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, migrated_file: Path) -> str:
    """A database with Ana in it, that the environment names."""
    monkeypatch.chdir(tmp_path)
    url = sqlite_url(migrated_file, tmp_path)
    monkeypatch.setenv("DATABASE_URL", url)
    add(url, ANA, "kumquat")
    return url


def add(url: str, member: Member, mark: str) -> None:
    async def work() -> None:
        database = connect(url)
        await one_of_everything(database, member, mark)
        await database.close()

    asyncio.run(work())


def is_known(url: str) -> bool:
    async def work() -> bool:
        database = connect(url)
        stored = await everything_stored(database)
        await database.close()
        return "kumquat" in str(stored)

    return asyncio.run(work())


def test_export_writes_a_new_file_for_its_owner_alone(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "ana.zip"

    assert main(["export", "U1", str(file)]) == 0

    assert "everything.json" in zipfile.ZipFile(file).namelist()
    assert file.stat().st_mode & 0o077 == 0
    assert "Everything of U1 in T1 is in" in capsys.readouterr().out


def test_export_overwrites_nothing(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "ana.zip"
    file.write_text("mine")

    assert main(["export", "U1", str(file)]) == 1

    assert file.read_text() == "mine"
    assert "choose another name" in capsys.readouterr().out


def test_forget_wants_the_id_again(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(builtins, "input", lambda _question: "U2")
    assert main(["forget", "U1"]) == 1
    assert "Nothing was deleted." in capsys.readouterr().out
    assert is_known(url)

    monkeypatch.setattr(builtins, "input", lambda _question: "U1")
    assert main(["forget", "U1"]) == 0

    assert "Deleted: the profile, 1 assessment" in capsys.readouterr().out
    assert not is_known(url)


def test_forget_asks_nothing_in_a_script(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["forget", "T1:U1", "--yes"]) == 0
    assert not is_known(url)

    assert main(["forget", "U1", "--yes"]) == 1
    assert "Nobody with the id U1" in capsys.readouterr().out


def test_of_two_workspaces_one_must_be_named(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    add(url, Member("T2", "U1"), "damson")

    assert main(["forget", "U1", "--yes"]) == 1

    assert "Write T1:U1 or T2:U1." in capsys.readouterr().out
    assert is_known(url)


@pytest.mark.parametrize("arguments", [["export", "U1", "x.zip"], ["forget", "U1", "--yes"]])
def test_no_database_is_made(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/none.db")

    assert main(arguments) == 1

    assert "There is no database at" in capsys.readouterr().err
    assert not (tmp_path / "none.db").exists()
