"""Publishes the Home tab when it is opened and after whatever the person changed."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.home.service import HomeService
from bot.home.views import home_view
from bot.members import Member

log = logging.getLogger(__name__)


def register(app: AsyncApp) -> None:
    """Connect the event."""
    app.event("app_home_opened")(open_home)


async def open_home(event: dict[str, Any], client: AsyncWebClient, member: Member, home: HomeService) -> None:
    """Draw the tab anew each time it is opened; the Messages tab needs nothing."""
    if event.get("tab") == "home":
        await publish(client, member, home)


async def publish(client: AsyncWebClient, member: Member, home: HomeService) -> None:
    """Replace the person's Home tab by what is true now."""
    view = home_view(await home.overview(member))
    await client.views_publish(user_id=member.user_id, view=view)


def refresher(client: AsyncWebClient, home: HomeService) -> Callable[[Member], Awaitable[None]]:
    """What other features call after a change. A Home that cannot be refreshed must not fail their answer."""

    async def refresh_home(member: Member) -> None:
        try:
            await publish(client, member, home)
        except (SlackApiError, aiohttp.ClientError, OSError) as error:
            log.warning("the Home tab could not be refreshed: %s", type(error).__name__)

    return refresh_home
