"""
No token gets into a commit: every file that git has or would take is read for secrets, new ones in full.

What was found clean is remembered by its content, so that a second look costs next to nothing. A line that
only looks like a secret says so itself, in a comment with `pragma: allowlist secret`.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from detect_secrets.core.scan import scan_file
from detect_secrets.settings import configure_settings_from_baseline, get_settings

ROOT = Path(__file__).parents[2]
MEMORY = ROOT / ".lint_cache" / "clean-files.json"
UNREAD = {".png", ".ico", ".woff2"}
FULL_OF_DIGESTS = {"uv.lock"}
OWN = Path(__file__).with_name("tokens.py")
PLUGINS = [
    {"name": "ArtifactoryDetector"},
    {"name": "AWSKeyDetector"},
    {"name": "AzureStorageKeyDetector"},
    {"name": "Base64HighEntropyString", "limit": 4.5},
    {"name": "BasicAuthDetector"},
    {"name": "GitHubTokenDetector"},
    {"name": "GitLabTokenDetector"},
    {"name": "HexHighEntropyString", "limit": 3.0},
    {"name": "JwtTokenDetector"},
    {"name": "NpmDetector"},
    {"name": "OpenAIDetector"},
    {"name": "PrivateKeyDetector"},
    {"name": "PypiTokenDetector"},
    {"name": "SlackTokenDetector", "path": f"file://{OWN}"},
]
FILTERS = [*get_settings().filters, f"file://{OWN}::is_placeholder"]
RULES = {"plugins_used": PLUGINS, "filters_used": [{"path": path} for path in FILTERS]}


def check(files: Iterable[Path], memory: Path = MEMORY) -> list[str]:
    """`path:line: kind` for each finding in these files; the clean ones are not read again."""
    state = _digest(Path(__file__), OWN)
    known = _remembered(memory, state)
    digests = {file: _digest(file) for file in files if _is_read(file)}
    unknown = [file for file, digest in digests.items() if digest not in known]
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn"), _begin) as pool:
        results = dict(zip(unknown, pool.map(_scan, map(str, unknown), chunksize=8), strict=True))
    clean = {digest for file, digest in digests.items() if not results.get(file)}
    memory.parent.mkdir(exist_ok=True)
    memory.write_text(json.dumps({"by": state, "clean": sorted(clean)}), encoding="utf-8")
    return [f"{_short(file)}:{finding}" for file, findings in results.items() for finding in findings]


def tracked() -> list[Path]:
    """What git has, and what it would take: also a file that nobody has added yet."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607  (whichever git there is)
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    return [ROOT / name for name in listed.stdout.split("\0") if name]


def _begin() -> None:
    configure_settings_from_baseline(RULES)


def _scan(file: str) -> list[str]:
    found = {(secret.line_number, secret.type) for secret in scan_file(file)}
    return [f"{line}: {kind}" for line, kind in sorted(found)]


def _is_read(file: Path) -> bool:
    return file.is_file() and file.suffix not in UNREAD and file.name not in FULL_OF_DIGESTS


def _digest(*files: Path) -> str:
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def _remembered(memory: Path, state: str) -> set[str]:
    """Nothing where the rules have changed since, or the file cannot be read."""
    try:
        content = json.loads(memory.read_text(encoding="utf-8"))
        return set(content["clean"]) if content["by"] == state else set()
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def _short(file: Path) -> str:
    return str(file.relative_to(ROOT) if file.is_relative_to(ROOT) else file)


def main() -> int:
    """Say what was found; exit code 1 when there is something."""
    try:
        findings = check(tracked())
    except subprocess.CalledProcessError as error:
        sys.stdout.write(f"The files cannot be listed, so they were not read for secrets: {error.stderr}")
        return 1
    for finding in findings:
        sys.stdout.write(f"{finding}\n")
    if findings:
        sys.stdout.write(
            f"{len(findings)} line(s) look like a secret. A real one: take it out and revoke it where it was "
            "made. Otherwise end the line with the comment `pragma: allowlist secret`.\n"
        )
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
