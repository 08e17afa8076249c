"""What Slack tells us about the plan."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot import mrkdwn, replies, words
from bot.errors import NoPlanError, NoSuchWeekError
from bot.members import Member
from bot.plan import views
from bot.plan.service import PlanOverview, PlanService

TITLE = "Your plan"


def register_command(app: AsyncApp) -> None:
    """Connect the word after /prep."""
    app.command(words.COMMAND, matchers=[words.first_word_is("plan")])(show_by_command)


def register(app: AsyncApp) -> None:
    """Connect the button and the week's select."""
    app.action(views.SHOW)(show_plan)
    app.action(views.SHOW_WEEK)(show_week)


async def show_by_command(
    ack: AsyncAck, command: dict[str, Any], respond: AsyncRespond, member: Member, plan: PlanService
) -> None:
    """`/prep plan`, or another week with `/prep plan 3`; only the person sees it."""
    await ack()
    overview = await _overview(plan, member)
    wanted = words.split(words.split(command.get("text", ""))[1])[0]
    post = views.plan_post(overview, _week_number(wanted, len(overview.weeks)) if wanted else None)
    await replies.answer(post, respond)


def _week_number(typed: str, weeks: int) -> int:
    number = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 4 else 0
    if not 1 <= number <= weeks:
        raise NoSuchWeekError(
            f"Your plan has {mrkdwn.count(weeks, 'week')}: type `/prep plan 1`, for example."
        )
    return number


async def show_plan(
    ack: AsyncAck,
    body: dict[str, Any],
    client: AsyncWebClient,
    respond: AsyncRespond,
    member: Member,
    plan: PlanService,
) -> None:
    """The button on Home and in the menu."""
    await ack()
    post = views.plan_post(await _overview(plan, member))
    await replies.show(post, TITLE, body=body, client=client, respond=respond)


async def show_week(
    ack: AsyncAck,
    action: dict[str, Any],
    body: dict[str, Any],
    client: AsyncWebClient,
    respond: AsyncRespond,
    member: Member,
    plan: PlanService,
) -> None:
    """Unfold another week in the same place."""
    await ack()
    overview = await plan.overview_of(views.read_plan_id(action), member)
    post = views.plan_post(overview, _week_number(views.read_week(action), len(overview.weeks)))
    await replies.change(post, TITLE, body=body, client=client, respond=respond)


async def _overview(plan: PlanService, member: Member) -> PlanOverview:
    overview = await plan.overview(member, with_change=True)
    if overview is None:
        raise NoPlanError("You have no plan yet. Type `/prep`: it shows the shortest way to one.")
    return overview
