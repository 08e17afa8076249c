"""oauth.v2.access: codes and refresh tokens for bot tokens."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.workspaces.vault import Tokens

# AttributeError: slack_sdk takes the body of any 200 for an object, also a web page's.
_UNREACHABLE = (aiohttp.ClientError, TimeoutError, OSError, AttributeError)
PASSING = frozenset(
    {"fatal_error", "internal_error", "ratelimited", "request_timeout", "service_unavailable"}
)
"""Refusals that are Slack's own trouble: trying again helps."""


class OAuthRefusedError(Exception):
    """Slack said no; `code` is its word."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class SlackUnreachableError(Exception):
    """There was no answer of Slack's; the message says what came instead, without a secret."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
        """Seconds that Slack told us to wait."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Grant:
    """What an installer granted us."""

    place: str
    """The workspace, or the organisation if it is for all of it."""
    team_id: str | None
    enterprise_id: str | None
    name: str
    app_id: str
    bot_id: str
    bot_user_id: str
    scopes: frozenset[str]
    installer_id: str
    tokens: Tokens


@dataclass(frozen=True, slots=True)
class SlackOAuth:
    """
    Calls Slack as the app. `client` has no token and must not retry by itself.

    A code and a refresh token are good once: what is sent again after a lost answer is refused.
    """

    client: AsyncWebClient
    client_id: str
    client_secret: str

    async def exchange(self, code: str, redirect_uri: str, *, now: datetime) -> Grant:
        """What a code from the redirect is good for. Raises OAuthRefusedError, SlackUnreachableError."""
        answer = await self._access(code=code, redirect_uri=redirect_uri)
        token = str(answer.get("access_token") or "")
        if answer.get("token_type") != "bot" or not token:
            raise OAuthRefusedError("no_bot_token")
        # The answer does not say the bot's id, and the token is tried on this occasion.
        identity = await _identity(self.client, token)
        team, organisation = _named(answer.get("team")), _named(answer.get("enterprise"))
        is_organisation = answer.get("is_enterprise_install") is True
        place, name = organisation if is_organisation else team
        return Grant(
            place=place,
            team_id=None if is_organisation else team[0],
            enterprise_id=organisation[0] or None,
            name=name,
            app_id=str(answer.get("app_id") or ""),
            bot_id=str(identity.get("bot_id") or ""),
            bot_user_id=str(answer.get("bot_user_id") or identity.get("user_id") or ""),
            scopes=frozenset(filter(None, str(answer.get("scope") or "").split(","))),
            installer_id=str((answer.get("authed_user") or {}).get("id") or ""),
            tokens=_tokens(answer, now),
        )

    async def refresh(self, refresh_token: str, *, now: datetime) -> Tokens:
        """The tokens for a refresh token, which is spent. Raises as `exchange` does."""
        answer = await self._access(grant_type="refresh_token", refresh_token=refresh_token)
        if not answer.get("access_token") or not answer.get("refresh_token"):
            raise OAuthRefusedError("no_bot_token")
        return _tokens(answer, now)

    async def _access(self, **arguments: str) -> Mapping[str, Any]:
        # The SDK's own method makes the header by a part of aiohttp that is on its way out.
        ours = b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()
        headers = {"Authorization": f"Basic {ours}"}
        return await _answer(self.client.api_call("oauth.v2.access", data=arguments, headers=headers))


async def is_alive(client: AsyncWebClient, token: str) -> bool | None:
    """Whether Slack still knows a bot token; None when it cannot be asked."""
    try:
        await _identity(client, token)
    except SlackUnreachableError:
        return None
    except OAuthRefusedError as refused:
        return None if refused.code in PASSING else False
    return True


async def _identity(client: AsyncWebClient, token: str) -> Mapping[str, Any]:
    return await _answer(client.auth_test(token=token))


async def _answer(call: Awaitable[AsyncSlackResponse]) -> Mapping[str, Any]:
    try:
        answer = await call
    except SlackApiError as error:
        raise _refusal(error) from None
    except _UNREACHABLE as error:
        raise SlackUnreachableError(type(error).__name__) from None
    if not isinstance(answer.data, dict):
        raise SlackUnreachableError("an answer that is no JSON object")
    return answer.data


def _refusal(error: SlackApiError) -> OAuthRefusedError | SlackUnreachableError:
    response = error.response
    data = getattr(response, "data", None)
    status = getattr(response, "status_code", 500)
    if status == 429:
        told = {name.lower(): value for name, value in response.headers.items()}.get("retry-after", "30")
        return SlackUnreachableError("ratelimited", float(told) if str(told).isdigit() else 30.0)
    if not isinstance(data, dict) or "error" not in data or status >= 500:
        return SlackUnreachableError(f"HTTP {status}")
    return OAuthRefusedError(str(data["error"]))


def _tokens(answer: Mapping[str, Any], now: datetime) -> Tokens:
    seconds, refresh = answer.get("expires_in"), answer.get("refresh_token")
    rotates = bool(seconds) and bool(refresh)
    return Tokens(
        bot_token=str(answer["access_token"]),
        refresh_token=str(refresh) if rotates else None,
        expires_at=now + timedelta(seconds=int(str(seconds))) if rotates else None,
    )


def _named(part: Any) -> tuple[str, str]:
    """Id and name of a workspace or organisation; empty where there is none."""
    return (str(part.get("id") or ""), str(part.get("name") or "")) if isinstance(part, dict) else ("", "")
