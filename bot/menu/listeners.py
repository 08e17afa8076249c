"""/prep without a word we know, help, and what people write to the bot. Registered last."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot import replies, words
from bot.home.next_thing import HELP
from bot.home.overview import NextThing
from bot.home.service import HomeService
from bot.members import Member
from bot.menu import views
from bot.menu.service import MenuService
from bot.people.service import PeopleService
from bot.words import Word

OpenFirstAssessment = Callable[[AsyncWebClient, str], Awaitable[None]]
"""From a trigger_id to the assessment as a first-timer sees it."""


def register_command(app: AsyncApp) -> None:
    """Connect /prep with any word that no feature has taken, or none."""
    app.command(words.COMMAND)(open_menu)


def register(app: AsyncApp) -> None:
    """Connect the help button, the DM, and the catch-alls."""
    app.action(HELP)(show_help)
    app.event("message")(answer_message)
    app.action(re.compile(".*"))(answer_unknown_action)
    app.view(re.compile(".*"))(answer_unknown_view)
    app.shortcut(re.compile(".*"))(answer_unknown_action)
    app.options(re.compile(".*"))(answer_unknown_options)


async def open_menu(
    ack: AsyncAck,
    command: dict[str, Any],
    respond: AsyncRespond,
    member: Member,
    home: HomeService,
    known_words: Sequence[Word],
    people: PeopleService,
    client: AsyncWebClient,
    open_first_assessment: OpenFirstAssessment,
) -> None:
    """The assessment for a first-timer, later the next thing; help; the nearest word for anything else."""
    await ack()
    typed = words.split(command.get("text", ""))[0]
    if typed == "help":
        post = views.help_post(known_words)
        return await replies.answer(post, respond)
    if not typed and not await people.is_known(member):
        return await open_first_assessment(client, command["trigger_id"])
    overview = await home.overview(member)
    if not typed and overview.next_thing == NextThing.START:
        return await open_first_assessment(client, command["trigger_id"])
    post = views.menu_post(overview, lead=views.unknown_lead(typed, known_words) if typed else None)
    return await replies.answer(post, respond)


async def show_help(
    ack: AsyncAck,
    body: dict[str, Any],
    client: AsyncWebClient,
    respond: AsyncRespond,
    known_words: Sequence[Word],
) -> None:
    """The help button on Home and in the menu."""
    await ack()
    post = views.help_post(known_words)
    await replies.show(post, "What I can do", body=body, client=client, respond=respond)


async def answer_message(
    event: dict[str, Any],
    body: dict[str, Any],
    member: Member,
    menu: MenuService,
    known_words: Sequence[Word],
) -> None:
    """A person wrote to the bot. Edits, joins and other bots' messages need no answer."""
    if event.get("channel_type") != "im" or event.get("subtype") or event.get("bot_id"):
        return
    typed = words.split(str(event.get("text", "")).removeprefix(words.COMMAND).strip(" `"))[0].strip("`.,!?")
    word = next((known.name for known in known_words if known.name == typed), "")
    await menu.owe_answer(member, str(body["event_id"]), str(event["channel"]), word)


async def answer_unknown_action(ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond) -> None:
    """A button of an older version. A link's button needs no answer."""
    await ack()
    actions = body.get("actions") or [{}]
    if body.get("response_url") and not actions[0].get("url"):
        text = "This button is from an older version of me. Type `/prep` for what there is now."
        await respond(text=text, replace_original=False)


async def answer_unknown_view(ack: AsyncAck) -> None:
    """A form of an older version closes."""
    await ack()


async def answer_unknown_options(ack: AsyncAck) -> None:
    """A select of an older version finds nothing."""
    await ack(options=[])
