"""Publishes the Home tab when it is opened and after whatever the person changed."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError

from bot.home.publishing import HomePublisher
from bot.members import Member

log = logging.getLogger(__name__)


def register(app: AsyncApp) -> None:
    """Connect the event."""
    app.event("app_home_opened")(open_home)


async def open_home(event: dict[str, Any], member: Member, home_publisher: HomePublisher) -> None:
    """Draw the tab anew each time it is opened; the Messages tab needs nothing."""
    if event.get("tab") == "home":
        await home_publisher.publish(member)


def refresher(publisher: HomePublisher) -> Callable[[Member], Awaitable[None]]:
    """What other features call after a change. A Home that cannot be refreshed must not fail their answer."""

    async def refresh_home(member: Member) -> None:
        try:
            await publisher.publish(member)
        except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError) as error:
            log.warning("the Home tab could not be refreshed: %s", type(error).__name__)

    return refresh_home
