"""Pieces that several windows of the stories are drawn from, and what rides in a window beside its story."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from slack_sdk.models.blocks import Block, ButtonElement, ContextBlock, SectionBlock
from slack_sdk.models.blocks.basic_components import MarkdownTextObject
from slack_sdk.models.views import View

from bot import mrkdwn
from bot.errors import OutdatedFormError
from bot.stories.draft import NAMES, PARTS, Draft, month_text
from bot.stories.kept import Kept

TITLE = "Your stories"
LONGEST_SECTION = 2900
LONGEST_LABEL = 75
NONE = "none"
"""The value of the option that stands for no choice: a select cannot be emptied."""
OUTDATED = "This window is from an older version of me. Type `/prep stories` to open it anew."


@dataclass(frozen=True, kw_only=True, slots=True)
class Under:
    """The window of ours that lies under a pushed one, to be drawn anew once something changed."""

    view_id: str
    ref: str | None = None
    """The story it shows, or ids.COVERAGE; None for the list."""
    wanted: str = ""
    """What the list under it, or behind it, shows."""

    def packed(self) -> list[str | None]:
        return [self.view_id, self.ref, self.wanted]

    @classmethod
    def unpacked(cls, content: Any) -> Self | None:
        """The inverse of `packed`; None for anything else."""
        match content:
            case [str(view_id), str() | None as ref, str(wanted)]:
                return cls(view_id=view_id, ref=ref, wanted=wanted)
            case _:
                return None


def packed(content: Mapping[str, Any]) -> str:
    """For private_metadata: ids and hashes, never a story's text."""
    return json.dumps(content, separators=(",", ":"))


def unpacked(view: Mapping[str, Any]) -> dict[str, Any]:
    """The inverse of `packed`; OutdatedFormError for a window that we did not draw."""
    try:
        content = json.loads(view.get("private_metadata") or "")
    except ValueError as error:
        raise OutdatedFormError(OUTDATED) from error
    if not isinstance(content, dict):
        raise OutdatedFormError(OUTDATED)
    return content


def sections(text: str, heading: str = "") -> list[Block]:
    """What a person typed, in as many sections as it needs."""
    lead = f"*{heading}*\n" if heading else ""
    pieces = _pieces(text)
    return [SectionBlock(text=(lead if not number else "") + piece) for number, piece in enumerate(pieces)]


def _pieces(text: str) -> list[str]:
    """Escaped, each short enough for a section: escaping makes a text up to five times as long."""
    escaped = mrkdwn.escape(text)
    if len(escaped) <= LONGEST_SECTION:
        return [escaped] if escaped.strip() else []
    half = len(text) // 2
    space = text.find(" ", half, half + 200)
    cut = space if space > 0 else half
    return [*_pieces(text[:cut].rstrip()), *_pieces(text[cut:].lstrip())]


def context(text: str) -> ContextBlock:
    """Small print."""
    return ContextBlock(elements=[MarkdownTextObject(text=text)])


def button(text: str, action_id: str, value: str, label: str, **more: Any) -> ButtonElement:
    """A button whose label for a screen reader names what it is about."""
    return ButtonElement(
        text=text,
        action_id=action_id,
        value=value or None,
        accessibility_label=short(label, LONGEST_LABEL),
        **more,
    )


def short(text: str, longest: int) -> str:
    """Cut to so many characters."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def told_text(story: Kept, today: date) -> str:
    """told today, told 24 days ago, never told"""
    if story.told_on is None:
        return "never told"
    days = max(0, (today - story.told_on).days)
    return "told today" if not days else f"told {mrkdwn.count(days, 'day')} ago"


def age(happened_on: date, today: date) -> str:
    """this month, 5 months ago, 2 years ago"""
    months = max(0, (today.year - happened_on.year) * 12 + today.month - happened_on.month)
    if not months:
        return "this month"
    return f"{mrkdwn.count(months, 'month')} ago" if months < 24 else f"{months // 12} years ago"


def marks(draft: Draft, names: Mapping[str, str], today: date | None = None) -> list[str]:
    """Its principles, scenario, level and age, as far as they are known."""
    principles = ", ".join(names.get(slug, slug) for slug in draft.principles)
    happened = draft.happened_on
    when = f"{month_text(happened)}, {age(happened, today)}" if happened and today else month_text(happened)
    scenario = names.get(draft.scenario, draft.scenario) if draft.scenario else ""
    return [mark for mark in (principles, scenario, draft.scope or "", when) if mark]


def written(draft: Draft) -> list[Block]:
    """The four parts and the figures, in full."""
    blocks: list[Block] = []
    for name in (*PARTS, "figures"):
        blocks += sections(draft.part(name), NAMES[name])
    return blocks


def spoken(seconds: int) -> str:
    """2 min 30 s"""
    minutes, rest = divmod(seconds, 60)
    return " ".join(
        part for part in (f"{minutes} min" if minutes else "", f"{rest} s" if rest else "") if part
    )


def waiting_modal(title: str, text: str) -> View:
    """Between the ack and the answer."""
    return View(type="modal", title=title, close="Close", blocks=[SectionBlock(text=text)])
