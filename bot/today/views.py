"""
The day's practice as a message, a window and a block on Home.

Drawn as plain dicts: a morning's wave is thousands of these within seconds. That they keep within Slack's
limits is shown by the tests, with all of the content.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from bot import mrkdwn
from bot.assessment import ids as assessment_ids
from bot.learn.views import SHOW as SHOW_LESSON
from bot.outgoing import Block, Post
from bot.preferences import views as preferences_views
from bot.review.deck import RATING_NAMES
from bot.today.answers import NoListError
from bot.today.choice import Part
from bot.today.day import Line, Today
from bot.words import Word
from content.packs import CodingProblem, ConceptCard
from content.schema import Task

WORDS = (Word("today", "today", "today's three minimums, to tick off"),)
SHOW = "today.show"
TICK = "today.tick"
LINK = "today.link"
HINT = "today.hint"
SWAP = "today.swap"
SNOOZE = "today.snooze"
NOT_TODAY = "today.not_today"
KEEP = "today.keep"
RATE = "today.rate"
"""With a dot and the rating behind it."""
KNOWN_BEFORE = "#known"
"""How the value of a swap ends whose task was solved before."""
TITLE = "Today"
NAMES: Mapping[Part, str] = {"coding": "Coding", "concept": "Concept", "story": "Story"}
NAMES_ALOUD: Mapping[Part, str] = {
    "coding": "Coding problem",
    "concept": "Design concept",
    "story": "Story task",
}
SNOOZE_NAMES: Mapping[str, str] = {"1h": "In 1 hour", "3h": "In 3 hours", "evening": "This evening"}
GONE = "A task that is no longer in the library"
NOT_CHOSEN = "One coding problem, one design concept and one story task, chosen for you."
NOT_CHOSEN_WARM_UP = "A light warm-up, chosen for you: nothing new before your interview."
WITHOUT_PLAN = "Three good starters. With a plan I choose from your weeks and your gaps."
KEPT = "Good, I keep reminding you. The next list comes at your usual time."
MOVED_ON = "This list went on in a newer message."
FOLDED = "Not today, then. I remind you of nothing more until tomorrow."
_LONGEST = 75


def list_post(today: Today) -> Post:
    """The list with all that can be done with it."""
    blocks: list[Block] = [_section(_top(today)), *line_blocks(today)]
    status = _status(today)
    if status:
        blocks.append(_context(status))
    if today.nudge:
        blocks.append(_context(mrkdwn.escape(today.nudge)))
    if not today.has_plan:
        blocks += _way_to_a_plan(today)
    blocks.append(_footer(today))
    return Post(text=list_text(today), blocks=blocks)


def list_text(today: Today) -> str:
    """Everything the list says, in one paragraph."""
    lines = " ".join(_aloud(line) for line in today.lines)
    top = _top(today)
    status = _status(today)
    advice = "" if today.has_plan else WITHOUT_PLAN
    nudge = mrkdwn.escape(today.nudge) if today.nudge else ""
    return " ".join(part for part in (top, lines, status, nudge, advice) if part)


def line_blocks(today: Today) -> list[Block]:
    """A row for each line: its tick box, and what helps with it while it is open."""
    stamp = int(today.drawn_at.timestamp() * 1000)
    return [_row(today.on, line, stamp) for line in today.lines]


def home_blocks(today: Today | None) -> list[Block]:
    """The day on Home: the lines to tick, or the way to them."""
    header: Block = {"type": "header", "text": {"type": "plain_text", "text": "Today"}}
    if today is None:
        return [header, _section(NOT_CHOSEN), _actions("home.today", [_show_button("Show today's practice")])]
    status = _status(today)
    text = _top(today) if today.is_all_done else status or _lines_in_any_order(today)
    return [
        header,
        _section(text),
        *line_blocks(today),
        _actions("home.today", [_show_button("Show the list")]),
    ]


def _lines_in_any_order(today: Today) -> str:
    return "Three lines, in any order." if len(today.lines) == len(NAMES) else "A light day, in any order."


def evening_post(today: Today) -> Post:
    """One line in the evening of a day on which nothing was done."""
    left = [f"{_title(line)} ({line.minutes} min)" for line in today.lines if not line.is_done]
    text = f"Still on today's list: {', '.join(left)}. Any one of them makes a good evening's end."
    return Post(
        text=text,
        blocks=[
            _section(text),
            _actions("today.evening", [_show_button("Show the list", primary=True), *_terms()]),
        ],
    )


def question_post(text: str) -> Post:
    """Whether to pause, after three reminders without an answer."""
    keep = _button("Keep them", KEEP, "Keep the reminders as they are")
    settings = preferences_views.settings_button("Change the time").to_dict()
    pause = preferences_views.pause_button().to_dict()
    choices = "Pause, keep them, or change the time."
    silence = "Without an answer I stay quiet until you do something here."
    return Post(
        text=f"{text} {choices} {silence}",
        blocks=[_section(text), _actions("today.question", [pause, keep, settings]), _context(silence)],
    )


def folded_post(sentence: str) -> Post:
    """What stays of a message whose list is put away."""
    return Post(
        text=f"{sentence} Type /prep today for the list.",
        blocks=[_section(sentence), _actions("today.folded", [_show_button("Show the list"), *_terms()])],
    )


def snoozed_sentence(again_at: datetime) -> str:
    """When the list comes again, on the person's wall."""
    return f"I come back with today's list at {again_at:%H:%M}."


