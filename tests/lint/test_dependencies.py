"""A known hole stops a change; a service that does not answer is mentioned and stops nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.lint.dependencies import check, locked

NINE = datetime(2030, 3, 4, 9, tzinfo=UTC)
PINS = ["alpha==1.0", "beta==2.0 ; sys_platform == 'linux'"]
WELL: dict[str, Any] = {"name": "alpha", "version": "1.0", "vulns": []}
UNKNOWN = {"name": "beta", "skip_reason": "Dependency not found on PyPI"}
HOLED = {
    "name": "beta",
    "version": "2.0",
    "vulns": [{"id": "PYSEC-2030-1", "fix_versions": ["2.1"], "aliases": []}],
}


class Service:
    """Answers as pip-audit would, and counts."""

    def __init__(self, *packages: dict[str, Any]) -> None:
        self.packages = packages
        self.asked: list[list[str]] = []

    def __call__(self, pins: Sequence[str]) -> str:
        self.asked.append(list(pins))
        return json.dumps({"dependencies": self.packages[: len(pins)]})


def test_a_known_hole_fails_and_names_the_version_that_mends_it(tmp_path: Path) -> None:
    memory = tmp_path / "audited.json"

    code, said = check(PINS, NINE, ask=Service(WELL, HOLED), memory=memory)

    assert code == 1
    assert "beta 2.0: PYSEC-2030-1, mended in 2.1" in said
    assert not memory.exists()


@pytest.mark.parametrize(
    "service",
    [
        pytest.param(lambda _pins: "", id="no network"),
        pytest.param(lambda _pins: "<html>Forbidden</html>", id="a page instead of an answer"),
        pytest.param(Service(UNKNOWN, UNKNOWN), id="a mirror that has packages only"),
    ],
)
def test_without_the_service_one_line_says_so_and_nothing_fails(tmp_path: Path, service: Any) -> None:
    code, said = check(PINS, NINE, ask=service, memory=tmp_path / "audited.json")

    assert (code, said.count("\n")) == (0, 0)
    assert "not audited" in said


def test_a_machine_without_the_service_asks_for_one_package_only(tmp_path: Path) -> None:
    service = Service(UNKNOWN, UNKNOWN)

    check(PINS, NINE, ask=service, memory=tmp_path / "audited.json")

    assert service.asked == [PINS[:1]]


def test_what_was_left_out_is_named(tmp_path: Path) -> None:
    code, said = check(PINS, NINE, ask=Service(WELL, UNKNOWN), memory=tmp_path / "audited.json")

    assert code == 0
    assert said == "1 could not be audited: beta.\n1 dependencies audited: no known hole."


def test_a_good_answer_holds_for_half_a_day_and_for_the_same_lock(tmp_path: Path) -> None:
    service, memory = Service(WELL, WELL), tmp_path / "audited.json"
    check(PINS, NINE, ask=service, memory=memory)
    asked = len(service.asked)

    assert check(PINS, NINE + timedelta(hours=11), ask=service, memory=memory) == (0, "")
    assert len(service.asked) == asked
    check(PINS, NINE + timedelta(hours=13), ask=service, memory=memory)
    check(["alpha==1.1"], NINE, ask=service, memory=memory)
    assert len(service.asked) == 3 * asked


def test_the_lock_gives_what_the_program_and_its_development_need() -> None:
    names = {pin.split("==")[0] for pin in locked()}

    assert {"slack-bolt", "cryptography", "pytest", "pip-audit"} <= names
    assert "prep-coach" not in names
