"""Bending the plan as windows: the three ways, the preview of one, and what it did."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from slack_sdk.models.views import View

from bot import mrkdwn
from bot.errors import OutdatedFormError
from bot.outgoing import Block, Post
from bot.plan.views import undo_button
from bot.progress import pace_rules
from bot.progress.bending import Preview
from bot.progress.blocks import LONGEST_SECTION, button, context, header, section
from bot.progress.ground import DAILY_CAP, WAYS, Moved, Way

SHOW = "progress.bend_way"
APPLY = "progress.bend_apply"
DONE = "progress.done"
DATE = "progress.bend_date"
FIELD = "progress.bend_field"
TITLE = "Bend my plan"
NAMES: Mapping[Way, str] = {
    "more": "More per day",
    "fewer": "Drop the least useful",
    "later": "Move the date",
}
MOST_LINES = 12
RULES = (
    "Finished weeks and what is done never change. Nothing moves before you apply it, and you can undo it."
)


def ways_modal(previews: Mapping[Way, Preview]) -> View:
    """Where the pace leads, and the three ways with what each would do."""
    found = previews["more"].forecast
    lead = " ".join(part for part in (pace_rules.sentence(found), pace_rules.assumption(found)) if part)
    blocks: list[Block] = [section(lead)]
    for way in WAYS:
        show = button("Preview", SHOW, f"Preview: {NAMES[way]}", value=way)
        shown = section(f"*{NAMES[way]}*\n{summary(previews[way])}", show)
        blocks.append({**shown, "block_id": f"{SHOW}.{way}"})
    blocks.append(context(RULES))
    return View(type="modal", title=TITLE, close="Close", blocks=blocks)


def preview_modal(preview: Preview) -> View:
    """What moves, before it does. private_metadata names the way and what it was computed from."""
    blocks: list[Block] = [header(NAMES[preview.way]), section(summary(preview)), *_list_blocks(preview)]
    may_apply = not preview.bent.is_nothing
    interview_on = preview.bent.after.interview_on
    if preview.way == "later" and preview.bent.before.interview_on is not None and interview_on is not None:
        may_apply = True
        wanted = min(max(interview_on, preview.earliest), preview.latest)
        blocks.append(date_input(wanted, "Another date moves more or fewer weeks."))
    blocks.append(context(RULES))
    return View(
        type="modal",
        callback_id=APPLY if may_apply else None,
        title=TITLE,
        submit="Apply" if may_apply else None,
        close="Back",
        private_metadata=json.dumps(
            {"way": preview.way, "base": preview.base, "on": str(interview_on or "")}
        ),
        blocks=blocks,
    )


def date_input(initial: date, hint: str) -> Block:
    """The interview's new date."""
    return {
        "type": "input",
        "block_id": DATE,
        "label": {"type": "plain_text", "text": "The interview's new date"},
        "hint": {"type": "plain_text", "text": hint},
        "element": {"type": "datepicker", "action_id": FIELD, "initial_date": initial.isoformat()},
    }


def applying_modal() -> View:
    """While it is stored."""
    text = "Moving. This takes a moment; it is kept even if you close this window."
    return View(type="modal", title=TITLE, close="Close", blocks=[section(text)])


def done_modal(preview: Preview, lead: str = "Done.") -> View:
    """What moved, and the way back."""
    blocks: list[Block] = [section(f"*{lead}* {summary(preview, is_done=True)}"), *_list_blocks(preview)]
    if preview.change_id is not None:
        blocks.append(
            {
                "type": "actions",
                "block_id": DONE,
                "elements": [undo_button(preview.change_id).to_dict()],
            }
        )
    blocks.append(
        context("`/prep plan` shows your plan with this change. You can undo it until the next one.")
    )
    return View(type="modal", title=TITLE, close="Close", blocks=blocks)


def failed_modal(sentence: str) -> View:
    """Why nothing moved."""
    return View(type="modal", title=TITLE, close="Close", blocks=[section(sentence)])


def undone_post() -> Post:
    """After Undo."""
    text = "Taken back: hours, date and tasks are as they were before the change."
    return Post(
        text=f"{text} Type /prep plan to see the plan.", blocks=[section(f"{text} `/prep plan` shows it.")]
    )


def read_way(action: Mapping[str, Any]) -> Way:
    """Which way's preview is asked for. Raises OutdatedFormError."""
    return _way(action.get("value"))


