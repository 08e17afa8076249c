"""
The Home tab: the dashboard, useful before the first assessment, half-way, and with a plan.

Short by default: what is behind a number opens in a window. A part that has nothing to say yet is one line
that says how it begins. That it keeps within Slack's hundred blocks is shown by the tests.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from slack_sdk.models.blocks import ButtonElement

from bot import mrkdwn
from bot.assessment import ids, result_views
from bot.checkins import views as checkins_views
from bot.home.next_thing import HELP, button, next_button, next_sentence
from bot.home.overview import Board, Mock, NextThing, Overview
from bot.learn import views as learn_views
from bot.log import views as log_views
from bot.log.week import against_goals
from bot.mydata import views as mydata_views
from bot.outgoing import Block
from bot.plan import views as plan_views
from bot.plan.service import PlanOverview, Week
from bot.preferences import views as preferences_views
from bot.progress import views as progress_views
from bot.progress.blocks import DIVIDER, actions, context, header, section
from bot.progress.blocks import button as plain_button
from bot.progress.readiness import Bar
from bot.progress.words_of_bars import NAMES, drawn, sentence
from bot.review import views as review_views
from bot.stories import coverage_views
from bot.stories import ids as story_ids
from bot.stories.coverage import nudge_line
from bot.today import views as today_views
from bot.why.views import why_button

NOTE = "Only you see this page. Your answers, scores and stories are shown to nobody else."


def home_view(overview: Overview) -> dict[str, Any]:
    """The whole tab for one person, as plain data: Slack's model objects would cost a third of its time."""
    board = overview.board
    blocks: list[Block] = [header("Your next step"), section(next_sentence(overview))]
    blocks.append(actions("next", [next_button(overview).to_dict()]))
    steady = _steady_line(board) if board is not None else ""
    if steady:
        blocks.append(context(steady))
    if overview.next_thing == NextThing.START:
        blocks += _welcome()
    if overview.today is not None or overview.next_thing == NextThing.FOLLOW_PLAN:
        blocks += [DIVIDER, *_today_blocks(overview)]
    if board is not None:
        blocks += _week_blocks(overview, board)
        blocks += _standing_blocks(overview, board)
        blocks += _story_blocks(board)
        blocks += [_mock_block(board), _review_block(overview, board)]
    blocks += [DIVIDER, *_ways(overview, _offered(blocks))]
    blocks.append(context(NOTE))
    return {"type": "home", "blocks": blocks}


def _welcome() -> list[Block]:
    steps = (
        "*How it works*\n"
        "1. You answer honestly; you can stop and go on at any time.\n"
        "2. You see your score, your gaps, and what to do about each.\n"
        "3. You choose a plan. I put it into our direct message, this week's tasks first."
    )
    return [DIVIDER, section(steps)]


def _steady_line(board: Board) -> str:
    """Days to the interview, streak, freeze and strength."""
    parts = []
    days = board.days_to_interview
    if days is not None and board.interview_on is not None:
        parts.append(f"Interview {mrkdwn.days_ahead(days)}, on {mrkdwn.day(board.interview_on)}.")
    if board.totals.standing.strength or board.totals.standing.days:
        parts.append(log_views.steadiness(board.totals.standing))
    return " ".join(parts)


def _today_blocks(overview: Overview) -> list[Block]:
    """The lines to tick; the way to the list stands once, above as the next thing or here."""
    blocks = today_views.home_blocks(overview.today)
    return blocks[:-1] if overview.next_thing == NextThing.PRACTISE else blocks


def _week_blocks(overview: Overview, board: Board) -> list[Block]:
    totals = board.totals
    done = "; ".join(against_goals(totals.week, totals.done)) or "nothing yet, and no goals"
    took = f", {mrkdwn.duration(totals.done.minutes)}" if totals.done.minutes else ""
    logged = f"*This week:* {done}{took}."
    plan = overview.plan
    buttons: list[Block] = [log_views.open_button("Log practice", "Log practice, or correct the last days")]
    if plan is None:
        return [DIVIDER, section(logged), actions("home.week", buttons)]
    week = plan_views.shown_week(plan, None)
    lead = f"{plan.plan.title}, until {mrkdwn.day(plan.ends_on)}"
    blocks: list[Block] = [
        DIVIDER,
        header("Your week" if plan.this_week is not None else "Your plan"),
        context(lead),
        section(_week_text(plan, week)),
    ]
    blocks.append(section(logged))
    select = plan_views.open_select(week)
    if select is not None:
        buttons.insert(0, select.to_dict())
    if overview.next_thing != NextThing.FOLLOW_PLAN:
        buttons.append(button("Show my plan", plan_views.SHOW, "Show my plan, all of it").to_dict())
    blocks.append(actions("home.week", buttons))
    return blocks


def _week_text(plan: PlanOverview, week: Week) -> str:
    tasks = f"{mrkdwn.count(len(week.tasks), 'task')}, about {mrkdwn.duration(week.minutes) or 'no time'}"
    return (
        f"*{plan_views.week_title(plan, week)}*\n{tasks}. "
        f"You will know it worked when: {mrkdwn.escape(week.content.milestone)}"
    )


