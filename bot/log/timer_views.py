"""A timer that began, that ended, and that was stopped."""

from __future__ import annotations

from typing import Any

from bot import mrkdwn
from bot.log.entries import ACTIVITIES, NOUNS, Activity
from bot.log.timers import Started, Stopped, Timer, read_payload
from bot.log.views import KEEP_TIMER, STOP_TIMER, logged_post
from bot.outgoing import Block, Post

HOW = "Type `/prep timer 30 coding` to start one."
NAMES: dict[Activity, str] = {
    "coding": "Coding",
    "concept": "Concept",
    "design": "Design",
    "story": "Story",
    "mock": "Mock",
}


async def render(payload: dict[str, Any]) -> Post:
    """The message that the outbox owes for the end."""
    return ended_post(read_payload(payload))


def started_post(started: Started) -> Post:
    """The end on the person's wall, and what the new one replaced."""
    sentence = f"{_length(started.timer)} from now: I write to you at {started.timer.ends_at:%H:%M}."
    if started.replaced is not None:
        sentence += f" It takes the place of the timer until {started.replaced.ends_at:%H:%M}."
    return _post(sentence, [_stop(started.timer)], started.timer)


def running_post(timer: Timer | None) -> Post:
    """Which timer runs, if one does."""
    if timer is None:
        sentence = f"No timer is running. {HOW}"
        return Post(sentence.replace("`", ""), [_section(sentence)])
    return _post(f"{_length(timer)} until {timer.ends_at:%H:%M}.", [_stop(timer)], timer)


def ended_post(timer: Timer) -> Post:
    """The message at the end, with one tap to log it."""
    time = mrkdwn.duration(timer.minutes)
    ask = f"Log {time} of {timer.activity}?" if timer.activity else f"Log {time} as what?"
    return _post(f"Time is up: {time}. {ask}", _offers(timer, timer.minutes), timer)


def stopped_post(stopped: Stopped | None) -> Post:
    """What ran, and that it is logged; or as what it may be."""
    if stopped is None:
        return running_post(None)
    if stopped.logged is not None:
        post = logged_post(stopped.logged)
        lead = f"Stopped after {mrkdwn.duration(stopped.ran)}."
        return Post(f"{lead} {post.text}", [_section(lead), *post.blocks])
    if not stopped.ran:
        sentence = "Stopped within the first minute, so there is nothing to log."
        return Post(sentence, [_section(sentence)])
    sentence = f"Stopped after {mrkdwn.duration(stopped.ran)}. Log it as what?"
    return _post(sentence, _offers(stopped.timer, stopped.ran), stopped.timer)


def _offers(timer: Timer, minutes: int) -> list[Block]:
    """One tap for each activity it may have been."""
    time = mrkdwn.duration(minutes)
    if timer.activity is not None:
        name = f"Log {time} {timer.activity}"
        return [_button(name, f"{KEEP_TIMER}.{timer.activity}", name, timer, primary=True)]
    return [
        _button(NAMES[one], f"{KEEP_TIMER}.{one}", f"Log {time} as a {NOUNS[one][0]}", timer)
        for one in ACTIVITIES
    ]


def _length(timer: Timer) -> str:
    what = f" of {timer.activity}" if timer.activity else ""
    return f"{mrkdwn.duration(timer.minutes)}{what}"


def _stop(timer: Timer) -> Block:
    return _button("Stop early", STOP_TIMER, "Stop the timer and log what ran", timer)


def _post(sentence: str, buttons: list[Block], timer: Timer) -> Post:
    actions: Block = {"type": "actions", "block_id": f"log.timer.{timer.started}", "elements": buttons}
    return Post(sentence, [_section(sentence), actions])


def _section(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def _button(text: str, action_id: str, label: str, timer: Timer, *, primary: bool = False) -> Block:
    button: Block = {
        "type": "button",
        "text": {"type": "plain_text", "text": text},
        "action_id": action_id,
        "accessibility_label": label,
        "value": str(timer.started),
    }
    if primary:
        button["style"] = "primary"
    return button
