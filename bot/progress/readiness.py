"""
What a person's work shows, in four bars, beside what they say of themselves.

A bar says two things that are never mixed. `said` is the newest self-assessment of that dimension. `shown`
is what was done: the weighted mean of its parts, each 100 x min(1, have / need). So a bar never says more
than is known, and work that is added never lowers it. Ages come in by half-lives; a number is rounded down.

    technical  coding 40, design 40, concepts 20
               The interview weighs coding 20 and design 30 (rules of the subject), so 40 to 60; that two
               thirds of design are full designs is our choice: a round is one, a concept is a piece of it.
    stories    principles 40, scenarios 20, told 25, practice 15
               Coverage of the principles and scenarios weighs most (source: "coverage of the story links");
               the rest is our choice: what is only written was never tried aloud.
    culture    told 50, depth 30, practice 20
               Depth is a second story for a principle (source: "2+ per principle"). Shares are our choice.
    readiness  behavioural 35, design 21, coding 14, mocks 30
               50/30/20 as the interview weighs them make 70 of it (source: "usable combination"); mocks the
               other 30 (our choice: the only evidence under the interview's conditions).

have: each piece counts its weight x 0.5^(days / half-life). A task counts in full once and half when
repeated, the newest first. Problems count by rung, because a hard one shows more; one without a name as an
easy one, because nothing is known of it. A good review makes its task as fresh as new. need: what the plan
holds, but never less than LEAST, so that a short plan does not make a bar easy. Mocks: the best three of
all, each its rating / 4 at most 1 (source: "3+ mocks averaging 4+"), half where nobody rated it. Half-lives
are our choice: a telling is stale sooner than a solved problem.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import floor, fsum
from typing import Literal, NamedTuple

BarName = Literal["technical", "stories", "culture", "readiness"]
BARS: tuple[BarName, ...] = ("technical", "stories", "culture", "readiness")
PartName = Literal[
    "coding",
    "design",
    "concept",
    "principles",
    "scenarios",
    "told",
    "practice",
    "told-principles",
    "depth",
    "culture-practice",
    "behavioural",
    "mock",
]
Confidence = Literal["none", "low", "some", "good"]
WEIGHTS: Mapping[BarName, Mapping[PartName, int]] = {
    "technical": {"coding": 40, "design": 40, "concept": 20},
    "stories": {"principles": 40, "scenarios": 20, "told": 25, "practice": 15},
    "culture": {"told-principles": 50, "depth": 30, "culture-practice": 20},
    "readiness": {"behavioural": 35, "design": 21, "coding": 14, "mock": 30},
}
"""Per cent of each bar."""
HALF_LIFE: Mapping[str, int] = {
    "coding": 90,
    "design": 90,
    "concept": 90,
    "story": 60,
    "told": 30,
    "mock": 60,
}
"""Days after which a piece counts half."""
LEAST: Mapping[str, int] = {"coding": 30, "design": 6, "concept": 15, "story": 12}
TOLD_STORIES = 12
"""Source: strong stories, from 2 to 12."""
CULTURE_TASKS = 10
MOCKS = 3
GOOD_MOCK = 4
UNRATED_MOCK = 0.5
RUNG_WEIGHT: Mapping[str, float] = {"beginner": 0.75, "intermediate": 1.0, "advanced": 1.25}
NAMELESS_PROBLEM = 0.75
REPEATS = (1.0, 0.5)
"""What the newest, and the one before it, of the same task counts."""
TOLD_WEIGHT: Mapping[int | None, float] = {1: 0.4, 2: 0.7, 3: 1.0, 4: 1.0, None: 0.8}
"""By the rating from Again to Easy."""
OTHER_SCOPE = 0.5
"""What a story of a smaller scope counts for somebody who aims at L7."""
STAR_PARTS = 4
ENOUGH: Mapping[BarName, tuple[int, int]] = {
    "technical": (10, 40),
    "stories": (6, 20),
    "culture": (6, 20),
    "readiness": (4, 8),
}
"""Fewer pieces than the first are low confidence, fewer than the second some; mocks for readiness."""


class Piece(NamedTuple):
    """Practice from the log."""

    activity: str
    """coding, concept, design, story or mock."""
    on: date
    task: str | None = None
    number: int = 1
    rating: int | None = None
    minutes: int = 0


class Telling(NamedTuple):
    """A story told aloud, or reviewed."""

    story: int
    on: date
    rating: int | None = None


class Written(NamedTuple):
    """What counts of a story; `filled` is how many of its four parts hold words."""

    story: int
    principles: tuple[str, ...] = ()
    scenario: str | None = None
    scope: str | None = None
    filled: int = STAR_PARTS


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """The newest finished self-assessment, each 20 to 100."""

    total: int
    technical: int
    leadership: int
    cultural: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """All a bar depends on."""

    today: date
    target_level: str | None = None
    said: Said | None = None
    pieces: Sequence[Piece] = ()
    reviewed: Mapping[str, date] = field(default_factory=dict)
    """Task to the last day it was remembered well."""
    stories: Sequence[Written] = ()
    told: Sequence[Telling] = ()
    planned: Mapping[str, int] = field(default_factory=dict)
    """Activity to how many the plan holds."""
    rung_of: Mapping[str, str] = field(default_factory=dict)
    culture_tasks: Collection[str] = ()
    """Tasks that help with a cultural competency."""
    principles: int = 16
    scenarios: int = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One input of a bar. `have` counts pieces as they are, `points` (0 to 100) what they are worth."""

    name: PartName
    weight: int
    points: int
    have: int
    need: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """`said` and `shown` are 0 to 100; `said` is None before the first assessment."""

    name: BarName
    said: int | None
    shown: int
    pieces: int
    """How much evidence there is; for readiness the number of mocks."""
    parts: tuple[Part, ...]

    @property
    def has_evidence(self) -> bool:
        return any(part.have for part in self.parts)

    @property
    def confidence(self) -> Confidence:
        if not self.has_evidence:
            return "none"
        low, good = ENOUGH[self.name]
        return "low" if self.pieces < low else "some" if self.pieces < good else "good"


