"""Why, from what is stored, on both databases; in Slack, and at the command line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.members import Member
from bot.preferences.service import PreferencesService
from bot.why import operator
from bot.why.explanation import plain_lines
from bot.why.service import WhyService
from storage.engine import Database
from storage.models import OutboxMessage, OutboxState
from storage.preferences import Defaults
from tests.bot.reminders.conftest import Desk
from tests.builders import ANA, BEN, MovingClock


@pytest.fixture
def desk(database: Database, clock: MovingClock) -> Desk:
    """At Monday, 4 March 2030, eight o'clock in UTC."""
    opened = Desk(database, clock)
    opened.at("03-04 08:00")
    return opened


@pytest.fixture
def preferences(desk: Desk) -> PreferencesService:
    return PreferencesService(desk.database, desk.clock, desk.service)


@pytest.fixture
def why(desk: Desk, preferences: PreferencesService) -> WhyService:
    return WhyService(desk.database, preferences)


async def told(why: WhyService, member: Member = ANA) -> list[str]:
    return list(plain_lines(await why.explain(member)))


class TestExplaining:
    async def test_a_week_with_everything_in_it(
        self, desk: Desk, why: WhyService, preferences: PreferencesService
    ) -> None:
        person = await desk.person(days=[1, 3, 4, 5, 6, 7])
        desk.at("03-04 09:00")
        await desk.service.plan_due()
        desk.clock.move(seconds=2)
        await desk.sent(person)
        desk.at("03-05 09:00")  # her rest day
        await desk.service.plan_due()
        desk.at("03-06 22:30")  # we were down
        await desk.service.plan_due()
        await preferences.pause(ANA)
        desk.at("03-07 09:00")
        await desk.service.plan_due()
        await preferences.resume(ANA)

        summary, daily, rest = await told(why)

        assert summary == (
            "Next: tomorrow 09:00 (daily minimums), tomorrow 16:00 (weekly check-in), UTC. "
            "Last: Mon 4 March 09:00:02, delivered (daily minimums). "
            "Switched off in the settings: evening line."
        )
        assert daily == (
            "Daily minimums. Thu 7 March: skipped: you paused your reminders; "
            "Wed 6 March: missed: its window was over; "
            "Tue 5 March: skipped: your rest day; "
            "Mon 4 March: delivered 09:00:02."
        )
        assert rest == "Missed windows in the last 7 days: 1. Times are UTC."

    async def test_reaches_seven_local_days_back(self, desk: Desk, why: WhyService) -> None:
        person = await desk.person(weekly_on=False)
        desk.at("03-04 09:00")
        await desk.days(person, 9)

        _, daily, _ = await told(why)

        assert daily.count("delivered") == 6
        assert "Thu 7 March" in daily
        assert "Wed 6 March" not in daily

    async def test_names_what_is_unclear_honestly(self, desk: Desk, why: WhyService) -> None:
        person = await desk.person()
        desk.at("03-04 09:00")
        await desk.service.plan_due()

        def lose(row: OutboxMessage) -> None:
            row.state, row.first_sending_at = OutboxState.UNCLEAR, desk.clock()

        await desk.each(person, lose)

        assert "unclear: Slack's answer was lost." in (await told(why))[1]

    async def test_says_why_somebody_gets_nothing(
        self, desk: Desk, why: WhyService, preferences: PreferencesService
    ) -> None:
        person = await desk.person()
        desk.at("03-04 09:00")
        await desk.days(person, 4, answers=False)
        assert (await told(why))[0].startswith("Silent since Thursday 7 March:")

        await preferences.resume(ANA)
        choices = (await preferences.current(ANA)).choices
        await preferences.save(ANA, replace(choices, daily_on=False, weekly_on=False))
        assert (await told(why))[0].startswith("All reminders are off.")

    async def test_of_a_stranger_says_how_reminders_begin(self, why: WhyService) -> None:
        assert await told(why, BEN) == [
            "Reminders begin with a plan: type /prep to get one. Nothing was sent so far.",
            "No reminder was due in the last 7 days.",
            "Missed windows in the last 7 days: 0. Times are UTC.",
        ]

    async def test_tells_nothing_of_others(self, desk: Desk, why: WhyService) -> None:
        await desk.person("U2")
        desk.at("03-04 09:00")
        await desk.service.plan_due()

        assert (await told(why, ANA))[1] == "No reminder was due in the last 7 days."


class TestOperator:
    async def ask(self, desk: Desk, database_url: str, person: str) -> tuple[int, list[str]]:
        said: list[str] = []
        code = await operator.explain(
            database_url, person, defaults=Defaults(), now=desk.clock, say=said.append
        )
        return code, said

    async def test_reads_the_same_and_the_missed_windows_of_all(self, desk: Desk, database_url: str) -> None:
        await desk.person()
        await desk.person("U2")
        desk.at("03-04 22:30")
        await desk.service.plan_due()

        code, said = await self.ask(desk, database_url, "U1")

        assert code == 0
        assert said[0] == "U1 in T1, in the words the person reads:"
        assert "Daily minimums. Mon 4 March: missed: its window was over." in said
        assert said[-1] == "Missed windows in all: 2"

    async def test_asks_for_the_workspace_where_several_have_the_id(
        self, desk: Desk, database_url: str
    ) -> None:
        await desk.person()
        await desk.person(team="T2")

        code, [sentence] = await self.ask(desk, database_url, "U1")
        assert (code, sentence) == (1, "Several workspaces have somebody with that id. Write T1:U1 or T2:U1.")

        code, said = await self.ask(desk, database_url, "T2:U1")
        assert (code, said[0]) == (0, "U1 in T2, in the words the person reads:")

    @pytest.mark.parametrize("person", ["U404", "T9:U1", "", ":", "a'; DROP TABLE learner"])
    async def test_of_nobody_says_what_to_write(self, desk: Desk, database_url: str, person: str) -> None:
        await desk.person()

        code, [sentence] = await self.ask(desk, database_url, person)

        assert code == 1
        assert sentence.startswith(f"Nobody with the id {person} has done anything here.")


class TestCommandLine:
    @pytest.fixture(autouse=True)
    def folder(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/coach.db")
        return tmp_path

    def test_makes_no_database(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["why", "U1"]) == 1

        assert "There is no database at" in capsys.readouterr().err
        assert not (folder / "coach.db").exists()

    def test_of_an_empty_database_says_to_upgrade_it(
        self, folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (folder / "coach.db").touch()

        assert main(["why", "U1"]) == 1

        assert "prep-coach db upgrade" in capsys.readouterr().out

    def test_of_nobody(self, folder: Path, migrated_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (folder / "coach.db").write_bytes(migrated_file.read_bytes())

        assert main(["why", "U1"]) == 1

        assert "Nobody with the id U1" in capsys.readouterr().out
