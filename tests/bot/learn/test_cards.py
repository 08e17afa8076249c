"""A lesson in parts: what each says, and in which order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.learn.cards import EXAMPLE, LONGEST_PART, MADE_UP, Part, facts_of, parts_of
from bot.learn.library import Lesson, Library
from content.packs import (
    CodingProblem,
    ConceptCard,
    DesignProblem,
    Fragment,
    MockScript,
    Principle,
    ReferenceText,
    Scenario,
)

Kind = type[Any]
SLACK_MARKS = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def parts(library: Library, lesson: Lesson) -> tuple[Part, ...]:
    """The lesson's parts, with the catalog it refers to."""
    return parts_of(lesson, library.catalog.rubrics, library.catalog.scenarios)


def text_of(found: tuple[Part, ...], name: str) -> str:
    """A part's text, of all its pieces where it was cut."""
    pieces = [part for part in found if part.name == name or part.name.startswith(f"{name}, ")]
    assert pieces, f"no part {name}; there are {[part.name for part in found]}"
    return "\n".join(paragraph for part in pieces for paragraph in part.paragraphs)


def all_of(library: Library, kind: Kind) -> list[Any]:
    return [entry.lesson for entry in library.entries.values() if isinstance(entry.lesson, kind)]


Says = Callable[[Any], list[tuple[str, str]]]
SAYS: dict[Kind, Says] = {
    CodingProblem: lambda one: [
        ("Problem", str(one.url)),
        ("First hint", one.hint),
        ("Second hint", one.second_hint),
        ("Second hint", one.note),
        ("Say aloud", one.aloud),
        ("At scale", one.at_scale),
    ],
    ConceptCard: lambda one: [
        *(("Card", text) for text in (one.question, one.answer, one.trade_off, one.not_when)),
        *(("In the interview", text) for text in (one.l6, one.l7, *one.aws)),
    ],
    DesignProblem: lambda one: [
        *(("The task", text) for text in (one.prompt, one.asked_by, *one.numbers)),
        *(("Minute by minute", step.do) for step in one.structure),
        *(("Decide aloud", text) for text in one.decide),
        *(("Probes", text) for probe in one.probes for text in (probe.question, probe.good)),
        *(("Pitfalls", text) for text in one.pitfalls),
    ],
    Principle: lambda one: [
        *(("Meaning", text) for text in (one.meaning, one.is_not)),
        *(("Questions", text) for text in one.questions),
        *(("Follow-ups", text) for text in one.follow_ups),
        *(("Strong signs", text) for text in (*one.strong_l6, *one.strong_l7)),
        *(("Red flags", text) for text in one.red_flags),
        *(("Find a story", text) for text in one.prompts),
    ],
    Scenario: lambda one: [
        *(("What it is", text) for text in (one.meaning, one.l6, one.l7)),
        *(("Find yours", text) for text in one.prompts),
        *(("An example", text) for part in one.example for text in (part.before, part.after, part.why)),
    ],
    MockScript: lambda one: [
        ("Timetable", one.purpose),
        *(("Timetable", step.do) for step in one.timetable),
        *(("Interviewer", text) for text in one.interviewer),
        *(("Questions", text) for probe in one.questions for text in (probe.question, probe.good)),
        *(("Candidate", text) for text in one.candidate),
        *(("Feedback", text) for text in one.feedback),
    ],
}


@pytest.mark.parametrize("kind", list(SAYS), ids=lambda kind: kind.__name__)
def test_each_part_says_what_the_content_says(library: Library, kind: Kind) -> None:
    for lesson in all_of(library, kind):
        found = parts(library, lesson)
        for name, text in SAYS[kind](lesson):
            assert (text or "").translate(SLACK_MARKS) in text_of(found, name), (lesson.slug, name)


def test_a_guide_has_a_part_for_each_section(library: Library) -> None:
    for guide in all_of(library, ReferenceText):
        assert [part.name for part in parts(library, guide)] == [one.heading for one in guide.sections]


def test_no_hint_is_shown_before_it_is_asked_for(library: Library) -> None:
    for problem in all_of(library, CodingProblem):
        first, hint, second, *_ = parts(library, problem)
        start = " ".join(first.paragraphs)

        assert [part.name for part in (first, hint, second)] == ["Problem", "First hint", "Second hint"]
        assert not any(said in start for said in (problem.hint, problem.second_hint, problem.note or "-"))
        assert problem.second_hint not in " ".join(hint.paragraphs)


def test_every_piece_of_an_example_is_marked_as_made_up(library: Library) -> None:
    for scenario in all_of(library, Scenario):
        examples = [part for part in parts(library, scenario) if part.name.startswith(EXAMPLE)]

        assert len(examples) == 2
        assert all(part.paragraphs[0] == MADE_UP for part in examples)


