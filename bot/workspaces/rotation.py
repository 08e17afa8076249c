"""
Exchange bot tokens before they expire.

Slack's tokens live 12 hours; a refresh token is good once, and what it was exchanged for is told once. So one
process at a time exchanges an installation's tokens, and what came of it is written down at any price: only a
process that dies within the milliseconds between the answer and the commit loses them. Then the old token is
good for two more hours, the next tries are refused and say so, and installing the bot again mends it without
losing anything.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Now
from bot.workspaces.secrets import UndecipherableError
from bot.workspaces.slack_oauth import PASSING, OAuthRefusedError, SlackOAuth, SlackUnreachableError
from bot.workspaces.vault import Tokens, Vault
from storage import installations
from storage.engine import Database
from storage.models import Installation

log = logging.getLogger(__name__)

AT_ONCE = 10
LEASE = timedelta(minutes=2)
"""Longer than a call and what follows it can take."""
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=10)
REFUSED_PAUSE = timedelta(hours=1)
"""Slack will say the same again: only a new installation, or a corrected setting, helps."""
STORE_AGAIN_SECONDS = 1.0


@dataclass(kw_only=True, slots=True)
class Rotation:
    """The job. Any number of processes may have it."""

    database: Database
    vault: Vault
    oauth: SlackOAuth
    now: Now
    on_changed: Callable[[str], None]
    """Called with the place whose tokens are new."""
    store_again_seconds: float = STORE_AGAIN_SECONDS
    _under_way: set[asyncio.Task[None]] = field(default_factory=set)

    async def run_due(self) -> None:
        """Exchange what is due."""
        while True:
            async with self.database.read() as session:
                if not await installations.any_rotation_due(session, now=self.now()):
                    return
            async with self.database.write() as session:
                now = self.now()
                due = await installations.claim_rotation(session, now=now, until=now + LEASE, limit=AT_ONCE)
            if not due:
                return
            # A stop cancels the job, but never what lies between Slack's answer and the database.
            tasks = [asyncio.create_task(self._exchange(installation)) for installation in due]
            for task in tasks:
                self._under_way.add(task)
                task.add_done_callback(self._under_way.discard)
            await asyncio.shield(asyncio.gather(*tasks))

    async def finish(self, within: float) -> None:
        """Wait for exchanges under way, so that none of what Slack told is lost."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=within)
        if self._under_way:
            log.error("%d token exchanges did not end before the stop", len(self._under_way))

    async def _exchange(self, old: Installation) -> None:
        now = self.now()
        try:
            opened = self.vault.opened(old)
            tokens = await self.oauth.refresh(opened.refresh_token or "", now=now)
        except SlackUnreachableError as error:
            pause = min(FIRST_PAUSE * 2**old.rotation_failures, LONGEST_PAUSE)
            if error.retry_after is not None:
                pause = max(pause, timedelta(seconds=error.retry_after))
            await self._failed(old, str(error), again_at=now + pause)
        except OAuthRefusedError as error:
            pause = FIRST_PAUSE if error.code in PASSING else REFUSED_PAUSE
            await self._failed(old, error.code, again_at=now + pause)
        except UndecipherableError:
            await self._failed(old, "key_missing", again_at=now + REFUSED_PAUSE)
        else:
            await self._store(old, tokens)

    async def _store(self, old: Installation, tokens: Tokens) -> None:
        """Until it is written: Slack does not tell them again."""
        bot_token, refresh_token = self.vault.sealed(old.place, tokens)
        expires_at, rotate_at = tokens.expires_at, tokens.rotate_at
        if refresh_token is None or expires_at is None or rotate_at is None:
            return  # the exchange always gives all three
        while True:
            try:
                async with self.database.write() as session:
                    is_ours = await installations.renew(
                        session,
                        old,
                        bot_token=bot_token,
                        refresh_token=refresh_token,
                        expires_at=expires_at,
                        rotate_at=rotate_at,
                    )
                break
            except (OSError, SQLAlchemyError) as error:
                log.warning(
                    "the new tokens of %s cannot be stored (%s); trying until they are",
                    old.place,
                    type(error).__name__,
                )
                await asyncio.sleep(self.store_again_seconds)
        self.on_changed(old.place)
        if is_ours:
            log.info("tokens of %s exchanged, good until %s", old.place, expires_at.isoformat())

    async def _failed(self, old: Installation, error: str, *, again_at: datetime) -> None:
        async with self.database.write() as session:
            if not await installations.note_failure(session, old, error, again_at=again_at):
                return  # somebody else has changed it meanwhile
        log.error(
            "the token of %s cannot be exchanged (%s); it is good until %s, the next try is at %s. If this "
            "goes on, install Prep Coach there again: nothing is lost by it.",
            old.place,
            error,
            old.expires_at.isoformat() if old.expires_at else "?",
            again_at.isoformat(),
        )
