"""
What is left of a plan, and where the pace of the last weeks leads.

Left: the plan's tasks until its end or the interview, whichever comes first, that are not done; see `undone`.
What was logged without a name since the plan began takes the place of one task each. Pace = what was logged
in the last 28 days, or since the plan began if that is shorter, divided by those days. Reached = pace x days
left, a half rounded up. Short = left less reached, never below zero. Before seven days of a plan it is too
early to say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, NamedTuple

from bot import mrkdwn
from content.schema import Task

Kind = Literal["coding", "concept", "design", "story", "mock"]
KINDS: tuple[Kind, ...] = ("coding", "design", "concept", "story", "mock")
"""As they are listed."""
NOUNS: Mapping[Kind, tuple[str, str]] = {
    "coding": ("problem", "problems"),
    "design": ("design", "designs"),
    "concept": ("concept", "concepts"),
    "story": ("story task", "story tasks"),
    "mock": ("mock", "mocks"),
}
LOOK_BACK_DAYS = 28
FEWEST_DAYS = 7
REPEATED = ("mock", "rehearsal")
"""Kinds of tasks that are done as often as they are planned."""


class Placed(NamedTuple):
    """A task in a week of a plan."""

    week: int
    task: str
    times: int = 1
    competency: str | None = None


class Logged(NamedTuple):
    """So many of a kind on a day."""

    on: date
    kind: str
    task: str | None
    number: int = 1
    minutes: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Forecast:
    """Where the pace leads. `done` and `days` are what it was measured by."""

    left: Mapping[Kind, int]
    done: Mapping[Kind, int]
    short: Mapping[Kind, int]
    days: int
    days_left: int
    ends_on: date
    is_interview: bool
    """Whether it ends with the interview, not with the plan."""

    @property
    def is_early(self) -> bool:
        return self.days < FEWEST_DAYS

    @property
    def is_over(self) -> bool:
        return self.days_left <= 0

    @property
    def is_behind(self) -> bool:
        return not self.is_early and any(self.short.values())


def kind_of(task: Task) -> Kind | None:
    """What it is logged as; None for what the log does not know."""
    match task.kind:
        case "problem":
            return "coding"
        case "concept" | "design" | "story" | "mock" as same:
            return same
        case "rehearsal":
            return "story" if task.track == "behavioural" else None
        case _:
            return None


def undone(
    placed: Iterable[Placed],
    tasks: Mapping[str, Task],
    logged: Iterable[Logged],
    without: Collection[str],
    *,
    starts_on: date,
    this_week: int,
) -> list[Placed]:
    """
    What of the plan is not done yet, each task at its next place, or at its last one where that is gone.

    `without` are tasks that were solved before or dropped. A missed mock counts unless the same is planned
    again; a missed rehearsal does not.
    """
    ever: set[str] = set(without)
    by_week: dict[str, Counter[int]] = {}
    for one in logged:
        if one.task is not None:
            ever.add(one.task)
            week = (one.on - starts_on).days // 7 + 1
            by_week.setdefault(one.task, Counter())[week] += one.number
    open_at: dict[tuple[str, int], Placed] = {}
    placed = list(placed)
    ahead = {entry.task for entry in placed if entry.week >= this_week}
    for entry in placed:
        task = tasks.get(entry.task)
        if task is None or kind_of(task) is None or entry.task in without:
            continue
        is_missed = entry.week < this_week
        if is_missed and entry.task in ahead:
            continue
        if task.kind not in REPEATED:
            if entry.task not in ever:
                open_at.setdefault((entry.task, 0), entry)
            continue
        done = by_week.get(entry.task, Counter[int]())
        if is_missed:
            times = entry.times - sum(number for on_week, number in done.items() if on_week > 0)
            if task.kind == "mock" and times > 0:
                open_at[entry.task, 0] = entry._replace(times=times)
        elif (times := entry.times - done[entry.week]) > 0:
            open_at[entry.task, entry.week] = entry._replace(times=times)
    return sorted(open_at.values(), key=lambda one: one.week)


def forecast(
    left: Iterable[Placed],
    tasks: Mapping[str, Task],
    logged: Iterable[Logged],
    *,
    starts_on: date,
    ends_on: date,
    today: date,
    is_interview: bool,
) -> Forecast:
    """Where the pace leads from today on; today itself is counted as gone."""
    remaining, done = Counter[Kind](), Counter[Kind]()
    for entry in left:
        kind = kind_of(tasks[entry.task])
        if kind is not None:
            remaining[kind] += entry.times
    days = min(LOOK_BACK_DAYS, max((today - starts_on).days + 1, 0))
    first = today - timedelta(days=days - 1)
    for logged_one in logged:
        kind = next((known for known in KINDS if known == logged_one.kind), None)
        if kind is None:
            continue
        if first <= logged_one.on <= today:
            done[kind] += logged_one.number
        if logged_one.task is None and logged_one.on >= starts_on:
            remaining[kind] = max(remaining[kind] - logged_one.number, 0)
    days_left = max((ends_on - today).days, 0)
    short = {}
    for kind in KINDS:
        reached = (2 * done[kind] * days_left + days) // (2 * days) if days else 0
        short[kind] = max(remaining[kind] - reached, 0)
    return Forecast(
        left={kind: remaining[kind] for kind in KINDS},
        done={kind: done[kind] for kind in KINDS},
        short=short,
        days=days,
        days_left=days_left,
        ends_on=ends_on,
        is_interview=is_interview,
    )


def sentence(found: Forecast) -> str:
    """Where it leads, in words."""
    on = mrkdwn.day(found.ends_on)
    if found.is_over:
        what = "interview date" if found.is_interview else "plan's last day"
        return f"Your {what} has come: nothing is left to forecast."
    if found.is_early:
        return "It is early to say where this pace leads: that takes a week of your plan."
    missing = listed(found.short)
    if not missing:
        return f"At this pace you reach all of your plan by {on}."
    return f"At this pace {missing} short on {on}."


def assumption(found: Forecast) -> str:
    """What the forecast is measured by; empty where there is none."""
    if found.is_early or found.is_over:
        return ""
    done = listed(found.done) or "nothing"
    return (
        f"Measured by your last {mrkdwn.count(found.days, 'day')} ({done} logged), "
        "and as if the days to come were like them."
    )


def listed(counts: Mapping[Kind, int]) -> str:
    """7 problems, 1 design and 2 mocks; empty when there is nothing."""
    parts = [mrkdwn.count(counts[kind], *NOUNS[kind]) for kind in KINDS if counts.get(kind)]
    return " and ".join([part for part in (", ".join(parts[:-1]), parts[-1]) if part]) if parts else ""