def read_form(view: Mapping[str, Any]) -> tuple[Way, str, date | None]:
    """(way, base, interview date) of a submitted preview. Raises OutdatedFormError."""
    try:
        stored = json.loads(str(view.get("private_metadata") or ""))
        way, base, on = _way(stored["way"]), str(stored["base"]), str(stored["on"])
        chosen = read_date(view)
        if chosen is not None:
            return way, base, chosen
        # Only a date to come is suggested, and only for a plan that has one.
        return way, base, None if way != "later" or not on else date.fromisoformat(on)
    except (ValueError, KeyError, TypeError) as error:
        raise OutdatedFormError(_OUTDATED) from error


def read_date(view: Mapping[str, Any]) -> date | None:
    """The date in a form of ours."""
    values = view.get("state", {}).get("values", {}).get(DATE, {}).get(FIELD, {})
    chosen = values.get("selected_date")
    return date.fromisoformat(chosen) if chosen else None


def summary(preview: Preview, *, is_done: bool = False) -> str:
    """One way in a sentence or two."""
    bent = preview.bent
    if bent.is_nothing and not (preview.way == "later" and is_done):
        return _nothing(preview)
    parts = [_what(preview)]
    if bent.moved:
        verb = "gets" if len(bent.moved) == 1 else "get"
        parts.append(f"{mrkdwn.count(len(bent.moved), 'task')} {verb} another week.")
    if bent.dropped:
        parts.append(
            f"{mrkdwn.count(len(bent.dropped), 'task')} left out: extras first, then skill building."
        )
    if not bent.fits:
        parts.append(_too_full(preview))
    return " ".join(part for part in parts if part)


def spoken(preview: Preview) -> str:
    """The whole change as one paragraph."""
    return " ".join(
        [summary(preview, is_done=True), *(line.removeprefix("• ") + "." for line in _lines(preview))]
    )


def _what(preview: Preview) -> str:
    before, after = preview.bent.before, preview.bent.after
    match preview.way:
        case "more":
            if before.hours == after.hours:
                return f"Your {mrkdwn.count(after.hours, 'hour')} a week hold all of it."
            return f"From {before.hours} to {after.hours} hours a week, never above {DAILY_CAP} a day."
        case "fewer":
            return f"The coming weeks shrink to about {mrkdwn.duration(preview.weekly_minutes)} each."
        case _:
            parts = []
            if preview.bent.new_weeks:
                count = mrkdwn.count(preview.bent.new_weeks, "week")
                parts.append(f"{count} put in; the weeks after that move.")
            if after.interview_on is not None and after.interview_on != before.interview_on:
                parts.append(f"The interview: {mrkdwn.day(after.interview_on)}.")
            return " ".join(parts)


def _nothing(preview: Preview) -> str:
    match preview.way:
        case "more" if not preview.bent.fits:
            return (
                f"Even {preview.highest_hours} hours a week, {DAILY_CAP} a day, would not hold all of it. "
                "Fewer tasks or a later date will."
            )
        case "more":
            return "Nothing was missed, so there is nothing to add to a day."
        case "fewer":
            return "What is left fits as it is: nothing has to go."
        case _:
            return "Choose a later date to have more weeks."


def _too_full(preview: Preview) -> str:
    if preview.way == "fewer":
        return "Critical gaps and mocks stay, so some weeks hold more than that."
    return "Some weeks hold more than your hours: a later date still would help."


def _list_blocks(preview: Preview) -> list[Block]:
    lines = _lines(preview)
    return [section("\n".join(lines)[:LONGEST_SECTION])] if lines else []


def _lines(preview: Preview) -> list[str]:
    bent = preview.bent
    lines = [_moved_line(preview, entry) for entry in bent.moved[:MOST_LINES]]
    lines += _rest(len(bent.moved))
    lines += [f"• Left out: {_title(preview, task)}" for task in bent.dropped[:MOST_LINES]]
    return lines + _rest(len(bent.dropped))


def _rest(number: int) -> list[str]:
    return [f"• and {number - MOST_LINES} more"] if number > MOST_LINES else []


def _moved_line(preview: Preview, entry: Moved) -> str:
    return f"• {_title(preview, entry.task)}: from week {entry.from_week} to week {entry.to_week}"


def _title(preview: Preview, slug: str) -> str:
    task = preview.tasks.get(slug)
    return mrkdwn.escape(task.title) if task is not None else "a task that is no longer in the library"


def _way(value: Any) -> Way:
    if value not in WAYS:
        raise OutdatedFormError(_OUTDATED)
    return cast(Way, value)


_OUTDATED = "This window is from an older version of me. `/prep progress` opens it anew."
