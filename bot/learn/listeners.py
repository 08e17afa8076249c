"""What Slack tells us about learning."""

from __future__ import annotations

import re
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot import replies, words
from bot.learn import views
from bot.learn.library import Library
from bot.outgoing import Post


def register_command(app: AsyncApp) -> None:
    """Connect the word after /prep."""
    app.command(words.COMMAND, matchers=[words.first_word_is("learn")])(learn)


def register(app: AsyncApp) -> None:
    """Connect the selects and the buttons."""
    app.action(views.BROWSE)(browse)
    app.action(views.SHOW)(show_beside)
    app.action(re.compile(r"^learn\.shelf\."))(show_shelf)
    app.action(re.compile(r"^learn\.(open|part)(\.|$)"))(show_card)


async def learn(ack: AsyncAck, command: dict[str, Any], respond: AsyncRespond, library: Library) -> None:
    """`/prep learn` shows the shelves, `/prep learn sharding` the card or what comes nearest."""
    await ack()
    query = words.split(command.get("text", ""))[1]
    exact = library.named(query)
    if exact is not None:
        post = views.card_post(library, exact)
    elif query:
        found = library.search(query)
        only = len(found) == 1
        post = views.card_post(library, found[0]) if only else views.results_post(library, query, found)
    else:
        post = views.browse_post(library)
    await replies.answer(post, respond)


async def browse(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, respond: AsyncRespond, library: Library
) -> None:
    """Back to the shelves."""
    await ack()
    await replies.change(views.browse_post(library), views.TITLE, body=body, client=client, respond=respond)


async def show_shelf(
    ack: AsyncAck,
    action: dict[str, Any],
    body: dict[str, Any],
    client: AsyncWebClient,
    respond: AsyncRespond,
    library: Library,
) -> None:
    """One shelf with its topics, or one topic."""
    await ack()
    post = views.shelf_post(library, views.read_value(action))
    await replies.change(post, views.TITLE, body=body, client=client, respond=respond)


async def show_beside(
    ack: AsyncAck,
    action: dict[str, Any],
    body: dict[str, Any],
    client: AsyncWebClient,
    respond: AsyncRespond,
    library: Library,
) -> None:
    """A lesson from another message or from Home, which stays as it is."""
    await ack()
    post = _asked_for(library, action)
    await replies.show(post, views.TITLE, body=body, client=client, respond=respond)


async def show_card(
    ack: AsyncAck,
    action: dict[str, Any],
    body: dict[str, Any],
    client: AsyncWebClient,
    respond: AsyncRespond,
    library: Library,
) -> None:
    """A lesson or another part of it, in the same place."""
    await ack()
    post = _asked_for(library, action)
    await replies.change(post, views.TITLE, body=body, client=client, respond=respond)


def _asked_for(library: Library, action: dict[str, Any]) -> Post:
    slug, part = views.read_part(action)
    entry = library.entries.get(slug)
    return views.card_post(library, entry, part) if entry else views.browse_post(library, lead=views.GONE)
