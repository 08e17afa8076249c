"""Whether the bot is still in a workspace: Slack knows, by the token."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from bot.workspaces.secrets import UndecipherableError
from bot.workspaces.vault import Vault
from storage.models import Installation


async def _cannot_be_asked(_token: str) -> bool | None:
    return None


def _nobody(_place: str) -> None:
    """Nobody has to know."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Presence:
    """What deleting a workspace has to ask, and whom it tells. By itself it knows nothing."""

    is_alive: Callable[[str], Awaitable[bool | None]] = _cannot_be_asked
    """Whether Slack still knows a bot token; None when it cannot be asked."""
    own_tokens: Mapping[str, str] = field(default_factory=dict)
    """The workspace whose token stands in the environment, with that token."""
    vault: Vault | None = None
    on_closed: Callable[[str], None] = _nobody
    """Called with the workspace or organisation of which something changed."""

    def token(self, place: str, installation: Installation | None) -> str | None:
        """The bot's token there; None where there is none that could be read."""
        if installation is None or self.vault is None:
            return self.own_tokens.get(place)
        try:
            return self.vault.opened(installation).bot_token
        except UndecipherableError:
            return None
