"""What becomes of the messages in flight, written down for many at once: a group commit."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from bot.clock import Now
from storage import claims
from storage.claims import Closed, PutBack, Sent
from storage.engine import Database
from storage.models import OutboxMessage

_DATABASE_AWAY = (OperationalError, InterfaceError, PoolTimeoutError, OSError)
"""It is the database that is in trouble, not an entry: trying each alone would only take longer."""


@dataclass(frozen=True, slots=True)
class Begin:
    """The post of this message is about to leave."""

    message: OutboxMessage


Entry = Begin | Sent | PutBack | Closed
_Written = tuple[Entry, asyncio.Future[datetime | None]]


@dataclass(slots=True)
class Ledger:
    """
    Carries out what is written down while a transaction runs together in the next one.

    Each call returns once its own entry is committed. Nothing waits for company: a single entry goes at once.
    """

    database: Database
    now: Now
    lease: timedelta
    _waiting: list[_Written] = field(default_factory=list)
    _writer: asyncio.Task[None] | None = None

    async def begin(self, message: OutboxMessage) -> datetime | None:
        """Until when the message is ours to post; None when it is not ours any more."""
        return await self._write(Begin(message))

    async def write(self, entry: Sent | PutBack | Closed) -> None:
        """Write down what came of a message."""
        await self._write(entry)

    async def _write(self, entry: Entry) -> datetime | None:
        written: asyncio.Future[datetime | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((entry, written))
        if self._writer is None:
            self._writer = asyncio.create_task(self._write_all())
        return await written

    async def _write_all(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                await self._settle(batch)
        finally:
            self._writer = None

    async def _settle(self, batch: Sequence[_Written]) -> None:
        """Carry out a batch; one by one where it fails, so that one broken entry spoils no other."""
        try:
            answers = await self._commit([entry for entry, _ in batch])
        except asyncio.CancelledError:
            for _, written in batch:
                written.cancel()
            raise
        except Exception as error:  # noqa: BLE001 - it is raised where the entry came from
            if len(batch) == 1 or (isinstance(error, _DATABASE_AWAY) and not _is_deadlock(error)):
                for _, written in batch:
                    if not written.done():
                        written.set_exception(error)
                return
            for one in batch:
                await self._settle([one])
            return
        for (_, written), answer in zip(batch, answers, strict=True):
            if not written.done():
                written.set_result(answer)

    async def _commit(self, entries: Sequence[Entry]) -> list[datetime | None]:
        begins = [entry.message for entry in entries if isinstance(entry, Begin)]
        begun: set[int] = set()
        async with self.database.write() as session:
            # A lease counts from when the database let us in, not from when we asked.
            await session.connection()
            now = self.now()
            if begins:
                begun = await claims.begin_sending(session, begins, now=now, lease=self.lease)
            if sent := [entry for entry in entries if isinstance(entry, Sent)]:
                await claims.mark_sent(session, sent, now=now)
            if put := [entry for entry in entries if isinstance(entry, PutBack)]:
                await claims.put_back(session, put)
            if closed := [entry for entry in entries if isinstance(entry, Closed)]:
                await claims.close(session, closed)
        until = now + self.lease
        return [until if isinstance(each, Begin) and each.message.id in begun else None for each in entries]


def _is_deadlock(error: Exception) -> bool:
    """Two transactions waited for each other and PostgreSQL ended ours: alone it will pass."""
    return getattr(getattr(error, "orig", None), "sqlstate", None) == "40P01"
