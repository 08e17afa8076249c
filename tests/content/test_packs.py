"""How much there is of everything, and that it covers every level, principle and round."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from functools import cache
from typing import get_args

import pytest

from content.catalog import Catalog
from content.packs import CodingProblem, ConceptCard, DesignProblem, MockScript, Occasion
from content.schema import Competency, Level, Task
from tests.content.texts import nothing

LEVELS: tuple[Level, ...] = get_args(Level)
MOCK_KINDS = set(get_args(MockScript.model_fields["kind"].annotation))
HARDNESS = {"easy": 1, "medium": 2, "hard": 3}
RUNGS = ("beginner", "intermediate", "advanced")
FEWEST_FOR_A_LADDER = 2
STORY_OF = {
    "hire-and-develop-the-best": "story-hire-and-develop",
    "insist-on-the-highest-standards": "story-highest-standards",
    "earths-best-employer": "story-best-employer",
}
"""Principles whose story task has a shorter slug than theirs."""


def problems(catalog: Catalog) -> list[CodingProblem]:
    return [task for task in catalog.tasks.values() if isinstance(task, CodingProblem)]


def cards(catalog: Catalog) -> dict[str, ConceptCard]:
    return {slug: task for slug, task in catalog.tasks.items() if isinstance(task, ConceptCard)}


def designs(catalog: Catalog) -> list[DesignProblem]:
    return [task for task in catalog.tasks.values() if isinstance(task, DesignProblem)]


def by_pattern(tasks: Collection[Task]) -> dict[str, list[Task]]:
    groups: dict[str, list[Task]] = defaultdict(list)
    for task in tasks:
        groups[task.pattern or "none"].append(task)
    return groups


@pytest.mark.parametrize(
    ("counted", "fewest"),
    [
        pytest.param(problems, 100, id="coding problems"),
        pytest.param(lambda c: by_pattern(problems(c)), 12, id="patterns"),
        pytest.param(cards, 90, id="concept cards"),
        pytest.param(designs, 40, id="design problems"),
        pytest.param(lambda c: [d for d in designs(c) if d.level == "L6"], 20, id="designs for L6"),
        pytest.param(lambda c: [d for d in designs(c) if d.level == "L7"], 14, id="designs for L7"),
        pytest.param(lambda c: [d for d in designs(c) if d.level is None], 5, id="starter designs"),
        pytest.param(lambda c: c.texts, 20, id="reference texts"),
        pytest.param(lambda c: c.faq, 30, id="questions people ask"),
        pytest.param(lambda c: {faq.group for faq in c.faq.values()}, 9, id="groups of questions"),
    ],
)
def test_there_is_enough(
    catalog: Catalog, counted: Callable[[Catalog], Collection[object]], fewest: int
) -> None:
    assert len(counted(catalog)) >= fewest


@pytest.mark.parametrize(
    ("counted", "number"),
    [
        pytest.param(lambda c: c.forms["quick"].items, 12, id="statements"),
        pytest.param(lambda c: c.forms["complete"].items, 20, id="questions"),
        pytest.param(lambda c: c.principles, 16, id="Leadership Principles"),
        pytest.param(lambda c: c.scenarios, 5, id="core scenarios"),
        pytest.param(lambda c: c.stories.star, 4, id="parts of a story"),
    ],
)
def test_there_are_exactly(
    catalog: Catalog, counted: Callable[[Catalog], Collection[object]], number: int
) -> None:
    assert len(counted(catalog)) == number


@pytest.mark.parametrize("occasion", get_args(Occasion))
def test_the_wording_of_a_message_can_rotate_for_weeks(catalog: Catalog, occasion: Occasion) -> None:
    wordings = [message for message in catalog.messages.values() if message.occasion == occasion]
    for_everybody = [message for message in wordings if message.audience == "all"]

    assert len(wordings) >= (60 if occasion == "tip" else 8)
    assert len(for_everybody) >= 8


class TestCoding:
    def test_every_pattern_with_several_problems_is_a_ladder(self, catalog: Catalog) -> None:
        """At least two rungs, the first for beginners. `sorting` holds one problem that fits nowhere else."""
        flat = []
        for pattern, tasks in by_pattern(problems(catalog)).items():
            rungs = {task.rung for task in tasks if isinstance(task, CodingProblem)}
            if len(tasks) >= FEWEST_FOR_A_LADDER and (len(rungs) < 2 or "beginner" not in rungs):
                flat.append(f"{pattern}: {', '.join(sorted(rungs))}")
        nothing(flat)

    def test_twelve_patterns_lead_up_to_the_advanced(self, catalog: Catalog) -> None:
        full = [
            pattern
            for pattern, tasks in by_pattern(problems(catalog)).items()
            if {task.rung for task in tasks if isinstance(task, CodingProblem)} == set(RUNGS)
        ]

        assert len(full) >= 12

    def test_within_a_pattern_a_higher_rung_is_never_easier_on_average(self, catalog: Catalog) -> None:
        falling = []
        for pattern, tasks in by_pattern(problems(catalog)).items():
            last = 0.0
            for rung in RUNGS:
                found = [
                    HARDNESS[task.difficulty or "medium"]
                    for task in tasks
                    if getattr(task, "rung", "") == rung
                ]
                if found:
                    average = sum(found) / len(found)
                    falling += [f"{pattern}, {rung}"] if average < last else []
                    last = average
        nothing(falling)

    def test_the_first_hint_keeps_the_name_of_the_technique_to_itself(self, catalog: Catalog) -> None:
        told = []
        for problem in problems(catalog):
            name = (problem.pattern or "").replace("-", " ")
            if problem.pattern not in {"arrays", "design", "math", "strings", "sorting", "linked-list"}:
                told += [f"{problem.slug}, hint: {problem.hint}"] if name in problem.hint.lower() else []
        nothing(told)


class TestConcepts:
    def test_every_group_rises_from_cards_that_need_less(self, catalog: Catalog) -> None:
        known = cards(catalog)

        @cache
        def depth(slug: str) -> int:
            return max((1 + depth(needed) for needed in known[slug].needs), default=0)

        level_groups = [
            group
            for group, tasks in by_pattern(known.values()).items()
            if len({depth(task.slug) for task in tasks}) < 2
        ]
        nothing(level_groups)

    def test_a_card_stands_after_the_cards_of_its_group_that_it_needs(self, catalog: Catalog) -> None:
        known = cards(catalog)
        order = {slug: place for place, slug in enumerate(known)}
        nothing(
            f"{card.slug}, needs: {needed} comes later"
            for card in known.values()
            for needed in card.needs
            if known[needed].pattern == card.pattern and order[needed] > order[card.slug]
        )

    def test_what_the_levels_add_differs(self, catalog: Catalog) -> None:
        nothing(card.slug for card in cards(catalog).values() if card.l6 == card.l7)


class TestPrinciples:
    def test_each_has_eight_questions_or_more(self, catalog: Catalog) -> None:
        nothing(slug for slug, principle in catalog.principles.items() if len(principle.questions) < 8)

    def test_each_has_a_story_task_and_no_story_task_is_shared(self, catalog: Catalog) -> None:
        tasks = {slug: STORY_OF.get(slug, f"story-{slug}") for slug in catalog.principles}

        nothing(f"{slug}: {task}" for slug, task in tasks.items() if task not in catalog.tasks)
        assert len(set(tasks.values())) == 16

    def test_positions_count_from_one_to_sixteen_and_letters_differ(self, catalog: Catalog) -> None:
        principles = catalog.principles.values()

        assert [principle.position for principle in principles] == list(range(1, 17))
        assert len({principle.short for principle in principles}) == 16

    def test_each_core_scenario_serves_three_principles_or_more(self, catalog: Catalog) -> None:
        used = [slug for principle in catalog.principles.values() for slug in principle.scenarios]

        nothing(slug for slug in catalog.scenarios if used.count(slug) < 3)

    def test_each_core_scenario_has_a_story_task(self, catalog: Catalog) -> None:
        cores = [task for task in catalog.tasks.values() if task.slug.startswith("story-core-")]

        assert len(cores) == len(catalog.scenarios)

    def test_an_example_walks_through_all_four_parts_in_order(self, catalog: Catalog) -> None:
        order = ["situation", "task", "action", "result"]
        for slug, scenario in catalog.scenarios.items():
            parts = [fragment.part for fragment in scenario.example]
            assert set(parts) == set(order), slug
            assert parts == sorted(parts, key=order.index), slug


@pytest.mark.parametrize("level", LEVELS)
class TestForEitherLevel:
    def test_every_competency_leads_to_five_tasks(self, catalog: Catalog, level: Level) -> None:
        def fitting(competency: Competency) -> int:
            return sum(catalog.tasks[slug].level in (None, level) for slug in competency.study)

        nothing(slug for slug, one in catalog.competencies.items() if fitting(one) < 5)

    def test_every_kind_of_mock_has_a_script_and_a_rubric_that_fits(
        self, catalog: Catalog, level: Level
    ) -> None:
        scripts = [mock for mock in catalog.mocks.values() if mock.level in (None, level)]

        assert {mock.kind for mock in scripts} == MOCK_KINDS
        nothing(m.slug for m in scripts if catalog.rubrics[m.rubric].level not in (None, m.level or "L6"))

    def test_designs_are_scored_by_the_rubric_of_their_level(self, catalog: Catalog, level: Level) -> None:
        mine = [design for design in designs(catalog) if design.level == level]

        nothing(d.slug for d in mine if catalog.rubrics[d.rubric].level != level)

    def test_there_are_tips_for_the_level(self, catalog: Catalog, level: Level) -> None:
        assert sum(message.audience == level for message in catalog.messages.values()) >= 3


def test_every_rubric_is_used(catalog: Catalog) -> None:
    used = {mock.rubric for mock in catalog.mocks.values()} | {design.rubric for design in designs(catalog)}

    assert set(catalog.rubrics) - used == set()


def test_every_round_of_the_interview_has_a_competency_a_text_and_a_mock(catalog: Catalog) -> None:
    tracks = {competency.track for competency in catalog.competencies.values()}

    assert {text.track for text in catalog.texts.values()} >= tracks
    assert {mock.kind for mock in catalog.mocks.values()} >= tracks
