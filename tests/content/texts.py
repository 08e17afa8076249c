"""Every text a person may read, with the place it stands in, and how a reader takes it apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic import BaseModel

from content.catalog import Catalog

UNREAD = {
    "audience", "competency", "dimension", "difficulty", "kind", "level", "needs", "occasion", "part",
    "pattern", "plan", "reading", "rubric", "rung", "scenarios", "short", "slug", "source", "status",
    "study", "task", "track", "url",
}  # fmt: skip
"""Fields that hold slugs, choices and origins, and no words for a learner."""
SENTENCE_END = re.compile(r"(?<=[.?])[\"”*_)]*\s+|\n+")
BULLET = re.compile(r"^\s*(?:•|\d+[.:])\s*", re.MULTILINE)
MARKS = re.compile(r"[*_`]|<[^|>]*\|?|>")


@dataclass(frozen=True, slots=True)
class Text:
    """A text and its place."""

    kind: str
    """concept, problem, design, principle and so on."""
    slug: str
    field: str
    """With the position in lists: `probes[2].good`."""
    text: str

    @property
    def place(self) -> str:
        return f"{self.slug}, {self.field}"

    @property
    def name(self) -> str:
        """The field without positions: `probes.good`."""
        return re.sub(r"\[\d+\]", "", self.field)


def all_texts(catalog: Catalog) -> tuple[Text, ...]:
    """Everything that is read, in the order of the content."""
    return _all_texts(id(catalog), _Held(catalog))


class _Held:
    """A catalog as an argument that a cache may keep."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and self.catalog is other.catalog

    def __hash__(self) -> int:
        return id(self.catalog)


@lru_cache(maxsize=1)
def _all_texts(_: int, held: _Held) -> tuple[Text, ...]:
    return tuple(_read(held.catalog))


def _read(catalog: Catalog) -> Iterator[Text]:
    for form in catalog.forms.values():
        yield Text("form", form.name, "title", form.title)
        for item in form.items:
            yield from _of("item", item)
    for band in catalog.bands:
        yield from _of("band", band)
    for task in catalog.tasks.values():
        yield from _of(task.kind, task)
    if catalog.stories:
        for number, part in enumerate(catalog.stories.star, start=1):
            yield from _walk("star", part.part, f"star[{number}]", part)
        for entry in (*catalog.stories.quantify, *catalog.stories.coach):
            yield from _of("coach", entry)
    shelves: dict[str, Iterable[Any]] = {
        "competency": catalog.competencies.values(),
        "plan": catalog.plans.values(),
        "principle": catalog.principles.values(),
        "scenario": catalog.scenarios.values(),
        "mock script": catalog.mocks.values(),
        "rubric": catalog.rubrics.values(),
        "text": catalog.texts.values(),
        "faq": catalog.faq.values(),
        "message": catalog.messages.values(),
    }
    for kind, entries in shelves.items():
        for entry in entries:
            yield from _of(kind, entry)


def _of(kind: str, entry: Any) -> Iterator[Text]:
    return _walk(kind, entry.slug, "", entry)


def _walk(kind: str, slug: str, field: str, value: Any) -> Iterator[Text]:
    if isinstance(value, str):
        yield Text(kind, slug, field, value)
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            if name not in UNREAD:
                yield from _walk(kind, slug, f"{field}.{name}".lstrip("."), getattr(value, name))
    elif isinstance(value, tuple):
        for number, entry in enumerate(value, start=1):
            yield from _walk(kind, slug, f"{field}[{number}]", entry)


def sentences(text: str) -> list[str]:
    """The sentences without mark-up and bullets; each line of a list is one of its own."""
    plain = MARKS.sub("", BULLET.sub("", text))
    return [sentence for sentence in SENTENCE_END.split(plain) if sentence.strip()]


def words(text: str) -> list[str]:
    """The words without mark-up; a number is a word."""
    return re.findall(r"[^\W_]+(?:[-'’.,][^\W_]+)*", MARKS.sub("", text))
