"""The workspaces that installed the bot: what Bolt and delivery need, out of memory as far as possible."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from slack_bolt.authorization import AuthorizeResult
from sqlalchemy.exc import SQLAlchemyError

from bot.workspaces.secrets import UndecipherableError
from bot.workspaces.vault import Vault
from storage import installations, removals
from storage.engine import Database
from storage.models import Installation

log = logging.getLogger(__name__)

MOST_REMEMBERED = 2_000
"""Installations in memory, a few kilobytes each."""
FRESH_SECONDS = 10.0
"""How long we do not look again: so late another process notices that a workspace came, changed or went."""
PATIENCE_SECONDS = 1.0
"""How long a look may take when there is an older answer: Slack waits three seconds for ours."""
UNKNOWN_TOLD = 1_000

NOT_INSTALLED = (
    "Prep Coach is not set up in this workspace any more, or not yet again. If it was added a moment ago, "
    "try in a minute; otherwise ask whoever manages your apps to add it once more."
)
"""What a person is told where the bot is not installed; Bolt's `user_facing_authorize_error_message`."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What we last read of a place; `result` is None where the bot is not installed."""

    result: AuthorizeResult | None
    read_at: float


@dataclass(slots=True)
class InstalledWorkspaces:
    """Who lets us in, by the installations in the database."""

    database: Database
    vault: Vault
    monotonic: Callable[[], float]
    _known: OrderedDict[str, _Known] = field(default_factory=OrderedDict)
    """By place, the least recently used first."""
    _reading: dict[str, asyncio.Task[_Known]] = field(default_factory=dict)
    _organisations: OrderedDict[str, str] = field(default_factory=OrderedDict)
    """Workspace to the organisation whose installation we work with there, where it was looked up."""
    _told: set[str] = field(default_factory=set)
    """What was said in the log about a place, so that it is said once."""

    async def authorize(
        self, team_id: str | None, enterprise_id: str | None, is_enterprise_install: bool
    ) -> AuthorizeResult | None:
        """What Bolt needs to answer a request from there; None where the bot is not installed."""
        places = [enterprise_id, team_id] if is_enterprise_install else [team_id, enterprise_id]
        for place in places:
            result = (await self._look(place)).result if place else None
            if result is None:
                continue
            if place == enterprise_id and team_id and enterprise_id:
                await self._learn(team_id, enterprise_id)
            return result
        self._tell_once(f"{team_id or enterprise_id} sent a request, but the bot is not installed there")
        return None

    async def token(self, team_id: str) -> str | None:
        """The bot's token in a workspace; None where it is not installed."""
        result = (await self._look(team_id)).result
        if result is None:
            organisation = await self._organisation(team_id)
            result = (await self._look(organisation)).result if organisation else None
        return None if result is None else result.bot_token

    def drop(self, place: str) -> None:
        """Look again at the next request: what was stored of a workspace or organisation has changed."""
        self._known.pop(place, None)
        # A read that is under way may have begun before the change.
        self._reading.pop(place, None)
        for team_id in [team for team, its in self._organisations.items() if place in (team, its)]:
            del self._organisations[team_id]

    async def _look(self, place: str) -> _Known:
        known = self._known.get(place)
        if known is not None and self.monotonic() - known.read_at < FRESH_SECONDS:
            self._known.move_to_end(place)
            return known
        reading = self._reading.get(place)
        if reading is None:
            reading = self._reading[place] = asyncio.create_task(self._read(place))
            reading.add_done_callback(lambda task: self._has_read(place, task))
        try:
            async with asyncio.timeout(None if known is None else PATIENCE_SECONDS):
                return await asyncio.shield(reading)
        except (TimeoutError, OSError, SQLAlchemyError) as error:
            if known is None:
                raise
            log.warning(
                "installations cannot be read (%s); going on with what is known", type(error).__name__
            )
            return known

    def _has_read(self, place: str, task: asyncio.Task[_Known]) -> None:
        if self._reading.get(place) is not task:
            return  # dropped meanwhile
        del self._reading[place]
        if not task.cancelled() and task.exception() is None:
            self._known[place] = task.result()
            self._known.move_to_end(place)
            if len(self._known) > MOST_REMEMBERED:
                self._known.popitem(last=False)

    async def _read(self, place: str) -> _Known:
        read_at = self.monotonic()
        async with self.database.read() as session:
            found = await installations.find(session, place)
            is_closed = found is not None and await removals.is_closed(session, [place])
        return _Known(None if found is None or is_closed else self._result(found), read_at)

    def _result(self, found: Installation) -> AuthorizeResult | None:
        try:
            tokens = self.vault.opened(found)
        except UndecipherableError as error:
            self._tell_once(f"{found.place} cannot be served: {error}")
            return None
        return AuthorizeResult(
            enterprise_id=found.enterprise_id,
            team_id=found.team_id,
            bot_user_id=found.bot_user_id,
            bot_id=found.bot_id,
            bot_token=tokens.bot_token,
            bot_scopes=found.scopes,
        )

    async def _organisation(self, team_id: str) -> str | None:
        if team_id not in self._organisations:
            async with self.database.read() as session:
                found = await installations.enterprise_of(session, team_id)
            if found is None:
                return None
            self._remember(team_id, found)
        return self._organisations[team_id]

    async def _learn(self, team_id: str, enterprise_id: str) -> None:
        """Delivery knows a workspace only: note whose token is good there, once."""
        if await self._organisation(team_id) == enterprise_id:
            return
        async with self.database.write() as session:
            await installations.learn(session, team_id, enterprise_id)
        self._remember(team_id, enterprise_id)

    def _remember(self, team_id: str, enterprise_id: str) -> None:
        self._organisations[team_id] = enterprise_id
        if len(self._organisations) > MOST_REMEMBERED:
            self._organisations.popitem(last=False)

    def _tell_once(self, sentence: str) -> None:
        if sentence not in self._told and len(self._told) < UNKNOWN_TOLD:
            self._told.add(sentence)
            log.warning("workspace %s", sentence)
