"""Shelves, topics, results and cards, as messages that replace themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
    HeaderBlock,
    InteractiveElement,
    Option,
    SectionBlock,
    StaticSelectElement,
)
from slack_sdk.models.blocks.basic_components import MarkdownTextObject, PlainTextObject

from bot import mrkdwn
from bot.learn.cards import Part, facts_of, parts_of
from bot.learn.library import Entry, Library
from bot.log.views import KNOWN
from bot.outgoing import Post
from bot.review.deck import item_of
from bot.review.ids import ADD
from bot.words import Word
from content.packs import CodingProblem, ConceptCard, ReferenceText

WORDS = (
    Word("learn", "learn [topic]", "guides, cards, problems and mock scripts; slips in spelling are fine"),
)
TITLE = "Learn"
OPEN = "learn.open"
SHOW = "learn.show"
"""Opens a lesson beside the message it is in; OPEN replaces the message."""
PART = "learn.part"
SHELF = "learn.shelf"
"""A shelf, or a topic on it."""
BROWSE = "learn.browse"
MOST_OPTIONS = 100
MOST_BUTTONS = 5
"""In one row; more are a select."""
MOST_PART_BUTTONS = 2
LONGEST_LABEL = 30
"""Characters of a button that Slack's clients show."""
LONGEST_VALUE = 75
LONGEST_SECTION = 2900
LONGEST_TEXT = 3500
GONE = "This is no longer in the library. These are the shelves:"


def browse_post(library: Library, *, lead: str | None = None) -> Post:
    """All shelves with how much stands on them."""
    intro = lead or "Choose a shelf, or type `/prep learn` and a topic, such as `/prep learn sharding`."
    counts = {shelf: sum(map(len, groups.values())) for shelf, groups in library.shelves.items()}
    buttons = [
        _button(f"{shelf}, {count}", f"{SHELF}.{number}", shelf)
        for number, (shelf, count) in enumerate(counts.items())
    ]
    blocks: list[Block] = [SectionBlock(text=intro), ActionsBlock(elements=buttons, block_id="learn.shelves")]
    names = ", ".join(f"{shelf} ({count})" for shelf, count in counts.items())
    return _post(f"{_plain(intro)} Shelves: {names}.", blocks)


def shelf_post(library: Library, place: str) -> Post:
    """A shelf with its topics, or the topic that a button or select of ours named."""
    for shelf, groups in library.shelves.items():
        for group in groups:
            if place == _topic_value(shelf, group) or (place == shelf and len(groups) == 1):
                return topic_post(library, shelf, group)
        if place == shelf:
            return _topics_post(shelf, groups)
    return browse_post(library, lead=GONE)


def topic_post(library: Library, shelf: str, group: str) -> Post:
    """The lessons of one topic; problems by the rungs of their ladder."""
    entries = library.shelves[shelf][group]
    title = entries[0].place
    several = len(library.shelves[shelf]) > 1
    is_ladder = isinstance(entries[0].lesson, CodingProblem)
    note = f"{mrkdwn.escape(shelf)}, {len(entries)}" + (", the easier first" if is_ladder else "")
    lists: dict[str, list[str]] = {}
    for number, entry in enumerate(entries, start=1):
        rung = entry.lesson.rung.capitalize() if isinstance(entry.lesson, CodingProblem) else ""
        lists.setdefault(rung, []).append(f"{number}. {mrkdwn.escape(entry.title)}")
    texts = ["\n".join(([f"*{rung}*"] if rung else []) + lines) for rung, lines in lists.items()]
    buttons = [_button(shelf, f"{SHELF}.back", shelf)] if several else []
    blocks: list[Block] = [
        HeaderBlock(text=title[:150]),
        *([_context(note)] if several else []),
        *(SectionBlock(text=piece, expand=True) for text in texts for piece in _cut(text)),
        ActionsBlock(
            elements=[_select(entries, OPEN, "Open one"), *buttons, browse_button()], block_id="learn.topic"
        ),
    ]
    return _post(f"{title}: {', '.join(entry.title for entry in entries)}.", blocks)


def _topics_post(shelf: str, groups: Mapping[str, Sequence[Entry]]) -> Post:
    lines = [f"• *{mrkdwn.escape(group)}*, {len(entries)}" for group, entries in groups.items()]
    controls: list[InteractiveElement]
    if len(groups) <= MOST_BUTTONS:
        controls = [
            _button(group, f"{SHELF}.topic{number}", _topic_value(shelf, group))
            for number, group in enumerate(groups)
        ]
    else:
        options = [
            Option(value=_topic_value(shelf, group), text=PlainTextObject(text=group[:75]))
            for group in list(groups)[:MOST_OPTIONS]
        ]
        placeholder = PlainTextObject(text="Choose a topic")
        controls = [StaticSelectElement(action_id=f"{SHELF}.topic", placeholder=placeholder, options=options)]
    blocks: list[Block] = [
        HeaderBlock(text=shelf),
        *(SectionBlock(text=piece, expand=True) for piece in _cut("\n".join(lines))),
        ActionsBlock(elements=[*controls, browse_button()], block_id="learn.topics"),
    ]
    return _post(f"{shelf}: {', '.join(groups)}.", blocks)


