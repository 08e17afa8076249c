"""A .env file: values are set in place, every other line stays as it is, and nobody else may read it."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values

_PLAIN = re.compile(r"[A-Za-z0-9_@%+=:,./?&~*()!-]*")


def read(file: Path) -> dict[str, str]:
    """The values that are set to something."""
    if not file.exists():
        return {}
    return {name: value for name, value in dotenv_values(file, encoding="utf-8").items() if value}


def changed(text: str, values: Mapping[str, str | None]) -> str:
    """
    The text of the file with these values in it, each where it stood before, or at the end.

    None: the line stays as a comment, so that nothing is lost.
    """
    lines = text.splitlines()
    for name, value in values.items():
        places = [number for number, line in enumerate(lines) if _sets(name, line)]
        if value is None:
            for number in places:
                lines[number] = f"# {lines[number]}"
        elif places:
            # Of several lines the last counts.
            lines[places[-1]] = f"{name}={_quoted(value)}"
        else:
            lines.append(f"{name}={_quoted(value)}")
    return "".join(f"{line}\n" for line in lines)


def write(file: Path, values: Mapping[str, str | None]) -> None:
    """Set these in the file, all at once; it is made if it is not there."""
    # A link stays a link.
    file = file.resolve()
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    part = file.with_name(f"{file.name}.{secrets.token_hex(4)}.part")
    with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as out:
        out.write(changed(text, values))
        out.flush()
        os.fsync(out.fileno())
    if file.exists() and os.geteuid() == 0:
        os.chown(part, file.stat().st_uid, file.stat().st_gid)
    part.rename(file)


def _sets(name: str, line: str) -> bool:
    return re.match(rf"\s*(export\s+)?{name}\s*=", line) is not None


def _quoted(value: str) -> str:
    if _PLAIN.fullmatch(value):
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
