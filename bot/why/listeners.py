"""What Slack tells us about questions why."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot import replies, words
from bot.members import Member
from bot.why import views
from bot.why.service import WhyService


def register_command(app: AsyncApp) -> None:
    """Connect the word after /prep."""
    app.command(words.COMMAND, matchers=[words.first_word_is("why")])(show_by_command)


def register(app: AsyncApp) -> None:
    """Connect the button."""
    app.action(views.SHOW)(show)


async def show_by_command(ack: AsyncAck, respond: AsyncRespond, member: Member, why: WhyService) -> None:
    """`/prep why`; only the person sees it."""
    await ack()
    await replies.answer(views.why_post(await why.explain(member)), respond)


async def show(
    ack: AsyncAck,
    body: dict[str, Any],
    client: AsyncWebClient,
    respond: AsyncRespond,
    member: Member,
    why: WhyService,
) -> None:
    """The button in messages and Home."""
    await ack()
    post = views.why_post(await why.explain(member))
    await replies.show(post, views.TITLE, body=body, client=client, respond=respond)