def results_post(library: Library, query: str, found: Sequence[Entry]) -> Post:
    """What was found, or the shelves when nothing was."""
    typed = " ".join(query.split())
    shown = mrkdwn.escape(typed if len(typed) <= 40 else f"{typed[:39]}…")
    if not found:
        return browse_post(library, lead=f"I found nothing for “{shown}”. These are the shelves:")
    lines = "\n".join(f"• *{mrkdwn.escape(entry.title)}*, {mrkdwn.escape(entry.shelf)}" for entry in found)
    blocks: list[Block] = [
        *(SectionBlock(text=piece, expand=True) for piece in _cut(f"Found for “{shown}”:\n{lines}")),
        ActionsBlock(elements=[_select(found, OPEN, "Open one"), browse_button()], block_id="learn.results"),
    ]
    titles = ", ".join(entry.title for entry in found)
    return _post(f"Found for “{shown}”: {mrkdwn.escape(titles)}.", blocks)


def card_post(library: Library, entry: Entry, part_number: int = 0) -> Post:
    """One part of a lesson, with the way to its other parts and to what comes next."""
    parts = parts_of(entry.lesson, library.catalog.rubrics, library.catalog.scenarios)
    part_number = min(part_number, len(parts) - 1)
    part = parts[part_number]
    blocks: list[Block] = [HeaderBlock(text=entry.title[:150]), _context(_standing(library, entry))]
    # The first part says what it is by itself, except in a guide, where each has its own heading.
    if part_number or (len(parts) > 1 and isinstance(entry.lesson, ReferenceText)):
        blocks.append(SectionBlock(text=f"*{mrkdwn.escape(part.name)}*"))
    blocks += [
        SectionBlock(text=text, expand=True) for paragraph in part.paragraphs for text in _cut(paragraph)
    ]
    ways = _ways_between(entry, parts, part_number)
    if ways:
        # A select keeps its old choice under its old id, so each part has its own.
        blocks.append(ActionsBlock(elements=ways, block_id=f"learn.parts.{entry.slug}.{part_number}"))
    onward = [
        *(_needed(library, entry) if part_number == 0 else ()),
        _known_before(entry),
        _come_back(entry),
        _next(library, entry, is_primary=part_number == len(parts) - 1),
        _button(entry.place, f"{SHELF}.here", _topic_value(entry.shelf, entry.group)),
        browse_button(),
    ]
    blocks.append(
        ActionsBlock(
            elements=[element for element in onward if element],
            block_id=f"learn.onward.{entry.slug}.{part_number}",
        )
    )
    text = f"{mrkdwn.escape(entry.title)}. {part.name}: {_plain(' '.join(part.paragraphs))}"
    return _post(text, blocks)


def browse_button(text: str = "All shelves") -> ButtonElement:
    """The way to all shelves."""
    return ButtonElement(text=text, action_id=BROWSE, accessibility_label=f"{text} of the library")


def read_value(action: Mapping[str, Any]) -> str:
    """What a button or select of ours stands for; empty for one we did not draw."""
    return str(action.get("value") or (action.get("selected_option") or {}).get("value") or "")


def read_part(action: Mapping[str, Any]) -> tuple[str, int]:
    """Slug and part number of a button or select we drew."""
    slug, _, number = read_value(action).partition("#")
    return slug, int(number) if number.isdecimal() and len(number) <= 3 else 0


def _ways_between(entry: Entry, parts: Sequence[Part], shown: int) -> list[InteractiveElement]:
    """To the other parts: a button each where there are few, else the next one and a select."""

    def value(number: int) -> str:
        return f"{entry.slug}#{number}"

    def button(number: int) -> ButtonElement:
        style = "primary" if number == shown + 1 else None
        return _button(parts[number].name, f"{PART}.{number}", value(number), style=style, of=entry.title)

    others = [number for number in range(len(parts)) if number != shown]
    if len(others) <= MOST_PART_BUTTONS:
        return [button(number) for number in others]
    options = [
        Option(value=value(number), text=PlainTextObject(text=f"{number + 1}. {part.name}"[:75]))
        for number, part in enumerate(parts[:MOST_OPTIONS])
    ]
    select = StaticSelectElement(
        action_id=f"{PART}.choose",
        placeholder=PlainTextObject(text="Choose a part"),
        options=options,
        initial_option=options[shown],
    )
    return [button(shown + 1), select] if shown + 1 < len(parts) else [select]


