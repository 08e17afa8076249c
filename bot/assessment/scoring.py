"""From answers to a score, and from low answers to gaps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from content.schema import DIMENSIONS, Competency, Dimension, Item, Track

HIGHEST_ANSWER = 5
INTERVIEW_WEIGHTS: Mapping[Track, int] = {"behavioural": 50, "design": 30, "coding": 20}
"""Per cent of the interview; see content/AUTHORING.md."""


class Tier(IntEnum):
    """When to work on a competency: the lower the answer, the earlier."""

    CRITICAL = 1
    SKILL = 2
    EXCELLENCE = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Score:
    """Per cent of the points that can be reached, in all and by dimension. The lowest is 20."""

    total: int
    dimensions: Mapping[Dimension, int]


@dataclass(frozen=True, slots=True)
class Gap:
    """A competency and the answer that shows how far it is from done."""

    competency: Competency
    item: Item
    points: int

    @property
    def tier(self) -> Tier:
        return tier_of(self.points)


def percent(points: Sequence[int]) -> int:
    """
    round(100 x points / (5 x items)), a half rounded up.

    In whole numbers, so that 84.5 is 85 on every machine.
    """
    most = HIGHEST_ANSWER * len(points)
    return (200 * sum(points) + most) // (2 * most)


def score(items: Iterable[Item], answers: Mapping[str, int], competencies: Mapping[str, Competency]) -> Score:
    """Score a form whose items are all answered (item slug to points); KeyError names one that is not."""
    by_dimension: dict[Dimension, list[int]] = {dimension: [] for dimension in DIMENSIONS}
    for item in items:
        by_dimension[competencies[item.competency].dimension].append(answers[item.slug])
    return Score(
        total=percent([points for group in by_dimension.values() for points in group]),
        dimensions={dimension: percent(points) for dimension, points in by_dimension.items()},
    )


def tier_of(points: int) -> Tier:
    """1-2 is a critical gap, 3 a skill to build, 4-5 something to keep warm."""
    if points <= 2:
        return Tier.CRITICAL
    return Tier.SKILL if points == 3 else Tier.EXCELLENCE


def gaps(
    items: Iterable[Item],
    answers: Mapping[str, int],
    competencies: Mapping[str, Competency],
    scored: Score,
) -> tuple[Gap, ...]:
    """
    One gap for each competency, most urgent first.

    Within a tier the weaker dimension goes first, then the heavier part of the interview, then the lower
    answer.
    """
    lowest: dict[str, Gap] = {}
    for item in items:
        found = Gap(competencies[item.competency], item, answers[item.slug])
        if item.competency not in lowest or found.points < lowest[item.competency].points:
            lowest[item.competency] = found
    return tuple(
        sorted(
            lowest.values(),
            key=lambda gap: (
                gap.tier,
                scored.dimensions[gap.competency.dimension],
                -INTERVIEW_WEIGHTS[gap.competency.track],
                gap.points,
            ),
        )
    )
