"""Pieces of Block Kit that the views of progress share."""

from __future__ import annotations

from collections.abc import Sequence

from bot.outgoing import Block

LONGEST_SECTION = 2900
LONGEST_LABEL = 75


def header(text: str) -> Block:
    return {"type": "header", "text": {"type": "plain_text", "text": text}}


def section(text: str, accessory: Block | None = None) -> Block:
    block: Block = {"type": "section", "text": {"type": "mrkdwn", "text": text}}
    return block if accessory is None else {**block, "accessory": accessory}


def context(text: str) -> Block:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text}]}


def actions(block_id: str, elements: Sequence[Block]) -> Block:
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def button(text: str, action_id: str, label: str, *, value: str = "", primary: bool = False) -> Block:
    block: Block = {
        "type": "button",
        "action_id": action_id,
        "text": {"type": "plain_text", "text": text},
        "accessibility_label": label[:LONGEST_LABEL],
    }
    if value:
        block["value"] = value
    if primary:
        block["style"] = "primary"
    return block


DIVIDER: Block = {"type": "divider"}
