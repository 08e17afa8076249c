"""Windows over windows: what is pushed, and what lies under it."""

from __future__ import annotations

import logging
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from bot.members import Member
from bot.refusals import code_of
from bot.stories import coverage_views, ids, views
from bot.stories.bank import Wanted
from bot.stories.pieces import Under
from bot.stories.service import NoSuchStoryError, StoryService

log = logging.getLogger(__name__)


async def show_over(client: AsyncWebClient, body: dict[str, Any], view: View) -> None:
    """On top of the window one is in, otherwise as a window of its own."""
    in_window = (body.get("view") or {}).get("type") == "modal"
    await (client.views_push if in_window else client.views_open)(trigger_id=body["trigger_id"], view=view)


async def redraw_under(
    client: AsyncWebClient, member: Member, stories: StoryService, under: Under | None
) -> None:
    """The window under a pushed one, as it is now. It may be closed: that must not spoil the answer."""
    if under is None:
        return
    try:
        if under.ref == ids.COVERAGE:
            view = await coverage(member, stories, under.wanted)
        elif under.ref is not None:
            card = await stories.card(member, under.ref)
            view = views.card_modal(card, stories.names, wanted=under.wanted)
        else:
            page = await stories.page(member, Wanted.from_json(under.wanted))
            view = views.list_modal(page, stories.names)
        await client.views_update(view_id=under.view_id, view=view)
    except NoSuchStoryError:
        return
    except SlackApiError as error:
        log.info("the window below was not redrawn: %s", code_of(error))
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        log.warning("the window below was not redrawn: %s", type(error).__name__)


async def coverage(member: Member, stories: StoryService, wanted: str) -> View:
    """The matrix; `wanted` is the list behind it."""
    found, today = await stories.coverage(member)
    return views.coverage_modal(found, coverage_views.coverage_lines(found, today), wanted)
