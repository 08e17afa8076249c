"""A week in four numbers: designs, coding problems, stories and mocks, as goals or as work done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Literal, Self

from bot import mrkdwn

Goal = Literal["designs", "coding", "stories", "mocks"]
GOALS: tuple[Goal, ...] = ("designs", "coding", "stories", "mocks")
GOAL_OF: Mapping[str, Goal] = {"design": "designs", "coding": "coding", "story": "stories", "mock": "mocks"}
"""Activity in the log to the goal it counts for; a concept counts for none of them."""
CONCEPT = "concept"
NOUNS: Mapping[Goal, tuple[str, str]] = {
    "designs": ("full design", "full designs"),
    "coding": ("coding problem", "coding problems"),
    "stories": ("story", "stories"),
    "mocks": ("mock interview", "mock interviews"),
}
MOST = 99
"""Of each in a week; more is a slip of the finger."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """How many of each in a week."""

    designs: int = 0
    coding: int = 0
    stories: int = 0
    mocks: int = 0

    @classmethod
    def read(cls, stored: Mapping[str, int] | None) -> Self:
        """From what is stored; what is not there counts as none."""
        return cls(**{goal: int((stored or {}).get(goal, 0)) for goal in GOALS})

    @classmethod
    def of_log(cls, logged: Mapping[str, int]) -> Self:
        """From activity to number, as logged; never more than the form takes."""
        return cls(**{goal: min(logged.get(activity, 0), MOST) for activity, goal in GOAL_OF.items()})

    def to_dict(self) -> dict[str, int]:
        """The inverse of `read`."""
        return asdict(self)

    def of(self, goal: Goal) -> int:
        """One of the four."""
        number: int = getattr(self, goal)
        return number

    def for_days(self, days: int) -> Counts:
        """The goals of a whole week, for so many days of it; a half is rounded up."""
        return Counts(**{goal: (2 * self.of(goal) * days + 7) // 14 for goal in GOALS})

    @property
    def is_nothing(self) -> bool:
        return self == Counts()


USUAL = Counts(designs=2, coding=10, stories=3, mocks=1)
"""The goals of somebody who has no plan. Source: rules of the subject, weekly goals."""


def named(goal: Goal, number: int) -> str:
    """1 full design, 10 coding problems"""
    return mrkdwn.count(number, *NOUNS[goal])


def listed(counts: Counts) -> str:
    """2 full designs, 10 coding problems; what is zero is left out."""
    return ", ".join(named(goal, counts.of(goal)) for goal in GOALS if counts.of(goal))
