"""The form to log practice, with the last seven days under it, and the form to change an entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    ContextBlock,
    DatePickerElement,
    DividerBlock,
    ExternalDataSelectElement,
    InputBlock,
    NumberInputElement,
    Option,
    OverflowMenuElement,
    SectionBlock,
    StaticSelectElement,
)
from slack_sdk.models.blocks.basic_components import MarkdownTextObject, PlainTextObject
from slack_sdk.models.views import View

from bot import mrkdwn
from bot.log.answers import Changing, Diary, Shown
from bot.log.entries import (
    ACTIVITIES,
    BEST_RATING,
    MOST_COUNT,
    MOST_MINUTES,
    NOUNS,
    Activity,
    day_name,
    described,
)
from bot.log.form import ACTIVITY, COUNT, DAY, MINUTES, RATING, TASK, read_activity
from bot.log.views import TITLE, entry_of, totals_sentences
from content.schema import Task

SAVE = "log.save"
SAVE_CHANGE = "log.save_change"
FIELD = "log.field"
FIND_TASK = "log.task"
ENTRY = "log.entry"
"""An entry's menu."""
CHANGE, REMOVE = "change", "remove"
MOST_SHOWN = 60
LONGEST_LINE = 250
NOTHING_YET = "Nothing is logged for the last seven days."


def form(diary: Diary, lead: str = "") -> View:
    """Log something, or correct what was."""
    today = diary.totals.today
    intro = lead or "You can also type it: `/prep log 2 coding, 1 design 45m yesterday`."
    blocks: list[Block] = [
        SectionBlock(text=intro),
        *_inputs(today, None),
        DividerBlock(),
        *_history(diary),
    ]
    return View(
        type="modal",
        callback_id=SAVE,
        title=TITLE,
        submit="Log",
        close="Close",
        private_metadata=today.isoformat(),
        blocks=blocks,
    )


def change_form(changing: Changing) -> View:
    """One entry, filled in; a ticked daily minimum only shows its minutes."""
    shown, today = changing.shown, changing.today
    name = mrkdwn.escape(described(entry_of(shown), today, shown.title))
    if shown.is_tick:
        note = "It was ticked on your list, so only its minutes can be changed. Remove it to untick it."
        blocks: list[Block] = [SectionBlock(text=f"*{name}*\n{note}"), _minutes(shown.minutes)]
    else:
        blocks = [SectionBlock(text=f"*{name}*"), *_inputs(today, shown)]
    return View(
        type="modal",
        callback_id=SAVE_CHANGE,
        title="Change the entry",
        submit="Save",
        close="Back",
        private_metadata=f"{today.isoformat()} {shown.entry_id}",
        blocks=blocks,
    )


def message_window(sentence: str) -> View:
    """One sentence in the place of a form."""
    return View(type="modal", title=TITLE, close="Close", blocks=[SectionBlock(text=sentence)])


def task_options(tasks: Sequence[Task]) -> list[dict[str, Any]]:
    """What the select of tasks offers."""
    return [_task_option(task.slug, task.title).to_dict() for task in tasks]


def read_fields(view: Mapping[str, Any]) -> dict[str, str | None]:
    """Field to what stands in it, None where it is empty."""
    values: Mapping[str, Any] = (view.get("state") or {}).get("values") or {}
    found: dict[str, str | None] = {}
    for block_id, elements in values.items():
        content = next(iter(elements.values()), None) or {}
        option = content.get("selected_option") or {}
        chosen = option.get("value") or content.get("selected_date") or content.get("value")
        found[_field(block_id)] = str(chosen) if chosen is not None else None
    return found


def beside_fields(faults: Mapping[str, str], view: Mapping[str, Any]) -> dict[str, str]:
    """Sentences by block id; those without a field of their own stand beside the first."""
    blocks = [str(block["block_id"]) for block in view.get("blocks", []) if block.get("type") == "input"]
    by_field = {_field(block_id): block_id for block_id in blocks}
    first = next(iter(blocks), "")
    return {by_field.get(field, first): sentence for field, sentence in faults.items()}


def read_activity_chosen(body: Mapping[str, Any]) -> Activity | None:
    """What is chosen in the form while a task is looked for."""
    return read_activity(read_fields(body.get("view") or {}).get(ACTIVITY))


def read_form_day(view: Mapping[str, Any]) -> date | None:
    """The day it was when the form was drawn; None for a form we did not draw."""
    try:
        return date.fromisoformat(str(view.get("private_metadata", "")).partition(" ")[0])
    except ValueError:
        return None


def read_form_entry(view: Mapping[str, Any]) -> int:
    """Which entry a form changes; 0 for a form we did not draw."""
    return _number(str(view.get("private_metadata", "")).partition(" ")[2])


