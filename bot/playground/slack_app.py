"""The app as it is registered at Slack: who asks to be installed where, and the tokens that come of it."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from bot.playground.clock import WorkspaceClock
from bot.playground.model import JsonObject
from bot.playground.state import WorkspaceState

CODE_LIFETIME = timedelta(minutes=10)
TOKEN_LIFETIME = timedelta(hours=12)
LIVE_TOKENS = 2
"""Of an installation whose tokens rotate: one more revokes the oldest."""


class OAuthRefused(Exception):  # noqa: N818  # carries one of Slack's codes
    """An ok:false answer; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(kw_only=True, slots=True)
class _Code:
    """What a person who pressed Allow gave the app."""

    workspace: WorkspaceState
    installer_id: str
    scopes: list[str]
    redirect_uri: str
    issued: datetime
    used: bool = False


class SlackApp:
    """One app that may be installed in several workspaces."""

    def __init__(
        self,
        workspaces: Iterable[WorkspaceState],
        clock: WorkspaceClock,
        *,
        client_id: str = "7300000000001.7300000000002",
        rotates: bool = False,
    ) -> None:
        """`rotates`: tokens last twelve hours by `clock` and are exchanged for new ones."""
        self.workspaces = {workspace.team_id: workspace for workspace in workspaces}
        self.client_id = client_id
        self.client_secret = secrets.token_hex(16)
        self.rotates = rotates
        self._clock = clock
        self._codes: dict[str, _Code] = {}
        self._refresh_tokens: dict[str, WorkspaceState] = {}
        for workspace in self.workspaces.values():
            workspace.slack_app = self

    def allow(
        self, team_id: str, installer_id: str, *, scopes: Iterable[str], redirect_uri: str, state: str
    ) -> str:
        """Somebody presses Allow; where their browser is sent."""
        code = secrets.token_urlsafe(24)
        self._codes[code] = _Code(
            workspace=self.workspaces[team_id],
            installer_id=installer_id,
            scopes=sorted(scopes),
            redirect_uri=redirect_uri,
            issued=self._clock.now(),
        )
        return f"{redirect_uri}?{urlencode({'code': code, 'state': state})}"

    def cancel(self, *, redirect_uri: str, state: str) -> str:
        """Somebody presses Cancel; where their browser is sent."""
        return f"{redirect_uri}?{urlencode({'error': 'access_denied', 'state': state})}"

    def check(self, client_id: str, client_secret: str) -> None:
        """Raise OAuthRefused unless it is the app that asks."""
        if client_id != self.client_id:
            raise OAuthRefused("invalid_client_id")
        if not secrets.compare_digest(client_secret, self.client_secret):
            raise OAuthRefused("bad_client_secret")

    def exchange(self, code: str, redirect_uri: str) -> JsonObject:
        """oauth.v2.access with a code."""
        found = self._codes.get(code)
        if found is None or self._clock.now() - found.issued > CODE_LIFETIME:
            raise OAuthRefused("invalid_code")
        if found.used:
            raise OAuthRefused("code_already_used")
        if redirect_uri != found.redirect_uri:
            raise OAuthRefused("bad_redirect_uri")
        found.used = True
        team = found.workspace.team
        return {
            **self._tokens(found.workspace, keep_others=True),
            "scope": ",".join(found.scopes),
            "bot_user_id": team.bot_user_id,
            "app_id": team.app_id,
            "team": {"id": team.id, "name": team.name},
            "enterprise": None,
            "authed_user": {"id": found.installer_id},
            "is_enterprise_install": False,
        }

    def refresh(self, refresh_token: str) -> JsonObject:
        """oauth.v2.access with a refresh token, which is good once."""
        workspace = self._refresh_tokens.pop(refresh_token, None)
        if workspace is None:
            raise OAuthRefused("invalid_refresh_token")
        team = workspace.team
        return {
            **self._tokens(workspace, keep_others=False),
            "scope": ",".join(sorted(workspace.manifest.bot_scopes)),
            "bot_user_id": team.bot_user_id,
            "app_id": team.app_id,
            "team": {"id": team.id, "name": team.name},
            "enterprise": None,
        }

    def removed_from(self, workspace: WorkspaceState) -> None:
        """No token of that workspace is good any more."""
        workspace.tokens.clear()
        for token in [token for token, its in self._refresh_tokens.items() if its is workspace]:
            del self._refresh_tokens[token]

    def _tokens(self, workspace: WorkspaceState, *, keep_others: bool) -> JsonObject:
        kind = "xoxe.xoxb-1-" if self.rotates else "xoxb-7300000000001-"
        token = kind + secrets.token_urlsafe(24)
        ends = self._clock.now() + TOKEN_LIFETIME if self.rotates else None
        if self.rotates and not keep_others:
            for oldest in list(workspace.tokens)[: 1 - LIVE_TOKENS]:
                del workspace.tokens[oldest]
        workspace.tokens[token] = ends
        if ends is None:
            return {"access_token": token, "token_type": "bot"}
        refresh_token = "xoxe-1-" + secrets.token_urlsafe(24)
        self._refresh_tokens[refresh_token] = workspace
        return {
            "access_token": token,
            "token_type": "bot",
            "refresh_token": refresh_token,
            "expires_in": int(TOKEN_LIFETIME.total_seconds()),
        }
