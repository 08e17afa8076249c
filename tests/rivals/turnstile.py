"""Stops what one process does to the database right before a chosen step, and lets it go on later."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event
from sqlalchemy.util import await_only

from storage.engine import Database


@dataclass(slots=True)
class Turnstile:
    """
    A step is a statement or a commit; they are counted from 1.

    SQLite lets nobody else write between the begin and the commit, so only these are steps there.
    """

    stop_before: int = 0
    """0 stops nowhere."""
    steps: int = 0
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    may_pass: asyncio.Event = field(default_factory=asyncio.Event)

    @asynccontextmanager
    async def at(self, database: Database, dialect: str) -> AsyncIterator[None]:
        """Everything that this database's sessions do passes here."""
        engines = (database.readers.sync_engine, database.writers.sync_engine)

        def statement(_connection: Any, _cursor: Any, sql: str, *_: Any) -> None:
            if dialect != "sqlite" or sql.startswith("BEGIN"):
                self._step()

        def commit(_connection: Any) -> None:
            self._step()

        for engine in engines:
            event.listen(engine, "before_cursor_execute", statement)
            event.listen(engine, "commit", commit)
        try:
            yield
        finally:
            for engine in engines:
                event.remove(engine, "before_cursor_execute", statement)
                event.remove(engine, "commit", commit)

    def _step(self) -> None:
        self.steps += 1
        if self.steps == self.stop_before:
            self.reached.set()
            await_only(self.may_pass.wait())
