"""All content, immutable, by slug."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from content.packs import (
    CheckItem,
    CoachRule,
    Faq,
    MessageText,
    MockScript,
    Principle,
    ReferenceText,
    Rubric,
    Scenario,
    StarGuidePart,
    Thresholds,
)
from content.schema import Band, Competency, Dimension, Item, Plan, Task

FormName = Literal["quick", "complete"]


@dataclass(frozen=True, slots=True)
class Form:
    """One of the two assessments."""

    name: FormName
    title: str
    minutes: str
    items: tuple[Item, ...]

    def of(self, dimension: Dimension, competencies: Mapping[str, Competency]) -> tuple[Item, ...]:
        """The items of one dimension, in the order of the file."""
        return tuple(item for item in self.items if competencies[item.competency].dimension == dimension)


@dataclass(frozen=True, kw_only=True, slots=True)
class StoryGuide:
    """How a story is built and read."""

    star: tuple[StarGuidePart, ...]
    quantify: tuple[CheckItem, ...]
    coach: tuple[CoachRule, ...]
    thresholds: Thresholds


@dataclass(frozen=True, kw_only=True, slots=True)
class Catalog:
    """Everything a learner reads. Stored rows keep slugs and `version`, never copies of the text."""

    version: str
    forms: Mapping[FormName, Form]
    competencies: Mapping[str, Competency]
    bands: tuple[Band, ...]
    """Highest first."""
    plans: Mapping[str, Plan]
    """Shortest first."""
    tasks: Mapping[str, Task]
    """Among them every coding problem, concept card and design problem."""
    principles: Mapping[str, Principle] = field(default_factory=dict)
    scenarios: Mapping[str, Scenario] = field(default_factory=dict)
    stories: StoryGuide | None = None
    mocks: Mapping[str, MockScript] = field(default_factory=dict)
    rubrics: Mapping[str, Rubric] = field(default_factory=dict)
    texts: Mapping[str, ReferenceText] = field(default_factory=dict)
    faq: Mapping[str, Faq] = field(default_factory=dict)
    messages: Mapping[str, MessageText] = field(default_factory=dict)

    def band_of(self, score: int) -> Band:
        """The band of a score from 0 to 100."""
        return next(band for band in self.bands if band.lowest <= score)
