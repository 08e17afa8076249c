"""What the migrations declare beside their steps: who may run on them, and what nobody uses any more."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType
from typing import Any

VERSIONS = Path(__file__).parent / "versions"


def migrations() -> list[ModuleType]:
    """All of them, the oldest first."""
    names = sorted(path.stem for path in VERSIONS.glob("[0-9]*_*.py"))
    return [importlib.import_module(f"storage.migrations.versions.{name}") for name in names]


def leaving(revision: str) -> set[str]:
    """Each `table` and `table.column` that is there, but not used by programs from this migration on."""
    return {
        name
        for module in migrations()
        if module.revision <= revision
        for name in getattr(module, "leaving", ())
    }


def is_compared(thing: Any, name: str | None, kind: str, reflected: bool, compared_with: Any) -> bool:
    """False for what has left the models and waits to be dropped, and for what is not theirs; for alembic."""
    if not reflected or compared_with is not None:
        return True
    full = f"{thing.table.name}.{name}" if kind == "column" else str(name)
    return full not in {*leaving("9999"), "schema_compatibility"}