@pytest.mark.parametrize("kind", [DesignProblem, MockScript], ids=lambda kind: kind.__name__)
def test_a_round_ends_with_its_rubric(library: Library, kind: Kind) -> None:
    for lesson in all_of(library, kind):
        rubric = text_of(parts(library, lesson), "Rubric")

        for criterion in library.catalog.rubrics[lesson.rubric].criteria:
            assert f"*{criterion.name}*, weight {criterion.weight}" in rubric
            assert f"5: {criterion.anchors[4]}" in rubric


def test_a_timetable_counts_the_minutes(library: Library) -> None:
    mock = library.catalog.mocks["mock-behavioural-l6"]

    timetable = text_of(parts(library, mock), "Timetable")

    assert "• *0 to 5 min:* " in timetable
    assert f"to {mock.minutes} min:* " in timetable


def test_a_concept_without_a_service_has_no_line_for_one(library: Library) -> None:
    card = library.catalog.tasks["concept-quorums"]
    assert isinstance(card, ConceptCard)

    without = parts(library, card.model_copy(update={"aws": ()}))

    assert "On AWS" not in text_of(without, "In the interview")


def test_a_problem_without_a_link_is_named_by_its_number(library: Library) -> None:
    problem = library.catalog.tasks["lc-two-sum"]
    assert isinstance(problem, CodingProblem)

    first, *_ = parts(library, problem.model_copy(update={"url": None}))

    assert first.paragraphs[0].startswith("Look up problem 1 and set a timer")


class TestLength:
    def test_no_part_is_longer_than_two_screens_of_a_phone(self, library: Library) -> None:
        longest = LONGEST_PART * 1.15

        for entry in library.entries.values():
            for part in parts(library, entry.lesson):
                assert sum(map(len, part.paragraphs)) <= longest, (entry.slug, part.name)

    def test_a_long_text_is_cut_at_line_ends_and_nothing_is_lost(self, library: Library) -> None:
        lines = [f"Line {number} " + "x" * 90 for number in range(30)]

        pieces = parts(library, a_guide(library, "\n".join(lines)))[:-1]

        assert [piece.name for piece in pieces] == ["Long, 1 of 3", "Long, 2 of 3", "Long, 3 of 3"]
        assert [line for piece in pieces for line in piece.paragraphs[0].split("\n")] == lines
        sizes = [len(piece.paragraphs[0]) for piece in pieces]
        assert max(sizes) - min(sizes) < 200

    def test_a_block_of_code_stays_whole(self, library: Library) -> None:
        code = "```\n" + "line of code\n" * 150 + "```"

        first, *_ = parts(library, a_guide(library, code))

        assert first.paragraphs == (code,)

    def test_one_very_long_fragment_is_a_piece_of_its_own(self, library: Library) -> None:
        fragment = Fragment(part="action", before="b" * 30, after="a" * 120, why="w" * 30)
        scenario = library.catalog.scenarios["innovation"]
        long = fragment.model_copy(update={"after": "a" * 2000})

        found = parts(library, scenario.model_copy(update={"example": (fragment, long, fragment)}))

        assert sum(part.name.startswith(EXAMPLE) for part in found) >= 2
        assert text_of(found, EXAMPLE).count("*Action*") == 3


def a_guide(library: Library, text: str) -> ReferenceText:
    """A guide whose first section is this text."""
    guide = library.catalog.texts["star-guide"]
    first, second, *_ = guide.sections
    long = first.model_copy(update={"heading": "Long", "text": text})
    return guide.model_copy(update={"sections": (long, second)})


def test_marks_of_slack_in_the_content_are_shown_as_they_are(library: Library) -> None:
    card = library.catalog.tasks["concept-quorums"]
    assert isinstance(card, ConceptCard)
    sharp = card.model_copy(update={"answer": "R + W > N & <!channel>"})

    assert "R + W &gt; N &amp; &lt;!channel&gt;" in parts(library, sharp)[0].paragraphs


@pytest.mark.parametrize(
    ("slug", "facts"),
    [
        ("lc-missing-number", "easy, 20 min, number 268"),
        ("concept-quorums", "30 min"),
        ("design-chat", "for L6, 1 h"),
        ("mock-behavioural-l7", "for L7, 1 h"),
        ("star-guide", "6 min to read"),
        ("have-backbone", "HB for short"),
        ("innovation", ""),
        ("faq-stages", ""),
    ],
)
def test_facts_are_one_line(library: Library, slug: str, facts: str) -> None:
    assert facts_of(library.entries[slug].lesson) == facts