class _Worth(NamedTuple):
    """A part before it is rounded."""

    share: float
    have: int
    need: int


def readiness(known: Known) -> dict[BarName, Bar]:
    """The four bars, in the order they are shown."""
    worth = _worths(known)
    behavioural = fsum(worth[name].share * weight for name, weight in WEIGHTS["stories"].items()) / 100
    worth["behavioural"] = _Worth(behavioural, worth["practice"].have + len(known.stories), LEAST["story"])
    mocks = worth["mock"].have
    technical = sum(worth[name].have for name in ("coding", "design", "concept"))
    stories = len(known.stories) + len(known.told) + worth["practice"].have
    culture = worth["told-principles"].have + worth["depth"].have + worth["culture-practice"].have
    said = known.said
    return {
        "technical": _bar("technical", said.technical if said else None, technical, worth),
        "stories": _bar("stories", said.leadership if said else None, stories, worth),
        "culture": _bar("culture", said.cultural if said else None, culture, worth),
        "readiness": _bar("readiness", said.total if said else None, mocks, worth),
    }


def freshness(on: date, today: date, half_life: int) -> float:
    """What is left of a piece: 1 today, half after `half_life` days."""
    return float(0.5 ** (max((today - on).days, 0) / half_life))


def _bar(name: BarName, said: int | None, pieces: int, worth: Mapping[PartName, _Worth]) -> Bar:
    weights = WEIGHTS[name]
    parts = tuple(
        Part(
            name=part,
            weight=weight,
            points=_percent(worth[part].share),
            have=worth[part].have,
            need=worth[part].need,
        )
        for part, weight in weights.items()
    )
    shown = _percent(fsum(worth[part].share * weight for part, weight in weights.items()) / 100)
    return Bar(name=name, said=said, shown=shown, pieces=pieces, parts=parts)


def _percent(share: float) -> int:
    # What is 100 but for the last bit of a float is 100.
    return min(100, floor(100 * share + 1e-9))


