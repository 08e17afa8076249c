"""An installation's tokens, as they are used and as they are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.workspaces.secrets import Cipher, UndecipherableError
from storage import installations
from storage.engine import Database
from storage.models import Installation

BATCH = 200
ROTATE_BEFORE = timedelta(hours=2)
"""How long before its end a token is exchanged; if that fails, so long remains to mend it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tokens:
    """What Slack gave us; a token that does not rotate has neither the second nor the third."""

    bot_token: str
    refresh_token: str | None = None
    expires_at: datetime | None = None

    @property
    def rotate_at(self) -> datetime | None:
        """When it is time to exchange them."""
        return None if self.expires_at is None else self.expires_at - ROTATE_BEFORE


@dataclass(frozen=True, slots=True)
class Vault:
    """Seals tokens for one row and column, and opens them there."""

    cipher: Cipher

    def sealed(self, place: str, tokens: Tokens) -> tuple[str, str | None]:
        """Both tokens as they are kept in the installation at `place`."""
        refresh = tokens.refresh_token
        return (
            self.cipher.encrypt(tokens.bot_token, _bound(place, "bot_token")),
            None if refresh is None else self.cipher.encrypt(refresh, _bound(place, "refresh_token")),
        )

    def opened(self, installation: Installation) -> Tokens:
        """The tokens of an installation. Raises UndecipherableError."""
        place, refresh = installation.place, installation.refresh_token
        return Tokens(
            bot_token=self.cipher.decrypt(installation.bot_token, _bound(place, "bot_token")),
            refresh_token=(
                None if refresh is None else self.cipher.decrypt(refresh, _bound(place, "refresh_token"))
            ),
            expires_at=installation.expires_at,
        )


def _bound(place: str, column: str) -> str:
    return f"installation {place} {column}"


async def check_keys(database: Database, cipher: Cipher) -> None:
    """Raise UndecipherableError when a stored token needs a key that we do not have."""
    async with database.read() as session:
        stored = await installations.key_ids(session)
    missing = sorted(stored.keys() - cipher.key_ids)
    if missing:
        number = sum(stored[key_id] for key_id in missing)
        raise UndecipherableError(
            f"PREP_ENCRYPTION_KEY is wrong: {number} stored installation(s) need the key {missing[0]}, and "
            f"it has {', '.join(sorted(cipher.key_ids))}; put the missing key back, after a comma."
        )


async def rotate_keys(database: Database, cipher: Cipher) -> int:
    """
    Encrypt everything with the first key; how many installations were changed.

    Any number of bots may run meanwhile, and it may be stopped and started again at any time.
    """
    vault, changed = Vault(cipher), 0
    while True:
        async with database.write() as session:
            found = await installations.kept_with_another_key(session, cipher.key_id, limit=BATCH)
            for installation in found:
                tokens = vault.opened(installation)
                installation.bot_token, installation.refresh_token = vault.sealed(installation.place, tokens)
                session.add(installation)
        changed += len(found)
        if not found:
            return changed
