"""What the packs of the curriculum hold: the tasks that carry a lesson, and the texts around them."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from content.schema import ContentModel, Level, Sentence, Slug, Task, Track

ShortText = Annotated[str, StringConstraints(min_length=3, max_length=150, strip_whitespace=True)]
Question = Annotated[str, StringConstraints(min_length=10, max_length=200, strip_whitespace=True)]
Paragraph = Annotated[str, StringConstraints(min_length=20, max_length=600, strip_whitespace=True)]
Body = Annotated[str, StringConstraints(min_length=40, max_length=2800, strip_whitespace=True)]

Rung = Literal["beginner", "intermediate", "advanced"]
Audience = Literal["all", "L6", "L7"]

FEWEST_ANSWER_WORDS, MOST_ANSWER_WORDS = 60, 150


class CodingProblem(Task):
    """A public problem, with what turns it into an interview for a manager."""

    kind: Literal["problem"]
    rung: Rung
    """Step of its pattern's ladder."""
    hint: Sentence
    """Where to look, without the technique's name."""
    second_hint: Sentence
    """The technique, without the code."""
    aloud: Sentence
    """What a manager should say while solving it."""
    at_scale: Sentence
    """The follow-up when the input no longer fits one machine, or a team would own it."""


class ProblemFile(ContentModel):
    """content/data/problems/*.yaml"""

    source: str
    problems: Annotated[tuple[CodingProblem, ...], Field(min_length=1, strict=False)]


class ConceptCard(Task):
    """One system-design concept: a question and what a good answer says."""

    kind: Literal["concept"]
    question: Question
    answer: Annotated[str, StringConstraints(min_length=200, max_length=1200, strip_whitespace=True)]
    trade_off: Sentence
    not_when: Sentence
    """When not to use it."""
    aws: Annotated[tuple[ShortText, ...], Field(max_length=6, strict=False)]
    """Services where one meets it; empty where none fits."""
    l6: Sentence
    l7: Sentence
    """What each level is expected to add."""
    needs: Annotated[tuple[Slug, ...], Field(max_length=4, strict=False)] = ()
    """Cards to know first."""

    @model_validator(mode="after")
    def _answer_has_the_right_length(self) -> Self:
        words = len(self.answer.split())
        if not FEWEST_ANSWER_WORDS <= words <= MOST_ANSWER_WORDS:
            raise ValueError(
                f"the answer has {words} words; write {FEWEST_ANSWER_WORDS} to {MOST_ANSWER_WORDS}"
            )
        return self


class ConceptFile(ContentModel):
    """content/data/concepts/*.yaml"""

    source: str
    concepts: Annotated[tuple[ConceptCard, ...], Field(min_length=1, strict=False)]


class Step(ContentModel):
    """A stretch of minutes and what happens in it."""

    minutes: Annotated[int, Field(ge=1, le=120)]
    do: Question


class Probe(ContentModel):
    """A question by the interviewer, and what a good answer covers."""

    question: Question
    good: Sentence


class DesignProblem(Task):
    """A full design round."""

    kind: Literal["design"]
    level: Level | None
    """None: a starter for both levels."""
    prompt: Paragraph
    asked_by: Sentence
    """Who asks for the system, and why."""
    numbers: Annotated[tuple[ShortText, ...], Field(min_length=3, max_length=8, strict=False)]
    structure: Annotated[tuple[Step, ...], Field(min_length=4, max_length=9, strict=False)]
    decide: Annotated[tuple[Sentence, ...], Field(min_length=3, max_length=6, strict=False)]
    """Decisions to make aloud, each with what it gives up."""
    probes: Annotated[tuple[Probe, ...], Field(min_length=3, max_length=6, strict=False)]
    pitfalls: Annotated[tuple[Sentence, ...], Field(min_length=3, max_length=5, strict=False)]
    rubric: Slug

    @model_validator(mode="after")
    def _structure_fills_the_round(self) -> Self:
        total = sum(step.minutes for step in self.structure)
        if total != self.minutes:
            raise ValueError(f"the structure adds up to {total} minutes; the round has {self.minutes}")
        return self


