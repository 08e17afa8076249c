"""Changes of people's accounts."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.members import Member
from bot.people.account import read_account
from bot.people.service import PeopleService
from bot.redelivery import is_redelivered


def register(app: AsyncApp) -> None:
    """Connect the event."""
    app.event("user_change")(follow)


async def follow(
    event: dict[str, Any],
    context: AsyncBoltContext,
    request: AsyncBoltRequest,
    client: AsyncWebClient,
    people: PeopleService,
) -> None:
    """
    The event carries the whole person, who may differ from whoever caused it.

    It speaks for the workspace that tells it, also of people of others: theirs tells of them itself.
    """
    user = event.get("user", {})
    if is_redelivered(request):
        # They may have changed again since.
        user = (await client.users_info(user=str(user.get("id", "")))).get("user", user)
    member = Member(context.team_id or "", str(user.get("id", "")))
    await people.follow(member, read_account(user))
