"""What a content file may say. The limits on length are Slack's, so that whatever loads can be shown."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, StringConstraints, model_validator

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Line = Annotated[str, StringConstraints(min_length=3, max_length=75, strip_whitespace=True)]
"""One line: fits an option's text and an option's description."""
Sentence = Annotated[str, StringConstraints(min_length=10, max_length=300, strip_whitespace=True)]

Dimension = Literal["technical", "leadership", "cultural"]
Track = Literal["behavioural", "design", "coding"]
Level = Literal["L6", "L7"]
TaskKind = Literal["problem", "concept", "design", "story", "rehearsal", "mock", "reading", "review"]

DIMENSIONS: tuple[Dimension, ...] = ("technical", "leadership", "cultural")
TRACKS: tuple[Track, ...] = ("behavioural", "design", "coding")


class ContentModel(BaseModel):
    """Base of everything in a content file: immutable, and nothing beyond what the schema names."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Task(ContentModel):
    """One piece of work a person can finish in one sitting."""

    slug: Slug
    title: Annotated[str, StringConstraints(min_length=3, max_length=120)]
    track: Track
    kind: TaskKind
    minutes: Annotated[int, Field(ge=5, le=240)]
    level: Level | None = None
    """None: for both targets."""
    difficulty: Literal["easy", "medium", "hard"] | None = None
    pattern: Slug | None = None
    """The technique of a coding problem, or the group of a concept."""
    number: Annotated[int, Field(ge=1)] | None = None
    """The problem's public number."""
    url: Annotated[HttpUrl, Field(strict=False)] | None = None
    note: Sentence | None = None
    """What to do or to watch for, in one or two sentences."""
    status: Literal["active", "retired"] = "active"


class TaskFile(ContentModel):
    """content/data/tasks/*.yaml"""

    source: str
    tasks: Annotated[tuple[Task, ...], Field(min_length=1, strict=False)]


class Competency(ContentModel):
    """What an answer is evidence of, and what to do when it is low."""

    slug: Slug
    title: Annotated[str, StringConstraints(min_length=3, max_length=60)]
    dimension: Dimension
    track: Track
    topic: Line
    """The Leadership Principle or technical topic it belongs to."""
    why: Sentence
    """Why interviewers look at it."""
    l6: Sentence
    l7: Sentence
    """What the level looks like."""
    low_answer: Sentence
    """What to do about a low answer, as an instruction."""
    study: Annotated[tuple[Slug, ...], Field(min_length=5, max_length=12, strict=False)]
    """Task slugs, in the order they help most."""
    source: str


class CompetencyFile(ContentModel):
    """content/data/competencies.yaml"""

    competencies: Annotated[tuple[Competency, ...], Field(min_length=1, strict=False)]


class Answer(ContentModel):
    """One rung of an item: a headline and what one can observe at that rung."""

    points: Annotated[int, Field(ge=1, le=5)]
    label: Line
    detail: Line | None = None


class Item(ContentModel):
    """A statement or a question of the assessment."""

    slug: Slug
    competency: Slug
    prompt: Annotated[str, StringConstraints(min_length=10, max_length=200)]
    hint: Annotated[str, StringConstraints(min_length=10, max_length=150)] | None = None
    answers: Annotated[tuple[Answer, ...], Field(min_length=5, max_length=5, strict=False)]
    source: str

    @model_validator(mode="after")
    def _rungs_rise_from_one_to_five(self) -> Self:
        if [answer.points for answer in self.answers] != [1, 2, 3, 4, 5]:
            raise ValueError("list the five answers from points: 1 to points: 5")
        return self


class StatementEntry(ContentModel):
    """A quick statement as written: its answers are the shared scale."""

    slug: Slug
    competency: Slug
    prompt: Annotated[str, StringConstraints(min_length=10, max_length=200)]
    hint: Annotated[str, StringConstraints(min_length=10, max_length=150)] | None = None
    source: str


class QuickFile(ContentModel):
    """content/data/assessment/quick.yaml"""

    title: Line
    minutes: Line
    scale: Annotated[tuple[Answer, ...], Field(min_length=5, max_length=5, strict=False)]
    statements: Annotated[tuple[StatementEntry, ...], Field(min_length=12, max_length=12, strict=False)]


