"""Answer people where they are: in a window from Home or another window, in a private message elsewhere."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

from slack_bolt.async_app import AsyncRespond
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook import WebhookResponse

from bot.errors import OutdatedFormError
from bot.outgoing import Post
from bot.refusals import refused_answer


async def show(
    post: Post, title: str, *, body: dict[str, Any], client: AsyncWebClient, respond: AsyncRespond
) -> None:
    """Show something new, on top of the window one is in; `title` (24 characters at most) heads it."""
    if _is_in_window(body):
        await client.views_push(trigger_id=body["trigger_id"], view=window(post, title))
    elif "view" in body:
        await client.views_open(trigger_id=body["trigger_id"], view=window(post, title))
    else:
        await answer(post, respond)


async def change(
    post: Post, title: str, *, body: dict[str, Any], client: AsyncWebClient, respond: AsyncRespond
) -> None:
    """Replace what the person pressed in; Home stays, and a window opens over it."""
    if _is_in_window(body):
        await client.views_update(view_id=body["view"]["id"], view=window(post, title))
    elif "view" in body:
        await client.views_open(trigger_id=body["trigger_id"], view=window(post, title))
    else:
        await answer(post, respond, replace=True)


async def answer(post: Post, respond: AsyncRespond, *, replace: bool = False) -> None:
    """
    Show a message to this person only, where they acted.

    Bolt says nothing when Slack does not take it: raise OSError, so that the person hears of it another way.
    """
    taken = await respond(text=post.text, blocks=post.blocks, replace_original=replace)
    if isinstance(taken, WebhookResponse) and taken.status_code >= 400:
        raise refused_answer(taken.status_code, taken.body)


def window_of(body: dict[str, Any]) -> dict[str, Any]:
    """The window that a control was pressed in; OutdatedFormError where there is none."""
    view = body.get("view")
    if not isinstance(view, dict):
        raise OutdatedFormError("That button belongs to a window of mine. Type `/prep` to open it anew.")
    return view


def pressed_at(action: dict[str, Any], now: datetime) -> datetime:
    """When a control was pressed, by Slack's clock; `now` where that makes no sense."""
    try:
        seconds = float(action.get("action_ts", "nan"))
        return datetime.fromtimestamp(seconds, UTC) if math.isfinite(seconds) and seconds > 0 else now
    except (ValueError, OverflowError, OSError, TypeError):
        return now


def window(post: Post, title: str) -> View:
    """A message as a modal without inputs."""
    return View(type="modal", title=title, close="Close", blocks=list(post.blocks))


def _is_in_window(body: dict[str, Any]) -> bool:
    return bool(body.get("view", {}).get("type") == "modal")
