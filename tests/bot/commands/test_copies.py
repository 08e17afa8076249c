"""prep-coach backup, restore, move and db: what they say, refuse, and leave behind."""

from __future__ import annotations

import os
import sqlite3
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, insert
from sqlmodel import SQLModel

from bot.__main__ import main
from storage.backups import Report
from storage.migrate import newest_revision, revisions, upgrade
from storage.models import Heartbeat, Learner
from storage.transfer import Sum
from tests.builders import NOON

NEWEST = newest_revision()
AN_ATTEMPT = (
    "INSERT INTO attempt (learner_id, number, form, page, content_version, started_at)"
    " VALUES ({}, 1, 'quick', 0, '1', '2030-01-01 00:00:00.000000')"
)


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, migrated_file: Path) -> Path:
    """A folder with a database of one person."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PREP_CLOCK_FILE", raising=False)
    monkeypatch.setenv("DATABASE_URL", "sqlite:///coach.db")
    (tmp_path / "coach.db").write_bytes(migrated_file.read_bytes())
    add_person("coach.db", "U1")
    return tmp_path


def add_person(file: str, user: str) -> None:
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        connection.execute(insert(Learner).values(team_id="T1", user_id=user, created_at=NOON))
    engine.dispose()


def people(file: str) -> list[str]:
    connection = sqlite3.connect(file)
    found = [user for (user,) in connection.execute("SELECT user_id FROM learner ORDER BY user_id")]
    connection.close()
    return found


def rows(file: str, table: str) -> int:
    connection = sqlite3.connect(file)
    [number] = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 - a name of ours
    connection.close()
    return int(number)


def execute(file: str, statement: str) -> None:
    connection = sqlite3.connect(file)
    connection.execute(statement)
    connection.commit()
    connection.close()


class TestBackup:
    def test_writes_one_private_file_and_tells_the_rest_beside_the_answer(
        self, capsys: pytest.CaptureFixture[str], folder: Path
    ) -> None:
        assert main(["backup", "night"]) == 0

        said = capsys.readouterr()
        assert f"night holds 1 rows of {len(SQLModel.metadata.tables)} tables at {NEWEST}" in said.out
        assert "learner: 1" in said.err
        assert stat.S_IMODE((folder / "night").stat().st_mode) == 0o600
        assert sorted(os.listdir(folder)) == ["coach.db", "night"]

    def test_never_writes_over_a_file(self, capsys: pytest.CaptureFixture[str], folder: Path) -> None:
        (folder / "night").write_text("dear to me")

        assert main(["backup", "night"]) == 1

        assert "There is already a" in capsys.readouterr().err
        assert (folder / "night").read_text() == "dear to me"

    def test_of_a_database_that_is_not_there_makes_nothing(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, folder: Path
    ) -> None:
        monkeypatch.setenv("DATABASE_URL", "sqlite:///other.db")

        assert main(["backup", "night"]) == 1

        assert "There is no database at other.db. No backup was made." in capsys.readouterr().err
        assert sorted(os.listdir(folder)) == ["coach.db"]

    def test_of_a_damaged_database_says_so_and_leaves_no_file(
        self, capsys: pytest.CaptureFixture[str], folder: Path
    ) -> None:
        content = bytearray((folder / "coach.db").read_bytes())
        content[4096:] = os.urandom(len(content) - 4096)
        (folder / "coach.db").write_bytes(content)

        assert main(["backup", "night"]) == 1

        assert "No backup was made." in capsys.readouterr().err
        assert sorted(os.listdir(folder)) == ["coach.db"]

    def test_of_an_older_version_stays_of_that_version_and_is_migrated_when_restored(
        self, capsys: pytest.CaptureFixture[str], folder: Path
    ) -> None:
        older = revisions()[-2]
        upgrade("sqlite:///coach.db", older)
        execute("coach.db", AN_ATTEMPT.format(1))
        assert main(["backup", "night"]) == 0
        assert f"at {older}" in capsys.readouterr().out

        assert main(["restore", "night", "--replace"]) == 0

        assert main(["db", "status"]) == 0
        assert f"{NEWEST}, up to date" in capsys.readouterr().out
        assert people("coach.db") == ["U1"]
        assert rows("coach.db", "attempt") == 1


class TestRestore:
    @pytest.fixture(autouse=True)
    def backup(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """One of the one person; a second one came later."""
        assert main(["backup", "night"]) == 0
        add_person("coach.db", "U2")
        capsys.readouterr()

    def test_needs_a_word_where_people_are(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["restore", "night"]) == 1

        assert "holds people's data: add --replace" in capsys.readouterr().err
        assert people("coach.db") == ["U1", "U2"]

    def test_keeps_what_was_there_and_says_what_comes_next(
        self, capsys: pytest.CaptureFixture[str], folder: Path
    ) -> None:
        assert main(["restore", "night", "--replace"]) == 0

        said = capsys.readouterr().out
        [kept] = [name for name in os.listdir(folder) if name.startswith("coach.db.before-")]
        assert f"kept as {kept}" in said
        assert "Next: prep-coach run" in said
        assert people("coach.db") == ["U1"]
        assert people(kept) == ["U1", "U2"]

    def test_names_who_comes_back_although_they_were_gone(self, capsys: pytest.CaptureFixture[str]) -> None:
        execute("coach.db", "DELETE FROM learner WHERE user_id = 'U1'")

        assert main(["restore", "night", "--replace"]) == 0

        assert "1 people have come back" in (said := capsys.readouterr().out)
        assert "prep-coach forget T1:U1" in said

    def test_takes_the_place_of_a_database_that_cannot_be_read(
        self, capsys: pytest.CaptureFixture[str], folder: Path
    ) -> None:
        (folder / "coach.db").write_text("no database any more, however long this text may be" * 100)
        assert main(["restore", "night"]) == 1
        assert "--replace puts it aside" in capsys.readouterr().err

        assert main(["restore", "night", "--replace"]) == 0
        assert people("coach.db") == ["U1"]

    def test_is_refused_while_a_bot_runs(self, capsys: pytest.CaptureFixture[str]) -> None:
        engine = create_engine("sqlite:///coach.db")
        with engine.begin() as connection:
            connection.execute(insert(Heartbeat).values(id=1, at=datetime.now(UTC)))
        engine.dispose()

        assert main(["restore", "night", "--replace"]) == 1

        assert "stop every bot that uses it" in capsys.readouterr().err
        assert people("coach.db") == ["U1", "U2"]

    def test_of_a_backup_that_was_changed_changes_nothing(self, capsys: pytest.CaptureFixture[str]) -> None:
        execute("night", "UPDATE learner SET user_id = 'U9'")

        assert main(["restore", "night", "--replace"]) == 1

        assert "The rows of learner differ from what the backup was made of" in capsys.readouterr().err
        assert people("coach.db") == ["U1", "U2"]

    @pytest.mark.parametrize(
        ("file", "words"),
        [
            ("nothing", "There is no file nothing."),
            ("coach.db", "was not made by prep-coach backup"),
            ("text", "file is not a database"),
        ],
    )
    def test_of_what_is_no_backup_says_so(
        self, capsys: pytest.CaptureFixture[str], folder: Path, file: str, words: str
    ) -> None:
        (folder / "text").write_text("a letter" * 1000)

        assert main(["restore", file, "--replace"]) == 1

        assert words in capsys.readouterr().err
        assert people("coach.db") == ["U1", "U2"]

    @pytest.mark.parametrize(
        ("statement", "words"),
        [
            ("UPDATE alembic_version SET version_num = '9999'", "It is at 9999, newer than this program"),
            ("UPDATE backup SET format = 2", "was made by a newer version"),
        ],
    )
    def test_of_a_newer_backup_is_refused(
        self, capsys: pytest.CaptureFixture[str], statement: str, words: str
    ) -> None:
        execute("night", statement)

        assert main(["restore", "night", "--replace"]) == 1

        assert words in capsys.readouterr().err
        assert people("coach.db") == ["U1", "U2"]


@pytest.mark.parametrize(("installations", "needs_key"), [(0, False), (1, True)])
def test_where_tokens_are_stored_the_key_is_asked_for(installations: int, needs_key: bool) -> None:
    report = Report(revision="1", tables={"installation": Sum(installations, "")})

    assert report.needs_key == needs_key


def test_an_older_backup_whose_rows_refer_to_nothing_is_not_migrated(
    capsys: pytest.CaptureFixture[str],
) -> None:
    upgrade("sqlite:///coach.db", revisions()[-2])
    execute("coach.db", AN_ATTEMPT.format(99))
    assert main(["backup", "night"]) == 0

    assert main(["restore", "night", "--replace"]) == 1

    assert "rows of attempt would refer to rows of learner that are not there" in capsys.readouterr().err


class TestMove:
    def test_says_of_each_table_that_it_is_the_same_in_both(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["move", "sqlite:///coach.db", "sqlite:///new/coach.db"]) == 0

        said = capsys.readouterr().out
        assert any(line.split()[:2] == ["learner", "1"] for line in said.splitlines())
        assert "Next: set DATABASE_URL" in said
        assert people("new/coach.db") == people("coach.db") == ["U1"]

    @pytest.mark.parametrize(
        ("source", "target", "words"),
        [
            ("sqlite:///coach.db", "sqlite:///./coach.db", "the same database"),
            ("mysql://x/y", "sqlite:///new.db", "mysql is not supported"),
            ("sqlite:///none.db", "sqlite:///new.db", "There is no database at none.db"),
            ("sqlite:///coach.db", "postgresql://me:secret@127.0.0.1:9/x", "Nothing was changed."),
        ],
    )
    def test_what_cannot_be_moved_is_told_in_a_sentence(
        self, capsys: pytest.CaptureFixture[str], source: str, target: str, words: str
    ) -> None:
        assert main(["move", source, target]) == 1

        said = capsys.readouterr().err
        assert words in said
        assert "secret" not in said


class TestDatabase:
    def test_goes_back_only_when_the_revision_is_typed(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        older = revisions()[-2]
        monkeypatch.setattr("builtins.input", lambda _question: "yes")
        assert main(["db", "downgrade", older]) == 1
        assert "deletes what newer versions added, for good" in capsys.readouterr().out

        monkeypatch.setattr("builtins.input", lambda _question: older)
        assert main(["db", "downgrade", older]) == 0
        assert main(["db", "status"]) == 0

        assert f"Schema     {older}, which prep-coach db upgrade" in capsys.readouterr().out

    @pytest.mark.parametrize("revision", [NEWEST, "9999", "nonsense"])
    def test_goes_back_to_nothing_but_an_older_revision(
        self, capsys: pytest.CaptureFixture[str], revision: str
    ) -> None:
        assert main(["db", "downgrade", revision, "--yes"]) == 1

        assert f"There is no way back from {NEWEST} to {revision}" in capsys.readouterr().err

    def test_status_of_a_database_that_is_not_there_makes_none(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, folder: Path
    ) -> None:
        monkeypatch.setenv("DATABASE_URL", "sqlite:///other.db")

        assert main(["db", "status"]) == 0

        assert "none yet" in capsys.readouterr().out
        assert not (folder / "other.db").exists()
