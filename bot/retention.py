"""Once a day what nobody asks for any more is deleted, a little at each tick."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.clock import Now
from storage import retention
from storage.engine import Database

log = logging.getLogger(__name__)

BATCH = 500
EVERY = timedelta(days=1)


@dataclass(slots=True)
class Retention:
    """The daily clean-up of one process; several processes do no harm to each other."""

    database: Database
    now: Now
    keep_days: int
    _next_at: datetime = field(default=datetime.min.replace(tzinfo=UTC), init=False)
    _above: int = field(default=0, init=False)
    _deleted: int = field(default=0, init=False)

    async def clear(self) -> None:
        """Do one batch, or nothing until a day has passed since the last one."""
        now = self.now()
        if now < self._next_at:
            return
        async with self.database.write() as session:
            before = now - timedelta(days=self.keep_days)
            done = await retention.clear(session, before=before, above=self._above, limit=BATCH)
        self._deleted += done.deleted
        if done.up_to is not None:
            self._above = done.up_to
            return
        if self._deleted:
            log.info("deleted %d traces of messages older than %d days", self._deleted, self.keep_days)
        self._next_at, self._above, self._deleted = now + EVERY, 0, 0
