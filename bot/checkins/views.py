"""The check-in's reminder, its modal, and what the answer looks like."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    ContextBlock,
    DividerBlock,
    InputBlock,
    NumberInputElement,
    Option,
    PlainTextInputElement,
    RadioButtonsElement,
    SectionBlock,
)
from slack_sdk.models.blocks.basic_components import MarkdownTextObject, PlainTextObject
from slack_sdk.models.views import View

from bot import mrkdwn
from bot.checkins.answers import BLOCKER, CONFIDENCE, LONGEST_BLOCKER, NEXT, REPORTED, SURENESS
from bot.checkins.counts import GOALS, MOST, NOUNS, Counts, Goal, listed, named
from bot.checkins.service import CheckInForm, CheckInResult, Tally
from bot.errors import OutdatedFormError
from bot.outgoing import Block as Content
from bot.outgoing import Post
from bot.preferences.views import pause_button, settings_button
from bot.progress import pace_rules
from bot.progress.blocks import actions, button
from bot.progress.views import BEND
from bot.words import Word

WORDS = (Word("week", "week", "your weekly check-in: look back, correct, set the next week"),)
OPEN = "checkins.open"
"""A button that opens the modal. Its value is the check-in's last day; without one, the open check-in."""
SUBMIT = "checkins.submit"
FIELD = "checkins.field"
TITLE = "Your week"
NOTE = "How sure you are and what stood in the way stay with you. Late is fine, too."
_OTHER_BUTTONS = (settings_button().to_dict(), pause_button().to_dict())
OUTDATED = "This form is from an older version of me. Type `/prep week` to open it anew."


def reminder_post(tally: Tally, wording: str) -> Post:
    """The weekly message: goals against what was logged, and the way to answer."""
    also, when = _also(tally), days(tally)
    # Plain data: Slack's model objects take a third of a millisecond, and on Fridays many are drawn at once.
    blocks = [
        _header(f"Your week, {when}"),
        _section(wording),
        _section("\n".join(_lines(tally.goals, tally.logged))),
        *([_context(also)] if also else []),
        _actions("Check in", f"Check in for the week, {when}", tally.to_on, primary=True),
        _context(NOTE),
    ]
    text = " ".join(
        part
        for part in (
            f"Your week, {when}: {_spoken(tally.goals, tally.logged)}.",
            also,
            wording,
            "Check in with the button, or type /prep week.",
            NOTE,
            "To change or stop this message, type /prep settings or /prep pause.",
        )
        if part
    )
    return Post(text=text, blocks=blocks)


def result_post(result: CheckInResult) -> Post:
    """What the weekly message becomes once it is answered."""
    blocks = [
        _header(f"Your week, {days(result.tally)}: checked in"),
        *(_section(text) for text in _result_sections(result)),
        *_bend_blocks(result),
        _actions("Change", "Change my answers for this week", result.tally.to_on),
    ]
    return Post(text=_result_text(result), blocks=blocks)


def modal(form: CheckInForm) -> View:
    """The check-in, filled in beforehand."""
    tally = form.tally
    lead = (
        "These are your answers. Change what you like."
        if form.is_answered
        else "Filled in from what you logged. Correct what is missing."
    )
    also = _also(tally)
    blocks: list[Block] = [
        SectionBlock(text=f"*{days(tally)}*\n{lead}" + (f" {also}" if also else "")),
        *(
            _number(
                f"{REPORTED}.{goal}",
                f"{_title(goal)} done",
                form.reported.of(goal),
                f"Goal {tally.goals.of(goal)}, logged {tally.logged.of(goal)}.",
            )
            for goal in GOALS
        ),
        _input(CONFIDENCE, "How sure do you feel today?", _sureness(form.confidence), "Only you see this."),
        _input(
            BLOCKER,
            "What stood in the way?",
            PlainTextInputElement(
                action_id=FIELD, multiline=True, max_length=LONGEST_BLOCKER, initial_value=form.blocker
            ),
            "Only you see this. Leave it empty if nothing did.",
            optional=True,
        ),
        DividerBlock(),
        SectionBlock(text="*Goals for next week*\nSet them by the hours you will really have."),
        *(_number(f"{NEXT}.{goal}", _title(goal), form.next_goals.of(goal)) for goal in GOALS),
    ]
    return View(
        type="modal",
        callback_id=SUBMIT,
        title=TITLE,
        submit="Save" if form.is_answered else "Check in",
        close="Cancel",
        private_metadata=tally.to_on.isoformat(),
        blocks=blocks,
    )


def saving_modal() -> View:
    """Between the ack and the result."""
    return View(type="modal", title=TITLE, close="Close", blocks=[SectionBlock(text="Saving your week.")])


def result_modal(result: CheckInResult) -> View:
    """Thanks, the numbers, and where the pace leads."""
    note = "To change an answer, type `/prep week` again."
    blocks: list[Block | Content] = [
        SectionBlock(text=f"*{days(result.tally)}*\nYour week is written down."),
        *(SectionBlock(text=text) for text in _result_sections(result)),
        *_bend_blocks(result),
        ContextBlock(elements=[MarkdownTextObject(text=note)]),
    ]
    return View(type="modal", title=TITLE, close="Close", blocks=blocks)


def read_fields(view: Mapping[str, Any]) -> dict[str, str | None]:
    """The inverse of `modal`: block_id to the text or the option's value, None where there is none."""
    values: Mapping[str, Any] = view.get("state", {}).get("values", {})
    found: dict[str, str | None] = {}
    for name, field in values.items():
        content = field.get(FIELD) or {}
        option = content.get("selected_option") or {}
        found[name] = option.get("value") if "selected_option" in content else content.get("value")
    return found


