"""Puts who is asking and the services into the context; listeners ask for them by name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_bolt.context.async_context import AsyncBoltContext

from bot.members import Member
from bot.workspaces.payloads import team_of

Middleware = Callable[..., Awaitable[None]]


def provide(services: Mapping[str, Any]) -> Middleware:
    """The one middleware of the app. `member` is the person who acted, in their workspace."""

    async def middleware(
        context: AsyncBoltContext, body: dict[str, Any], next: Callable[[], Awaitable[None]]
    ) -> None:
        context["member"] = Member(context.team_id or team_of(body) or "", context.user_id or "")
        context.update(services)
        await next()

    return middleware
