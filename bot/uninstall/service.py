"""
Delete a workspace that was uninstalled: see whether it is true, close it, and delete it a little at a time.

What Slack says of an uninstall may come late, or twice, after the bot was installed again. So it is only
noted at first. Then the token is tried: one that works belongs to an installation that is still there.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import Now
from bot.workspaces.presence import Presence
from storage import installations, removals
from storage.engine import Database
from storage.models import Removal

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
AGAIN_AFTER = timedelta(minutes=1)
BELIEVED_FOR = timedelta(minutes=10)
"""So long a token that still works is tried again before the event counts as outdated."""
CERTAINLY_LATER = timedelta(minutes=1)
"""More than Slack's clock and ours differ: what was installed so long after the event is another one."""
SETTLE = timedelta(seconds=30)
"""After a workspace is closed until its data goes: claims end and every process has noticed by then."""
FIRST_BATCH = 8
BATCH_SECONDS = (0.02, 0.1)
"""Batches are made larger or smaller so that each holds the database for about this long."""
LARGEST_BATCH = 2_000


@dataclass(kw_only=True, slots=True)
class UninstallService:
    """The use cases of a workspace that goes."""

    database: Database
    now: Now
    presence: Presence
    monotonic: Callable[[], float] = time.monotonic

    async def note(self, place: str, *, event_at: datetime) -> None:
        """Slack says that this workspace (T...) or organisation (E...) was uninstalled at that time."""
        async with self.database.write() as session:
            await removals.note(session, place, event_at=event_at, now=self.now())

    async def work(self) -> None:
        """Take every removal that is due one step further."""
        while True:
            async with self.database.read() as session:
                if not await removals.any_due(session, now=self.now()):
                    return
            async with self.database.write() as session:
                removal = await removals.claim(session, now=self.now(), lease=LEASE)
            if removal is None:
                return
            if removal.confirmed_at is None:
                await self._look(removal)
            else:
                await self._delete(removal.place)

    async def _look(self, removal: Removal) -> None:
        place = removal.place
        async with self.database.read() as session:
            found = await installations.find(session, place)
            organisation = await installations.enterprise_of(session, place)
            served = organisation and await installations.find(session, organisation)
        is_newer = found is not None and found.installed_at > removal.event_at + CERTAINLY_LATER
        if is_newer or (found is None and served):
            await self._drop(place)
            return
        token = self.presence.token(place, found)
        alive = False if token is None else await self.presence.is_alive(token)
        now = self.now()
        if alive and now - removal.noted_at >= BELIEVED_FOR:
            await self._drop(place)
            return
        async with self.database.write() as session:
            if alive is False:
                revision = None if found is None else found.revision
                if await removals.confirm(session, place, revision, now=now, next_at=now + SETTLE):
                    log.info("%s was uninstalled: closed now, its data is deleted next", place)
                else:
                    await removals.put_off(session, place, until=now)
            else:
                await removals.put_off(session, place, until=now + AGAIN_AFTER)
        self.presence.on_closed(place)

    async def _drop(self, place: str) -> None:
        async with self.database.write() as session:
            await removals.drop(session, place)
        log.warning(
            "%s was said to be uninstalled, but the bot is installed there; nothing is deleted", place
        )

    async def _delete(self, place: str) -> None:
        async with self.database.read() as session:
            teams = await removals.teams(session, place)
        for team_id in teams:
            limit, is_left = FIRST_BATCH, True
            while is_left:
                async with self.database.write() as session:
                    started = self.monotonic()
                    is_left = await removals.delete_some(session, team_id, limit=limit)
                    await removals.put_off(session, place, until=self.now() + LEASE)
                took = self.monotonic() - started
                quick, slow = BATCH_SECONDS
                limit = min(2 * limit, LARGEST_BATCH) if took < quick else limit
                limit = max(limit // 2, 1) if took > slow else limit
        async with self.database.write() as session:
            await removals.finish(session, place, now=self.now())
        self.presence.on_closed(place)
        log.info("everything of %s is deleted", place)