def read_form_day(view: Mapping[str, Any]) -> date:
    """Which check-in the modal is about; OutdatedFormError for a form we did not draw."""
    return _day(str(view.get("private_metadata", "")))


def read_button_day(action: Mapping[str, Any]) -> date | None:
    """Which check-in a button opens; None for the open one."""
    value = str(action.get("value") or "")
    return _day(value) if value else None


def days(tally: Tally) -> str:
    """2 to 8 March 2030; what both days share is said once."""
    first, last = tally.from_on, tally.to_on
    if first == last:
        return mrkdwn.day(last)
    if first.year != last.year:
        return f"{mrkdwn.day(first)} to {mrkdwn.day(last)}"
    begin = f"{first.day}" if first.month == last.month else f"{first.day} {first:%B}"
    return f"{begin} to {mrkdwn.day(last)}"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise OutdatedFormError(OUTDATED) from error


def _result_sections(result: CheckInResult) -> list[str]:
    answer = result.answer
    return [
        "\n".join(_lines(result.tally.goals, answer.reported)),
        f"*How sure:* {_sure(answer.confidence)}",
        *([f"*In the way:* {mrkdwn.escape(answer.blocker)}"] if answer.blocker else []),
        f"*Next week:* {listed(answer.next_goals) or 'rest'}",
        " ".join(_outlook(result)),
    ]


def _result_text(result: CheckInResult) -> str:
    answer = result.answer
    parts = [
        f"Your week, {days(result.tally)}, checked in: {_spoken(result.tally.goals, answer.reported)}.",
        f"How sure: {_sure(answer.confidence)}.",
        f"In the way: {_unmarked(answer.blocker)}." if answer.blocker else "",
        f"Next week: {listed(answer.next_goals) or 'rest'}.",
        *_outlook(result),
        "Type /prep progress to bend your plan." if _is_behind(result) else "",
        "Type /prep week to change it.",
    ]
    return " ".join(part for part in parts if part)


def _is_behind(result: CheckInResult) -> bool:
    return result.forecast is not None and result.forecast.is_behind


def _bend_blocks(result: CheckInResult) -> list[Content]:
    """The way to make the plan fit, for whose pace does not reach its end."""
    if not _is_behind(result):
        return []
    return [
        actions("checkins.bend", [button("Bend my plan", BEND, "Bend my plan: three ways to make it fit")])
    ]


def _outlook(result: CheckInResult) -> list[str]:
    if result.forecast is None:
        leads = "You have no plan yet: with one, I can say where your pace leads."
    else:
        leads = pace_rules.sentence(result.forecast)
    return [leads, *([result.stretch] if result.stretch else [])]


def _sure(confidence: int) -> str:
    return f"{confidence} of 5, {SURENESS[confidence].split(': ')[1]}"


def _lines(goals: Counts, done: Counts) -> list[str]:
    """A bar and the numbers for each goal, and for what was done without one."""
    lines = []
    for goal in GOALS:
        wanted, number = goals.of(goal), done.of(goal)
        if wanted:
            bar = mrkdwn.bar(min(number * 100 // wanted, 100))
            lines.append(f"{bar}  {number} of {named(goal, wanted)}")
        elif number:
            lines.append(f"{mrkdwn.bar(100)}  {named(goal, number)}, without a goal")
    return lines or ["No goals this week: rest."]


def _spoken(goals: Counts, done: Counts) -> str:
    parts = []
    for goal in GOALS:
        wanted, number = goals.of(goal), done.of(goal)
        if wanted:
            parts.append(f"{number} of {named(goal, wanted)}")
        elif number:
            parts.append(f"{named(goal, number)} without a goal")
    return ", ".join(parts) or "no goals, a week of rest"


def _also(tally: Tally) -> str:
    return f"You also logged {mrkdwn.count(tally.concepts, 'design concept')}." if tally.concepts else ""


def _unmarked(typed: str) -> str:
    """What a person typed, in one line and escaped, for a screen reader."""
    return mrkdwn.escape(" ".join(typed.split()).rstrip("."))


def _title(goal: Goal) -> str:
    plural = NOUNS[goal][1]
    return plural[:1].upper() + plural[1:]


def _header(text: str) -> Content:
    return {"type": "header", "text": {"type": "plain_text", "text": text}}


def _section(text: str) -> Content:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def _context(text: str) -> Content:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text}]}


def _actions(text: str, label: str, to_on: date, *, primary: bool = False) -> Content:
    button: Content = {
        "type": "button",
        "text": {"type": "plain_text", "text": text},
        "action_id": OPEN,
        "value": to_on.isoformat(),
        "accessibility_label": label,
    }
    if primary:
        button["style"] = "primary"
    return {"type": "actions", "block_id": "checkins.actions", "elements": [button, *_OTHER_BUTTONS]}


def _number(name: str, label: str, value: int, hint: str | None = None) -> InputBlock:
    element = NumberInputElement(
        action_id=FIELD,
        is_decimal_allowed=False,
        min_value="0",
        max_value=str(MOST),
        initial_value=str(value),
    )
    return _input(name, label, element, hint)


def _sureness(chosen: int | None) -> RadioButtonsElement:
    options = {
        number: Option(value=str(number), text=PlainTextObject(text=text))
        for number, text in SURENESS.items()
    }
    return RadioButtonsElement(
        action_id=FIELD, options=list(options.values()), initial_option=options.get(chosen or 0)
    )


def _input(
    name: str, label: str, element: Any, hint: str | None = None, *, optional: bool = False
) -> InputBlock:
    return InputBlock(
        block_id=name,
        label=PlainTextObject(text=label),
        element=element,
        hint=PlainTextObject(text=hint) if hint else None,
        optional=optional,
    )
