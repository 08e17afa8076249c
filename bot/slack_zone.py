"""A person's time zone in Slack: what their profile says, and the select in which they choose another."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.models.blocks import ExternalDataSelectElement, Option
from slack_sdk.models.blocks.basic_components import PlainTextObject
from slack_sdk.web.async_client import AsyncWebClient

from bot import zones
from bot.members import Member

ZONE_SECONDS = 1.5
"""Half of a trigger's life: a slow answer must not cost the person their form."""


async def zone_in_slack(client: AsyncWebClient, member: Member) -> str | None:
    """The zone of the person's Slack profile; None where Slack does not tell within a moment."""
    try:
        async with asyncio.timeout(ZONE_SECONDS):
            answer = await client.users_info(user=member.user_id)
    except (SlackApiError, aiohttp.ClientError, OSError, TimeoutError):
        return None
    user: dict[str, Any] = answer.get("user", {})
    zone = str(user.get("tz") or "")
    return zone if zones.is_zone(zone) else None


def zone_select(action_id: str, zone: str, now: datetime) -> ExternalDataSelectElement:
    """The select, whose suggestions the feature that draws it answers with `zone_options`."""
    return ExternalDataSelectElement(
        action_id=action_id,
        placeholder="Type a city",
        min_query_length=1,
        initial_option=_option(zone, now),
    )


def zone_options(names: Sequence[str], now: datetime) -> list[dict[str, Any]]:
    """Suggestions for the time zone, each with its time of day."""
    return [_option(name, now).to_dict() for name in names]


def _option(name: str, now: datetime) -> Option:
    return Option(value=name, text=PlainTextObject(text=zones.label(name, now)))