class DesignFile(ContentModel):
    """content/data/designs/*.yaml"""

    source: str
    designs: Annotated[tuple[DesignProblem, ...], Field(min_length=1, strict=False)]


class Criterion(ContentModel):
    """One row of a rubric; five anchors from 1 to 5, each something an observer can see."""

    name: ShortText
    weight: Annotated[int, Field(ge=5, le=60)]
    anchors: Annotated[tuple[ShortText, ...], Field(min_length=5, max_length=5, strict=False)]


class Rubric(ContentModel):
    """How a round is scored, 1 to 5 by criterion. Weights add up to 100."""

    slug: Slug
    title: ShortText
    level: Level | None = None
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=3, max_length=7, strict=False)]
    source: str

    @model_validator(mode="after")
    def _weights_add_up(self) -> Self:
        total = sum(criterion.weight for criterion in self.criteria)
        if total != 100:
            raise ValueError(f"the weights add up to {total}, not 100")
        return self


class RubricFile(ContentModel):
    """content/data/rubrics.yaml"""

    rubrics: Annotated[tuple[Rubric, ...], Field(min_length=1, strict=False)]


class Principle(ContentModel):
    """One of the sixteen Leadership Principles, explained in our words."""

    slug: Slug
    name: ShortText
    short: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    position: Annotated[int, Field(ge=1, le=16)]
    meaning: Paragraph
    is_not: Sentence
    questions: Annotated[tuple[Question, ...], Field(min_length=8, max_length=16, strict=False)]
    follow_ups: Annotated[tuple[Question, ...], Field(min_length=4, max_length=8, strict=False)]
    strong_l6: Annotated[tuple[Sentence, ...], Field(min_length=3, max_length=5, strict=False)]
    strong_l7: Annotated[tuple[Sentence, ...], Field(min_length=3, max_length=5, strict=False)]
    red_flags: Annotated[tuple[Sentence, ...], Field(min_length=3, max_length=5, strict=False)]
    prompts: Annotated[tuple[Question, ...], Field(min_length=4, max_length=8, strict=False)]
    """Questions to oneself that help to find a story."""
    scenarios: Annotated[tuple[Slug, ...], Field(min_length=1, max_length=5, strict=False)]
    """Core scenarios it pairs with."""
    source: str


class PrincipleFile(ContentModel):
    """content/data/principles.yaml"""

    principles: Annotated[tuple[Principle, ...], Field(min_length=16, max_length=16, strict=False)]


StarPart = Literal["situation", "task", "action", "result"]


class Fragment(ContentModel):
    """A piece of an invented example story, before and after; always shown as an example."""

    part: StarPart
    before: Sentence
    after: Sentence
    why: Sentence


class Scenario(ContentModel):
    """One of the five core scenarios every candidate needs a story for."""

    slug: Slug
    title: ShortText
    meaning: Paragraph
    l6: Sentence
    l7: Sentence
    prompts: Annotated[tuple[Question, ...], Field(min_length=5, max_length=8, strict=False)]
    example: Annotated[tuple[Fragment, ...], Field(min_length=4, max_length=6, strict=False)]
    source: str


class StarGuidePart(ContentModel):
    """What belongs into one part of a story, and how long it is when told."""

    part: StarPart
    share: Annotated[int, Field(ge=5, le=70)]
    """Recommended per cent of the words."""
    least: Annotated[int, Field(ge=5, le=70)]
    most: Annotated[int, Field(ge=5, le=70)]
    """Outside of these the coach says so."""
    purpose: Sentence
    prompts: Annotated[tuple[Question, ...], Field(min_length=2, max_length=5, strict=False)]


class Thresholds(ContentModel):
    """The coach's numbers."""

    words_per_minute: Annotated[int, Field(ge=80, le=220)]
    shortest_seconds: Annotated[int, Field(ge=30, le=600)]
    longest_seconds: Annotated[int, Field(ge=30, le=900)]
    most_we_per_i: Annotated[int, Field(ge=1, le=10)]
    """In the Action part: more "we" than this for each "I" is remarked on."""
    most_points: Annotated[int, Field(ge=1, le=5)]
    """Points the coach makes at once."""
    oldest_years: Annotated[int, Field(ge=1, le=10)]


