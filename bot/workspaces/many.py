"""Put together what many workspaces need, from the settings."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from urllib.parse import urljoin, urlsplit

import yaml
from aiohttp import web
from slack_sdk.oauth import AuthorizeUrlGenerator
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Now
from bot.manifest import manifest_path
from bot.settings import Settings
from bot.web import install
from bot.web.rate import Rate
from bot.workspaces.installed import InstalledWorkspaces
from bot.workspaces.installing import Installer
from bot.workspaces.presence import Presence
from bot.workspaces.rotation import Rotation
from bot.workspaces.secrets import Cipher
from bot.workspaces.slack_oauth import SlackOAuth, is_alive
from bot.workspaces.vault import Vault
from storage.engine import Database


@dataclass(frozen=True, kw_only=True, slots=True)
class Many:
    """The parts."""

    workspaces: InstalledWorkspaces
    presence: Presence
    rotation: Rotation
    routes: list[web.RouteDef]
    cipher: Cipher


def many_workspaces(settings: Settings, *, database: Database, client: AsyncWebClient, now: Now) -> Many:
    """
    For settings with `has_many_workspaces`.

    `client` has no token and must not retry by itself: a code and a refresh token are good once.
    """
    key, secret, public_url = settings.encryption_key, settings.client_secret, settings.public_url
    if key is None or secret is None or public_url is None or settings.client_id is None:
        raise ValueError("these settings are for one workspace")
    cipher = Cipher.of(key.get_secret_value())
    vault = Vault(cipher)
    oauth = SlackOAuth(client, settings.client_id, secret.get_secret_value())
    workspaces = InstalledWorkspaces(database, vault, time.monotonic)
    required, optional = _scopes()
    redirect_uri = public_url + install.REDIRECT_PATH
    installer = Installer(
        database=database,
        vault=vault,
        oauth=oauth,
        now=now,
        authorize_url=AuthorizeUrlGenerator(
            client_id=settings.client_id,
            redirect_uri=redirect_uri,
            scopes=sorted(required | optional),
            authorization_url=urljoin(settings.api_url, "/oauth/v2/authorize"),
        ),
        redirect_uri=redirect_uri,
        required_scopes=required,
        optional_scopes=optional,
        app_id=_app_id(settings),
        on_changed=workspaces.drop,
    )
    is_secure = urlsplit(public_url).scheme == "https"
    return Many(
        workspaces=workspaces,
        presence=Presence(is_alive=partial(is_alive, client), vault=vault, on_closed=workspaces.drop),
        rotation=Rotation(database=database, vault=vault, oauth=oauth, now=now, on_changed=workspaces.drop),
        routes=install.routes(installer, Rate(burst=20, seconds=1), is_secure=is_secure),
        cipher=cipher,
    )


def _scopes() -> tuple[frozenset[str], frozenset[str]]:
    """What app.yaml asks for, and what whoever installs it may decline."""
    scopes = yaml.safe_load(manifest_path().read_text(encoding="utf-8"))["oauth_config"]["scopes"]
    return frozenset(scopes["bot"]), frozenset(scopes.get("bot_optional", ()))


def _app_id(settings: Settings) -> str | None:
    """An app token names its app: xapp-1-A0123ABC-..."""
    if settings.app_token is None:
        return None
    parts = settings.app_token.get_secret_value().split("-")
    return parts[2] if len(parts) > 3 else None
