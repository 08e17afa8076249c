"""The text of a Slack message, as its writer typed it."""

from __future__ import annotations

import re

from bot.stories.draft import LONGEST_PART, Draft
from bot.typed_text import clean

LONGEST_TITLE_TAKEN = 60
_MARK = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_MENTIONS = {"@": "@somebody", "#": "#channel"}


def plain(text: str) -> str:
    """Slack's escapes undone: entities, links, names of people and channels."""
    shown = _MARK.sub(_label, text)
    return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _label(match: re.Match[str]) -> str:
    target, label = match[1], match[2]
    kind = target[:1]
    if kind == "!":
        return label or f"@{target[1:].partition('^')[0]}"
    if kind in _MENTIONS:
        return f"{kind}{label}" if label else _MENTIONS[kind]
    if not label or label == target.removeprefix("mailto:"):
        return label or target
    return f"{label} ({target})"


def draft_of(text: str) -> tuple[Draft, bool]:
    """A story with the message as its situation, and whether the message was cut to fit."""
    said = clean(plain(text))
    first = re.split(r"[.!?\n]", said, maxsplit=1)[0]
    kept = _cut(said, LONGEST_PART)
    return Draft(title=_cut(" ".join(first.split()), LONGEST_TITLE_TAKEN), situation=kept), kept != said


def _cut(text: str, longest: int) -> str:
    """At most so many characters, and whole words where there are any."""
    if len(text) <= longest:
        return text
    head, space, _ = text[: longest + 1].rpartition(" ")
    return head if space and len(head) > longest // 2 else text[:longest]
