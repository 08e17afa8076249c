"""What Slack would say of a view or message, and what a reader would."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from slack_sdk.models.views import View

from bot.outgoing import Post
from bot.playground.block_kit import check_message_blocks, check_view

LONGEST_TEXT = 4000
BUTTON_LABEL_LENGTH = 75
CARELESS = re.compile(
    r"!!|\*\*|<!|\{|\}|\[\]|\.\.|\s[.,;:]"
    r"|\b1 (weeks|hours|days|tasks|statements|stories|designs|problems|critical gaps)\b"
)
"""Marks that are doubled or adrift, mark-up Slack does not know, broadcasts, and plurals of one."""


def problems_of_view(view: View) -> list[str]:
    """Why Slack would refuse the view, then what a reader would stumble over."""
    content = view.to_dict()
    refusal = check_view(content, allowed=("modal", "home"))
    title = content.get("title", {}).get("text", "ok")
    found = list(refusal.messages) if refusal else []
    if not 1 <= len(title) <= 24:
        found.append(f"the title is {len(title)} characters long")
    return found + _flaws(content)


def problems_of_post(post: Post) -> list[str]:
    """The same for a message, whose text must say it all to a screen reader."""
    refusal = check_message_blocks(post.blocks)
    found = list(refusal.messages) if refusal else []
    if not 0 < len(post.text) <= LONGEST_TEXT:
        found.append(f"the text is {len(post.text)} characters long")
    if re.search(r"[*_~`]\w|<http", post.text):
        found.append(f"mark-up is read aloud: {post.text[:80]}")
    return found + _flaws({"text": post.text, "blocks": post.blocks})


def words_of(content: Any) -> str:
    """Every visible text of a view or of blocks, one a line."""
    return "\n".join(_texts(content))


def elements_of(content: Any) -> Iterator[dict[str, Any]]:
    """Every control of a view or of blocks."""
    if isinstance(content, list):
        for entry in content:
            yield from elements_of(entry)
    elif isinstance(content, dict):
        if "action_id" in content:
            yield content
        for entry in content.values():
            yield from elements_of(entry)


def _flaws(content: dict[str, Any]) -> list[str]:
    found = [f"careless: {text[:80]!r}" for text in _texts(content) if CARELESS.search(text)]
    found += [
        f"{element['action_id']} has no accessibility label"
        for element in elements_of(content)
        if element["type"] == "button"
        and not 0 < len(element.get("accessibility_label", "")) <= BUTTON_LABEL_LENGTH
    ]
    return found


def _texts(content: Any) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, list):
        for entry in content:
            yield from _texts(entry) if isinstance(entry, dict | list) else ()
    elif isinstance(content, dict):
        for key, entry in content.items():
            if isinstance(entry, str):
                yield from (entry,) if key in ("text", "alt_text") else ()
            else:
                yield from _texts(entry)
