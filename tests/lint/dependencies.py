"""
Known holes in what we depend on: everything in uv.lock, by pip-audit.

Without the service that knows the holes nothing can be said, and that is said: it is no reason to refuse a
change.
One package is asked for first, so that a machine without the service waits for one answer only.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
MEMORY = ROOT / ".lint_cache" / "audited.json"
GOOD_FOR = timedelta(hours=12)
ANSWER_SECONDS = 10
Audit = Callable[[Sequence[str]], str]
"""Pins such as `pyyaml==6.0.3` in, pip-audit's JSON out; something else when it did not get so far."""


@dataclass(frozen=True, slots=True)
class Report:
    """What an audit came to."""

    holes: list[str]
    audited: int
    skipped: list[str]


def locked() -> list[str]:
    """The pins of uv.lock that apply to this Python, for the program and for its development."""
    export = [
        str(Path(sys.executable).with_name("uv")),
        *("export", "--quiet", "--frozen", "--all-groups", "--no-emit-project", "--no-hashes", "--no-header"),
        "--no-annotate",
    ]
    done = subprocess.run(export, cwd=ROOT, capture_output=True, check=True, text=True)  # noqa: S603  (our own words)
    return [line for line in done.stdout.splitlines() if "==" in line]


def audit(pins: Sequence[str]) -> str:
    """Ask pip-audit."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as requirements:
        requirements.write("\n".join(pins))
        requirements.flush()
        command = [
            *(sys.executable, "-m", "pip_audit", "--requirement", requirements.name),
            *("--no-deps", "--disable-pip", "--format", "json", "--desc", "off", "--progress-spinner", "off"),
            *("--timeout", str(ANSWER_SECONDS)),
        ]
        return subprocess.run(command, capture_output=True, check=False, text=True).stdout  # noqa: S603  (our own words)


def read(answer: str) -> Report | None:
    """What pip-audit found; None when it could not ask anybody."""
    try:
        packages: list[dict[str, Any]] = json.loads(answer)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return None
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    if len(skipped) == len(packages):
        return None
    return Report(
        [_hole(package, hole) for package in packages for hole in package.get("vulns", ())],
        len(packages) - len(skipped),
        skipped,
    )


def _hole(package: dict[str, Any], hole: dict[str, Any]) -> str:
    mended = ", ".join(hole.get("fix_versions") or ()) or "no version yet"
    return f"{package['name']} {package['version']}: {hole['id']}, mended in {mended}"


def check(
    pins: Sequence[str], now: datetime, *, ask: Audit = audit, memory: Path = MEMORY
) -> tuple[int, str]:
    """The exit code and what to say."""
    digest = hashlib.sha256("\n".join(pins).encode()).hexdigest()
    if _is_remembered(memory, digest, now):
        return 0, ""
    report = read(ask(pins[:1])) and read(ask(pins))
    if report is None:
        return 0, "Dependencies were not audited: no service that knows their holes answers here."
    said = (
        [f"{len(report.skipped)} could not be audited: {', '.join(report.skipped)}."]
        if report.skipped
        else []
    )
    if report.holes:
        said += [*report.holes, "Take in a mended version: .venv/bin/uv lock --upgrade-package NAME"]
        return 1, "\n".join(said)
    memory.parent.mkdir(exist_ok=True)
    memory.write_text(json.dumps({"lock": digest, "at": now.isoformat()}), encoding="utf-8")
    return 0, "\n".join([*said, f"{report.audited} dependencies audited: no known hole."])


def _is_remembered(memory: Path, digest: str, now: datetime) -> bool:
    try:
        content = json.loads(memory.read_text(encoding="utf-8"))
        return bool(content["lock"] == digest and now - datetime.fromisoformat(content["at"]) < GOOD_FOR)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def main() -> int:
    """Say what was found; exit code 1 when there is a known hole."""
    code, said = check(locked(), datetime.now().astimezone())
    sys.stdout.write(f"{said}\n" if said else "")
    return code


if __name__ == "__main__":
    sys.exit(main())
