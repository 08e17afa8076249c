"""Coverage of the content as tables, for editors: what there is much of, and what is thin."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from content.catalog import Catalog
from content.packs import CodingProblem, ConceptCard, DesignProblem
from content.schema import TRACKS, Level, Plan

LEVELS: tuple[Level, ...] = ("L6", "L7")


def tables(catalog: Catalog) -> str:
    """All tables, ready to print."""
    parts = (_packs, _plans, _budgets, _ladders, _concepts, _competencies)
    return "\n\n".join("\n".join(part(catalog)) for part in parts)


def _packs(catalog: Catalog) -> Iterator[str]:
    problems = [task for task in catalog.tasks.values() if isinstance(task, CodingProblem)]
    concepts = [task for task in catalog.tasks.values() if isinstance(task, ConceptCard)]
    designs = [task for task in catalog.tasks.values() if isinstance(task, DesignProblem)]
    rows: list[tuple[object, ...]] = [
        ("statements and questions", sum(len(form.items) for form in catalog.forms.values())),
        ("competencies", len(catalog.competencies)),
        ("coding problems", len(problems)),
        ("concept cards", len(concepts)),
        ("design problems", len(designs)),
        *((f"  for {level}", sum(design.level == level for design in designs)) for level in LEVELS),
        ("other tasks", len(catalog.tasks) - len(problems) - len(concepts) - len(designs)),
        ("principles", len(catalog.principles)),
        ("  their questions", sum(len(one.questions) for one in catalog.principles.values())),
        ("mock scripts", len(catalog.mocks)),
        ("reference texts", len(catalog.texts)),
        ("questions and answers", len(catalog.faq)),
        *sorted((f"messages: {name}", count) for name, count in _occasions(catalog).items()),
    ]
    yield from _table(("Pack", "Entries"), rows)


def _occasions(catalog: Catalog) -> Counter[str]:
    return Counter(message.occasion for message in catalog.messages.values())


def _plans(catalog: Catalog) -> Iterator[str]:
    rows = [_plan_row(catalog, plan) for plan in catalog.plans.values()]
    yield from _table(("Plan", "Weeks", "Shortest", "Tasks", *(f"{track} h" for track in TRACKS)), rows)


def _plan_row(catalog: Catalog, plan: Plan) -> tuple[object, ...]:
    minutes: Counter[str] = Counter()
    used: set[str] = set()
    for week in plan.weeks:
        for entry in week.tasks:
            task = catalog.tasks[entry.task]
            minutes[task.track] += task.minutes * entry.times
            used.add(entry.task)
    hours = (minutes[track] // 60 for track in TRACKS)
    return (plan.title, len(plan.weeks), plan.fewest_weeks, len(used), *hours)


def _budgets(catalog: Catalog) -> Iterator[str]:
    """Hours by track in the plan's mean week, for a small, a normal and a large budget."""
    rows = []
    for plan in catalog.plans.values():
        for name in ("small", "normal", "large"):
            hours = getattr(plan.budgets, name)
            shares = (
                sum(hours * week.load * getattr(week.share, track) for week in plan.weeks)
                / (10_000 * len(plan.weeks))
                for track in TRACKS
            )
            rows.append((f"{plan.title}, {name}", hours, *(f"{share:.1f}" for share in shares)))
    yield from _table(("Hours a week", "Budget", *TRACKS), rows)


def _ladders(catalog: Catalog) -> Iterator[str]:
    counts: Counter[tuple[str, str]] = Counter(
        (task.pattern or "", task.rung) for task in catalog.tasks.values() if isinstance(task, CodingProblem)
    )
    rungs = ("beginner", "intermediate", "advanced")
    rows = [
        (pattern, *(counts[pattern, rung] for rung in rungs))
        for pattern in sorted({key[0] for key in counts})
    ]
    yield from _table(("Pattern", *rungs), rows)


def _concepts(catalog: Catalog) -> Iterator[str]:
    counts = Counter(task.pattern for task in catalog.tasks.values() if isinstance(task, ConceptCard))
    yield from _table(
        ("Concept group", "Cards"), sorted((str(name), count) for name, count in counts.items())
    )


def _competencies(catalog: Catalog) -> Iterator[str]:
    rows = []
    for competency in catalog.competencies.values():
        tasks = [catalog.tasks[slug] for slug in competency.study]
        for_level = (sum(task.level in (None, level) for task in tasks) for level in LEVELS)
        rows.append((competency.title, competency.dimension, *for_level))
    yield from _table(("Competency", "Dimension", *(f"tasks {level}" for level in LEVELS)), rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in (list(head), *cells)) for column in range(len(head))]
    for row in (list(head), ["-" * width for width in widths], *cells):
        yield "  ".join(
            cell.ljust(width) if number == 0 else cell.rjust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
