"""Finds stories in a bank of up to 500: by words, by principle, by what is missing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from rapidfuzz import fuzz, process

from bot.stories import phrases
from bot.stories.coach import FEWEST_WORDS
from bot.stories.draft import PARTS, Draft
from bot.stories.kept import Kept

MOST_STORIES = 500
PAGE_SIZE = 8
LONGEST_QUERY = 100
MOST_WORDS = 8
CLOSE_ENOUGH = 80
ALL = "all"
ARCHIVED = "archived"
UNFINISHED = "unfinished"
NO_NUMBER = "no-number"
NO_PRINCIPLE = "no-principle"
NEVER_TOLD = "never-told"
GAPS: Mapping[str, str] = {
    UNFINISHED: "A part is missing",
    NO_NUMBER: "No number in the result",
    NO_PRINCIPLE: "No principle or no level",
    NEVER_TOLD: "Never told aloud",
}
ABOUT = "about:"
"""What a filter by principle or scenario begins with; its slug follows."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """Which stories to show; rides in the window that shows them. Pages count from 0."""

    query: str = ""
    filter: str = ALL
    page: int = 0

    def to_json(self) -> str:
        return json.dumps([self.query, self.filter, self.page])

    @classmethod
    def searching(cls, query: str) -> Self:
        """All stories with these words."""
        return cls(query=" ".join(query.split())[:LONGEST_QUERY])

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The inverse of `to_json`; everything, from the beginning, for what is none."""
        try:
            query, filter_, page = json.loads(text)
            return cls(query=str(query)[:LONGEST_QUERY], filter=str(filter_), page=max(0, int(page)))
        except (ValueError, TypeError, OverflowError):
            return cls()


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A page of the stories that were asked for. `number` is brought into range."""

    wanted: Wanted
    stories: tuple[Kept, ...]
    found: int
    pages: int
    total: int
    """All that are not archived."""
    archived: int
    today: date


def page_of(stories: Sequence[Kept], wanted: Wanted, names: Mapping[str, str], today: date) -> Page:
    """What to show. `names` are those of principles and scenarios by slug."""
    shelf = [one for one in stories if one.is_archived == (wanted.filter == ARCHIVED)]
    fitting = [one for one in shelf if _fits(one, wanted.filter)]
    found = search(fitting, wanted.query, names)
    pages = max(1, -(-len(found) // PAGE_SIZE))
    number = min(wanted.page, pages - 1)
    archived = sum(one.is_archived for one in stories)
    return Page(
        wanted=replace(wanted, page=number),
        stories=tuple(found[number * PAGE_SIZE : (number + 1) * PAGE_SIZE]),
        found=len(found),
        pages=pages,
        total=len(stories) - archived,
        archived=archived,
        today=today,
    )


def search(stories: Sequence[Kept], query: str, names: Mapping[str, str]) -> list[Kept]:
    """
    The stories with all of these words, those with more of them in the title first, then the newest.

    Where none has them, those whose title or principles come close: a slip of the finger is forgiven.
    """
    ordered = sorted(stories, key=lambda one: (one.changed_at, one.id), reverse=True)
    words = query[:LONGEST_QUERY].casefold().split()[:MOST_WORDS]
    if not words:
        return ordered
    heads = [_head(story, names) for story in ordered]
    found = []
    for story, head in zip(ordered, heads, strict=True):
        elsewhere = [word for word in words if word not in head]
        if not elsewhere or _has_all(elsewhere, story.draft):
            found.append((len(elsewhere), story))
    if found:
        return [story for _, story in sorted(found, key=lambda one: one[0])]
    return [ordered[number] for number in _come_close(words, heads)]


def _has_all(words: Iterable[str], draft: Draft) -> bool:
    text = "\n".join((draft.situation, draft.task, draft.action, draft.result, draft.figures)).casefold()
    return all(word in text for word in words)


def _head(story: Kept, names: Mapping[str, str]) -> str:
    draft = story.draft
    marks = [names.get(slug, slug) for slug in (*draft.principles, draft.scenario or "")]
    return " ".join((draft.title, *marks, draft.scope or "")).casefold()


def _come_close(words: Sequence[str], heads: Sequence[str]) -> list[int]:
    """Numbers of the heads that have something like each of these words; short ones are like too many."""
    if any(len(word) <= 3 for word in words):
        return []
    known = [set(phrases.words_of(head)) for head in heads]
    # Each word of all heads is compared once, however many heads have it.
    vocabulary = list(set().union(*known))
    close = []
    for word in words:
        like = process.extract(word, vocabulary, scorer=fuzz.ratio, score_cutoff=CLOSE_ENOUGH, limit=None)
        close.append({one for one, _, _ in like})
    return [number for number, mine in enumerate(known) if all(mine & like for like in close)]


def _fits(story: Kept, filter_: str) -> bool:
    draft = story.draft
    if filter_.startswith(ABOUT):
        return filter_.removeprefix(ABOUT) in (*draft.principles, draft.scenario)
    match filter_:
        case "unfinished":
            return any(len(phrases.words_of(draft.part(part))) < FEWEST_WORDS for part in PARTS)
        case "no-number":
            return not phrases.NUMBER.search(f"{draft.result}\n{draft.figures}")
        case "no-principle":
            return not draft.principles or draft.scope is None
        case "never-told":
            return story.told_on is None
        case _:
            return True
