"""The shelves: every lesson of the catalog stands on one, once."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from bot.learn.library import ALL, GUIDE_GROUPS, Library
from content.loader import Catalog
from content.packs import CodingProblem, ConceptCard, DesignProblem

RUNGS = ("beginner", "intermediate", "advanced")


def lessons_of(catalog: Catalog) -> list[str]:
    """Slugs of everything that can be learned."""
    kinds = (CodingProblem, ConceptCard, DesignProblem)
    tasks = [task.slug for task in catalog.tasks.values() if isinstance(task, kinds)]
    return [
        *catalog.texts,
        *catalog.principles,
        *catalog.scenarios,
        *tasks,
        *catalog.mocks,
        *catalog.faq,
    ]


def test_every_lesson_stands_on_a_shelf_once(library: Library, catalog: Catalog) -> None:
    shelved = [
        entry.slug for groups in library.shelves.values() for group in groups.values() for entry in group
    ]

    assert Counter(shelved) == Counter(lessons_of(catalog))


def test_no_slug_is_used_by_two_kinds(catalog: Catalog) -> None:
    assert [slug for slug, times in Counter(lessons_of(catalog)).items() if times > 1] == []


def test_an_entry_knows_where_it_stands(library: Library) -> None:
    for shelf, groups in library.shelves.items():
        for group, entries in groups.items():
            for entry in entries:
                assert (entry.shelf, entry.group) == (shelf, group)
                assert library.neighbours(entry) == entries
                assert entry.place == (shelf if group == ALL else group)


def test_the_shelves_are_in_the_order_of_a_preparation(library: Library) -> None:
    assert list(library.shelves) == [
        "Guides",
        "Leadership Principles",
        "Core stories",
        "Coding problems",
        "Design concepts",
        "Design problems",
        "Mock interviews",
        "Questions and answers",
    ]


def test_the_problems_of_a_pattern_climb(library: Library) -> None:
    for pattern, entries in library.shelves["Coding problems"].items():
        rungs = [entry.lesson.rung for entry in entries if isinstance(entry.lesson, CodingProblem)]

        assert rungs == sorted(rungs, key=RUNGS.index), pattern


def test_guides_to_the_interview_come_before_those_to_practice(library: Library) -> None:
    assert list(library.shelves["Guides"]) == list(dict.fromkeys(GUIDE_GROUPS.values()))


def test_principles_come_in_their_own_order(library: Library, catalog: Catalog) -> None:
    shown = [entry.slug for entry in library.shelves["Leadership Principles"][ALL]]

    assert shown == sorted(shown, key=lambda slug: catalog.principles[slug].position)


def test_an_abbreviation_names_its_topic_in_capitals(library: Library) -> None:
    assert "AI" in library.shelves["Design concepts"]
    assert "Two pointers" in library.shelves["Coding problems"]


def test_what_is_retired_is_not_learned(catalog: Catalog) -> None:
    retired = catalog.tasks["lc-two-sum"].model_copy(update={"status": "retired"})
    library = Library(replace(catalog, tasks={**catalog.tasks, "lc-two-sum": retired}))

    assert "lc-two-sum" not in library.entries
    assert library.named("lc-two-sum") is None


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("lc-lru-cache", "lc-lru-cache"),
        ("  LC-LRU-Cache ", "lc-lru-cache"),
        ("Earn trust", "earn-trust"),
        ("lru", None),
        ("", None),
    ],
)
def test_a_slug_or_a_title_names_one_lesson(library: Library, typed: str, slug: str | None) -> None:
    named = library.named(typed)

    assert (named.slug if named else None) == slug