def _standing_blocks(overview: Overview, board: Board) -> list[Block]:
    result = overview.result
    if result is None and not board.has_evidence:
        return []
    title = "Where you stand"
    if result is not None:
        title += f": {result.score.total} of 100, {result.band.label.lower()}"
    blocks: list[Block] = [DIVIDER, header(title)]
    change = result_views.change_sentence(result) if result is not None else None
    blocks.append(context(" ".join(part for part in (change, progress_views.LEGEND) if part)))
    return blocks + [_bar_block(bar) for bar in board.bars.values()]


def _bar_block(bar: Bar) -> Block:
    name = NAMES[bar.name]
    parts = plain_button("Parts", progress_views.PARTS, f"Parts of {name}", value=bar.name)
    return section(f"*{name}*\n{drawn(bar)}\n{sentence(bar)}", parts)


def _story_blocks(board: Board) -> list[Block]:
    found = board.coverage
    open_bank = plain_button("My stories", story_ids.OPEN, "My stories: write, check, rehearse and share")
    if not found.stories:
        text = "*Stories:* none yet. Begin with one that you know by heart."
        add = plain_button("Add a story", story_ids.ADD, "Add a story")
        return [DIVIDER, section(text, add)]
    lines = [f"*Stories:* {mrkdwn.count(found.stories, 'story', 'stories')}."]
    # Which one waits longest is one of the gaps, whose turn comes.
    lines.append(coverage_views.summary(replace(found, stalest=None), board.today))
    gap = nudge_line(found, board.today, board.target_level, board.today.toordinal())
    if gap is not None:
        lines.append(mrkdwn.escape(gap))
    return [DIVIDER, section(" ".join(lines), open_bank)]


def _mock_block(board: Board) -> Block:
    if not board.mocks:
        return section("*Mocks:* none yet. Three good ones are the best evidence there is.")
    return section(f"*Mocks:* {'; '.join(_mock_text(mock) for mock in board.mocks)}.")


def _mock_text(mock: Mock) -> str:
    rated = f", rated {mock.rating} of 5" if mock.rating is not None else ""
    title = f" ({mrkdwn.escape(mock.title)})" if mock.title else ""
    return f"{mrkdwn.day(mock.on)}{title}{rated}"


def _review_block(overview: Overview, board: Board) -> Block:
    if not board.due:
        return section("*Reviews:* nothing is due today.")
    text = f"*Reviews:* {mrkdwn.count(board.due, 'card')} due today."
    return section(
        text, review_views.open_button("Review") if overview.next_thing != NextThing.REVIEW else None
    )


def _ways(overview: Overview, offered: set[str]) -> list[Block]:
    """Buttons for everything that is not on the page already, in three groups."""
    known, result = overview.board is not None, overview.result is not None
    rests = overview.board is not None and overview.board.rests
    practise: list[ButtonElement | Block | None] = [
        button("Today's practice", today_views.SHOW, "Today's practice, to tick off"),
        log_views.open_button("Log practice", "Log practice, or correct the last days"),
        review_views.open_button("Review"),
        plain_button("Stories", story_ids.OPEN, "My stories: write, check, rehearse and share"),
        learn_views.browse_button("All lessons"),
    ]
    look_back: list[ButtonElement | Block | None] = [
        progress_views.open_button() if known else None,
        button("My plan", plan_views.SHOW, "My plan, all of it") if overview.plan else None,
        button("My result", ids.SHOW_RESULT, "My result, and the choice of a plan") if result else None,
        button("Check in", checkins_views.OPEN, "Check in: look back at the week") if known else None,
        button("Assess again", ids.OPEN, "Assess again: take the assessment anew") if result else None,
    ]
    terms: list[ButtonElement | Block | None] = [
        preferences_views.settings_button(),
        (preferences_views.resume_button() if rests else preferences_views.pause_button()) if known else None,
        why_button() if known else None,
        mydata_views.export_button() if known else None,
        mydata_views.forget_button() if known else None,
        button("Help", HELP, "Help: what Prep Coach can do"),
    ]
    groups = {"Practise": practise, "Look back": look_back, "My terms": terms}
    blocks: list[Block] = []
    for number, (name, buttons) in enumerate(groups.items()):
        shown = [_plain(one) for one in buttons if one is not None]
        shown = [one for one in shown if one["action_id"] not in offered]
        if shown:
            blocks += [context(f"*{name}*"), actions(f"home.ways.{number}", shown)]
    return blocks


def _plain(element: ButtonElement | Block) -> Block:
    """As data, and never a second primary one beside the next thing's."""
    found: dict[str, Any] = element.to_dict() if isinstance(element, ButtonElement) else dict(element)
    found.pop("style", None)
    return found


def _offered(blocks: list[Block]) -> set[str]:
    """The actions that are on the page already."""
    found: set[str] = set()
    for block in blocks:
        for element in (*block.get("elements", ()), block.get("accessory") or {}):
            if "action_id" in element:
                found.add(element["action_id"])
    return found
