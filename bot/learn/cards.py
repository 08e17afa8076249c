"""A lesson cut into parts that fit a phone: the first is shown, the others are a tap away."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot import mrkdwn
from bot.learn.library import Lesson
from content.packs import (
    CodingProblem,
    ConceptCard,
    DesignProblem,
    Faq,
    Fragment,
    MockScript,
    Principle,
    Probe,
    ReferenceText,
    Rubric,
    Scenario,
    Step,
)

EXAMPLE = "An example"
MADE_UP = "_Made up, to show the difference._"
LONGEST_PART = 1100
"""Characters: about what two screens of a phone hold."""


@dataclass(frozen=True, slots=True)
class Part:
    """One screen of a lesson; `paragraphs` are mrkdwn."""

    name: str
    paragraphs: tuple[str, ...]


def parts_of(
    lesson: Lesson, rubrics: Mapping[str, Rubric], scenarios: Mapping[str, Scenario]
) -> tuple[Part, ...]:
    """What a lesson shows, in the order one reads it."""
    match lesson:
        case ConceptCard():
            parts = _concept(lesson)
        case CodingProblem():
            parts = _hints(lesson)
        case DesignProblem():
            parts = _design(lesson, rubrics)
        case Principle():
            parts = _principle(lesson, scenarios)
        case Scenario():
            parts = _scenario(lesson)
        case MockScript():
            parts = _mock(lesson, rubrics)
        case ReferenceText():
            parts = tuple(Part(section.heading, (section.text,)) for section in lesson.sections)
        case Faq():
            parts = (Part("Answer", (lesson.answer,)),)
    safe = tuple(
        Part(part.name, tuple(mrkdwn.escape(paragraph) for paragraph in part.paragraphs))
        for whole in parts
        for part in _fitting(whole)
    )
    return (_start(lesson), *safe) if isinstance(lesson, CodingProblem) else safe


def facts_of(lesson: Lesson) -> str:
    """Minutes, level and the like in one line; empty where there is nothing to say."""
    match lesson:
        case CodingProblem():
            facts = [
                lesson.difficulty,
                mrkdwn.duration(lesson.minutes),
                f"number {lesson.number}" if lesson.number else None,
            ]
        case DesignProblem():
            facts = [
                f"for {lesson.level}" if lesson.level else "for both levels",
                mrkdwn.duration(lesson.minutes),
            ]
        case MockScript():
            facts = [f"for {lesson.level}" if lesson.level else None, mrkdwn.duration(lesson.minutes)]
        case ReferenceText():
            level = f"for {lesson.level}" if lesson.level else None
            facts = [level, f"{mrkdwn.duration(lesson.minutes)} to read"]
        case ConceptCard():
            facts = [mrkdwn.duration(lesson.minutes)]
        case Principle():
            facts = [f"{lesson.short} for short"]
        case _:
            facts = []
    return ", ".join(fact for fact in facts if fact)


def _start(problem: CodingProblem) -> Part:
    link = f"<{problem.url}|Open the problem>" if problem.url else f"Look up problem {problem.number}"
    return Part(
        "Problem",
        (
            f"{link} and set a timer to {mrkdwn.duration(problem.minutes)}.",
            "Stuck for ten minutes? The first hint shows where to look, the second names the technique.",
        ),
    )


def _hints(problem: CodingProblem) -> tuple[Part, ...]:
    return (
        Part("First hint", (problem.hint,)),
        # The note often names the technique, so it comes with the hint that does.
        Part("Second hint", tuple(part for part in (problem.second_hint, problem.note) if part)),
        Part("Say aloud", (problem.aloud,)),
        Part("At scale", (problem.at_scale,)),
    )


def _concept(card: ConceptCard) -> tuple[Part, ...]:
    aws = f"*On AWS:* {', '.join(card.aws)}" if card.aws else None
    levels = (f"*At L6:* {card.l6}", f"*At L7:* {card.l7}", aws)
    return (
        Part(
            "Card",
            (
                f"*{card.question}*",
                card.answer,
                f"*Trade-off:* {card.trade_off}",
                f"*Not when:* {card.not_when}",
            ),
        ),
        Part("In the interview", tuple(part for part in levels if part)),
    )


def _design(design: DesignProblem, rubrics: Mapping[str, Rubric]) -> tuple[Part, ...]:
    numbers = _bullets(design.numbers)
    return (
        Part("The task", (design.prompt, f"*Who asks:* {design.asked_by}", f"*Size it for*\n{numbers}")),
        Part("Minute by minute", (_timetable(design.structure),)),
        Part("Decide aloud", (_bullets(design.decide),)),
        Part("Probes", tuple(_probe(probe) for probe in design.probes)),
        Part("Pitfalls", (_bullets(design.pitfalls),)),
        *_rubric(rubrics.get(design.rubric)),
    )


def _principle(principle: Principle, scenarios: Mapping[str, Scenario]) -> tuple[Part, ...]:
    pairs = ", ".join(scenarios[slug].title for slug in principle.scenarios if slug in scenarios)
    return (
        Part(
            "Meaning",
            (principle.meaning, f"*What it is not:* {principle.is_not}", f"*Core stories:* {pairs}"),
        ),
        Part("Questions", (_bullets(principle.questions),)),
        Part("Follow-ups", (_bullets(principle.follow_ups),)),
        Part(
            "Strong signs",
            (f"*At L6*\n{_bullets(principle.strong_l6)}", f"*At L7*\n{_bullets(principle.strong_l7)}"),
        ),
        Part("Red flags", (_bullets(principle.red_flags),)),
        Part("Find a story", (_bullets(principle.prompts),)),
    )


def _scenario(scenario: Scenario) -> tuple[Part, ...]:
    return (
        Part("What it is", (scenario.meaning, f"*At L6:* {scenario.l6}", f"*At L7:* {scenario.l7}")),
        Part("Find yours", (_bullets(scenario.prompts),)),
        Part(EXAMPLE, tuple(_fragment(one) for one in scenario.example)),
    )


def _mock(mock: MockScript, rubrics: Mapping[str, Rubric]) -> tuple[Part, ...]:
    return (
        Part("Timetable", (mock.purpose, _timetable(mock.timetable))),
        Part("Interviewer", (_bullets(mock.interviewer),)),
        Part("Questions", tuple(_probe(probe) for probe in mock.questions)),
        Part("Candidate", (_bullets(mock.candidate),)),
        Part("Feedback", (_bullets(mock.feedback),)),
        *_rubric(rubrics.get(mock.rubric)),
    )


def _rubric(rubric: Rubric | None) -> tuple[Part, ...]:
    if rubric is None:
        return ()
    rows = (
        f"*{criterion.name}*, weight {criterion.weight}\n"
        + "\n".join(f"{points}: {anchor}" for points, anchor in enumerate(criterion.anchors, start=1))
        for criterion in rubric.criteria
    )
    return (Part("Rubric", tuple(rows)),)


def _fitting(part: Part) -> tuple[Part, ...]:
    """The part, or pieces of it where it is long; each piece of an example is marked as one."""
    pieces = _pieces(part.paragraphs)
    lead = (MADE_UP,) if part.name == EXAMPLE else ()
    if len(pieces) == 1:
        return (Part(part.name, (*lead, *pieces[0])),)
    return tuple(
        Part(f"{part.name}, {number} of {len(pieces)}", (*lead, *piece))
        for number, piece in enumerate(pieces, start=1)
    )


def _pieces(paragraphs: Sequence[str]) -> list[tuple[str, ...]]:
    """Pieces of about the same length, cut between paragraphs; between lines where there is one paragraph."""
    lines = len(paragraphs) == 1 and "```" not in paragraphs[0]
    units = paragraphs[0].split("\n") if lines else list(paragraphs)
    length = sum(map(len, units))
    number = min(math.ceil(length / LONGEST_PART), len(units))
    pieces: list[list[str]] = [[]]
    so_far = 0
    for unit in units:
        # A unit belongs to the piece in which its middle lies.
        if pieces[-1] and (so_far + len(unit) / 2) * number > length * len(pieces):
            pieces.append([])
        pieces[-1].append(unit)
        so_far += len(unit)
    return [("\n".join(piece),) if lines else tuple(piece) for piece in pieces]


def _timetable(steps: Sequence[Step]) -> str:
    lines, start = [], 0
    for step in steps:
        lines.append(f"• *{start} to {start + step.minutes} min:* {step.do}")
        start += step.minutes
    return "\n".join(lines)


def _probe(probe: Probe) -> str:
    return f"*{probe.question}*\n{probe.good}"


def _fragment(fragment: Fragment) -> str:
    title = fragment.part.capitalize()
    return f"*{title}*\n_Before:_ {fragment.before}\n_After:_ {fragment.after}\n{fragment.why}"


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"• {line}" for line in lines)