def read_menu(action: Mapping[str, Any]) -> tuple[str, int]:
    """What an entry's menu asks for, and of which entry; 0 for a menu we did not draw."""
    value = str((action.get("selected_option") or {}).get("value") or "")
    what, _, number = value.partition(":")
    return what, _number(number)


def _inputs(today: date, shown: Shown | None) -> list[InputBlock]:
    # A field keeps its old content under its old id: each entry has its own.
    own = f".{shown.entry_id}" if shown else ""
    activities = {one: _option(one, NOUNS[one][0].capitalize()) for one in ACTIVITIES}
    ratings = {
        number: _option(str(number), f"{number} of {BEST_RATING}") for number in range(1, BEST_RATING + 1)
    }
    chosen = activities.get(read_activity(shown.activity) or "coding") if shown else None
    task = ExternalDataSelectElement(
        action_id=FIND_TASK,
        placeholder="Type a name or a number",
        min_query_length=2,
        initial_option=_task_option(shown.task, shown.title)
        if shown and shown.task and shown.title
        else None,
    )
    return [
        _input(
            f"{ACTIVITY}{own}",
            "What",
            StaticSelectElement(
                action_id=FIELD,
                placeholder="Choose",
                options=list(activities.values()),
                initial_option=chosen,
            ),
        ),
        _input(f"{COUNT}{own}", "How many", _numbers(1, MOST_COUNT, shown.count if shown else 1)),
        _minutes(shown.minutes if shown else 0, own),
        _input(
            f"{DAY}{own}",
            "Day",
            DatePickerElement(action_id=FIELD, initial_date=(shown.on if shown else today).isoformat()),
        ),
        _input(
            f"{TASK}{own}",
            "Which one",
            task,
            "A problem, concept or design of the library, if it was one.",
            optional=True,
        ),
        _input(
            f"{RATING}{own}",
            "How the mock went",
            StaticSelectElement(
                action_id=FIELD,
                placeholder="Only for a mock",
                options=list(ratings.values()),
                initial_option=ratings.get(shown.rating or 0) if shown else None,
            ),
            optional=True,
        ),
    ]


def _history(diary: Diary) -> list[Block]:
    """The last days, the newest first, each entry with its menu."""
    today = diary.totals.today
    blocks: list[Block] = [SectionBlock(text="\n".join(totals_sentences(diary.totals)))]
    if not diary.recent:
        return [*blocks, _context(NOTHING_YET)]
    for on, entries in groupby(diary.recent[:MOST_SHOWN], key=lambda shown: shown.on):
        name = day_name(on, today)
        blocks.append(_context(f"*{name[:1].upper()}{name[1:]}*"))
        blocks += [_entry(shown) for shown in entries]
    more = len(diary.recent) - MOST_SHOWN
    if more > 0:
        blocks.append(_context(f"{mrkdwn.count(more, 'older entry', 'older entries')} not shown."))
    return blocks


def _entry(shown: Shown) -> SectionBlock:
    text = mrkdwn.escape(described(entry_of(shown), shown.on, shown.title))[:LONGEST_LINE]
    ticked = " (ticked)" if shown.is_tick else ""
    menu = OverflowMenuElement(
        action_id=ENTRY,
        options=[
            _option(f"{CHANGE}:{shown.entry_id}", "Change"),
            _option(f"{REMOVE}:{shown.entry_id}", "Remove"),
        ],
    )
    return SectionBlock(text=f"{text}{ticked}", block_id=f"log.entry.{shown.entry_id}", accessory=menu)


def _minutes(value: int, own: str = "") -> InputBlock:
    element = _numbers(1, MOST_MINUTES, value or None)
    return _input(f"{MINUTES}{own}", "Minutes, all together", element, optional=True)


def _numbers(least: int, most: int, value: int | None) -> NumberInputElement:
    return NumberInputElement(
        action_id=FIELD,
        is_decimal_allowed=False,
        min_value=str(least),
        max_value=str(most),
        initial_value=str(value) if value is not None else None,
    )


def _input(
    name: str, label: str, element: Any, hint: str | None = None, *, optional: bool = False
) -> InputBlock:
    return InputBlock(
        block_id=f"log.{name}",
        label=PlainTextObject(text=label),
        element=element,
        hint=PlainTextObject(text=hint) if hint else None,
        optional=optional,
    )


def _option(value: str, text: str) -> Option:
    return Option(value=value, text=PlainTextObject(text=text))


def _task_option(slug: str, title: str) -> Option:
    return Option(value=slug, text=PlainTextObject(text=title[:75]))


def _context(text: str) -> ContextBlock:
    return ContextBlock(elements=[MarkdownTextObject(text=text)])


def _field(block_id: str) -> str:
    """`log.minutes.12` is the field minutes."""
    parts = block_id.split(".")
    return parts[1] if len(parts) > 1 else block_id


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 15 else 0
