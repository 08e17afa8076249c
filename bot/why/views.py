"""Why a reminder came or did not, as a message to the person alone."""

from __future__ import annotations

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, ContextBlock, SectionBlock
from slack_sdk.models.blocks.basic_components import MarkdownTextObject, PlainTextObject

from bot import mrkdwn
from bot.outgoing import Post
from bot.preferences.outlook import place
from bot.preferences.views import outcome_buttons
from bot.why.explanation import DAYS, Explanation, by_kind, missed_line, next_and_last, plain_lines
from bot.words import Word

WORDS = (Word("why", "why", "why a reminder came, or did not"),)
SHOW = "why.show"
TITLE = "Your reminders"


def why_button() -> ButtonElement:
    """Tells of the last reminders, from any message or Home."""
    return ButtonElement(
        text="Why?", action_id=SHOW, accessibility_label="Why? What came, what did not, and why"
    )


def why_post(explanation: Explanation) -> Post:
    """Next, last, the last days by kind, and the way to change it."""
    blocks: list[Block] = [SectionBlock(text=PlainTextObject(text=next_and_last(explanation)))]
    kinds = by_kind(explanation)
    for title, lines in kinds.items():
        listed = "\n".join(f"• {mrkdwn.escape(line)}" for line in lines)
        blocks.append(SectionBlock(text=MarkdownTextObject(text=f"*{title}*\n{listed}")))
    if not kinds:
        nothing = f"No reminder was due in the last {DAYS} days."
        blocks.append(SectionBlock(text=PlainTextObject(text=nothing)))
    note = f"{missed_line(explanation)} Times are {place(explanation.outlook.time_zone)}."
    blocks += [
        ContextBlock(elements=[PlainTextObject(text=note)]),
        ActionsBlock(elements=list(outcome_buttons(explanation.outlook)), block_id="why.next"),
    ]
    return Post(text=" ".join(plain_lines(explanation)), blocks=[block.to_dict() for block in blocks])
