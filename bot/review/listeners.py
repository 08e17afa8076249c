"""What Slack tells us about reviews."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot import replies, words
from bot.members import Member
from bot.review import views
from bot.review.ids import ADD
from bot.review.service import ReviewService
from bot.review.sitting import Sitting

RefreshHome = Callable[[Member], Awaitable[None]]


def register_command(app: AsyncApp) -> None:
    """Connect the word after /prep."""
    app.command(words.COMMAND, matchers=[words.first_word_is("review")])(review_by_command)


def register(app: AsyncApp) -> None:
    """Connect the buttons."""
    app.action(views.OPEN)(open_review)
    app.action(ADD)(add)
    app.action(views.GO_ON)(go_on)
    app.action(views.REVEAL)(reveal)
    app.action(re.compile(rf"^{re.escape(views.RATE)}\.\d$"))(rate)
    app.action(views.SKIP)(skip)
    app.action(views.STOP)(stop)


async def review_by_command(
    ack: AsyncAck, respond: AsyncRespond, member: Member, review: ReviewService
) -> None:
    """`/prep review`; only the person sees it."""
    await ack()
    await replies.answer(views.post(await review.begin(member)), respond)


async def open_review(
    ack: AsyncAck,
    body: dict[str, Any],
    client: AsyncWebClient,
    respond: AsyncRespond,
    member: Member,
    review: ReviewService,
) -> None:
    """A round from Home, from a window or beside a message."""
    await ack()
    post = views.post(await review.begin(member))
    await replies.show(post, views.TITLE, body=body, client=client, respond=respond)


async def add(
    ack: AsyncAck,
    action: dict[str, Any],
    body: dict[str, Any],
    client: AsyncWebClient,
    respond: AsyncRespond,
    member: Member,
    review: ReviewService,
    refresh_home: RefreshHome,
) -> None:
    """A lesson comes back from now on; the lesson itself stays on the screen."""
    await ack()
    added = await review.add(member, str(action.get("value") or ""))
    await replies.show(views.added_post(added), views.TITLE, body=body, client=client, respond=respond)
    await refresh_home(member)


async def go_on(
    ack: AsyncAck,
    body: dict[str, Any],
    client: AsyncWebClient,
    respond: AsyncRespond,
    member: Member,
    review: ReviewService,
) -> None:
    """The next round, where the last one ended."""
    await ack()
    post = views.post(await review.begin(member))
    await replies.change(post, views.TITLE, body=body, client=client, respond=respond)


async def reveal(
    ack: AsyncAck,
    action: dict[str, Any],
    body: dict[str, Any],
    client: AsyncWebClient,
    respond: AsyncRespond,
    member: Member,
    review: ReviewService,
) -> None:
    """The answer under the question."""
    await ack()
    post = views.post(await review.reveal(member, _sitting(action)))
    await replies.change(post, views.TITLE, body=body, client=client, respond=respond)


async def rate(
    ack: AsyncAck,
    action: dict[str, Any],
    body: dict[str, Any],
    client: AsyncWebClient,
    respond: AsyncRespond,
    member: Member,
    review: ReviewService,
    refresh_home: RefreshHome,
) -> None:
    """How well it was known, and the next card."""
    await ack()
    screen = await review.rate(member, _sitting(action), views.rating_of(action))
    await replies.change(views.post(screen), views.TITLE, body=body, client=client, respond=respond)
    await refresh_home(member)


async def skip(
    ack: AsyncAck,
    action: dict[str, Any],
    body: dict[str, Any],
    client: AsyncWebClient,
    respond: AsyncRespond,
    member: Member,
    review: ReviewService,
) -> None:
    """The next card; this one stays due."""
    await ack()
    post = views.post(await review.skip(member, _sitting(action)))
    await replies.change(post, views.TITLE, body=body, client=client, respond=respond)


async def stop(
    ack: AsyncAck,
    action: dict[str, Any],
    body: dict[str, Any],
    client: AsyncWebClient,
    respond: AsyncRespond,
    member: Member,
    review: ReviewService,
) -> None:
    """The end of the round."""
    await ack()
    post = views.post(await review.stop(member, _sitting(action)))
    await replies.change(post, views.TITLE, body=body, client=client, respond=respond)


def _sitting(action: dict[str, Any]) -> Sitting:
    return Sitting.read(str(action.get("value") or ""))
