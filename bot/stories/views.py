"""The bank of stories, and one story with what the coach says of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ConfirmObject,
    DividerBlock,
    InputBlock,
    Option,
    OptionGroup,
    PlainTextInputElement,
    SectionBlock,
    StaticSelectElement,
)
from slack_sdk.models.blocks.basic_components import PlainTextObject
from slack_sdk.models.views import View

from bot import mrkdwn
from bot.outgoing import Post
from bot.stories import bank, ids
from bot.stories.bank import Page, Wanted
from bot.stories.coach import Reading
from bot.stories.coverage import Coverage
from bot.stories.draft import NAMES, PARTS
from bot.stories.ids import ADD, OPEN, REHEARSE
from bot.stories.kept import Kept
from bot.stories.pieces import (
    TITLE,
    Under,
    button,
    context,
    marks,
    packed,
    sections,
    short,
    spoken,
    told_text,
    unpacked,
    written,
)
from bot.stories.service import Card
from bot.words import Word

__all__ = ["ADD", "OPEN", "REHEARSE", "WORDS"]
WORDS = (Word("stories", "stories [words]", "your STAR stories: write, check, rehearse and share them"),)
EMPTY = (
    "*No story yet.* Begin with one that you know by heart: a title and a few sentences are enough. "
    "I look each save over and say what would make it stronger. Nobody else sees it unless you share it."
)
PRIVATE = (
    "Only you see your stories. One that you share can be read by that one person, until you take it back."
)
ADD_HINT = 'Any message of yours can become a story, too: its menu, then "Save as STAR story".'


def list_modal(page: Page, names: Mapping[str, str], lead: str = "") -> View:
    """A page of the stories, with the search and the filter that led to it."""
    wanted = page.wanted
    blocks: list[Block] = [SectionBlock(text=mrkdwn.escape(lead))] if lead else []
    blocks.append(SectionBlock(text=_summary(page, names)))
    about = wanted.filter.removeprefix(bank.ABOUT) if wanted.filter.startswith(bank.ABOUT) else ""
    controls = [
        button("Add a story", ids.ADD, about, "Add a story", style="primary"),
        button("Coverage", ids.COVERAGE, "", "Which principles and scenarios have a story"),
    ]
    if not page.total and not page.archived:
        return _list_view(page, [*blocks, ActionsBlock(elements=controls), context(ADD_HINT)], submit=None)
    blocks.append(ActionsBlock(elements=[*controls, _filter(wanted.filter, names)]))
    blocks.append(
        InputBlock(
            block_id=ids.QUERY,
            label=PlainTextObject(text="Search"),
            element=PlainTextInputElement(
                action_id=ids.QUERY,
                initial_value=wanted.query or None,
                max_length=bank.LONGEST_QUERY,
                placeholder=PlainTextObject(text="Words of the story, or a principle"),
            ),
            optional=True,
        )
    )
    blocks += [_entry(story, names, page) for story in page.stories]
    turns = [
        button("Back", f"{ids.PAGE}.back", str(wanted.page - 1), "The page before") if wanted.page else None,
        button("More", f"{ids.PAGE}.next", str(wanted.page + 1), "The next page")
        if wanted.page + 1 < page.pages
        else None,
    ]
    if any(turns):
        blocks.append(ActionsBlock(elements=[turn for turn in turns if turn]))
    return _list_view(page, [*blocks, context(PRIVATE)], submit="Search")


def _list_view(page: Page, blocks: Sequence[Block], submit: str | None) -> View:
    return View(
        type="modal",
        callback_id=ids.LIST,
        title=TITLE,
        submit=submit,
        close="Close",
        private_metadata=page.wanted.to_json(),
        blocks=blocks,
    )


def _summary(page: Page, names: Mapping[str, str]) -> str:
    if not page.total and not page.archived:
        return EMPTY
    have = f"You have {mrkdwn.count(page.total, 'story', 'stories')}"
    have += f" and {page.archived} in the archive." if page.archived else "."
    if not page.wanted.query and page.wanted.filter == bank.ALL:
        return have + _of_pages(page)
    filter_ = page.wanted.filter
    slug = filter_.removeprefix(bank.ABOUT)
    kind = {bank.ARCHIVED: "in the archive", bank.ALL: ""}.get(filter_, names.get(slug, ""))
    kind = bank.GAPS.get(filter_, kind)
    what = f" for “{mrkdwn.escape(page.wanted.query)}”" if page.wanted.query else ""
    found = mrkdwn.count(page.found, "story", "stories") if page.found else "No story"
    return f"{found}{what}{f' ({kind})' if kind else ''}.{_of_pages(page)}\n{have}"


def _of_pages(page: Page) -> str:
    return f" Page {page.wanted.page + 1} of {page.pages}." if page.pages > 1 else ""


def _entry(story: Kept, names: Mapping[str, str], page: Page) -> Block:
    title = story.draft.title
    known = [*marks(story.draft, names, page.today), told_text(story, page.today)]
    return SectionBlock(
        block_id=f"{ids.SHOW}.{story.ref}",
        text=f"*{mrkdwn.escape(title)}*\n{mrkdwn.escape(' · '.join(known))}",
        accessory=button("Open", ids.SHOW, story.ref, f"Open {title}"),
    )


def _filter(chosen: str, names: Mapping[str, str]) -> StaticSelectElement:
    groups = [
        ("Show", {bank.ALL: "All stories", bank.ARCHIVED: "The archive"}),
        ("With a gap", dict(bank.GAPS)),
        ("By principle or scenario", {f"{bank.ABOUT}{slug}": name for slug, name in names.items()}),
    ]
    options = {
        value: Option(value=value, text=PlainTextObject(text=short(text, 75)))
        for _, group in groups
        for value, text in group.items()
    }
    return StaticSelectElement(
        action_id=ids.FILTER,
        placeholder="Which stories",
        option_groups=[
            OptionGroup(label=PlainTextObject(text=label), options=[options[value] for value in group])
            for label, group in groups
        ],
        initial_option=options.get(chosen),
    )


def card_modal(card: Card, names: Mapping[str, str], *, notes: Sequence[str] = (), wanted: str = "") -> View:
    """One story, what the coach says of it, who may read it, and what they said."""
    story, draft = card.story, card.story.draft
    known = [*marks(draft, names, card.today), told_text(story, card.today)]
    blocks: list[Block] = [SectionBlock(text=mrkdwn.escape(note)) for note in notes]
    blocks += [
        SectionBlock(text=f"*{mrkdwn.escape(draft.title)}*"),
        context(mrkdwn.escape(" · ".join([*known, *(["in the archive"] if story.is_archived else [])]))),
        _card_buttons(story),
        *coach_blocks(card.reading),
        DividerBlock(),
        *written(draft),
    ]
    blocks += _readers(card)
    back = button("All stories", ids.BACK, "", "Back to all stories")
    blocks.append(ActionsBlock(elements=[back]))
    return View(
        type="modal",
        callback_id=ids.CARD,
        title="Your story",
        close="Close",
        private_metadata=packed({"r": story.ref, "w": wanted}),
        blocks=blocks,
    )


def _card_buttons(story: Kept) -> ActionsBlock:
    title, ref = story.draft.title, story.ref
    away = "Take out of archive" if story.is_archived else "Archive"
    elements = [
        button("Edit", ids.EDIT, ref, f"Edit {title}", style="primary"),
        button("Rehearse", ids.REHEARSE, ref, f"Rehearse {title}"),
        button("Share", ids.SHARE, ref, f"Share {title} with one person"),
        button(away, f"{ids.ARCHIVE}.{'out' if story.is_archived else 'in'}", ref, f"{away}: {title}"),
        button(
            "Delete",
            ids.DELETE,
            ref,
            f"Delete {title}",
            style="danger",
            confirm=ConfirmObject(
                title="Delete this story?",
                text="It goes for good, with its comments and rehearsals. The archive would keep it.",
                confirm="Delete",
                deny="Keep it",
            ),
        ),
    ]
    return ActionsBlock(elements=elements)


def coach_blocks(reading: Reading) -> list[Block]:
    """How long it takes, and at most three things to change, each with the words it is about."""
    length = f"Told aloud: about {spoken(reading.seconds)}" if reading.seconds else "Nothing to tell yet"
    shares = ", ".join(f"{NAMES[part]} {reading.shares[part]} %" for part in PARTS) if reading.words else ""
    counted = f", {mrkdwn.count(reading.words, 'word')}. {shares}." if reading.words else "."
    if not reading.points:
        praise = "Nothing to add: tell it aloud now."
        return [SectionBlock(text=f"*Coach*\n{length}{counted}\n{praise}")]
    blocks: list[Block] = [SectionBlock(text=f"*Coach*\n{length}{counted}")]
    for number, point in enumerate(reading.points, start=1):
        quote = f"\n> {mrkdwn.escape(point.quote)}" if point.quote else ""
        text = f"*{number}.* {mrkdwn.escape(point.text)}{quote}\n_{mrkdwn.escape(point.why)}_"
        blocks.append(SectionBlock(text=text))
    return blocks


def _readers(card: Card) -> list[Block]:
    if not card.readers and not card.remarks:
        return []
    blocks: list[Block] = [DividerBlock()]
    blocks += [
        SectionBlock(
            text=f"<@{reader.user_id}> can read this, shared on {mrkdwn.day(reader.since)}.",
            accessory=button("Take back", ids.REVOKE, reader.ref, "Take the story back from this reader"),
        )
        for reader in card.readers
    ]
    for remark in card.remarks:
        blocks += sections(remark.text, f"<@{remark.user_id}>, {mrkdwn.day(remark.on)}")
    return blocks


def coverage_modal(
    found: Coverage, lines: Sequence[str], wanted: str = "", pictures: Sequence[dict[str, Any]] = ()
) -> View:
    """The matrix in words, below its picture; `lines` are its sections, in mrkdwn."""
    blocks: list[Block | dict[str, Any]] = [*pictures, *(SectionBlock(text=text) for text in lines)]
    add = button("Add a story", ids.ADD, "", "Add a story", style="primary")
    back = button("All stories", ids.BACK, "", "Back to all stories")
    return View(
        type="modal",
        callback_id=ids.COVERAGE,
        title="Coverage",
        close="Close",
        private_metadata=packed({"r": "", "w": wanted}),
        blocks=[*blocks, ActionsBlock(elements=[add, back])],
    )


def invitation_post() -> Post:
    """The answer to who writes of stories in a direct message: they open in a window."""
    blocks: list[Block] = [
        SectionBlock(text="Your stories open in a window of their own."),
        ActionsBlock(elements=[button("My stories", ids.OPEN, "", "Open my stories", style="primary")]),
        context(PRIVATE),
    ]
    text = f"Your stories open in a window of their own: press My stories, or type /prep stories. {PRIVATE}"
    return Post(text=text, blocks=[block.to_dict() for block in blocks])


def read_wanted(view: Mapping[str, Any]) -> Wanted:
    """What the list shows, with the search as it is typed now; from a card, the list behind it."""
    text = view.get("private_metadata") or ""
    if view.get("callback_id") != ids.LIST:
        return Wanted.from_json(_behind(view))
    wanted = Wanted.from_json(text)
    values = view.get("state", {}).get("values", {})
    if ids.QUERY not in values:
        return wanted
    typed = str((values[ids.QUERY].get(ids.QUERY) or {}).get("value") or "").strip()
    if typed == wanted.query:
        return wanted
    return Wanted(query=typed[: bank.LONGEST_QUERY], filter=wanted.filter)


def _behind(view: Mapping[str, Any]) -> str:
    return str(unpacked(view).get("w") or "") if view.get("callback_id") in (ids.CARD, ids.COVERAGE) else ""


def read_under(view: Mapping[str, Any]) -> Under | None:
    """The window of ours that something is pushed on; None for anybody else's."""
    callback, view_id = view.get("callback_id"), str(view.get("id") or "")
    if view.get("type") != "modal" or not view_id:
        return None
    if callback == ids.LIST:
        return Under(view_id=view_id, wanted=read_wanted(view).to_json())
    if callback == ids.CARD:
        content = unpacked(view)
        return Under(view_id=view_id, ref=str(content.get("r")), wanted=str(content.get("w") or ""))
    if callback == ids.COVERAGE:
        return Under(view_id=view_id, ref=ids.COVERAGE, wanted=_behind(view))
    return None


def read_value(action: Mapping[str, Any]) -> str:
    """The value of a button, or of the option that was chosen."""
    option = action.get("selected_option") or {}
    return str(option.get("value") or action.get("value") or "")


def read_page(action: Mapping[str, Any]) -> int:
    """Which page a button turns to."""
    try:
        return max(0, int(json.loads(read_value(action) or "0")))
    except (ValueError, TypeError, OverflowError):
        return 0
