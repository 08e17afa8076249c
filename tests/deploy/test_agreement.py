"""Image, compose files and unit agree with the project: versions, commands, paths, settings."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.__main__ import _parser
from bot.healthcheck import HealthSettings
from bot.settings import DatabaseSettings, Settings
from tests.deploy.dockerfile import ROOT, environment, only, stages

BOTS = ["bot", "many"]
"""One process on SQLite, and three on PostgreSQL."""
UNIT = (ROOT / "bot" / "deploy" / "prep-coach.service").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
STOP_SECONDS = 10
"""What the bot promises to need at most."""
BUILD, IMAGE = stages()


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def compose() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    return content


class TestImage:
    def test_brings_the_makefiles_uv(self) -> None:
        (version,) = re.findall(r"^UV_VERSION := (\S+)", MAKEFILE, re.MULTILINE)

        assert any(step.rest.endswith(f"uv=={version}") for step in BUILD if step.word == "RUN")

    def test_pins_a_python_that_the_project_allows(self) -> None:
        assert BUILD[0].rest.removesuffix(" AS build") == IMAGE[0].rest
        found = re.fullmatch(r"python:(\d+)\.(\d+)\.\d+-slim-\w+", IMAGE[0].rest)
        assert found is not None
        least = re.search(r">=(\d+)\.(\d+)", project()["project"]["requires-python"])
        assert least is not None
        assert (int(found[1]), int(found[2])) >= (int(least[1]), int(least[2]))

    def test_installs_what_is_locked_and_nothing_for_development(self) -> None:
        syncs = [step.rest for step in BUILD if step.word == "RUN" and "uv sync" in step.rest]

        assert len(syncs) == 2
        assert all("--frozen" in sync and "--no-dev" in sync for sync in syncs)
        assert "--no-editable" in syncs[-1]

    def test_takes_every_package_of_the_project_and_the_ignore_file_lets_it_pass(self) -> None:
        copied = {name for step in BUILD if step.word == "COPY" for name in step.rest.split()[:-1]}
        wheel = project()["tool"]["hatch"]["build"]["targets"]["wheel"]
        let_in = {
            line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")
        }

        assert {*wheel["packages"], *wheel["force-include"]} <= copied
        assert copied == let_in
        assert all((ROOT / name).exists() for name in copied)

    def test_runs_as_somebody_without_rights_who_owns_the_data_folder(self) -> None:
        user = only(IMAGE, "USER")

        assert user == "10001:10001"
        made = next(step.rest for step in IMAGE if step.word == "RUN")
        assert "--uid 10001" in made
        assert f"--owner=10001 --group=10001 --mode=0700 {only(IMAGE, 'VOLUME')}" in made
        words = [step.word for step in IMAGE]
        assert "RUN" not in words[words.index("USER") :]

    def test_keeps_its_database_in_the_volume(self) -> None:
        database = environment(IMAGE)["DATABASE_URL"]

        assert DatabaseSettings(_env_file=None, DATABASE_URL=database).database_url == database
        assert database.startswith(f"sqlite:///{only(IMAGE, 'VOLUME')}/")
        assert only(IMAGE, "WORKDIR") == only(IMAGE, "VOLUME")

    def test_starts_checks_and_stops_with_what_the_program_has(self) -> None:
        (command,) = json.loads(only(IMAGE, "ENTRYPOINT"))
        assert command in project()["project"]["scripts"]
        assert _parser().parse_args(json.loads(only(IMAGE, "CMD"))).command
        check = json.loads(only(IMAGE, "HEALTHCHECK").split("CMD ")[1])
        assert check[0] == command
        assert _parser().parse_args(check[1:]).command
        assert only(IMAGE, "STOPSIGNAL") == "SIGTERM"

    def test_holds_no_secret(self) -> None:
        names = {*environment(BUILD), *environment(IMAGE)}

        assert not [name for name in names if "TOKEN" in name or "SECRET" in name or "KEY" in name]


@pytest.mark.parametrize("name", BOTS)
class TestCompose:
    def test_gives_the_bot_no_more_than_it_needs(self, name: str) -> None:
        bot = compose()["services"][name]

        assert bot["read_only"] is True
        assert bot["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in bot["security_opt"]
        assert "mem_limit" in bot
        assert "privileged" not in bot
        assert "user" not in bot, "the image's user is the one that owns /data"

    def test_lets_it_finish_what_is_in_hand(self, name: str) -> None:
        bot = compose()["services"][name]

        assert int(bot["stop_grace_period"].removesuffix("s")) > STOP_SECONDS
        assert bot["restart"] == "unless-stopped"

    def test_takes_secrets_from_the_env_file_and_has_none_itself(self, name: str) -> None:
        bot = compose()["services"][name]

        assert bot["env_file"] == ".env"
        assert not [key for key in bot.get("environment", {}) if key.startswith("SLACK_")]

    def test_every_place_that_is_written_to_may_be(self, name: str) -> None:
        bot = compose()["services"][name]
        places = {place.split(":")[0] for place in bot["tmpfs"]}
        places |= {volume.split(":")[1] for volume in bot.get("volumes", ())}

        assert {"/tmp", only(IMAGE, "VOLUME")} <= places  # noqa: S108  (the container's own)
        for variable in ("MPLCONFIGDIR", "XDG_CACHE_HOME"):
            assert environment(IMAGE)[variable].startswith("/tmp/")  # noqa: S108  (the container's own)


class TestThreeProcesses:
    def test_wait_for_the_database(self) -> None:
        services = compose()["services"]

        assert services["many"]["depends_on"]["postgres"]["condition"] == "service_healthy"
        assert "healthcheck" in services["postgres"]
        assert services["many"]["deploy"]["replicas"] == 3

    def test_start_only_when_they_are_asked_for(self) -> None:
        services = compose()["services"]

        assert [name for name, service in services.items() if not service.get("profiles")] == ["bot"]

    def test_reach_a_database_that_only_they_reach(self) -> None:
        content = compose()
        postgres = content["services"]["postgres"]

        assert content["networks"]["inside"]["internal"] is True
        assert postgres["networks"] == ["inside"]
        assert "ports" not in postgres
        url = content["services"]["many"]["environment"]["DATABASE_URL"]
        user, name = postgres["environment"]["POSTGRES_USER"], postgres["environment"]["POSTGRES_DB"]
        assert re.fullmatch(rf"postgresql://{user}:\$\{{POSTGRES_PASSWORD:-\}}@postgres/{name}", url)


class TestUnit:
    def test_starts_the_program_of_a_checkout(self) -> None:
        (start,) = re.findall(r"^ExecStart=(.+)$", UNIT, re.MULTILINE)
        program, *arguments = start.split()

        assert program == "/opt/prep-coach/.venv/bin/prep-coach"
        assert _parser().parse_args(arguments).command

    def test_lets_it_finish_what_is_in_hand(self) -> None:
        (seconds,) = re.findall(r"^TimeoutStopSec=(\d+)$", UNIT, re.MULTILINE)

        assert int(seconds) > STOP_SECONDS

    @pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd-analyze")
    def test_is_understood_and_shuts_the_service_in(self, tmp_path: Path) -> None:
        unit = tmp_path / "prep-coach.service"
        # The program is not at its place here, and an old systemd does not know how to slow down.
        lines = [
            line for line in UNIT.splitlines() if not line.startswith(("RestartSteps", "RestartMaxDelay"))
        ]
        unit.write_text(
            re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", "\n".join(lines), flags=re.MULTILINE)
        )

        assert analyzed("verify", str(unit)) == (0, "")
        code, _ = analyzed("security", "--offline=true", "--threshold=15", str(unit))
        assert code == 0


def analyzed(*arguments: str) -> tuple[int, str]:
    """What systemd-analyze makes of it: exit code and complaints."""
    done = subprocess.run(["systemd-analyze", *arguments], capture_output=True, check=False, text=True)  # noqa: S603, S607  (our own words)
    return done.returncode, done.stderr


def test_every_setting_that_is_named_exists() -> None:
    known = {
        field.alias
        for settings in (Settings, DatabaseSettings, HealthSettings)
        for field in settings.model_fields.values()
    }
    for name in ("Dockerfile", "compose.yaml", "bot/deploy/prep-coach.service"):
        named = set(re.findall(r"\b(?:PREP|SLACK|DATABASE)_[A-Z_]+\b", (ROOT / name).read_text()))

        assert named <= known, name
