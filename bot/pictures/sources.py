"""From what other features know to what a picture shows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta

from bot.pictures.series import LEVELS, Consistency, CoverageMatrix, HoursByTrack, ScoreOverTime, Series
from bot.stories.coverage import Coverage

DAYS_IN_A_YEAR = 365


def score_over_time(scores: Sequence[tuple[date, int]]) -> ScoreOverTime:
    """Each finished assessment with its total, oldest first."""
    if not scores:
        return ScoreOverTime(days=(), series=())
    days, totals = zip(*scores, strict=True)
    return ScoreOverTime(days=days, series=(Series(name="Total", values=tuple(map(float, totals))),))


def hours_by_track(rows: Iterable[tuple[str, int, int | None]], period: str) -> HoursByTrack:
    """Name, minutes done and minutes planned (None: no plan) by track; `period` as in "since 4 March"."""
    rows = list(rows)
    return HoursByTrack(
        period=period,
        tracks=tuple(name for name, _, _ in rows),
        done=tuple(round(done / 60, 1) for _, done, _ in rows),
        planned=tuple(round((planned or 0) / 60, 1) for _, _, planned in rows),
    )


def consistency(done: Mapping[date, int], rest: Collection[date], today: date) -> Consistency:
    """How many minimums were done by day, from the first one on, at most a year back."""
    known = [on for on, amount in done.items() if amount and on <= today]
    if not known:
        return Consistency(from_on=today, done=())
    first = max(min(known), today - timedelta(days=DAYS_IN_A_YEAR - 1))
    days = [first + timedelta(days=offset) for offset in range((today - first).days + 1)]
    return Consistency(
        from_on=first,
        done=tuple(done.get(on, 0) for on in days),
        rest=frozenset(rest) & frozenset(days),
    )


def coverage_matrix(coverage: Coverage) -> CoverageMatrix:
    """How many stories there are for each principle and level, and for each scenario."""
    principles = list(dict.fromkeys(slug for slug, _ in coverage.cells))
    return CoverageMatrix(
        principles=tuple(coverage.names[slug] for slug in principles),
        stories=tuple(
            tuple(len(cell.stories) if (cell := coverage.cells.get((slug, level))) else 0 for level in LEVELS)
            for slug in principles
        ),
        scenarios=tuple(coverage.names[slug] for slug in coverage.scenarios),
        scenario_stories=tuple(len(cell.stories) for cell in coverage.scenarios.values()),
    )
