"""Everything that can be learned, as one list of entries that can be browsed and searched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from rapidfuzz import fuzz, process, utils

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

Lesson = CodingProblem | ConceptCard | DesignProblem | Faq | MockScript | Principle | ReferenceText | Scenario
CLOSE_ENOUGH = 78
"""Of 100: how alike a typed word and a known one must be, so that one or two slips are forgiven."""
MOST_RESULTS = 20


@dataclass(frozen=True, slots=True)
class Entry:
    """One lesson, as it is listed."""

    slug: str
    title: str
    shelf: str
    group: str
    summary: str
    lesson: Lesson
    words: tuple[str, ...]
    """What it can be found by, the title's words first."""


@dataclass(frozen=True)
class Library:
    """The catalog's lessons on their shelves."""

    catalog: Catalog
    entries: Mapping[str, Entry] = field(init=False)

    def __post_init__(self) -> None:
        found = {entry.slug: entry for entry in _entries(self.catalog)}
        object.__setattr__(self, "entries", found)

    @cached_property
    def shelves(self) -> Mapping[str, Mapping[str, tuple[Entry, ...]]]:
        """Shelf to group to entries, in the order of the content."""
        shelves: dict[str, dict[str, tuple[Entry, ...]]] = {}
        for entry in self.entries.values():
            groups = shelves.setdefault(entry.shelf, {})
            groups[entry.group] = (*groups.get(entry.group, ()), entry)
        return shelves

    @cached_property
    def _vocabulary(self) -> Mapping[str, tuple[str, ...]]:
        """Each known word to the slugs it stands for."""
        vocabulary: dict[str, list[str]] = {}
        for entry in self.entries.values():
            for word in dict.fromkeys(entry.words):
                vocabulary.setdefault(word, []).append(entry.slug)
        return {word: tuple(slugs) for word, slugs in vocabulary.items()}

    def search(self, query: str) -> tuple[Entry, ...]:
        """
        Entries that fit every typed word, misspelt or not, the best first.

        A word of the title counts twice as much as one of the summary or keywords.
        """
        typed = utils.default_process(query).split()
        scores: dict[str, float] | None = None
        for word in typed:
            known = process.extract(
                word, self._vocabulary.keys(), scorer=_alike, score_cutoff=CLOSE_ENOUGH, limit=50
            )
            matched: dict[str, float] = {}
            for name, alike, _ in known:
                for slug in self._vocabulary[name]:
                    entry = self.entries[slug]
                    in_title = name in utils.default_process(entry.title).split()
                    matched[slug] = max(matched.get(slug, 0.0), alike * (2 if in_title else 1))
            scores = {
                slug: score + (scores or {}).get(slug, 0.0)
                for slug, score in matched.items()
                if scores is None or slug in scores
            }
        whole = utils.default_process(query)
        ranked = sorted(
            (scores or {}).items(),
            key=lambda item: (-item[1] - fuzz.ratio(whole, self.entries[item[0]].title.lower()) / 2, item[0]),
        )
        return tuple(self.entries[slug] for slug, _ in ranked[:MOST_RESULTS])


def _alike(typed: str, known: str, **options: object) -> float:
    """A beginning counts as the word: `consist` finds `consistency`."""
    if len(typed) >= 3 and known.startswith(typed):
        return 95.0
    # Short words have no room for slips: every one would be another word.
    return 100.0 if typed == known else fuzz.ratio(typed, known) if len(typed) > 3 else 0.0


def _entries(catalog: Catalog) -> Iterator[Entry]:
    for text in catalog.texts.values():
        yield _entry(text.slug, text.title, "Guides", "Guides", text.summary, text, " ".join(text.keywords))
    for principle in catalog.principles.values():
        yield _entry(
            principle.slug, principle.name, "Leadership Principles", "All", principle.meaning, principle, "lp"
        )
    for scenario in catalog.scenarios.values():
        yield _entry(
            scenario.slug, scenario.title, "Core stories", "All", scenario.meaning, scenario, "story star"
        )
    for task in catalog.tasks.values():
        if task.status == "retired":
            continue
        match task:
            case ConceptCard():
                yield _entry(
                    task.slug,
                    task.title,
                    "Design concepts",
                    _named(task.pattern),
                    task.question,
                    task,
                    " ".join(task.aws),
                )
            case DesignProblem():
                group = f"{task.level} problems" if task.level else "Starters"
                yield _entry(task.slug, task.title, "Design problems", group, task.prompt, task, "")
            case CodingProblem():
                facts = f"{task.difficulty}, {task.minutes} minutes"
                yield _entry(
                    task.slug,
                    task.title,
                    "Coding problems",
                    _named(task.pattern),
                    facts,
                    task,
                    str(task.number),
                )
    for mock in catalog.mocks.values():
        yield _entry(mock.slug, mock.title, "Mock interviews", "All", mock.purpose, mock, f"mock {mock.kind}")
    for faq in catalog.faq.values():
        yield _entry(faq.slug, faq.question, "Questions and answers", faq.group, faq.answer, faq, "faq")


def _entry(slug: str, title: str, shelf: str, group: str, summary: str, lesson: Lesson, more: str) -> Entry:
    words = utils.default_process(f"{title} {slug.replace('-', ' ')} {group} {more}").split()
    return Entry(slug, title, shelf, group, summary, lesson, tuple(dict.fromkeys(words)))


def _named(pattern: str | None) -> str:
    return (pattern or "other").replace("-", " ").capitalize()
