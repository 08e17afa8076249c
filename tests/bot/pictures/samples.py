"""Pictures with nothing, little and a year in them."""

from __future__ import annotations

from datetime import date, timedelta

from bot.pictures.series import Consistency, CoverageMatrix, HoursByTrack, ScoreOverTime, Series

MONDAY = date(2030, 3, 4)
TRACKS = ("Coding", "Concepts", "System design", "Stories", "Mocks")
PRINCIPLES = ("Customer Obsession", "Are Right, A Lot", "Success and Scale Bring Broad Responsibility")
SCENARIOS = ("Technical leadership", "Failure and learning")


def scores(*totals: float, apart: int = 28) -> ScoreOverTime:
    """One attempt every `apart` days from MONDAY on."""
    days = tuple(MONDAY + timedelta(days=apart * index) for index in range(len(totals)))
    technical = tuple(max(0.0, total - 5) for total in totals)
    return ScoreOverTime(
        days=days, series=(Series(name="Total", values=totals), Series(name="Technical", values=technical))
    )


def hours(*done: float, planned: float = 3) -> HoursByTrack:
    """Hours this week for the first tracks, the same number planned for each."""
    return HoursByTrack(
        period="this week", tracks=TRACKS[: len(done)], done=done, planned=(planned,) * len(done)
    )


def consistency(*done: int, from_on: date = MONDAY) -> Consistency:
    """Sundays are off."""
    days = [from_on + timedelta(days=index) for index in range(len(done))]
    return Consistency(from_on=from_on, done=done, rest=frozenset(on for on in days if on.weekday() == 6))


def coverage(*counts: tuple[int, int], scenarios: tuple[int, ...] = (0, 0)) -> CoverageMatrix:
    """The first principles with their stories at L6 and L7."""
    return CoverageMatrix(
        principles=PRINCIPLES[: len(counts)],
        stories=counts,
        scenarios=SCENARIOS,
        scenario_stories=scenarios,
    )


A_YEAR = (
    scores(*(40 + index * 3 for index in range(14))),
    hours(142, 88.5, 101, 60.2, 33, planned=156),
    consistency(*(index % 4 for index in range(365))),
    CoverageMatrix(
        principles=tuple(f"Principle with a long name, number {index}" for index in range(16)),
        stories=tuple((index, index % 3) for index in range(16)),
        scenarios=tuple(f"Scenario {index}" for index in range(5)),
        scenario_stories=(0, 1, 2, 3, 12),
    ),
)
LITTLE = (scores(48), hours(1.5, 0, 0.5), consistency(3, 0, 1), coverage((0, 1), (0, 0)))
NOTHING = (scores(), hours(), consistency(), coverage())
