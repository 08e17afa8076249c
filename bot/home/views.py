"""The Home tab: useful before the first assessment, half-way, and with a plan."""

from __future__ import annotations

from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ContextBlock,
    DividerBlock,
    HeaderBlock,
    SectionBlock,
)
from slack_sdk.models.blocks.basic_components import MarkdownTextObject
from slack_sdk.models.views import View

from bot import mrkdwn
from bot.assessment import result_views
from bot.home.next_thing import next_button, next_sentence, other_buttons
from bot.home.service import NextThing, Overview
from bot.learn import views as learn_views
from bot.plan import views as plan_views
from bot.plan.service import PlanOverview
from bot.today import views as today_views


def home_view(overview: Overview) -> View:
    """The whole tab for one person."""
    blocks: list[Block | dict[str, Any]] = [
        HeaderBlock(text="Your next step"),
        SectionBlock(text=next_sentence(overview)),
        ActionsBlock(elements=[next_button(overview), *other_buttons(overview)], block_id="next"),
    ]
    if overview.next_thing == NextThing.START:
        blocks += _welcome()
    if overview.today is not None or overview.next_thing == NextThing.FOLLOW_PLAN:
        blocks += [DividerBlock(), *today_views.home_blocks(overview.today)]
    if overview.result is not None:
        blocks += [DividerBlock(), *_standing_blocks(overview)]
    if overview.plan is not None:
        blocks += [DividerBlock(), *_plan_blocks(overview.plan)]
    note = "Only you see this page. Your answers and scores are shown to nobody else."
    blocks += [DividerBlock(), ContextBlock(elements=[MarkdownTextObject(text=note)])]
    return View(type="home", blocks=blocks)


def _welcome() -> list[Block]:
    steps = (
        "*How it works*\n"
        "1. You answer honestly; you can stop and go on at any time.\n"
        "2. You see your score, your gaps, and what to do about each.\n"
        "3. You choose a plan. I put it into our direct message, this week's tasks first."
    )
    return [DividerBlock(), SectionBlock(text=steps)]


def _standing_blocks(overview: Overview) -> list[Block]:
    result = overview.result
    if result is None:
        return []
    change = result_views.change_sentence(result)
    blocks: list[Block] = [
        HeaderBlock(text=f"Where you stand: {result.score.total} of 100, {result.band.label.lower()}"),
        SectionBlock(text=result_views.score_lines(result)),
    ]
    if change:
        blocks.append(ContextBlock(elements=[MarkdownTextObject(text=change)]))
    return blocks


def _plan_blocks(plan: PlanOverview) -> list[Block]:
    week = plan_views.shown_week(plan, None)
    lead = f"{plan.plan.title}, until {mrkdwn.day(plan.ends_on)}"
    if plan.interview_on is not None and plan.interview_on >= plan.today:
        left = (plan.interview_on - plan.today).days
        lead += f". Interview {mrkdwn.days_ahead(left)}"
    select = plan_views.open_select(week)
    return [
        HeaderBlock(text="Your plan"),
        ContextBlock(elements=[MarkdownTextObject(text=lead)]),
        *plan_views.week_blocks(plan, week),
        ActionsBlock(
            elements=[*([select] if select else []), learn_views.browse_button("All lessons")],
            block_id="home.lessons",
        ),
    ]
