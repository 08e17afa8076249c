"""Finds the task that was meant by a name or a number."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz, process, utils

from bot.learn.search import NAME, TITLE, Index
from bot.log.entries import Activity
from content.catalog import Catalog
from content.schema import Task

ACTIVITY_OF: Mapping[str, Activity] = {
    "problem": "coding",
    "concept": "concept",
    "design": "design",
    "story": "story",
    "rehearsal": "story",
    "mock": "mock",
}
"""Kind of task to the activity it is logged as; readings are not logged."""
OFFERED: tuple[Activity, ...] = ("coding", "concept", "design")
"""What the form's select looks through while no activity is chosen."""
MOST_OFFERED = 20
MOST_NEAR = 3
CLOSE_ENOUGH, CLEARLY, NEAR = 85, 5, 60
"""Of 100: how alike a slip must be, by how much more than the next one, and to be worth a question."""
LONGEST = 150
_NUMBER = re.compile(r"(?:#|no\.?|nr\.?|number|lc-?)?\s*([0-9]{1,5})")


@dataclass(frozen=True, slots=True)
class Found:
    """The task, or those that come near."""

    task: Task | None
    near: tuple[Task, ...] = ()


@dataclass(frozen=True)
class TaskNames:
    """The tasks of the catalog by what people call them."""

    catalog: Catalog

    def exact(self, activity: Activity, typed: str) -> Task | None:
        """The task of exactly this title, slug or number."""
        number = _NUMBER.fullmatch(typed.strip().lower())
        if number is not None:
            return self._numbers.get((activity, int(number[1])))
        return self._titles[activity].get(_plain(typed)) or self._slugs[activity].get(typed.strip().lower())

    def find(self, activity: Activity, typed: str) -> Found:
        """The task that is clearly meant: its name, the only one with these words, or one with a slip."""
        typed = typed[:LONGEST]
        task = self.exact(activity, typed)
        if task is not None:
            return Found(task)
        titles = self._titles[activity]
        wanted = set(_plain(typed).split())
        holding = [task for title, task in titles.items() if wanted and wanted <= set(title.split())]
        if len(holding) == 1:
            return Found(holding[0])
        alike = process.extract(
            _plain(typed), list(titles), scorer=fuzz.ratio, limit=MOST_NEAR, score_cutoff=NEAR
        )
        best, second = [*(score for _, score, _ in alike), 0, 0][:2]
        if not holding and best >= CLOSE_ENOUGH and best - second >= CLEARLY:
            return Found(titles[alike[0][0]])
        near = holding or [titles[title] for title, _, _ in alike]
        return Found(None, tuple(near[:MOST_NEAR]))

    def search(self, typed: str, activity: Activity | None = None) -> tuple[Task, ...]:
        """What a select offers for what is typed, the best first."""
        activities = (activity,) if activity else OFFERED
        offered = {task.slug: task for one in activities for task in self._of[one]}
        if not _plain(typed):
            return tuple(offered.values())[:MOST_OFFERED]
        exact = [task.slug for one in activities if (task := self.exact(one, typed[:LONGEST]))]
        found = self._index.search(typed, len(self.catalog.tasks))
        slugs = dict.fromkeys(slug for slug in (*exact, *found) if slug in offered)
        return tuple(offered[slug] for slug in slugs)[:MOST_OFFERED]

    def activity_of(self, slug: str) -> Activity | None:
        """What the task is logged as; None for one that is not."""
        task = self.catalog.tasks.get(slug)
        return ACTIVITY_OF.get(task.kind) if task is not None else None

    def title(self, slug: str | None) -> str | None:
        """The title of a task; None without one, or where the content does not have it any more."""
        task = self.catalog.tasks.get(slug or "")
        return task.title if task is not None else None

    @cached_property
    def _of(self) -> Mapping[Activity, list[Task]]:
        found: dict[Activity, list[Task]] = {activity: [] for activity in ACTIVITY_OF.values()}
        for task in self.catalog.tasks.values():
            activity = ACTIVITY_OF.get(task.kind)
            if activity is not None:
                found[activity].append(task)
        return found

    @cached_property
    def _index(self) -> Index:
        return Index(
            {
                task.slug: ((task.title, TITLE), (task.slug.replace("-", " "), NAME))
                for tasks in self._of.values()
                for task in tasks
            }
        )

    @cached_property
    def _titles(self) -> Mapping[Activity, Mapping[str, Task]]:
        return {
            activity: {_plain(task.title): task for task in reversed(tasks)}
            for activity, tasks in self._of.items()
        }

    @cached_property
    def _slugs(self) -> Mapping[Activity, Mapping[str, Task]]:
        return {activity: {task.slug: task for task in tasks} for activity, tasks in self._of.items()}

    @cached_property
    def _numbers(self) -> Mapping[tuple[Activity, int], Task]:
        return {
            (activity, task.number): task
            for activity, tasks in self._of.items()
            for task in tasks
            if task.number is not None
        }


def _plain(title: str) -> str:
    """Lower case, without punctuation and the article before it."""
    words = utils.default_process(title).split()
    return " ".join(words[1:] if len(words) > 1 and words[0] in ("a", "an", "the") else words)