class CompleteFile(ContentModel):
    """content/data/assessment/complete.yaml"""

    title: Line
    minutes: Line
    questions: Annotated[tuple[Item, ...], Field(min_length=20, max_length=20, strict=False)]


class Band(ContentModel):
    """A range of scores: what it means and which plan fits."""

    slug: Slug
    lowest: Annotated[int, Field(ge=0, le=100)]
    highest: Annotated[int, Field(ge=0, le=100)]
    label: Line
    meaning: Annotated[str, StringConstraints(min_length=10, max_length=500)]
    plan: Slug


class BandFile(ContentModel):
    """content/data/assessment/bands.yaml, highest first."""

    bands: Annotated[tuple[Band, ...], Field(min_length=1, strict=False)]


class WeeklyGoals(ContentModel):
    """How many of each in one week at the plan's usual hours."""

    designs: Annotated[int, Field(ge=0, le=10)]
    coding: Annotated[int, Field(ge=0, le=30)]
    stories: Annotated[int, Field(ge=0, le=15)]
    mocks: Annotated[int, Field(ge=0, le=7)]


class WeekTask(ContentModel):
    """A task in a week, and how often it is done there."""

    task: Slug
    times: Annotated[int, Field(ge=1, le=7)] = 1


class Share(ContentModel):
    """How a week's hours are shared out, in per cent; adds up to 100."""

    behavioural: Annotated[int, Field(ge=0, le=100)]
    design: Annotated[int, Field(ge=0, le=100)]
    coding: Annotated[int, Field(ge=0, le=100)]

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        total = self.behavioural + self.design + self.coding
        if total != 100:
            raise ValueError(f"the shares add up to {total}, not 100")
        return self


USUAL_SHARE = Share(behavioural=50, design=30, coding=20)
"""The interview's weights."""


class Budgets(ContentModel):
    """Hours a week of somebody with little, usual and much time."""

    small: Annotated[int, Field(ge=1, le=60)]
    normal: Annotated[int, Field(ge=1, le=60)]
    large: Annotated[int, Field(ge=1, le=60)]


class PlanWeek(ContentModel):
    """One week of a plan; its tasks are listed most important first within each track."""

    theme: Annotated[str, StringConstraints(min_length=5, max_length=80)]
    objectives: Annotated[tuple[Sentence, ...], Field(min_length=2, max_length=4, strict=False)]
    goals: WeeklyGoals
    tasks: Annotated[tuple[WeekTask, ...], Field(min_length=6, max_length=40, strict=False)]
    share: Share = USUAL_SHARE
    load: Annotated[int, Field(ge=20, le=100)] = 100
    """Per cent of the usual hours: less in a week of rest or taper."""
    reading: Annotated[tuple[Slug, ...], Field(min_length=1, max_length=3, strict=False)]
    """Reference texts, by slug."""
    milestone: Sentence
    """How to tell that the week worked: something one can check."""
    pass_rule: Sentence
    """When to go on, and what to do otherwise."""
    optional: bool = False
    """Left out first when there are fewer weeks than the plan has."""


class Hours(ContentModel):
    """Hours a week."""

    low: Annotated[int, Field(ge=1, le=60)]
    high: Annotated[int, Field(ge=1, le=60)]


class Plan(ContentModel):
    """content/data/plans/*.yaml: one study plan."""

    slug: Slug
    title: Annotated[str, StringConstraints(min_length=3, max_length=40)]
    position: Annotated[int, Field(ge=1)]
    """Shortest first."""
    purpose: Sentence
    """What it is for, beginning with a verb."""
    suits: Sentence
    caution: Sentence
    hours: Hours
    budgets: Budgets
    weeks: Annotated[tuple[PlanWeek, ...], Field(min_length=1, max_length=30, strict=False)]
    source: str
    reviewed: Annotated[date, Field(strict=False)] | None = None

    @property
    def fewest_weeks(self) -> int:
        """How short it can be made by leaving out the optional weeks."""
        return sum(not week.optional for week in self.weeks)
