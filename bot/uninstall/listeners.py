"""Slack says that the bot was uninstalled, or that its tokens were taken back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.uninstall.service import UninstallService
from bot.workspaces.payloads import place_of


def register(app: AsyncApp) -> None:
    """Connect the events."""
    app.event("app_uninstalled")(uninstalled)
    app.event("tokens_revoked")(revoked)


async def uninstalled(body: dict[str, Any], uninstall: UninstallService) -> None:
    """The app is gone from a workspace, or from an organisation."""
    place = place_of(body)
    if place is not None:
        await uninstall.note(place, event_at=datetime.fromtimestamp(int(body.get("event_time") or 0), UTC))


async def revoked(event: dict[str, Any], body: dict[str, Any], uninstall: UninstallService) -> None:
    """Without its bot token the bot is as good as uninstalled; people's own tokens we never ask for."""
    if (event.get("tokens") or {}).get("bot"):
        await uninstalled(body, uninstall)
