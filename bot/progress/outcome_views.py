"""The question after the interview, and what is said to each answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from slack_sdk.models.views import View

from bot import mrkdwn
from bot.assessment import ids as assessment_ids
from bot.errors import OutdatedFormError
from bot.outgoing import Block, Post
from bot.preferences.views import pause_button, settings_button
from bot.progress.blocks import actions, button, context, section
from bot.progress.outcome_rules import OUTCOMES, Outcome
from bot.progress.replan_views import date_input

ANSWER = "progress.outcome"
MOVE = "progress.outcome_moved"
TITLE = "A new date"
LABELS: Mapping[Outcome, str] = {
    "offer": "Offer",
    "declined": "No offer",
    "waiting": "Waiting",
    "moved": "It was moved",
    "none": "Rather not say",
}
REPLIES: Mapping[Outcome, str] = {
    "offer": (
        "Congratulations: that is weeks of your work. I can pause reminders whenever you like, and your "
        "stories and notes stay here for you."
    ),
    "declined": (
        "Thank you for telling me. One loop is one day, and what you built in the weeks before stays yours. "
        "Rest first; when you feel like it, a new assessment shows what to build on."
    ),
    "waiting": (
        "Waiting is the hardest part. Write down the questions you were asked while they are fresh; then "
        "it is out of your hands, and rest is a good plan."
    ),
    "moved": "Good to know. Your plan can stretch up to the new date.",
    "none": "That is fine. I will not ask again about this one. I am here when you want to go on.",
}
LATER = "Choose a date after the one that has passed."
NOTE = "I ask this once. Only you see your answer."


def question_post(interview_on: date) -> Post:
    """How did it go?"""
    text = f"Your interview was on {mrkdwn.day(interview_on)}. How did it go?"
    value = interview_on.isoformat()
    buttons = [
        button(LABELS[outcome], f"{ANSWER}.{outcome}", f"How it went: {LABELS[outcome]}", value=value)
        for outcome in OUTCOMES
    ]
    choices = f"{', '.join(LABELS[outcome] for outcome in OUTCOMES[:-1])}, or {LABELS[OUTCOMES[-1]].lower()}"
    terms = [settings_button().to_dict(), pause_button().to_dict()]
    return Post(
        text=f"{text} {choices}. {NOTE}",
        blocks=[
            section(text),
            actions("progress.outcome", buttons),
            context(NOTE),
            actions("progress.outcome_terms", terms),
        ],
    )


def answered_post(interview_on: date, outcome: Outcome) -> Post:
    """What the question becomes: kind words, and a next step."""
    said = f"Interview on {mrkdwn.day(interview_on)}: {LABELS[outcome].lower()}."
    text = f"{said} {REPLIES[outcome]}"
    return Post(
        text=text,
        blocks=[section(f"*{said}*\n{REPLIES[outcome]}"), actions("progress.outcome_next", _next(outcome))],
    )


def new_date_modal(interview_on: date, today: date) -> View:
    """When is it now? private_metadata is the old date."""
    lead = "When is it now? Your plan stretches up to it; finished weeks stay as they are."
    wanted = max(interview_on, today) + timedelta(days=14)
    return View(
        type="modal",
        callback_id=MOVE,
        title=TITLE,
        submit="Move",
        close="Later",
        private_metadata=interview_on.isoformat(),
        blocks=[section(lead), date_input(wanted, "A day that is still to come, within a year.")],
    )


def moving_modal() -> View:
    """While it is stored."""
    text = "Moving. This takes a moment; it is kept even if you close this window."
    return View(type="modal", title=TITLE, close="Close", blocks=[section(text)])


def moved_modal(new_date: date) -> View:
    """After a move that no plan had to follow."""
    text = f"Your interview is on {mrkdwn.day(new_date)} now. Your weeks stay as they are."
    return View(type="modal", title=TITLE, close="Close", blocks=[section(text)])


def read_answer(action: Mapping[str, Any]) -> tuple[Outcome, date]:
    """What was pressed, and about which interview. Raises OutdatedFormError."""
    said = str(action.get("action_id") or "").removeprefix(f"{ANSWER}.")
    outcome = next((one for one in OUTCOMES if one == said), None)
    if outcome is None:
        raise OutdatedFormError(_OUTDATED)
    return outcome, read_day(action.get("value"))


def read_day(value: Any) -> date:
    """The interview's date as we wrote it. Raises OutdatedFormError."""
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise OutdatedFormError(_OUTDATED) from error


def _next(outcome: Outcome) -> list[Block]:
    again = button("Assess again", assessment_ids.OPEN, "Assess again: take the assessment anew")
    progress = button("My progress", "progress.open", "My progress: bars, hours, results and pace")
    pause = pause_button().to_dict()
    match outcome:
        case "offer":
            return [pause]
        case "declined":
            return [again, pause]
        case "moved":
            return [progress]
        case _:
            return [pause, again]


_OUTDATED = "This button is from an older version of me. `/prep progress` shows where you stand."
