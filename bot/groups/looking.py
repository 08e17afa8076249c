"""What Slack is asked about the people and the channel of a study group."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import StudyGroupError
from bot.members import Member

LOOK_SECONDS = 1.5
"""Half of a trigger's life."""
PAGE = 1000
MOST_PAGES = 20
NOT_IN_CHANNEL = (
    "You are not in that channel, so no study group was started there. Go to the channel and type "
    "`/prep group start`."
)


async def account(client: AsyncWebClient, member: Member) -> dict[str, Any]:
    """Slack's user object; empty where Slack does not tell in time."""
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            answer = await client.users_info(user=member.user_id)
    except (SlackApiError, aiohttp.ClientError, OSError, TimeoutError):
        return {}
    user: dict[str, Any] = answer.get("user") or {}
    return user


async def is_admin(client: AsyncWebClient, member: Member) -> bool:
    """Whether the person administers the workspace; where Slack does not tell in time, they do not."""
    user = await account(client, member)
    return any(user.get(right) is True for right in ("is_admin", "is_owner", "is_primary_owner"))


async def must_be_in(client: AsyncWebClient, channel_id: str, member: Member) -> None:
    """StudyGroupError for somebody who is not in the channel that their form names."""
    cursor = ""
    for _ in range(MOST_PAGES):
        answer = await client.conversations_members(channel=channel_id, limit=PAGE, cursor=cursor)
        if member.user_id in answer.get("members", ()):
            return
        cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            break
    raise StudyGroupError(NOT_IN_CHANNEL)
