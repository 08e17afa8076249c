"""Everything that can be learned, as one list of entries that can be browsed and searched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from bot.learn.search import KEYWORD, NAME, SUMMARY, TITLE, Index
from content.catalog import Catalog
from content.packs import (
    CodingProblem,
    ConceptCard,
    DesignProblem,
    Faq,
    MockScript,
    Principle,
    ReferenceText,
    Scenario,
)
from content.schema import Track

Lesson = CodingProblem | ConceptCard | DesignProblem | Faq | MockScript | Principle | ReferenceText | Scenario
MOST_RESULTS = 10
ALL = "All"
"""The only group of a shelf that needs none."""
GUIDE_GROUPS: Mapping[Track | None, str] = {
    "behavioural": "Interview and stories",
    "design": "Design and coding",
    "coding": "Design and coding",
    None: "Practice, the day and after",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One lesson, as it is listed."""

    slug: str
    title: str
    shelf: str
    group: str
    summary: str
    lesson: Lesson
    keywords: str = ""
    """What else it can be found by."""

    @property
    def place(self) -> str:
        """What its topic is called: the group, or the shelf when that has only one."""
        return self.shelf if self.group == ALL else self.group


@dataclass(frozen=True)
class Library:
    """The catalog's lessons on their shelves."""

    catalog: Catalog

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        """Every lesson by slug, in the order of the shelves."""
        return {entry.slug: entry for entry in _entries(self.catalog)}

    @cached_property
    def shelves(self) -> Mapping[str, Mapping[str, tuple[Entry, ...]]]:
        """Shelf to group to entries, in the order of the content."""
        shelves: dict[str, dict[str, list[Entry]]] = {}
        for entry in self.entries.values():
            shelves.setdefault(entry.shelf, {}).setdefault(entry.group, []).append(entry)
        return {
            shelf: {group: tuple(entries) for group, entries in groups.items()}
            for shelf, groups in shelves.items()
        }

    @cached_property
    def _index(self) -> Index:
        return Index(
            {
                entry.slug: (
                    (entry.title, TITLE),
                    (entry.slug.replace("-", " "), NAME),
                    (f"{entry.place} {entry.keywords}", KEYWORD),
                    (entry.summary, SUMMARY),
                )
                for entry in self.entries.values()
            }
        )

    def named(self, query: str) -> Entry | None:
        """The entry with exactly this slug or title."""
        wanted = query.strip().casefold()
        by_title = (entry for entry in self.entries.values() if entry.title.casefold() == wanted)
        return self.entries.get(wanted) or next(by_title, None)

    def search(self, query: str) -> tuple[Entry, ...]:
        """Entries that fit what was typed, misspelt or not, the best first."""
        return tuple(self.entries[slug] for slug in self._index.search(query, MOST_RESULTS))

    def neighbours(self, entry: Entry) -> tuple[Entry, ...]:
        """The entries of its topic, in order, itself among them."""
        return self.shelves[entry.shelf][entry.group]


def _entries(catalog: Catalog) -> Iterator[Entry]:
    yield from _guides(catalog)
    for principle in catalog.principles.values():
        words = f"lp principle {principle.short}"
        yield Entry(
            principle.slug,
            principle.name,
            "Leadership Principles",
            ALL,
            principle.meaning,
            principle,
            words,
        )
    for story in catalog.scenarios.values():
        yield Entry(story.slug, story.title, "Core stories", ALL, story.meaning, story, "story star scenario")
    yield from _tasks(catalog)
    for mock in catalog.mocks.values():
        words = f"script {mock.kind} {mock.level or ''}"
        yield Entry(mock.slug, mock.title, "Mock interviews", ALL, mock.purpose, mock, words)
    for faq in catalog.faq.values():
        yield Entry(faq.slug, faq.question, "Questions and answers", faq.group, faq.answer, faq, "faq")


def _guides(catalog: Catalog) -> Iterator[Entry]:
    order = list(GUIDE_GROUPS)
    for text in sorted(catalog.texts.values(), key=lambda one: order.index(one.track)):
        group, words = GUIDE_GROUPS[text.track], " ".join(("guide", *text.keywords))
        yield Entry(text.slug, text.title, "Guides", group, text.summary, text, words)


def _tasks(catalog: Catalog) -> Iterator[Entry]:
    """Coding problems by pattern, then concepts by theme, then design problems, the easier first."""
    tasks = [task for task in catalog.tasks.values() if task.status != "retired"]
    for task in tasks:
        if isinstance(task, CodingProblem):
            words = f"leetcode problem {task.number} {task.difficulty} {task.rung}"
            yield Entry(
                task.slug, task.title, "Coding problems", _named(task.pattern), task.hint, task, words
            )
    for task in tasks:
        if isinstance(task, ConceptCard):
            words = f"concept {' '.join(task.aws)}"
            yield Entry(
                task.slug, task.title, "Design concepts", _named(task.pattern), task.question, task, words
            )
    designs = [task for task in tasks if isinstance(task, DesignProblem)]
    for design in sorted(designs, key=lambda one: one.level or ""):
        group = f"{design.level} problems" if design.level else "Starters"
        yield Entry(
            design.slug, design.title, "Design problems", group, design.prompt, design, "system design"
        )


def _named(pattern: str | None) -> str:
    """`two-pointers` as Two pointers; an abbreviation in capitals."""
    name = (pattern or "other").replace("-", " ")
    return name.upper() if len(name) == 2 else name.capitalize()
