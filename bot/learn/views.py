"""Shelves, results and cards, as messages that replace themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
    HeaderBlock,
    Option,
    SectionBlock,
    StaticSelectElement,
)
from slack_sdk.models.blocks.basic_components import MarkdownTextObject, PlainTextObject

from bot import mrkdwn
from bot.learn.cards import facts_of, parts_of
from bot.learn.library import Entry, Library
from bot.outgoing import Post
from bot.words import Word
from content.packs import ConceptCard

WORDS = (
    Word("learn", "learn [topic]", "guides, cards, problems and mock scripts; slips in spelling are fine"),
)
TITLE = "Learn"
OPEN = "learn.open"
SHOW = "learn.show"
"""Opens a lesson beside the message it is in; OPEN replaces the message."""
PART = "learn.part"
SHELF = "learn.shelf"
GROUP = "learn.group"
BROWSE = "learn.browse"
MOST_OPTIONS = 100
LONGEST_SECTION = 2900
LONGEST_TEXT = 3500


def browse_post(library: Library, *, lead: str | None = None) -> Post:
    """All shelves with what stands on them."""
    lines = []
    for shelf, groups in library.shelves.items():
        lines.append(f"• *{shelf}*, {sum(len(entries) for entries in groups.values())}")
    intro = lead or "Choose a shelf, or type `/prep learn` and a topic, such as `/prep learn sharding`."
    buttons = [
        ButtonElement(text=shelf, action_id=f"{SHELF}.{number}", value=shelf)
        for number, shelf in enumerate(library.shelves)
    ]
    blocks: list[Block] = [
        SectionBlock(text=f"{intro}\n" + "\n".join(lines)),
        ActionsBlock(elements=buttons, block_id="learn.shelves"),
    ]
    names = ", ".join(library.shelves)
    return Post(f"{intro} Shelves: {names}.", [block.to_dict() for block in blocks])


def shelf_post(library: Library, shelf: str) -> Post:
    """One shelf: its groups, each a select; or its entries where there is one group."""
    groups = library.shelves.get(shelf)
    if groups is None:
        return browse_post(library)
    blocks: list[Block] = [HeaderBlock(text=shelf)]
    for number, (group, entries) in enumerate(groups.items()):
        name = shelf if len(groups) == 1 else group
        blocks.append(
            SectionBlock(
                text=f"*{name}*, {len(entries)}",
                accessory=_select(entries, f"{GROUP}.{number}", "Open"),
                block_id=f"learn.group.{number}",
            )
        )
    blocks.append(_actions([_browse_button()]))
    return Post(f"{shelf}: {', '.join(groups)}.", [block.to_dict() for block in blocks[:50]])


def results_post(library: Library, query: str, found: Sequence[Entry]) -> Post:
    """What was found, or the shelves when nothing was."""
    shown = mrkdwn.escape(query[:40])
    if not found:
        return browse_post(library, lead=f"Nothing here is called “{shown}”. These are the shelves:")
    lines = "\n".join(f"• *{mrkdwn.escape(entry.title)}*, {entry.shelf}" for entry in found)
    blocks: list[Block] = [
        SectionBlock(text=f"Found for “{shown}”:\n{lines}", accessory=_select(found, OPEN, "Open one")),
        _actions([_browse_button()]),
    ]
    titles = ", ".join(entry.title for entry in found)
    return Post(f"Found for “{shown}”: {titles}.", [block.to_dict() for block in blocks])


def card_post(library: Library, entry: Entry, part_number: int = 0) -> Post:
    """One part of a lesson, with the way to its other parts and to what comes next."""
    parts = parts_of(entry.lesson, library.catalog.rubrics, library.catalog.scenarios)
    part = parts[min(part_number, len(parts) - 1)]
    facts = facts_of(entry.lesson)
    place = f"{entry.shelf}, {entry.group}" if entry.group not in ("All", entry.shelf) else entry.shelf
    blocks: list[Block] = [
        HeaderBlock(text=entry.title[:150]),
        ContextBlock(elements=[MarkdownTextObject(text=f"{place}. {facts}" if facts else place)]),
    ]
    if len(parts) > 1:
        blocks.append(SectionBlock(text=f"*{part.name}*"))
    blocks += [
        SectionBlock(text=text, expand=True) for paragraph in part.paragraphs for text in _cut(paragraph)
    ]
    others = [
        ButtonElement(
            text=other.name[:75],
            action_id=f"{PART}.{number}",
            value=f"{entry.slug}#{number}",
            style="primary" if number == part_number + 1 else None,
        )
        for number, other in enumerate(parts)
        if number != min(part_number, len(parts) - 1)
    ]
    if others:
        blocks.append(ActionsBlock(elements=others, block_id="learn.parts"))
    blocks.append(_actions([*_onward(library, entry), _browse_button()]))
    plain = " ".join(part.paragraphs).replace("*", "").replace("_", "")
    text = f"{entry.title}. {part.name}: {plain}"
    return Post(text[:LONGEST_TEXT], [block.to_dict() for block in blocks])


def read_part(action: Mapping[str, Any]) -> tuple[str, int]:
    """Slug and part number of a button or select we drew."""
    value = action.get("value") or (action.get("selected_option") or {}).get("value") or ""
    slug, _, number = str(value).partition("#")
    return slug, int(number) if number.isdecimal() else 0


def _onward(library: Library, entry: Entry) -> list[ButtonElement]:
    """What to know first, and the next one in the group."""
    buttons = []
    if isinstance(entry.lesson, ConceptCard):
        for number, slug in enumerate(entry.lesson.needs[:2]):
            needed = library.entries.get(slug)
            if needed is not None:
                text = f"First: {needed.title}"
                buttons.append(ButtonElement(text=text[:75], action_id=f"{OPEN}.first{number}", value=slug))
    neighbours = library.shelves[entry.shelf][entry.group]
    position = neighbours.index(entry)
    if position + 1 < len(neighbours):
        following = neighbours[position + 1]
        text = f"Next: {following.title}"
        buttons.append(ButtonElement(text=text[:75], action_id=f"{OPEN}.next", value=following.slug))
    return buttons


def _select(entries: Sequence[Entry], action_id: str, placeholder: str) -> StaticSelectElement:
    options = [
        Option(value=entry.slug, text=PlainTextObject(text=entry.title[:75]))
        for entry in entries[:MOST_OPTIONS]
    ]
    return StaticSelectElement(
        action_id=action_id, placeholder=PlainTextObject(text=placeholder), options=options
    )


def _browse_button() -> ButtonElement:
    return ButtonElement(
        text="All shelves", action_id=BROWSE, accessibility_label="All shelves of the library"
    )


def _actions(buttons: list[ButtonElement]) -> ActionsBlock:
    return ActionsBlock(elements=buttons, block_id="learn.onward")


def _cut(paragraph: str) -> list[str]:
    """At line ends, so that no section is longer than Slack allows."""
    pieces = [""]
    for line in paragraph.split("\n"):
        if pieces[-1] and len(pieces[-1]) + len(line) + 1 > LONGEST_SECTION:
            pieces.append(line)
        else:
            pieces[-1] = f"{pieces[-1]}\n{line}" if pieces[-1] else line
    return pieces
