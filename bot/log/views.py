"""What the log answers: what was logged, what was taken back, and what was solved before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot import mrkdwn
from bot.log.answers import Diary, Logged, Shown, Totals, Undone
from bot.log.entries import Activity, Entry, described, listed
from bot.log.form import read_activity
from bot.log.streak import Standing
from bot.log.week import Sums, against_goals
from bot.outgoing import Block, Post
from bot.words import Word
from content.schema import Task

WORDS = (
    Word("log", "log [2 coding, 1 design 45m yesterday]", "write down practice, or correct the last 7 days"),
    Word("timer", "timer [30 coding | stop]", "a timer that offers to log itself; stop ends it early"),
)
TITLE = "Log practice"
OPEN = "log.open"
"""A button that opens the form with the last seven days."""
SHORTCUT = "log_practice"
UNDO = "log.undo"
KNOWN = "log.known"
"""A button whose value is the problem that was solved before."""
UNKNOWN = "log.unknown"
KEEP_TIMER = "log.timer_keep"
"""How the ids of the buttons begin that log a timer; the activity follows."""
STOP_TIMER = "log.timer_stop"
LONGEST_TEXT = 3500


def logged_post(logged: Logged) -> Post:
    """What was logged, today and this week, and the way back."""
    totals = logged.totals
    things = [entry_text(shown, totals) for shown in logged.entries]
    also = _also(logged)
    text = " ".join(
        part for part in (f"Logged: {'; '.join(things)}.", also, *totals_sentences(totals)) if part
    )
    lines = "\n".join(f"• {thing}" for thing in things)
    buttons = [
        _button("Undo", UNDO, "Undo: take this out of the log", value=logged.source),
        open_button("Correct", "Correct the log of the last seven days"),
    ]
    blocks = [
        _section(f"*Logged*\n{lines}" + (f"\n{also}" if also else "")),
        *totals_blocks(totals),
        _actions(f"log.logged.{logged.source}", buttons),
    ]
    return Post(text[:LONGEST_TEXT], blocks)


def undone_post(undone: Undone) -> Post:
    """What was taken out of the log again."""
    totals = undone.diary.totals
    things = "; ".join(entry_text(shown, totals) for shown in undone.entries)
    lead = f"Taken back: {things}." if things else "That is not in your log any more."
    blocks = [
        _section(lead),
        *totals_blocks(totals),
        _actions("log.undone", [open_button("Log practice", "Log practice, or correct the last seven days")]),
    ]
    return Post(f"{lead} {' '.join(totals_sentences(totals))}"[:LONGEST_TEXT], blocks)


def known_post(task: Task) -> Post:
    """A problem is not given again."""
    title = mrkdwn.escape(task.title)
    sentence = f"Noted: you had solved {title} before. I do not give it to you, and it counts for nothing."
    undo = _button("Undo", UNKNOWN, f"Undo: give me {task.title} again", value=task.slug)
    return Post(sentence, [_section(sentence), _actions(f"log.known.{task.slug}", [undo])])


def unknown_post(task: Task) -> Post:
    """It may be given again after all."""
    title = mrkdwn.escape(task.title)
    sentence = f"Taken back: {title} may be on your list again."
    known = known_button(task)
    return Post(sentence, [_section(sentence), _actions(f"log.unknown.{task.slug}", [known])])


def known_button(task: Task) -> Block:
    """Marks a problem as solved before."""
    return _button("Solved before", KNOWN, f"I solved {task.title} before", value=task.slug)


def open_button(text: str, label: str) -> Block:
    """The way to the form, from anywhere."""
    return _button(text, OPEN, label)


def totals_blocks(totals: Totals) -> list[Block]:
    """Today, this week and the streak as a block."""
    today, week, steady = totals_sentences(totals)
    return [_section(f"{today}\n{week}"), {"type": "context", "elements": [_mrkdwn(steady)]}]


def totals_sentences(totals: Totals) -> tuple[str, str, str]:
    """Today, this week against the goals, and how steadily."""
    week = "; ".join(against_goals(totals.week, totals.done)) or "nothing yet, and no goals"
    took = f", {mrkdwn.duration(totals.done.minutes)}" if totals.done.minutes else ""
    return f"Today: {_sums(totals.day)}.", f"This week: {week}{took}.", steadiness(totals.standing)


def steadiness(standing: Standing) -> str:
    """The streak, its freeze and the strength in a sentence."""
    if not standing.days:
        row = "A streak begins with the first thing you log on a day."
    else:
        row = f"{mrkdwn.count(standing.days, 'day')} in a row."
    freeze = " One missed day is forgiven." if standing.has_freeze else ""
    return f"{row}{freeze} Strength {standing.strength} of 100."


def entry_text(shown: Shown, totals: Totals) -> str:
    """One entry in words, escaped."""
    return mrkdwn.escape(described(entry_of(shown), totals.today, shown.title))


def entry_of(shown: Shown) -> Entry:
    """An entry as it was before it was stored."""
    return Entry(
        activity=read_activity(shown.activity) or "coding",
        on=shown.on,
        count=shown.count,
        minutes=shown.minutes,
        task=shown.task,
        rating=shown.rating,
    )


def diary_post(diary: Diary) -> Post:
    """The log in a chat: today, this week, and the way to the rest."""
    lead = "Type `/prep log 2 coding, 1 design 45m yesterday`, or use the form."
    blocks = [
        _section(lead),
        *totals_blocks(diary.totals),
        _actions("log.diary", [open_button("Log practice", "Log practice, or correct the last seven days")]),
    ]
    return Post(f"{lead.replace('`', '')} {' '.join(totals_sentences(diary.totals))}", blocks)


def read_value(action: Mapping[str, Any]) -> str:
    """What a button of ours stands for; empty for one we did not draw."""
    return str(action.get("value") or "")


def read_timer(action: Mapping[str, Any]) -> tuple[int, Activity | None]:
    """Which timer a button logs, and as what; 0 for one we did not draw."""
    value = read_value(action)
    activity = read_activity(str(action.get("action_id", "")).removeprefix(f"{KEEP_TIMER}."))
    is_number = value.isascii() and value.isdecimal() and len(value) <= 12
    return (int(value) if is_number else 0), activity


def _also(logged: Logged) -> str:
    ticked = sum(line.is_done for line in logged.lines)
    return f"Ticked on your list, too: {mrkdwn.count(ticked, 'line')}." if ticked else ""


def _sums(sums: Sums) -> str:
    things = listed(sums.counts) or "nothing yet"
    return f"{things}, {mrkdwn.duration(sums.minutes)}" if sums.minutes else things


def _section(text: str) -> Block:
    return {"type": "section", "text": _mrkdwn(text), "expand": True}


def _mrkdwn(text: str) -> Block:
    return {"type": "mrkdwn", "text": text}


def _actions(block_id: str, elements: Sequence[Block]) -> Block:
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def _button(text: str, action_id: str, label: str, *, value: str | None = None) -> Block:
    button: Block = {
        "type": "button",
        "text": {"type": "plain_text", "text": text},
        "action_id": action_id,
        "accessibility_label": label[:75],
    }
    if value is not None:
        button["value"] = value
    return button
