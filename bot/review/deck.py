"""What the cards say: a question first, then what a good answer holds. Plain text, not yet escaped."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from content.packs import CodingProblem, ConceptCard
from content.schema import Task

Kind = Literal["concept", "problem", "story"]
RATING_NAMES: Mapping[int, str] = {1: "Again", 2: "Hard", 3: "Good", 4: "Easy"}
KIND_NAMES: Mapping[Kind, str] = {"concept": "Concept", "problem": "Problem", "story": "Story"}
PROBLEM_QUESTION = "Which pattern, and why does it fit?"
STORY_QUESTION = "Tell it aloud, start to finish. Then look."
LONGEST_PART = 500
"""Characters of each part of a story: a reminder of it, not the whole."""
_STORY_PARTS = ("situation", "task", "action", "result")
_ITEM = re.compile(r"(concept|problem):[a-z0-9-]{1,60}|story:[0-9]{1,9}", re.ASCII)


class StoryText(Protocol):
    """A story of the person."""

    title: str
    situation: str
    task: str
    action: str
    result: str
    figures: str


@dataclass(frozen=True, slots=True)
class Face:
    """A card as it is shown: `answer` is pairs of a name, which may be empty, and what it says."""

    item: str
    kind: Kind
    title: str
    question: str
    answer: tuple[tuple[str, str], ...]
    task: Task | None = None
    """What can be opened."""


def item_of(task: Task) -> str | None:
    """What a task of the catalog is called among the cards; None for one that never comes back."""
    if isinstance(task, CodingProblem):
        return f"problem:{task.slug}"
    if isinstance(task, ConceptCard):
        return f"concept:{task.slug}"
    return None


def task_of(item: str) -> str:
    """The slug of the task, or the number of the story, that a card is about."""
    return item.partition(":")[2]


def is_item(text: str) -> bool:
    """Whether it can be the name of a card."""
    return _ITEM.fullmatch(text) is not None


def face_of(item: str, tasks: Mapping[str, Task], stories: Mapping[str, StoryText]) -> Face | None:
    """The card; None when what it is about is gone."""
    story = stories.get(item)
    if story is not None:
        return _story(item, story)
    task = tasks.get(task_of(item))
    if task is None or item_of(task) != item:
        return None
    match task:
        case CodingProblem():
            return _problem(item, task)
        case ConceptCard():
            return _concept(item, task)
        case _:
            return None


def _concept(item: str, card: ConceptCard) -> Face:
    answer = (("", card.answer), ("Trade-off", card.trade_off), ("Not when", card.not_when))
    return Face(item, "concept", card.title, card.question, answer, card)


def _problem(item: str, problem: CodingProblem) -> Face:
    pattern = (problem.pattern or "").replace("-", " ").capitalize()
    parts = (("Pattern", pattern), ("", problem.second_hint), ("Say aloud", problem.aloud))
    answer = tuple((name, text) for name, text in parts if text)
    return Face(item, "problem", problem.title, PROBLEM_QUESTION, answer, problem)


def _story(item: str, story: StoryText) -> Face:
    parts = [(name.capitalize(), _cut(getattr(story, name))) for name in _STORY_PARTS]
    parts.append(("Figures", _cut(story.figures)))
    answer = tuple((name, text) for name, text in parts if text)
    title = _cut(story.title, 150) or "A story without a title"
    return Face(item, "story", title, STORY_QUESTION, answer or (("", "Nothing is written down yet."),))


def _cut(text: str, longest: int = LONGEST_PART) -> str:
    text = text.strip()
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"
