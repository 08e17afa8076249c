"""Every picture in words: its conclusion in one sentence, and all of its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby

from bot.mrkdwn import count, day
from bot.pictures.series import LEVELS, Consistency, CoverageMatrix, HoursByTrack, Picture, ScoreOverTime

LONGEST_ALT_TEXT = 2000
TOLD_SCORES = 12
TOLD_WEEKS = 12


def headline(picture: Picture) -> str:
    """What the picture shows, in one sentence."""
    match picture:
        case ScoreOverTime():
            return _score_headline(picture)
        case HoursByTrack():
            return _hours_headline(picture)
        case Consistency():
            return _consistency_headline(picture)
        case CoverageMatrix():
            return _coverage_headline(picture)


def describe(picture: Picture) -> str:
    """The conclusion and every number, at most 2,000 characters: the alt text, and the text of a message."""
    match picture:
        case ScoreOverTime():
            rest = _scores(picture)
        case HoursByTrack():
            rest = _hours(picture)
        case Consistency():
            rest = _days(picture)
        case CoverageMatrix():
            rest = _stories(picture)
    words = f"{picture.title}: {headline(picture)} {rest}".rstrip()
    return words if len(words) <= LONGEST_ALT_TEXT else f"{words[: LONGEST_ALT_TEXT - 1]}…"


def number(value: float) -> str:
    """At most one decimal: 3, 2.5."""
    return f"{round(value, 1):g}"


def short_day(value: date) -> str:
    """3 Mar 2030"""
    return f"{value.day} {value:%b %Y}"


def weeks(picture: Consistency) -> list[list[tuple[date, int]]]:
    """The days in weeks from Monday on; the first and the last one may be shorter."""
    grouped = groupby(picture.days, key=lambda entry: entry[0] - timedelta(days=entry[0].weekday()))
    return [list(days) for _, days in grouped]


def _score_headline(picture: ScoreOverTime) -> str:
    if picture.is_empty:
        return "no score yet."
    values = picture.series[0].values
    latest = f"{number(values[-1])} of 100 on {day(picture.days[-1])}"
    if len(values) == 1:
        return f"{latest}, the first score."
    change = values[-1] - values[0]
    way = "as on" if not change else f"{number(abs(change))} {'more' if change > 0 else 'less'} than on"
    return f"{latest}, {way} {day(picture.days[0])}."


def _scores(picture: ScoreOverTime) -> str:
    if picture.is_empty:
        return ""
    told = picture.days[-TOLD_SCORES:]
    parts = []
    if len(told) < len(picture.days):
        parts.append(f"The last {len(told)} of {len(picture.days)} scores.")
    for one in picture.series:
        values = one.values[-TOLD_SCORES:]
        points = [f"{short_day(on)} {number(value)}" for on, value in zip(told, values, strict=True)]
        parts.append(f"{one.name}: {', '.join(points)}.")
    return " ".join(parts)


def _hours_headline(picture: HoursByTrack) -> str:
    if picture.is_empty:
        return f"no hours planned or logged {picture.period}."
    return f"{number(sum(picture.done))} of {number(sum(picture.planned))} planned hours {picture.period}."


def _hours(picture: HoursByTrack) -> str:
    if picture.is_empty:
        return ""
    tracks = zip(picture.tracks, picture.done, picture.planned, strict=True)
    return " ".join(
        f"{name}: {number(done)} h done, {number(plan)} h planned." for name, done, plan in tracks
    )


def _consistency_headline(picture: Consistency) -> str:
    if picture.is_empty:
        return "no days yet."
    active = sum(1 for done in picture.done if done)
    # No run of days: the streak forgives what a bare count would not, and stands beside it.
    return f"something done on {active} of {count(len(picture.done), 'day')}."


def _days(picture: Consistency) -> str:
    if picture.is_empty:
        return ""
    by_week = weeks(picture)
    if len(by_week) <= TOLD_WEEKS:
        parts = [f"Week of {short_day(days[0][0])}: {_active(days)}." for days in by_week]
    else:
        months = groupby(picture.days, key=lambda entry: f"{entry[0]:%B %Y}")
        parts = [f"{name}: {_active(list(days))}." for name, days in months]
    off = sum(1 for on, _ in picture.days if on in picture.rest)
    return " ".join([*parts, *([f"{count(off, 'day')} off by plan."] if off else [])])


def _active(days: Sequence[tuple[date, int]]) -> str:
    done = sum(1 for _, amount in days if amount)
    return f"{done} of {count(len(days), 'day')}, {sum(amount for _, amount in days)} done"


def _coverage_headline(picture: CoverageMatrix) -> str:
    told = sum(1 for counts in picture.stories if any(counts))
    fitted = sum(1 for amount in picture.scenario_stories if amount)
    return (
        f"{told} of {count(len(picture.principles), 'principle')} and "
        f"{fitted} of {count(len(picture.scenarios), 'scenario')} have a story."
    )


def _stories(picture: CoverageMatrix) -> str:
    rows = list(zip(picture.principles, picture.stories, strict=True))
    parts = []
    for index, level in enumerate(LEVELS):
        having = [f"{counts[index]} {name}" for name, counts in rows if counts[index]]
        parts.append(f"{level}: {', '.join(having) or 'none'}.")
    missing = [name for name, counts in rows if not any(counts)]
    if missing:
        parts.append(f"No story yet: {', '.join(missing)}.")
    fitted = zip(picture.scenarios, picture.scenario_stories, strict=True)
    scenarios = [f"{amount or 'no'} {name}" for name, amount in fitted]
    return " ".join([*parts, f"Scenarios: {', '.join(scenarios)}."] if scenarios else parts)
