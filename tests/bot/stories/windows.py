"""Windows of the stories, opened through the app and given back as Slack sends them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

from sqlmodel import select

from bot.members import Member
from bot.stories import ids
from bot.stories.draft import Draft, hashes
from bot.stories.kept import Kept
from bot.stories.service import Opened, StoryService
from content.catalog import Catalog
from content.loader import load
from tests.bot.stories.samples import MIGRATION
from tests.builders import ANA, a_reminder_service
from tests.dispatch import Dispatcher, returned


@cache
def content() -> Catalog:
    """As shipped, read once."""
    return load()


def service(slack: Dispatcher) -> StoryService:
    """On the app's own database."""
    database = slack.coach.database
    return StoryService(content(), database, slack.clock, a_reminder_service(database, slack.clock))


async def a_story(slack: Dispatcher, member: Member = ANA, **changes: Any) -> Kept:
    new = Opened(base=hashes(Draft()))
    saved = await service(slack).save(member, new, replace(MIGRATION, **changes), "view:first")
    return saved.story


async def rows(slack: Dispatcher, table: Any) -> list[Any]:
    async with slack.coach.database.read() as session:
        return list((await session.exec(select(table))).all())


async def opened_list(slack: Dispatcher, query: str = "") -> dict[str, Any]:
    """The bank in a window, as Slack sends it back."""
    await slack.command(f"stories {query}")
    return returned(slack.shown("views_open"))


async def opened_card(slack: Dispatcher, story: Kept) -> dict[str, Any]:
    await slack.press(ids.OPEN, value=story.ref)
    return returned(slack.shown("views_open"))


async def opened_form(slack: Dispatcher, story: Kept) -> dict[str, Any]:
    """The form over the story's card."""
    await slack.press(ids.EDIT, value=story.ref, view=await opened_card(slack, story))
    return slack.shown("views_push")
