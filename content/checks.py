"""What must fit together across files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from content.catalog import Form, FormName
from content.faults import Fault
from content.packs import ConceptCard, DesignProblem, MockScript, Principle
from content.schema import DIMENSIONS, Band, Competency, Item, Plan
from content.shelf import Placed, Shelf, must_know


def across(
    *,
    tasks: Shelf[Any],
    competencies: Shelf[Competency],
    plans: Shelf[Plan],
    principles: Shelf[Principle],
    scenarios: Shelf[Any],
    mocks: Shelf[MockScript],
    rubrics: Shelf[Any],
    texts: Shelf[Any],
    items: Shelf[Item],
    bands: Shelf[Band],
    forms: Mapping[FormName, Form],
) -> Iterator[Fault]:
    """Every reference leads somewhere, nothing goes in circles, and nothing is left uncovered."""
    for competency in competencies:
        for place, slug in enumerate(competency.entry.study):
            yield from must_know(slug, tasks, competency, ("study", place))
    for plan in plans:
        yield from _plan(plan, tasks, texts)
    for item in items:
        yield from must_know(item.entry.competency, competencies, item, ("competency",))
    yield from _dimensions(items, competencies, forms)
    yield from _bands(bands, plans)
    for task in tasks:
        if isinstance(task.entry, DesignProblem):
            yield from must_know(task.entry.rubric, rubrics, task, ("rubric",))
    yield from _prerequisites(tasks)
    for mock in mocks:
        yield from must_know(mock.entry.rubric, rubrics, mock, ("rubric",))
    for principle in principles:
        for place, slug in enumerate(principle.entry.scenarios):
            yield from must_know(slug, scenarios, principle, ("scenarios", place))


def _plan(plan: Placed[Plan], tasks: Shelf[Any], texts: Shelf[Any]) -> Iterator[Fault]:
    for number, week in enumerate(plan.entry.weeks):
        for place, entry in enumerate(week.tasks):
            yield from must_know(entry.task, tasks, plan, ("weeks", number, "tasks", place, "task"))
        for place, slug in enumerate(week.reading):
            yield from must_know(slug, texts, plan, ("weeks", number, "reading", place))


def _dimensions(
    items: Shelf[Item], competencies: Shelf[Competency], forms: Mapping[FormName, Form]
) -> Iterator[Fault]:
    by_slug = competencies.by_slug()
    places = {placed.entry.slug: placed for placed in items}
    for form in forms.values():
        if any(item.competency not in by_slug for item in form.items):
            continue
        covered = {by_slug[item.competency].dimension for item in form.items}
        first = places[form.items[0].slug]
        for dimension in DIMENSIONS:
            if dimension not in covered:
                problem = f"no item measures the {dimension} dimension"
                yield first.document.fault((first.loc[0],), problem, "Add at least one")


def _bands(bands: Shelf[Band], plans: Shelf[Plan]) -> Iterator[Fault]:
    expected = 100
    last: Placed[Band] | None = None
    for placed in bands:
        band, last = placed.entry, placed
        yield from must_know(band.plan, plans, placed, ("plan",))
        if band.highest != expected or band.lowest > band.highest:
            fix = f"Let this band end at {expected} and begin below it; list the highest band first"
            yield placed.fault(("highest",), "the bands leave a gap or overlap", fix)
        expected = band.lowest - 1
    if last is not None and expected != -1:
        yield last.fault(("lowest",), "scores below it have no band", "Use lowest: 0")


def _prerequisites(tasks: Shelf[Any]) -> Iterator[Fault]:
    """Cards to know first are cards, and no card needs itself by any way round."""
    cards = {placed.entry.slug: placed for placed in tasks if isinstance(placed.entry, ConceptCard)}
    done: set[str] = set()

    def visit(slug: str, way: tuple[str, ...]) -> Iterator[Fault]:
        if slug in done:
            return
        placed = cards[slug]
        for place, needed in enumerate(placed.entry.needs):
            if needed in (*way, slug):
                circle = " -> ".join((*way, slug, needed))
                yield placed.fault(
                    ("needs", place), f"the cards go in a circle: {circle}", "Remove one of them"
                )
            elif needed in cards:
                yield from visit(needed, (*way, slug))
            else:
                yield from must_know(needed, _CardShelf(cards), placed, ("needs", place))
        done.add(slug)

    for slug in cards:
        yield from visit(slug, ())


class _CardShelf(Shelf[ConceptCard]):
    """Only the cards among the tasks."""

    def __init__(self, cards: dict[str, Placed[ConceptCard]]) -> None:
        super().__init__("concept card", [])
        self._placed = cards