def _needed(library: Library, entry: Entry) -> list[InteractiveElement]:
    """What to know first."""
    if not isinstance(entry.lesson, ConceptCard):
        return []
    needed = [library.entries[slug] for slug in entry.lesson.needs if slug in library.entries]
    if len(needed) > 1:
        return [_select(needed, f"{OPEN}.first", "Know first")]
    return [_button(f"First: {one.title}", f"{OPEN}.first", one.slug) for one in needed]


def _come_back(entry: Entry) -> ButtonElement | None:
    """For a card that is worth knowing by heart."""
    if not isinstance(entry.lesson, ConceptCard):
        return None
    return ButtonElement(
        text="Review later",
        action_id=ADD,
        value=item_of(entry.lesson),
        accessibility_label=f"Review {entry.title} from tomorrow on"[:75],
    )


def _known_before(entry: Entry) -> ButtonElement | None:
    """For a problem that needs no more practice."""
    if not isinstance(entry.lesson, CodingProblem):
        return None
    return ButtonElement(
        text="Solved before",
        action_id=KNOWN,
        value=entry.slug,
        accessibility_label=f"I solved {entry.title} before"[:75],
    )


def _next(library: Library, entry: Entry, *, is_primary: bool) -> ButtonElement | None:
    """The next lesson of the topic, or the next topic of the shelf."""
    style = "primary" if is_primary else None
    neighbours = library.neighbours(entry)
    position = neighbours.index(entry)
    if position + 1 < len(neighbours):
        following = neighbours[position + 1]
        return _button(f"Next: {following.title}", f"{OPEN}.next", following.slug, style=style)
    groups = list(library.shelves[entry.shelf])
    place = groups.index(entry.group)
    if place + 1 == len(groups):
        return None
    group = groups[place + 1]
    return _button(f"Next: {group}", f"{SHELF}.next", _topic_value(entry.shelf, group), style=style)


def _standing(library: Library, entry: Entry) -> str:
    """Where it stands and what it takes: `Arrays, step 2 of 5 (beginner). easy, 20 min, number 268`."""
    neighbours = library.neighbours(entry)
    step = f"{neighbours.index(entry) + 1} of {len(neighbours)}"
    if isinstance(entry.lesson, CodingProblem):
        step = f"step {step} ({entry.lesson.rung})"
    facts = facts_of(entry.lesson)
    place = mrkdwn.escape(_where(entry))
    return f"{place}, {step}. {facts[:1].upper()}{facts[1:]}" if facts else f"{place}, {step}"


def _where(entry: Entry) -> str:
    return entry.shelf if entry.place == entry.shelf else f"{entry.shelf}, {entry.place}"


def _topic_value(shelf: str, group: str) -> str:
    return f"{shelf}#{group}"[:LONGEST_VALUE]


def _select(entries: Iterable[Entry], action_id: str, placeholder: str) -> StaticSelectElement:
    options = [
        Option(value=entry.slug, text=PlainTextObject(text=entry.title[:75]))
        for entry in list(entries)[:MOST_OPTIONS]
    ]
    return StaticSelectElement(
        action_id=action_id, placeholder=PlainTextObject(text=placeholder), options=options
    )


def _button(
    text: str, action_id: str, value: str, *, style: str | None = None, of: str | None = None
) -> ButtonElement:
    """A button whose label is whole on a phone; a screen reader gets all of it."""
    label = text if len(text) <= LONGEST_LABEL else f"{text[: LONGEST_LABEL - 1].rstrip(' ,:')}…"
    aloud = f"{text} of {of}" if of else text
    return ButtonElement(
        text=label, action_id=action_id, value=value, style=style, accessibility_label=aloud[:75]
    )


def _context(text: str) -> ContextBlock:
    return ContextBlock(elements=[MarkdownTextObject(text=text)])


def _post(text: str, blocks: Sequence[Block]) -> Post:
    return Post(text[:LONGEST_TEXT], [block.to_dict() for block in blocks])


def _plain(text: str) -> str:
    """Without mark-up, for a lock screen or a screen reader."""
    unlinked = re.sub(r"<[^<>|]*\|([^<>]*)>", r"\1", text)
    return re.sub(r"[*_~`]", "", re.sub(r"(?<=\w)_(?=\w)", " ", unlinked))


def _cut(paragraph: str) -> list[str]:
    """At line ends, so that no section is longer than Slack allows."""
    pieces = [""]
    for line in paragraph.split("\n"):
        if pieces[-1] and len(pieces[-1]) + len(line) + 1 > LONGEST_SECTION:
            pieces.append(line)
        else:
            pieces[-1] = f"{pieces[-1]}\n{line}" if pieces[-1] else line
    return pieces
