"""
A picture as blocks: Slack's own chart, an uploaded image, or words with a table.

Slack's chart block: a title of 50 characters, 20 points, names of 20 characters; two in a message, and in
messages only.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from bot.mrkdwn import escape
from bot.pictures.series import LEVELS, Consistency, CoverageMatrix, HoursByTrack, Picture, ScoreOverTime
from bot.pictures.words import describe, headline, short_day

Block = dict[str, Any]

CHARTS_IN_A_MESSAGE = 2
LONGEST_TITLE = 50
LONGEST_LABEL = 20
MOST_POINTS = 20
MOST_SERIES = 6
TABLE_WEEKS = 8
TABLE_NAME = 22
MARKS = (".", "1", "2", "3")


def intro_block(picture: Picture) -> Block:
    """The title and the conclusion, which stand above a chart or an image."""
    return _section(f"*{escape(picture.title)}*\n{escape(_sentence(headline(picture)))}")


def words_blocks(picture: Picture) -> list[Block]:
    """The picture without a picture: all of its numbers, as a table where rows and columns help."""
    table = text_table(picture)
    if table is None:
        words = _sentence(describe(picture).removeprefix(f"{picture.title}: "))
        return [_section(f"*{escape(picture.title)}*\n{escape(words)}")]
    return [intro_block(picture), _section(f"```\n{table}\n```")]


def image_block(picture: Picture, file_id: str) -> Block:
    """An uploaded drawing."""
    return {"type": "image", "slack_file": {"id": file_id}, "alt_text": describe(picture)}


def chart_block(picture: Picture) -> Block | None:
    """Slack's own chart; None for what has no such form or nothing to show."""
    if picture.is_empty:
        return None
    match picture:
        case ScoreOverTime():
            chart = _lines(picture)
        case HoursByTrack():
            chart = _bars(picture)
        case _:
            return None
    return {"type": "data_visualization", "title": _clipped(picture.title, LONGEST_TITLE), "chart": chart}


def text_table(picture: Picture) -> str | None:
    """Rows and columns in fixed width, narrow enough for a phone; None for what reads better in words."""
    match picture:
        case Consistency() if not picture.is_empty:
            return _week_table(picture)
        case CoverageMatrix() if not picture.is_empty:
            return _coverage_table(picture)
        case _:
            return None


def _lines(picture: ScoreOverTime) -> Block:
    # One point a day, the last of it: two with the same label would be refused.
    newest = {on: index for index, on in enumerate(picture.days)}
    chosen = sorted(newest.items())[-MOST_POINTS:]
    labels = [short_day(on) for on, _ in chosen]
    names = distinct([one.name for one in picture.series[:MOST_SERIES]])
    series = [
        (name, [one.values[index] for _, index in chosen])
        for name, one in zip(names, picture.series, strict=False)
    ]
    return _chart("line", labels, series, "Score")


def _bars(picture: HoursByTrack) -> Block:
    labels = distinct(picture.tracks[:MOST_POINTS])
    series = [
        ("Done", list(picture.done[:MOST_POINTS])),
        ("Planned", list(picture.planned[:MOST_POINTS])),
    ]
    return _chart("bar", labels, series, "Hours")


def _chart(kind: str, labels: list[str], series: list[tuple[str, list[float]]], y_label: str) -> Block:
    return {
        "type": kind,
        "series": [
            {
                "name": name,
                "data": [
                    {"label": label, "value": round(value, 1)}
                    for label, value in zip(labels, values, strict=True)
                ],
            }
            for name, values in series
        ],
        "axis_config": {"categories": labels, "y_label": y_label},
    }


def distinct(names: Sequence[str]) -> list[str]:
    """The names within the length of a label, and no two alike."""
    taken: list[str] = []
    for name in names:
        label = _clipped(name, LONGEST_LABEL)
        again = 2
        while label in taken:
            label = f"{_clipped(name, LONGEST_LABEL - 3)} {again}"
            again += 1
        taken.append(label)
    return taken


def _week_table(picture: Consistency) -> str:
    """The last weeks, a digit for each day: how many minimums were done."""
    done = dict(picture.days)
    last = max(done)
    monday = last - timedelta(days=last.weekday())
    starts = [monday - timedelta(weeks=back) for back in reversed(range(TABLE_WEEKS))]
    rows = ["Week of   M T W T F S S"]
    for start in starts:
        days = [start + timedelta(days=offset) for offset in range(7)]
        if any(on in done for on in days):
            marks = " ".join(_mark(picture, done, on) for on in days)
            rows.append(f"{f'{start.day} {start:%b}':<10}{marks}".rstrip())
    return "\n".join([*rows, "3 all done, . nothing, - off"])


def _mark(picture: Consistency, done: dict[date, int], on: date) -> str:
    if on not in done:
        return " "
    if not done[on] and on in picture.rest:
        return "-"
    return MARKS[max(0, min(done[on], len(MARKS) - 1))]


def _coverage_table(picture: CoverageMatrix) -> str:
    rows = [f"{'':<{TABLE_NAME}} {'  '.join(LEVELS)}"]
    for name, counts in zip(picture.principles, picture.stories, strict=True):
        rows.append(_row(name, "  ".join(f"{amount or '-':>2}" for amount in counts)))
    if picture.scenarios:
        rows.append("")
    for name, amount in zip(picture.scenarios, picture.scenario_stories, strict=True):
        rows.append(_row(name, f"{amount or '-':>2}"))
    return "\n".join(rows)


def _row(name: str, cells: str) -> str:
    return f"{escape(_clipped(name.replace('`', chr(39)), TABLE_NAME)):<{TABLE_NAME}} {cells}"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _clipped(text: str, longest: int) -> str:
    text = text or "-"
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def _section(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}