def hint_post(task: Task, number: int) -> Post:
    """A hint to a problem, a card's question, or how a story task goes; `number` counts from 1."""
    name = mrkdwn.escape(task.title)
    buttons = []
    if isinstance(task, CodingProblem):
        head = "first hint" if number == 1 else "second hint"
        text = task.hint if number == 1 else task.second_hint
        if number == 1:
            buttons = [_button("Second hint", HINT, f"Second hint to {task.title}", value=f"{task.slug}#2")]
    elif isinstance(task, ConceptCard):
        head, text = "answer this before you open the card", task.question
        buttons = [_button("Open", SHOW_LESSON, f"Open {task.title}", value=task.slug)]
    else:
        head, text = "how it goes", task.note or "Take it in your own way."
    text = mrkdwn.escape(text)
    blocks = [_section(f"*{name}, {head}*\n{text}")]
    if buttons:
        blocks.append(_actions(f"today.hint.{task.slug}.{number}", buttons))
    return Post(text=f"{name}, {head}: {text}", blocks=blocks)


def read_line(action: Mapping[str, Any]) -> tuple[date, str]:
    """Date and part of a row we drew. Raises NoListError for any other."""
    parts = str(action.get("block_id", "")).split(".")
    try:
        if parts[0] == "today" and len(parts) == 4 and str(on := date.fromisoformat(parts[1])) == parts[1]:
            return on, parts[2]
    except ValueError:
        pass
    raise NoListError("I have no list for that day. Type `/prep today` for today's.")


def read_option(action: Mapping[str, Any]) -> str:
    """What was chosen in a select of ours; empty for one we did not draw."""
    return str((action.get("selected_option") or {}).get("value") or "")


def read_rating(action: Mapping[str, Any]) -> int:
    """Which rating was pressed. Raises NoListError for one we did not draw."""
    name = str(action.get("action_id", "")).rpartition(".")[2]
    if name not in map(str, RATING_NAMES):
        raise NoListError("I do not know that answer. Type `/prep today` for today's list.")
    return int(name)


def read_swap(action: Mapping[str, Any]) -> tuple[str, str, bool]:
    """Part and task of what is to be swapped, and whether it was solved before."""
    part, _, task = read_option(action).partition(":")
    was_known = part == "coding" and task.endswith(KNOWN_BEFORE)
    return part, task.removesuffix(KNOWN_BEFORE), was_known


def read_hint(action: Mapping[str, Any]) -> tuple[str, int]:
    """Task and number of the hint that was asked for."""
    slug, _, number = str(action.get("value") or "").partition("#")
    return slug, 2 if number == "2" else 1


def _row(on: date, line: Line, stamp: int) -> Block:
    # A box keeps its old state under its old id, so each drawing has its own.
    block_id = f"today.{on}.{line.part}.{int(line.is_done)}{stamp}"
    option: Block = {
        "text": {"type": "mrkdwn", "text": f"*{NAMES[line.part]}:* {_title(line)}"},
        "description": {"type": "mrkdwn", "text": _cut(f"{_minutes(line, 'min')}, {line.why}")},
        "value": line.part,
    }
    box: Block = {"type": "checkboxes", "action_id": TICK, "options": [option]}
    if line.is_done:
        box["initial_options"] = [option]
        return _actions(block_id, [box, *_ratings(line)])
    return _actions(block_id, [box, *_help(line)])


def _ratings(line: Line) -> list[Block]:
    """How it went, for what comes back: the answer that holds is marked."""
    if line.rating is None:
        return []
    title = line.task.title if line.task is not None else GONE
    buttons = []
    for rating, name in RATING_NAMES.items():
        is_chosen = rating == line.rating
        label = f"{name}{', chosen' if is_chosen else ''}: how {title} went"
        buttons.append(_button(f"✓ {name}" if is_chosen else name, f"{RATE}.{rating}", label))
    return buttons


def _help(line: Line) -> list[Block]:
    """What opens the task, and what helps when it does not open up by itself."""
    task = line.task
    if task is None:
        return []
    title = task.title
    if isinstance(task, CodingProblem):
        if task.url is None:
            opening = _button("Open", SHOW_LESSON, f"Open {title}", value=task.slug)
        else:
            opening = {**_button("Open", LINK, f"Open {title}"), "url": _url(task)}
        return [opening, _button("Hint", HINT, f"Hint to {title}", value=task.slug)]
    if isinstance(task, ConceptCard):
        return [
            _button("Open", SHOW_LESSON, f"Open {title}", value=task.slug),
            _button("Question", HINT, f"The question of {title}", value=task.slug),
        ]
    return [_button("How", HINT, f"How {title} goes", value=task.slug)]


