"""Every text a person may read, with the place it stands in, and how a reader takes it apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import BaseModel

from content.catalog import Catalog

UNREAD = {
    "audience", "competency", "dimension", "difficulty", "kind", "level", "needs", "occasion", "part",
    "pattern", "plan", "reading", "rubric", "rung", "scenarios", "short", "slug", "source", "status",
    "study", "task", "track", "url",
}  # fmt: skip
"""Fields that hold slugs, choices and origins, and no words for a learner."""
SENTENCE_END = re.compile(r"(?<=[.?])[\"*_)]*\s+|\n+")
BULLET = re.compile(r"^\s*(?:•|\d+[.:])\s*", re.MULTILINE)
POSITION = re.compile(r"\[\d+\]")
MARKS = re.compile(r"[*_`]")
VOWELS = re.compile(r"[aeiouy]+")
SILENT_END = re.compile(r"(?<![aeiouyl])e$|(?<=[aeiouy])[lr]e$|[^aeiouytd]ed$")


@dataclass(frozen=True)
class Text:
    """A text and its place."""

    kind: str
    """concept, problem, design, principle and so on."""
    slug: str
    path: str
    """With the position in lists: `probes[2].good`."""
    text: str

    @property
    def place(self) -> str:
        return f"{self.kind} {self.slug}, {self.path}: {self.text[:60]!r}"

    @cached_property
    def field(self) -> str:
        """The kind and the path without positions: `design probes.good`."""
        return f"{self.kind} {POSITION.sub('', self.path)}"

    @cached_property
    def sentences(self) -> list[str]:
        """Without mark-up and bullets; each line of a list is a sentence of its own."""
        plain = MARKS.sub("", BULLET.sub("", self.text))
        return [sentence for sentence in SENTENCE_END.split(plain) if sentence.strip()]

    def around(self, found: re.Match[str]) -> str:
        """The place and the words around a match, for a message."""
        start = max(0, found.start() - 25)
        return f"{self.kind} {self.slug}, {self.path}: {self.text[start : found.end() + 25]!r}"


def texts_of(catalog: Catalog) -> Iterator[Text]:
    """Everything that is read, in the order of the content."""
    for form in catalog.forms.values():
        yield Text("form", form.name, "title", form.title)
        for item in form.items:
            yield from _walk("item", item.slug, "", item)
    for part in catalog.stories.star if catalog.stories else ():
        yield from _walk("star", part.part, "", part)
    shelves: dict[str, Iterable[Any]] = {
        "band": catalog.bands,
        "competency": catalog.competencies.values(),
        "plan": catalog.plans.values(),
        "principle": catalog.principles.values(),
        "scenario": catalog.scenarios.values(),
        "quantify": catalog.stories.quantify if catalog.stories else (),
        "coach": catalog.stories.coach if catalog.stories else (),
        "script": catalog.mocks.values(),
        "rubric": catalog.rubrics.values(),
        "text": catalog.texts.values(),
        "faq": catalog.faq.values(),
        "message": catalog.messages.values(),
    }
    for task in catalog.tasks.values():
        yield from _walk(task.kind, task.slug, "", task)
    for kind, entries in shelves.items():
        for entry in entries:
            yield from _walk(kind, entry.slug, "", entry)


def _walk(kind: str, slug: str, path: str, value: Any) -> Iterator[Text]:
    if isinstance(value, str):
        yield Text(kind, slug, path, value)
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            if name not in UNREAD:
                yield from _walk(kind, slug, f"{path}.{name}".lstrip("."), getattr(value, name))
    elif isinstance(value, tuple):
        for number, entry in enumerate(value, start=1):
            yield from _walk(kind, slug, f"{path}[{number}]", entry)


def words(text: str) -> list[str]:
    """The words without mark-up; a number is a word."""
    return re.findall(r"[^\W_]+(?:[-'.,][^\W_]+)*", MARKS.sub("", text))


def syllables(word: str) -> int:
    """Near enough for English: groups of vowels, without an e that is not spoken."""
    return sum(max(1, len(VOWELS.findall(SILENT_END.sub("", part)))) for part in _parts(word))


def reading_ease(text: Text) -> float:
    """
    Flesch's measure: 206.835 - 1.015 words per sentence - 84.6 syllables per word.

    100 is a children's book, 60 plain English, 30 a scientific paper. Numbers do not count as words.
    """
    counted = [word for word in words(text.text) if re.search("[A-Za-z]", word)]
    spoken = sum(syllables(word) for word in counted)
    return 206.835 - 1.015 * len(counted) / len(text.sentences) - 84.6 * spoken / len(counted)


def nothing(found: Iterable[str]) -> None:
    """Fail and list what was found, one place a line."""
    places = list(found)
    assert not places, "\n".join(("", *places))


def _parts(word: str) -> list[str]:
    """The pieces of a hyphenated word."""
    return re.findall(r"[a-z']+", word.lower()) or ["a"]
