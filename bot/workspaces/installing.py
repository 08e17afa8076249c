"""Add the bot to a workspace: whoever asks is sent to Slack, comes back with a code, and is let in once."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from slack_sdk.oauth import AuthorizeUrlGenerator

from bot.clock import Now
from bot.workspaces.slack_oauth import Grant, OAuthRefusedError, SlackOAuth, SlackUnreachableError
from bot.workspaces.vault import Vault
from storage import installations, oauth_states, removals
from storage.engine import Database
from storage.models import Installation, OAuthState

WAITED_FOR = timedelta(minutes=10)
"""How long somebody may take at Slack; its codes live as long."""


class InstallError(Exception):
    """It was not installed; `reason` names the page that says why."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail
        """Slack's word or names of scopes; never a secret."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Installed:
    """What whoever installed it is told."""

    name: str
    team_id: str | None
    app_id: str
    declined: tuple[str, ...]
    """Optional scopes that were not granted."""
    is_being_emptied: bool
    """What the bot knew of the workspace before is still being deleted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Installer:
    """The use cases of installing."""

    database: Database
    vault: Vault
    oauth: SlackOAuth
    now: Now
    authorize_url: AuthorizeUrlGenerator
    redirect_uri: str
    required_scopes: frozenset[str]
    optional_scopes: frozenset[str]
    app_id: str | None
    """Of the app that we are, where it is known before anybody installed it."""
    on_changed: Callable[[str], None]
    """Called with the place that was installed."""

    async def begin(self, browser: str) -> str:
        """Where to send a browser, which is named by its cookie."""
        state = secrets.token_urlsafe(32)
        now = self.now()
        async with self.database.write() as session:
            kept = OAuthState(digest=_digest(state), browser=_digest(browser), expires_at=now + WAITED_FOR)
            await oauth_states.add(session, kept, now=now)
        return self.authorize_url.generate(state)

    async def is_expected(self, state: str, browser: str) -> bool:
        """Whether this browser was sent to Slack by us lately, and did not come back yet."""
        async with self.database.write() as session:
            return await oauth_states.take(session, _digest(state), _digest(browser), now=self.now())

    async def install(self, code: str) -> Installed:
        """Exchange the code, check what was granted, and keep it. Raises InstallError."""
        try:
            grant = await self.oauth.exchange(code, self.redirect_uri, now=self.now())
        except OAuthRefusedError as refused:
            spent = refused.code in ("code_already_used", "invalid_code", "code_expired")
            raise InstallError("code_spent" if spent else "refused", refused.code) from None
        except SlackUnreachableError as error:
            raise InstallError("unreachable", str(error)) from None
        self._check(grant)
        bot_token, refresh_token = self.vault.sealed(grant.place, grant.tokens)
        now = self.now()
        async with self.database.write() as session:
            await installations.save(
                session,
                Installation(
                    place=grant.place,
                    team_id=grant.team_id,
                    enterprise_id=grant.enterprise_id,
                    name=grant.name,
                    app_id=grant.app_id,
                    bot_id=grant.bot_id,
                    bot_user_id=grant.bot_user_id,
                    scopes=",".join(sorted(grant.scopes)),
                    installer_id=grant.installer_id,
                    bot_token=bot_token,
                    refresh_token=refresh_token,
                    expires_at=grant.tokens.expires_at,
                    rotate_at=grant.tokens.rotate_at,
                    installed_at=now,
                ),
            )
            is_being_emptied = await removals.is_closed(session, [grant.place])
        self.on_changed(grant.place)
        return Installed(
            name=grant.name,
            team_id=grant.team_id,
            app_id=grant.app_id,
            declined=tuple(sorted(self.optional_scopes - grant.scopes)),
            is_being_emptied=is_being_emptied,
        )

    def _check(self, grant: Grant) -> None:
        if not grant.place or not grant.bot_user_id:
            raise InstallError("refused", "incomplete_answer")
        if self.app_id is not None and grant.app_id != self.app_id:
            raise InstallError("wrong_app", grant.app_id)
        missing = self.required_scopes - grant.scopes
        if missing:
            raise InstallError("missing_scope", ", ".join(sorted(missing)))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
