"""How the bot gets into the workspaces it works for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import BotError

Connect = Callable[[str | None], AsyncWebClient]
"""A client that calls Slack with this token; with None it is to be told one for each call."""


class NotInstalledError(BotError):
    """The bot is not, or no longer, installed in this workspace."""

    def __init__(self, team_id: str) -> None:
        super().__init__(f"Prep Coach is not installed in the workspace {team_id}.")


class Workspaces(Protocol):
    """Who lets us in. Asked for every request and every round of delivery, so it answers from memory."""

    async def authorize(
        self, team_id: str | None, enterprise_id: str | None, is_enterprise_install: bool
    ) -> AuthorizeResult | None:
        """What Bolt needs to answer a request from there; None where the bot is not installed."""

    async def token(self, team_id: str) -> str | None:
        """The bot's token in a workspace; None where it is not installed."""


@dataclass(frozen=True, slots=True)
class OneWorkspace:
    """The one workspace whose token stands in the environment."""

    identity: AuthorizeResult

    async def authorize(
        self, team_id: str | None, enterprise_id: str | None, is_enterprise_install: bool
    ) -> AuthorizeResult | None:
        is_organisation = is_enterprise_install and enterprise_id == self.identity.enterprise_id
        return self.identity if is_organisation or team_id in (None, self.identity.team_id) else None

    async def token(self, team_id: str) -> str | None:
        return self.identity.bot_token if team_id == self.identity.team_id else None
