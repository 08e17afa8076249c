"""Sharing a story: with whom, what they read, and what each is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    DividerBlock,
    InputBlock,
    PlainTextInputElement,
    SectionBlock,
    UserSelectElement,
)
from slack_sdk.models.blocks.basic_components import PlainTextObject
from slack_sdk.models.views import View

from bot import mrkdwn
from bot.outgoing import Post
from bot.stories import ids
from bot.stories.pieces import (
    Under,
    button,
    context,
    marks,
    packed,
    sections,
    unpacked,
    waiting_modal,
    written,
)
from bot.stories.sharing import LONGEST_COMMENT, SharedStory, Told

TITLE = "Share a story"
WHO = (
    "They get a direct message, can read the story as it is at that moment, and can comment on it. "
    "You can take it back at any time; nobody else sees it."
)
EMPTY_COMMENT = "Write a sentence first."
TOO_LONG = f"A comment has room for {LONGEST_COMMENT:,} characters. Please shorten it."


def share_modal(ref: str, title: str, under: Under | None, lead: str = "") -> View:
    """Whom to share with; `lead` says why the last choice did not do."""
    blocks: list[Block] = [SectionBlock(text=mrkdwn.escape(lead))] if lead else []
    blocks += [
        SectionBlock(text=f"*{mrkdwn.escape(title)}*\n{WHO}"),
        InputBlock(
            block_id=ids.FIELD,
            label=PlainTextObject(text="One person"),
            element=UserSelectElement(action_id=ids.FIELD, placeholder="Choose a person"),
        ),
    ]
    return View(
        type="modal",
        callback_id=ids.SHARE_FORM,
        title=TITLE,
        submit="Share",
        close="Cancel",
        private_metadata=packed({"r": ref, "u": under.packed() if under else None}),
        blocks=blocks,
    )


def read_share(view: Mapping[str, Any]) -> tuple[str, str, Under | None]:
    """The story's reference, whom to share it with, "" for nobody, and the window under it."""
    content = unpacked(view)
    field = view.get("state", {}).get("values", {}).get(ids.FIELD, {}).get(ids.FIELD) or {}
    return str(content.get("r")), str(field.get("selected_user") or ""), Under.unpacked(content.get("u"))


def shared_modal(user_id: str) -> View:
    """It is shared."""
    text = f"<@{user_id}> can read it now, and hears of it in a direct message."
    return View(type="modal", title=TITLE, close="Close", blocks=[SectionBlock(text=text)])


def sharing_modal() -> View:
    """Between the ack and the answer."""
    return waiting_modal(TITLE, "Sharing your story.")


def sending_modal() -> View:
    """Between the ack and the answer."""
    return waiting_modal("A shared story", "Sending your comment.")


def reading_modal(shared: SharedStory, names: Mapping[str, str], *, said: bool = False) -> View:
    """Somebody else's story, with room for a comment; `said` after one was sent."""
    draft = shared.draft
    blocks: list[Block] = []
    if said:
        # First, because the window shows its beginning again and a story is longer than a screen.
        blocks.append(SectionBlock(text=f"Your comment is with <@{shared.owner_id}>. Thank you."))
    whose = f"A story of <@{shared.owner_id}>, shared with you."
    blocks.append(SectionBlock(text=f"*{mrkdwn.escape(draft.title)}*\n{whose}"))
    if known := marks(draft, names):
        blocks.append(context(mrkdwn.escape(" · ".join(known))))
    blocks += written(draft)
    blocks.append(DividerBlock())
    for remark in shared.remarks:
        blocks += sections(remark.text, f"You, {mrkdwn.day(remark.on)}")
    # Another block_id after each comment, or Slack would keep what was typed.
    blocks.append(
        InputBlock(
            block_id=f"{ids.FIELD}.{len(shared.remarks)}",
            label=PlainTextObject(text="What works, and what would you ask next?"),
            element=PlainTextInputElement(action_id=ids.FIELD, multiline=True, max_length=LONGEST_COMMENT),
        )
    )
    return View(
        type="modal",
        callback_id=ids.COMMENT,
        title="A shared story",
        submit="Send comment",
        close="Close",
        private_metadata=packed({"r": shared.ref}),
        blocks=blocks,
    )


def read_comment(view: Mapping[str, Any]) -> tuple[str, str, str]:
    """The share's reference, the field's block_id, and what was typed."""
    values: Mapping[str, Any] = view.get("state", {}).get("values", {})
    for block_id, field in values.items():
        if ids.FIELD in field:
            return str(unpacked(view).get("r")), block_id, str(field[ids.FIELD].get("value") or "")
    return str(unpacked(view).get("r")), ids.FIELD, ""


def share_post(told: Told) -> Post:
    """What a reader gets: nothing of the story itself, which they may lose again."""
    who = f"<@{told.user_id}>"
    line = f"{who} asks you to read one of their interview stories and to say what you think."
    note = "Only you can open it, as long as it is shared. Your comments go to nobody else."
    return _post(
        line, note, "Read it with the button.", "Read it", ids.READ, told.ref, "Read the shared story"
    )


def comment_post(told: Told) -> Post:
    """What the owner gets: who spoke of which story."""
    line = f"<@{told.user_id}> commented on your story “{mrkdwn.escape(told.title)}”."
    label = "Read the comment"
    return _post(line, "Only you see this.", "Read it with the button.", "Read it", ids.OPEN, told.ref, label)


def _post(line: str, note: str, how: str, name: str, action_id: str, ref: str, label: str) -> Post:
    blocks: list[Block] = [
        SectionBlock(text=line),
        ActionsBlock(elements=[button(name, action_id, ref, label, style="primary")]),
        context(note),
    ]
    return Post(text=f"{line} {how} {note}", blocks=[block.to_dict() for block in blocks])
