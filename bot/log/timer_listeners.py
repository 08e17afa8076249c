"""What Slack tells us about the timer."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot import mrkdwn, replies, words
from bot.log import timer_views, views
from bot.log.entries import Activity
from bot.log.grammar import read_activity
from bot.log.listeners import source_of
from bot.log.moments import take_minutes
from bot.log.timers import TimerError, TimerService
from bot.members import Member

RefreshHome = Callable[[Member], Awaitable[None]]
STOP_WORDS = ("stop", "end", "done", "cancel", "off")
LONGEST_ECHO = 40


def register_command(app: AsyncApp) -> None:
    """Connect the word after /prep."""
    app.command(words.COMMAND, matchers=[words.first_word_is("timer")])(timer_by_command)


def register(app: AsyncApp) -> None:
    """Connect the buttons."""
    app.action(views.STOP_TIMER)(stop)
    app.action(re.compile(rf"^{re.escape(views.KEEP_TIMER)}\."))(keep)


async def timer_by_command(
    ack: AsyncAck,
    command: dict[str, Any],
    respond: AsyncRespond,
    member: Member,
    timers: TimerService,
    refresh_home: RefreshHome,
) -> None:
    """`/prep timer 30 coding`, `/prep timer stop`, and alone: which one runs."""
    await ack()
    typed = words.split(command.get("text", ""))[1].lower()
    if not typed:
        await replies.answer(timer_views.running_post(await timers.running(member)), respond)
    elif typed in STOP_WORDS:
        await replies.answer(timer_views.stopped_post(await timers.stop(member)), respond)
        await refresh_home(member)
    else:
        minutes, activity = read_timer(typed)
        started = await timers.start(member, minutes, activity, source_of(command["trigger_id"]))
        await replies.answer(timer_views.started_post(started), respond)


async def stop(
    ack: AsyncAck,
    body: dict[str, Any],
    client: AsyncWebClient,
    respond: AsyncRespond,
    member: Member,
    timers: TimerService,
    refresh_home: RefreshHome,
) -> None:
    """Stop early, in the place of the answer."""
    await ack()
    post = timer_views.stopped_post(await timers.stop(member))
    await replies.change(post, views.TITLE, body=body, client=client, respond=respond)
    await refresh_home(member)


async def keep(
    ack: AsyncAck,
    action: dict[str, Any],
    body: dict[str, Any],
    client: AsyncWebClient,
    respond: AsyncRespond,
    member: Member,
    timers: TimerService,
    refresh_home: RefreshHome,
) -> None:
    """One tap: the time is logged, and the message says so."""
    await ack()
    started, activity = views.read_timer(action)
    if activity is None:
        raise TimerError("I do not know that timer any more. `/prep log 30m coding` logs by hand.")
    logged = await timers.keep(member, started, activity)
    post = views.logged_post(logged)
    await replies.change(post, views.TITLE, body=body, client=client, respond=respond)
    await refresh_home(member)


def read_timer(typed: str) -> tuple[int, Activity | None]:
    """Minutes and activity of `30`, `30m coding` or `1h system design`. Raises TimerError."""
    minutes, rest = take_minutes(typed[:200])
    if minutes is None:
        number, _, rest = typed.partition(" ")
        minutes = int(number) if re.fullmatch(r"[0-9]{1,6}", number) else None
    activity = read_activity(rest) if rest.strip() else None
    if minutes is None or (rest.strip() and activity is None):
        echo = mrkdwn.escape(typed if len(typed) <= LONGEST_ECHO else f"{typed[: LONGEST_ECHO - 1]}…")
        raise TimerError(
            f"I do not understand “{echo}” as a timer. Write the minutes and, if you like, for what: "
            "`/prep timer 30 coding`. `/prep timer stop` ends one."
        )
    return minutes, activity
