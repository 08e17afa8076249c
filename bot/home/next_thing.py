"""The one next thing as a sentence and a button, the same on Home, in the menu and in the DM."""

from __future__ import annotations

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, SectionBlock

from bot import mrkdwn
from bot.assessment import ids
from bot.home.service import NextThing, Overview
from bot.plan import views as plan_views

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
            return _button("Start", ids.OPEN, "Start the assessment", primary=True)
        case NextThing.RESUME:
            return _button("Go on", ids.OPEN, "Go on with the assessment", primary=True)
        case NextThing.CHOOSE_PLAN:
            return _button(
                "Choose a plan", ids.SHOW_RESULT, "Choose a plan that fits your result", primary=True
            )
        case NextThing.FOLLOW_PLAN:
            return _button("Show my plan", plan_views.SHOW, "Show my plan, this week first", primary=True)
        case NextThing.ASSESS_AGAIN:
            return _button("Assess again", ids.OPEN, "Assess again: take the assessment anew", primary=True)


def other_buttons(overview: Overview) -> list[ButtonElement]:
    """What else one can do, without the next thing's own button."""
    buttons = []
    if overview.plan is not None and overview.next_thing != NextThing.FOLLOW_PLAN:
        buttons.append(_button("Show my plan", plan_views.SHOW, "Show my plan, all of it"))
    if overview.result is not None and overview.next_thing != NextThing.CHOOSE_PLAN:
        buttons.append(_button("My result", ids.SHOW_RESULT, "My result, and the choice of a plan"))
    if overview.next_thing not in (NextThing.START, NextThing.RESUME, NextThing.ASSESS_AGAIN):
        buttons.append(_button("Assess again", ids.OPEN, "Assess again: take the assessment anew"))
    buttons.append(_button("Help", HELP, "Help: what Prep Coach can do"))
    return buttons


def next_blocks(overview: Overview, *, lead: str | None = None) -> list[Block]:
    """The next thing with its button, and the other buttons below."""
    sentence = f"{lead}\n{next_sentence(overview)}" if lead else next_sentence(overview)
    return [
        SectionBlock(text=sentence),
        ActionsBlock(elements=[next_button(overview), *other_buttons(overview)], block_id="next"),
    ]


def _plan_sentence(overview: Overview) -> str:
    plan = overview.plan
    if plan is None or plan.this_week is None:
        return "Your plan is ready; its first day comes with your next morning."
    week = plan.weeks[plan.this_week - 1]
    return (
        f"Week {week.number} of {len(plan.weeks)}: *{week.content.theme}*. "
        f"About {mrkdwn.duration(week.minutes)}, {mrkdwn.count(len(week.tasks), 'task')}."
    )


def _button(text: str, action_id: str, label: str, *, primary: bool = False) -> ButtonElement:
    return ButtonElement(
        text=text, action_id=action_id, accessibility_label=label, style="primary" if primary else None
    )
