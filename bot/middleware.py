"""Puts who is asking and the services into the context; listeners ask for them by name."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse
from sqlalchemy.exc import SQLAlchemyError

from bot.members import Member
from bot.patience import DatabaseAwayError, soon
from bot.workspaces.payloads import team_of
from storage.engine import Database

log = logging.getLogger(__name__)

Middleware = Callable[..., Awaitable[BoltResponse | None]]


def provide(services: Mapping[str, Any]) -> Middleware:
    """What listeners are given. `member` is the person who acted, in their workspace."""

    async def middleware(
        context: AsyncBoltContext, body: dict[str, Any], next: Callable[[], Awaitable[None]]
    ) -> None:
        context["member"] = Member(context.team_id or team_of(body) or "", context.user_id or "")
        context.update(services)
        await next()

    return middleware


def leave_events_to_slack(database: Database) -> Middleware:
    """
    Take no event while the database is away: Slack sends it again, at once, after one and after five minutes.

    People are answered in any case; an event that was acked and could not be stored would be lost.
    """

    async def middleware(body: dict[str, Any], next: Callable[[], Awaitable[None]]) -> BoltResponse | None:
        if body.get("type") == "event_callback":
            try:
                await soon(database.answers())
            except (SQLAlchemyError, DatabaseAwayError) as error:
                log.warning("an event is left to Slack: the database is away (%s)", type(error).__name__)
                return BoltResponse(status=503)
        await next()
        return None

    return middleware
