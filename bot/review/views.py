"""Cards as messages that replace themselves, or as a window: question, answer, and the end of a round."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot import mrkdwn
from bot.learn.views import SHOW as SHOW_LESSON
from bot.outgoing import Block, Post
from bot.review.deck import KIND_NAMES, RATING_NAMES, Face
from bot.review.schedule import AGAIN, CAP, EASY, GOOD, HARD, RATINGS
from bot.review.sitting import Added, End, OldCardsError, Screen, Table
from bot.today.views import SHOW as SHOW_TODAY
from bot.words import Word

WORDS = (Word("review", "review", "cards that are due: what you learned comes back before it fades"),)
TITLE = "Review"
OPEN = "review.open"
"""Opens a round from anywhere; GO_ON begins the next one in the same place."""
GO_ON = "review.go_on"
REVEAL = "review.reveal"
RATE = "review.rate"
"""With a dot and the rating behind it."""
SKIP = "review.skip"
STOP = "review.stop"
MEANINGS: Mapping[int, str] = {
    AGAIN: "not known",
    HARD: "known with effort",
    GOOD: "known",
    EASY: "known at once",
}
HOW_WELL = "How well did you know it?"
HOW_WELL_TOLD = "How well did it go?"
NO_CARDS = (
    "No cards yet. Concepts and problems that you tick off in today's list come back here, "
    "and so do the stories you rehearse."
)
NOTHING_DUE = "Nothing is due."
LONGEST_SECTION = 2900
LONGEST_TEXT = 3500
_LONGEST_LABEL = 75


def post(screen: Screen) -> Post:
    """What is on the table, or the end of the round."""
    if isinstance(screen, End):
        return end_post(screen)
    return question_post(screen) if screen.days is None else answer_post(screen, screen.days)


def question_post(table: Table) -> Post:
    """The question alone."""
    face = table.face
    showing = "Show story" if face.kind == "story" else "Show answer"
    buttons = [
        _button(showing, REVEAL, f"{showing}: {face.title}", table, primary=True),
        *_ways_out(table),
    ]
    blocks = [
        _context(_standing(table)),
        _question(face),
        _actions(f"review.question.{_place(table)}", buttons),
    ]
    return _post(f"{_standing(table)}. {_asked(face)}", blocks)


def answer_post(table: Table, days: Mapping[int, int]) -> Post:
    """Question and answer, with when the card comes back by each rating on its button."""
    face = table.face
    how_well = HOW_WELL_TOLD if face.kind == "story" else HOW_WELL
    ratings = [_rating_button(rating, days[rating], table) for rating in RATINGS]
    blocks = [
        _context(_standing(table)),
        _question(face),
        *(_section(text) for text in _pieces(face)),
        _section(how_well),
        _actions(f"review.answer.{_place(table)}", ratings),
        _actions(f"review.out.{_place(table)}", [*_opening(face), *_ways_out(table)]),
    ]
    ahead = ", ".join(f"{RATING_NAMES[rating]} {_in_days(days[rating])}" for rating in RATINGS)
    answer = " ".join(f"{name}: {text}" if name else text for name, text in face.answer)
    return _post(f"{_standing(table)}. {_asked(face)} {_plain(answer)} {how_well} {ahead}.", blocks)


def end_post(end: End) -> Post:
    """What was done, counted, and what comes."""
    sentences = _sum_up(end)
    buttons: list[Block] = []
    if end.may_go_on:
        buttons.append(_plain_button("Go on", GO_ON, "Go on with the cards that are due", primary=True))
    if not end.has_cards:
        label = "Show today's practice, to tick off"
        buttons.append(_plain_button("Show today's practice", SHOW_TODAY, label))
    blocks = [_section(" ".join(sentences))]
    if buttons:
        blocks.append(_actions("review.end", buttons))
    return _post(" ".join(sentences), blocks)


def added_post(added: Added) -> Post:
    """When a lesson comes back that was put among the cards."""
    when = f"comes back {mrkdwn.days_ahead(added.days)}" if added.days > 0 else "is due now"
    blocks = [
        _section(f"*{mrkdwn.escape(added.title)}* {when}, as a card in `/prep review`."),
        _actions("review.added", [open_button("Review what is due")]),
    ]
    return _post(f"{_plain(added.title)} {when}, as a card in /prep review.", blocks)


def open_button(text: str = "Review") -> Block:
    """The way to the cards that are due."""
    return _plain_button(text, OPEN, f"{text}: the cards that are due")


def rating_of(action: Mapping[str, Any]) -> int:
    """Which answer a button is. Raises OldCardsError for one we did not draw."""
    name = str(action.get("action_id", "")).rpartition(".")[2]
    if name not in {str(rating) for rating in RATINGS}:
        raise OldCardsError("I do not know that answer. Type `/prep review` for what is due now.")
    return int(name)


def _sum_up(end: End) -> list[str]:
    if not end.has_cards:
        return [NO_CARDS]
    sentences = []
    if end.given:
        total = mrkdwn.count(sum(end.given.values()), "card")
        parts = ", ".join(
            f"{end.given[rating]} {RATING_NAMES[rating]}" for rating in RATINGS if end.given.get(rating)
        )
        sentences.append(f"{total} answered: {parts}.")
    if end.skipped:
        sentences.append(f"{mrkdwn.count(end.skipped, 'card')} skipped for now.")
    if end.waiting and end.may_go_on:
        verb = "is" if end.waiting == 1 else "are"
        sentences.append(f"{mrkdwn.count(end.waiting, 'card')} {verb} due.")
    elif end.waiting:
        verb = "waits" if end.waiting == 1 else "wait"
        sentences.append(
            f"{CAP} answers are enough for today. {mrkdwn.count(end.waiting, 'card')} {verb}; "
            "tomorrow begins with those that are closest to forgotten."
        )
    elif not end.given:
        sentences.append(NOTHING_DUE)
    if end.next_on is not None and not (end.waiting and not end.may_go_on):
        ahead = mrkdwn.days_ahead((end.next_on - end.today).days)
        sentences.append(f"Next: {mrkdwn.count(end.next_count, 'card')} {ahead}.")
    return sentences


def _standing(table: Table) -> str:
    return f"Review, {table.sitting.number} of {table.sitting.total}"


def _asked(face: Face) -> str:
    return f"{KIND_NAMES[face.kind]}: {_plain(face.title)}. {_plain(face.question)}"


def _question(face: Face) -> Block:
    # A star in a title would end the bold print.
    title = f"{KIND_NAMES[face.kind]}: {mrkdwn.escape(face.title.replace('*', ''))}"
    return _section(f"*{title}*\n{mrkdwn.escape(face.question)}")


def _pieces(face: Face) -> list[str]:
    """The answer, in sections that Slack takes."""
    texts = []
    for name, text in face.answer:
        safe = mrkdwn.escape(text)
        if len(safe) > LONGEST_SECTION:
            # What is cut in an escaped sign would show as junk: no sign takes more than five letters.
            safe = mrkdwn.escape(text[: LONGEST_SECTION // 5])
        texts.append(f"*{name}:* {safe}" if name else safe)
    return texts


def _opening(face: Face) -> list[Block]:
    if face.task is None:
        return []
    return [_value_button("Open", SHOW_LESSON, f"Open {face.title}", face.task.slug)]


def _ways_out(table: Table) -> list[Block]:
    return [
        _button("Skip", SKIP, f"Skip {table.face.title} for now", table),
        _button("Stop", STOP, "Stop here; the rest stays due", table),
    ]


def _rating_button(rating: int, days: int, table: Table) -> Block:
    name = RATING_NAMES[rating]
    label = f"{name}, {MEANINGS[rating]}: comes back {_in_days(days)}"
    return _button(f"{name}, {mrkdwn.count(days, 'day')}", f"{RATE}.{rating}", label, table)


def _in_days(days: int) -> str:
    return f"in {mrkdwn.count(days, 'day')}"


def _place(table: Table) -> str:
    return f"{table.sitting.began_at}.{table.sitting.number}"


def _button(text: str, action_id: str, label: str, table: Table, *, primary: bool = False) -> Block:
    return _value_button(text, action_id, label, table.sitting.token, primary=primary)


def _value_button(text: str, action_id: str, label: str, value: str, *, primary: bool = False) -> Block:
    return {**_plain_button(text, action_id, label, primary=primary), "value": value}


def _plain_button(text: str, action_id: str, label: str, *, primary: bool = False) -> Block:
    button: Block = {
        "type": "button",
        "text": {"type": "plain_text", "text": text},
        "action_id": action_id,
        "accessibility_label": label[:_LONGEST_LABEL],
    }
    if primary:
        button["style"] = "primary"
    return button


def _section(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, "expand": True}


def _context(text: str) -> Block:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text}]}


def _actions(block_id: str, elements: Sequence[Block]) -> Block:
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def _plain(text: str) -> str:
    """Escaped and without mark-up, for a lock screen or a screen reader."""
    return mrkdwn.escape(re.sub(r"[*~`]", "", text.replace("_", " ")))


def _post(text: str, blocks: Sequence[Block]) -> Post:
    return Post(text[:LONGEST_TEXT], list(blocks))
