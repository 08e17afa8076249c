"""The numbers that a picture shows, before anybody decides how it is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

LEVELS = ("L6", "L7")


@dataclass(frozen=True, kw_only=True, slots=True)
class Series:
    """One line: its name and a score for each day of the picture."""

    name: str
    values: tuple[float, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ScoreOverTime:
    """Scores (0 to 100) by the day they were reached, oldest first; the first series is the main one."""

    days: tuple[date, ...]
    series: tuple[Series, ...]
    title: str = "Score over time"
    kind: Literal["score"] = "score"

    def __post_init__(self) -> None:
        _same_length("days", self.days, *(one.values for one in self.series))

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not self.days or not self.series


@dataclass(frozen=True, kw_only=True, slots=True)
class HoursByTrack:
    """Hours done beside hours planned, one pair for each track; `period` is said as in "this week"."""

    period: str
    tracks: tuple[str, ...]
    done: tuple[float, ...]
    planned: tuple[float, ...]
    title: str = "Hours by track"
    kind: Literal["hours"] = "hours"

    def __post_init__(self) -> None:
        _same_length("tracks", self.tracks, self.done, self.planned)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(self.done) and not any(self.planned)


@dataclass(frozen=True, kw_only=True, slots=True)
class Consistency:
    """How many daily minimums were done on each day since `from_on`; `rest` are days off by plan."""

    from_on: date
    done: tuple[int, ...]
    rest: frozenset[date] = frozenset()
    title: str = "Consistency"
    kind: Literal["consistency"] = "consistency"

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not self.done

    @property
    def days(self) -> tuple[tuple[date, int], ...]:
        """Each day with what was done on it."""
        return tuple((self.from_on + timedelta(days=index), done) for index, done in enumerate(self.done))


@dataclass(frozen=True, kw_only=True, slots=True)
class CoverageMatrix:
    """How many stories show each principle at each level of scope, and how many fit each scenario."""

    principles: tuple[str, ...]
    stories: tuple[tuple[int, ...], ...]
    """For each principle one count for each of LEVELS."""
    scenarios: tuple[str, ...]
    scenario_stories: tuple[int, ...]
    title: str = "Story coverage"
    kind: Literal["coverage"] = "coverage"

    def __post_init__(self) -> None:
        _same_length("principles", self.principles, self.stories)
        _same_length("scenarios", self.scenarios, self.scenario_stories)
        for counts in self.stories:
            _same_length("levels", LEVELS, counts)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw: a matrix without stories still shows what is missing."""
        return not self.principles


Picture = ScoreOverTime | HoursByTrack | Consistency | CoverageMatrix


def _same_length(name: str, first: tuple[object, ...], *others: tuple[object, ...]) -> None:
    if any(len(other) != len(first) for other in others):
        raise ValueError(f"one value is needed for each of the {len(first)} {name}")