class CoachRule(ContentModel):
    """What the coach says when it finds something. `{quote}`, `{part}`, `{number}` are filled in."""

    slug: Slug
    finds: Sentence
    says: Sentence
    why: Sentence


class CheckItem(ContentModel):
    """One line of a checklist."""

    slug: Slug
    ask: Question
    example: Sentence


class StoryFile(ContentModel):
    """content/data/stories.yaml"""

    scenarios: Annotated[tuple[Scenario, ...], Field(min_length=5, max_length=5, strict=False)]
    star: Annotated[tuple[StarGuidePart, ...], Field(min_length=4, max_length=4, strict=False)]
    quantify: Annotated[tuple[CheckItem, ...], Field(min_length=8, max_length=20, strict=False)]
    coach: Annotated[tuple[CoachRule, ...], Field(min_length=8, max_length=20, strict=False)]
    thresholds: Thresholds
    source: str


class MockScript(ContentModel):
    """A mock interview that two people who never ran one can run."""

    slug: Slug
    title: ShortText
    kind: Literal["behavioural", "design", "coding", "bar-raiser", "full-loop"]
    level: Level | None = None
    minutes: Annotated[int, Field(ge=20, le=420)]
    purpose: Sentence
    timetable: Annotated[tuple[Step, ...], Field(min_length=3, max_length=14, strict=False)]
    interviewer: Annotated[tuple[Sentence, ...], Field(min_length=4, max_length=12, strict=False)]
    """What the interviewer says and does, in order."""
    questions: Annotated[tuple[Probe, ...], Field(min_length=4, max_length=14, strict=False)]
    candidate: Annotated[tuple[Sentence, ...], Field(min_length=4, max_length=10, strict=False)]
    """The candidate's checklist before and after."""
    feedback: Annotated[tuple[Question, ...], Field(min_length=4, max_length=10, strict=False)]
    rubric: Slug
    source: str

    @model_validator(mode="after")
    def _timetable_fills_the_mock(self) -> Self:
        total = sum(step.minutes for step in self.timetable)
        if total != self.minutes:
            raise ValueError(f"the timetable adds up to {total} minutes; the mock has {self.minutes}")
        return self


class MockFile(ContentModel):
    """content/data/mocks.yaml"""

    mocks: Annotated[tuple[MockScript, ...], Field(min_length=5, strict=False)]


class Section(ContentModel):
    """A headed piece of a reference text. mrkdwn: *bold*, _italic_, lines with •."""

    heading: ShortText
    text: Body


class ReferenceText(ContentModel):
    """What /prep learn shows."""

    slug: Slug
    title: ShortText
    summary: ShortText
    keywords: Annotated[tuple[ShortText, ...], Field(min_length=3, max_length=12, strict=False)]
    level: Level | None = None
    track: Track | None = None
    minutes: Annotated[int, Field(ge=1, le=30)]
    sections: Annotated[tuple[Section, ...], Field(min_length=2, max_length=8, strict=False)]
    source: str


class Faq(ContentModel):
    """A question people ask, and an answer."""

    slug: Slug
    group: ShortText
    question: Question
    answer: Paragraph


class ReferenceFile(ContentModel):
    """content/data/reference/*.yaml"""

    texts: Annotated[tuple[ReferenceText, ...], Field(strict=False)] = ()
    faq: Annotated[tuple[Faq, ...], Field(strict=False)] = ()


Occasion = Literal[
    "tip",
    "daily-nudge",
    "weekly-check-in",
    "group-check-in",
    "after-a-gap",
    "milestone",
    "last-72-hours",
    "ignored",
]


class MessageText(ContentModel):
    """One wording of a message. `{name}`-like gaps are not used: what varies is added by the bot."""

    slug: Slug
    occasion: Occasion
    audience: Audience = "all"
    text: Sentence


class MessageFile(ContentModel):
    """content/data/messages/*.yaml"""

    source: str
    messages: Annotated[tuple[MessageText, ...], Field(min_length=1, strict=False)]


class RetiredFile(ContentModel):
    """retired.yaml of an overlay: what is not given or shown any more."""

    retired: Annotated[tuple[Slug, ...], Field(min_length=1, strict=False)]
