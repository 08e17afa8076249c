"""The one next thing as a sentence and a button, the same on Home, in the menu and in the DM."""

from __future__ import annotations

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, SectionBlock

from bot import mrkdwn
from bot.assessment import ids
from bot.home.overview import NextThing, Overview
from bot.plan import views as plan_views
from bot.review import views as review_views
from bot.today import views as today_views
from bot.today.wording import is_last_days

HELP = "menu.help"


def next_sentence(overview: Overview) -> str:
    """What to do next and why."""
    match overview.next_thing:
        case NextThing.START:
            return (
                "Find out where you stand: 12 statements, about 5 minutes. "
                "You get your gaps and a plan that fits your time."
            )
        case NextThing.RESUME:
            wizard = overview.unfinished
            form = overview.forms[wizard.form] if wizard else overview.forms["quick"]
            done = sum(item.slug in wizard.answers for item in form.items) if wizard else 0
            return f"Go on with your assessment: {done} of {len(form.items)} are answered and kept."
        case NextThing.CHOOSE_PLAN:
            total = overview.result.score.total if overview.result else 0
            return f"You scored {total} of 100. Choose the plan you want to follow."
        case NextThing.PRACTISE:
            return _line_sentence(overview)
        case NextThing.REVIEW:
            cards = mrkdwn.count(overview.board.due if overview.board else 0, "card")
            return f"Today's list is done. Ready for review while you still nearly know them: {cards}."
        case NextThing.FOLLOW_PLAN:
            return _plan_sentence(overview)
        case NextThing.ASSESS_AGAIN:
            if overview.plan is not None and overview.plan.is_after_interview:
                return "Your interview day is behind you. Take the assessment again to plan what comes next."
            return "Your plan has run its course. Take the assessment again to see what it changed."


def next_button(overview: Overview) -> ButtonElement:
    """The button for the next thing."""
    match overview.next_thing:
        case NextThing.START:
            return button("Start", ids.OPEN, "Start the assessment", primary=True)
        case NextThing.RESUME:
            return button("Go on", ids.OPEN, "Go on with the assessment", primary=True)
        case NextThing.CHOOSE_PLAN:
            label = "Choose a plan that fits your result"
            return button("Choose a plan", ids.SHOW_RESULT, label, primary=True)
        case NextThing.PRACTISE:
            name = "Show today's list" if overview.today is not None else "Show today's practice"
            return button(name, today_views.SHOW, f"{name}, with hints and links", primary=True)
        case NextThing.REVIEW:
            return button("Review", review_views.OPEN, "Review the cards that are due", primary=True)
        case NextThing.FOLLOW_PLAN:
            return button("Show my plan", plan_views.SHOW, "Show my plan, this week first", primary=True)
        case NextThing.ASSESS_AGAIN:
            return button("Assess again", ids.OPEN, "Assess again: take the assessment anew", primary=True)


def other_buttons(overview: Overview) -> list[ButtonElement]:
    """What else one can do, without the next thing's own button."""
    buttons = []
    if overview.plan is not None and overview.next_thing != NextThing.FOLLOW_PLAN:
        buttons.append(button("Show my plan", plan_views.SHOW, "Show my plan, all of it"))
    if overview.result is not None and overview.next_thing != NextThing.CHOOSE_PLAN:
        buttons.append(button("My result", ids.SHOW_RESULT, "My result, and the choice of a plan"))
    if overview.next_thing not in (NextThing.START, NextThing.RESUME, NextThing.ASSESS_AGAIN):
        buttons.append(button("Assess again", ids.OPEN, "Assess again: take the assessment anew"))
    buttons.append(button("Help", HELP, "Help: what Prep Coach can do"))
    return buttons


def next_blocks(overview: Overview, *, lead: str | None = None) -> list[Block]:
    """The next thing with its button, and the other buttons below."""
    sentence = f"{lead}\n{next_sentence(overview)}" if lead else next_sentence(overview)
    return [
        SectionBlock(text=sentence),
        ActionsBlock(elements=[next_button(overview), *other_buttons(overview)], block_id="next"),
    ]


def button(text: str, action_id: str, label: str, *, primary: bool = False) -> ButtonElement:
    """A button whose label says in full what it does."""
    return ButtonElement(
        text=text, action_id=action_id, accessibility_label=label, style="primary" if primary else None
    )


def _line_sentence(overview: Overview) -> str:
    line, today = overview.open_line, overview.today
    if line is None or today is None:
        board = overview.board
        is_light = board is not None and is_last_days(board.today, board.interview_on)
        return today_views.NOT_CHOSEN_WARM_UP if is_light else today_views.NOT_CHOSEN
    title = mrkdwn.escape(line.task.title) if line.task is not None else today_views.GONE
    left = len(today.lines) - today.done
    last = " It is the last one today." if today.done else " It is all for today."
    more = f" Then {mrkdwn.count(left - 1, 'more line')} today." if left > 1 else last
    return (
        f"{today_views.NAMES_ALOUD[line.part]}: *{title}*, {line.minutes} minutes, "
        f"{mrkdwn.escape(line.why)}.{more}"
    )


def _plan_sentence(overview: Overview) -> str:
    plan = overview.plan
    if plan is None or plan.this_week is None:
        return "Your plan is ready; its first day comes with your next morning."
    week = plan.weeks[plan.this_week - 1]
    done = "Today's list is done. " if overview.today is not None else ""
    return (
        f"{done}Week {week.number} of {len(plan.weeks)}: *{week.content.theme}*. "
        f"About {mrkdwn.duration(week.minutes)}, {mrkdwn.count(len(week.tasks), 'task')}."
    )