def _footer(today: Today) -> Block:
    """Swap, later, not today, and the way to the person's own terms."""
    stamp = f"{today.done}{int(today.drawn_at.timestamp() * 1000)}"
    block_id = f"today.{today.on}.more.{stamp}"
    if today.is_over or today.is_all_done:
        return _actions(block_id, list(_terms()))
    elements: list[Block] = []
    options = _swaps(today)
    if options:
        elements.append(_select(SWAP, "Swap one", options))
    elements.append(_select(SNOOZE, "Later", _snoozes()))
    elements.append(_button("Not today", NOT_TODAY, "Not today: no more reminders until tomorrow"))
    return _actions(block_id, [*elements, *_terms()])


def _swaps(today: Today) -> list[Block]:
    """One swap a day; a problem that was solved before may always go."""
    left = [line for line in today.lines if not line.is_done]
    options = [
        _option(f"{line.part}:{line.slug}", f"Another {NAMES_ALOUD[line.part].lower()}")
        for line in left
        if today.can_swap
    ]
    known = [
        _option(f"{line.part}:{line.slug}{KNOWN_BEFORE}", "I solved the coding problem before")
        for line in left
        if isinstance(line.task, CodingProblem)
    ]
    return [*options, *known]


def _way_to_a_plan(today: Today) -> list[Block]:
    action = assessment_ids.SHOW_RESULT if today.has_result else assessment_ids.OPEN
    text = "Choose a plan" if today.has_result else "Get a plan"
    return [
        _section(WITHOUT_PLAN),
        _actions("today.plan", [_button(text, action, f"{text} that fits you")]),
    ]


def _top(today: Today) -> str:
    """The sentence above the list; when all is done, what that came to."""
    if not today.is_all_done:
        return mrkdwn.escape(today.lead) or "Here is today's practice."
    sum_up = f"All done: {mrkdwn.duration(today.minutes_done)}."
    return sum_up if today.is_over else f"{sum_up} Well worked; the rest of the day is yours."


def _status(today: Today) -> str:
    """What was done, counted."""
    if not today.is_all_done:
        return f"{today.done} of {len(today.lines)} done." if today.done else ""
    if not today.done_before:
        return ""
    number = today.done_before + today.done
    time = mrkdwn.duration(today.minutes_before + today.minutes_done)
    return f"In the last seven days: {mrkdwn.count(number, 'line')} done, {time}."


def _aloud(line: Line) -> str:
    facts = [_title(line), _minutes(line, "minutes"), mrkdwn.escape(line.why)]
    if line.is_done:
        facts.append(f"done, it went: {RATING_NAMES[line.rating]}" if line.rating else "done")
    return f"{NAMES_ALOUD[line.part]}: {', '.join(facts)}."


def _title(line: Line) -> str:
    """At most as long as an option's text allows beside its name."""
    title = line.task.title if line.task is not None else GONE
    # The line says what part it is: `Story: Story: a crisis` would say it twice.
    title = title.removeprefix(f"{NAMES[line.part]}: ")
    return _cut(f"{title[:1].upper()}{title[1:]}", _LONGEST - 12)


def _minutes(line: Line, unit: str) -> str:
    whole = line.task.minutes if line.task is not None else 0
    return f"{line.minutes} of {whole} {unit}" if whole > line.minutes else f"{line.minutes} {unit}"


def _cut(text: str, longest: int = _LONGEST) -> str:
    """Escaped, and cut so that it fits even then."""
    escaped = mrkdwn.escape(text)
    while len(escaped) > longest:
        text = text.removesuffix("…")[: -max(1, len(escaped) - longest)].rstrip() + "…"
        escaped = mrkdwn.escape(text)
    return escaped


def _url(task: CodingProblem) -> str:
    return str(task.url)


def _context(text: str) -> Block:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text}]}


def _section(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, "expand": True}


def _actions(block_id: str, elements: Sequence[Block]) -> Block:
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def _button(
    text: str, action_id: str, label: str, *, value: str | None = None, primary: bool = False
) -> Block:
    button: Block = {
        "type": "button",
        "text": {"type": "plain_text", "text": text},
        "action_id": action_id,
        "accessibility_label": label[:_LONGEST],
    }
    if value is not None:
        button["value"] = value
    if primary:
        button["style"] = "primary"
    return button


def _show_button(text: str, *, primary: bool = False) -> Block:
    return _button(text, SHOW, f"{text}: today's practice, to tick off", primary=primary)


def _option(value: str, text: str) -> Block:
    return {"text": {"type": "plain_text", "text": text}, "value": value}


def _select(action_id: str, placeholder: str, options: Sequence[Block]) -> Block:
    return {
        "type": "static_select",
        "action_id": action_id,
        "placeholder": {"type": "plain_text", "text": placeholder},
        "options": list(options),
    }


@cache
def _terms() -> tuple[Block, ...]:
    """How to change the reminders, in one click."""
    return (preferences_views.settings_button().to_dict(), preferences_views.pause_button().to_dict())


@cache
def _snoozes() -> tuple[Block, ...]:
    return tuple(_option(value, text) for value, text in SNOOZE_NAMES.items())