def _worths(known: Known) -> dict[PartName, _Worth]:
    written = _by_principle(known)
    told = _told(known)
    told_principles = _told_principles(known, told)
    culture = [piece for piece in known.pieces if piece.task in known.culture_tasks]
    scenarios: dict[str, float] = {}
    for story in known.stories:
        if story.scenario:
            share = _share_written(story, known.target_level)
            scenarios[story.scenario] = max(scenarios.get(story.scenario, 0.0), share)
    return {
        "coding": _practised(known, "coding"),
        "design": _practised(known, "design"),
        "concept": _practised(known, "concept"),
        "practice": _practised(known, "story"),
        "principles": _sum([best[0] for best in written.values()], known.principles),
        "scenarios": _sum(scenarios.values(), known.scenarios),
        "told": _sum(told.values(), TOLD_STORIES),
        "told-principles": _sum(told_principles.values(), known.principles),
        "depth": _sum([best[1] for best in written.values() if len(best) > 1], known.principles),
        "culture-practice": _Worth(
            min(1.0, _credit(culture, known, HALF_LIFE["story"]) / CULTURE_TASKS),
            sum(piece.number for piece in culture),
            CULTURE_TASKS,
        ),
        "mock": _mocks(known),
    }


def _sum(shares: Iterable[float], need: int) -> _Worth:
    counted = [share for share in shares if share > 0]
    return _Worth(min(1.0, fsum(counted) / max(need, 1)), len(counted), need)


def _practised(known: Known, activity: str) -> _Worth:
    pieces = [piece for piece in known.pieces if piece.activity == activity]
    need = max(known.planned.get(activity, 0), LEAST[activity])
    credit = _credit(pieces, known, HALF_LIFE[activity])
    return _Worth(min(1.0, credit / need), sum(piece.number for piece in pieces), need)


def _credit(pieces: Iterable[Piece], known: Known, half_life: int) -> float:
    """What these pieces are worth in all."""
    by_task: dict[str, list[date]] = defaultdict(list)
    worth: list[float] = []
    for piece in pieces:
        if piece.task is None:
            weight = NAMELESS_PROBLEM if piece.activity == "coding" else 1.0
            worth.append(piece.number * weight * freshness(piece.on, known.today, half_life))
        else:
            by_task[piece.task] += [piece.on] * min(piece.number, len(REPEATS))
    for task, dates in by_task.items():
        newest = sorted(dates, reverse=True)[: len(REPEATS)]
        newest[0] = max(newest[0], known.reviewed.get(task, newest[0]))
        weight = RUNG_WEIGHT.get(known.rung_of.get(task, ""), 1.0)
        worth += [
            weight * repeat * freshness(on, known.today, half_life)
            for repeat, on in zip(REPEATS, newest, strict=False)
        ]
    return fsum(worth)


def _mocks(known: Known) -> _Worth:
    mocks = [piece for piece in known.pieces if piece.activity == "mock"]
    worth = [
        (min(1.0, mock.rating / GOOD_MOCK) if mock.rating else UNRATED_MOCK)
        * freshness(mock.on, known.today, HALF_LIFE["mock"])
        for mock in mocks
        for _ in range(min(mock.number, MOCKS))
    ]
    best = sorted(worth, reverse=True)[:MOCKS]
    return _Worth(min(1.0, fsum(best) / MOCKS), sum(mock.number for mock in mocks), MOCKS)


def _share_written(story: Written, target_level: str | None) -> float:
    scope = OTHER_SCOPE if target_level == "L7" and story.scope != "L7" else 1.0
    return scope * min(story.filled, STAR_PARTS) / STAR_PARTS


def _by_principle(known: Known) -> dict[str, list[float]]:
    """Principle to what its stories are worth, the best first."""
    found: dict[str, list[float]] = defaultdict(list)
    for story in known.stories:
        for principle in set(story.principles):
            found[principle].append(_share_written(story, known.target_level))
    return {principle: sorted(shares, reverse=True) for principle, shares in found.items()}


def _told(known: Known) -> dict[int, float]:
    """Story to what its best telling is worth."""
    ours = {story.story for story in known.stories}
    best: dict[int, float] = {}
    for telling in known.told:
        if telling.story in ours:
            share = TOLD_WEIGHT.get(telling.rating, 1.0) * freshness(
                telling.on, known.today, HALF_LIFE["told"]
            )
            best[telling.story] = max(best.get(telling.story, 0.0), share)
    return best


def _told_principles(known: Known, told: Mapping[int, float]) -> dict[str, float]:
    best: dict[str, float] = {}
    for story in known.stories:
        for principle in story.principles:
            best[principle] = max(best.get(principle, 0.0), told.get(story.story, 0.0))
    return best
