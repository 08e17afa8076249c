"""
Pictures as PNG files by matplotlib, without a window and without pyplot's global state.

Only the drawing process imports this module: matplotlib would cost the bot 70 MB for good. Each picture is a
white card with its own frame, so it reads the same in light and dark mode, at twice the size it is shown in.
Colours are Okabe and Ito's, which colour-blind people can tell apart; markers, hatches, sizes and numbers say
the same again.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle
from matplotlib.ticker import MaxNLocator
from PIL import Image

from bot.pictures.series import LEVELS, Consistency, CoverageMatrix, HoursByTrack, Picture, ScoreOverTime
from bot.pictures.words import headline, number, weeks

BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY = (
    "#0072B2",
    "#D55E00",
    "#009E73",
    "#CC79A7",
    "#E69F00",
    "#56B4E9",
)
INK, FAINT, GRID, CARD = "#1D1C1D", "#5E5E5E", "#DDDDDD", "#FFFFFF"
LINES = (
    (BLUE, "o", "-"),
    (VERMILLION, "s", "--"),
    (GREEN, "^", "-."),
    (PURPLE, "D", ":"),
    (ORANGE, "v", "--"),
    (SKY, "P", "-."),
)
SHADES = ("#EDEDED", "#A6CDE6", "#4C9FD0", "#00456E")
"""Nothing, one, two, three and more done: ever darker, and ever larger when drawn."""
SIDES = (0.3, 0.5, 0.7, 0.92)

DPI = 200
WIDTH = 4.0
"""Inches: 800 pixels, shown at 360 to 400 in Slack."""
COLOURS = 64
WEEKS_IN_A_ROW = 27
NAME_COLUMNS = 3
"""How many weeks a month's name is wide."""
STYLE: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "text.color": INK,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "hatch.linewidth": 0.8,
    "text.parse_math": False,  # a name may hold a dollar sign
}


def draw(picture: Picture) -> bytes:
    """The picture as a PNG of 800 pixels in width."""
    with rc_context(STYLE):
        match picture:
            case ScoreOverTime():
                figure = _score(picture)
            case HoursByTrack():
                figure = _hours(picture)
            case Consistency():
                figure = _consistency(picture)
            case CoverageMatrix():
                figure = _coverage(picture)
        return _png(figure)


def _png(figure: Figure) -> bytes:
    """A few dozen colours are enough, and make the file a quarter as large."""
    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    size = canvas.get_width_height()
    image = Image.frombuffer("RGBA", size, canvas.buffer_rgba(), "raw", "RGBA", 0, 1).convert("RGB")
    file = io.BytesIO()
    image.quantize(colors=COLOURS, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    return file.getvalue()


def _card(title: str, subtitle: str, height: float) -> Figure:
    """An empty card with its heading; `height` in inches."""
    figure = Figure(figsize=(WIDTH, height), dpi=DPI, facecolor=CARD)
    figure.add_artist(
        Rectangle((0, 0), 1, 1, transform=figure.transFigure, fill=False, edgecolor="#BBBBBB", linewidth=2)
    )
    figure.text(0.04, 1 - 0.13 / height, title, fontsize=11, fontweight="bold", va="top")
    figure.text(0.04, 1 - 0.35 / height, subtitle, fontsize=8, color=FAINT, va="top")
    return figure


def _axes(figure: Figure, left: float, bottom: float, top: float, right: float = 0.15) -> Axes:
    """Axes with margins in inches."""
    width, height = figure.get_size_inches()
    box = (left / width, bottom / height, 1 - (left + right) / width, 1 - (bottom + top) / height)
    return figure.add_axes(box)


def _bare(axes: Axes) -> None:
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0)
    axes.grid(axis="y", color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)


def _nothing(figure: Figure, words: str) -> Figure:
    figure.text(0.5, 0.42, words, ha="center", va="center", fontsize=10, color=FAINT)
    return figure


def _score(picture: ScoreOverTime) -> Figure:
    if picture.is_empty:
        return _nothing(_card(picture.title, "", 2.7), "No score yet")
    last = picture.series[0].values[-1]
    figure = _card(picture.title, f"{number(last)} of 100 at the last attempt", 2.7)
    axes = _axes(figure, 0.42, 0.72, 0.62, 0.5)
    _bare(axes)
    xs = [on.toordinal() for on in picture.days]
    sparse = len(xs) <= 30
    for index, one in enumerate(picture.series):
        colour, marker, dash = LINES[index % len(LINES)]
        axes.plot(
            xs,
            one.values,
            color=colour,
            linestyle=dash,
            marker=marker if sparse else None,
            markersize=5,
            linewidth=2.4 if index == 0 else 1.4,
            label=one.name,
            zorder=10 - index,
        )
    axes.annotate(
        number(last), (xs[-1], last), (7, 0), textcoords="offset points", va="center", fontweight="bold"
    )
    axes.set_ylim(0, 105)
    axes.set_yticks([0, 25, 50, 75, 100])
    _day_ticks(axes, picture.days)
    if len(picture.series) > 1:
        figure.legend(
            *axes.get_legend_handles_labels(),
            loc="lower center",
            ncols=4 if len(picture.series) == 4 else 3,
            frameon=False,
            fontsize=7.5,
            handlelength=2.4,
            columnspacing=1.0,
            bbox_to_anchor=(0.5, 0.02),
        )
    return figure


def _day_ticks(axes: Axes, days: Sequence[date]) -> None:
    """The first and the last day, and one between where there is room."""
    first, last = days[0], days[-1]
    span = (last - first).days
    axes.set_xlim(first.toordinal() - max(1, span * 0.04), last.toordinal() + max(1, span * 0.04))
    ticks = [first, first + timedelta(days=span // 2), last] if span >= 21 else sorted({first, last})
    if 0 < span < 4:
        ticks = [last]
    axes.set_xticks([on.toordinal() for on in ticks], [f"{on.day} {on:%b %Y}" for on in ticks])
    axes.tick_params(axis="x", pad=6)
    if len(ticks) > 1:
        # Centred, the first would run into the zero of the other axis.
        labels = axes.get_xticklabels()
        labels[0].set_horizontalalignment("left")
        labels[-1].set_horizontalalignment("right")


def _hours(picture: HoursByTrack) -> Figure:
    if picture.is_empty:
        return _nothing(_card(picture.title, "", 2.7), "Nothing planned or logged yet")
    figure = _card(picture.title, headline(picture).rstrip("."), 2.9)
    axes = _axes(figure, 0.42, 0.86, 0.66)
    _bare(axes)
    names = [_wrapped(name) for name in picture.tracks]
    wide = 0.38
    left = [index - wide / 2 - 0.01 for index in range(len(names))]
    right = [index + wide / 2 + 0.01 for index in range(len(names))]
    done = axes.bar(left, picture.done, wide, label="Done", color=BLUE, edgecolor=BLUE)
    planned = axes.bar(
        right, picture.planned, wide, label="Planned", facecolor=CARD, edgecolor=FAINT, hatch="////"
    )
    size = 8 if len(names) <= 6 else 6
    for bars in (done, planned):
        axes.bar_label(bars, [_label(bar.get_height()) for bar in bars], fontsize=size, padding=2)
    axes.set_xticks(range(len(names)), names, fontsize=size)
    axes.set_xlim(-0.6, len(names) - 0.4)
    axes.set_ylim(0, max(*picture.done, *picture.planned) * 1.15)
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    figure.legend(
        *axes.get_legend_handles_labels(),
        loc="lower center",
        ncols=2,
        frameon=False,
        fontsize=8,
        bbox_to_anchor=(0.5, 0.01),
    )
    return figure


def _label(hours: float) -> str:
    """Without decimals where there is no room for them."""
    return number(hours) if hours < 100 else f"{hours:.0f}"


def _wrapped(name: str, width: int = 12) -> str:
    """Two short lines instead of a long one."""
    if len(name) <= width or " " not in name:
        return _clipped(name, width + 2)
    head, _, tail = name.partition(" ")
    return f"{_clipped(head, width)}\n{_clipped(tail, width)}"


def _clipped(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def _consistency(picture: Consistency) -> Figure:
    if picture.is_empty:
        return _nothing(_card(picture.title, "", 2.0), "The first day is still to come")
    all_weeks = weeks(picture)
    size = max(9, min(len(all_weeks), WEEKS_IN_A_ROW))
    rows = [all_weeks[at : at + size] for at in range(0, len(all_weeks), size)]
    cell = 3.4 / max(size, 14)
    panel = 7 * cell + 0.34
    figure = _card(picture.title, headline(picture).rstrip(".").capitalize(), 0.62 + panel * len(rows) + 0.42)
    width, height = figure.get_size_inches()
    for index, row in enumerate(rows):
        bottom = height - 0.62 - panel * (index + 1) + 0.06
        axes = figure.add_axes((0.45 / width, bottom / height, size * cell / width, 7 * cell / height))
        _heat(axes, picture, row, size)
    _heat_legend(figure, height)
    return figure


def _heat(axes: Axes, picture: Consistency, row: Sequence[Sequence[tuple[date, int]]], size: int) -> None:
    axes.set_xlim(0, size)
    axes.set_ylim(7, 0)
    axes.set_axis_off()
    for day, name in ((0, "Mon"), (2, "Wed"), (4, "Fri"), (6, "Sun")):
        axes.text(-0.25, day + 0.5, name, ha="right", va="center", fontsize=7, color=FAINT)
    for column, name in month_names([week[0][0] for week in row]):
        axes.text(column, -0.35, name, fontsize=7.5, va="bottom")
    for column, week in enumerate(row):
        for on, done in week:
            _cell(axes, column, on.weekday(), done, resting=on in picture.rest)


def month_names(firsts: Sequence[date]) -> list[tuple[int, str]]:
    """Column and short name of each month that has room over it; `firsts` are the weeks' first days."""
    starts = [
        column for column, on in enumerate(firsts) if not column or on.month != firsts[column - 1].month
    ]
    # The month that a row begins in gives way to the next one: there is more of that to see.
    if len(starts) > 1 and starts[1] < NAME_COLUMNS:
        del starts[0]
    return [(column, f"{firsts[column]:%b}") for column in starts]


def _cell(axes: Axes, column: float, day: float, done: int, *, resting: bool) -> None:
    level = max(0, min(done, len(SHADES) - 1))
    middle = (column + 0.5, day + 0.5)
    if resting and not level:
        axes.plot(*middle, marker="_", color=FAINT, markersize=4, markeredgewidth=1)
        return
    side = SIDES[level]
    corner = (middle[0] - side / 2, middle[1] - side / 2)
    frame = "#9A9A9A" if level == 0 else SHADES[3]
    axes.add_patch(Rectangle(corner, side, side, facecolor=SHADES[level], edgecolor=frame, linewidth=0.5))


def _heat_legend(figure: Figure, height: float) -> None:
    width = figure.get_size_inches()[0]
    axes = figure.add_axes((0.45 / width, 0.12 / height, 3.4 / width, 0.17 / height))
    axes.set_xlim(0, 20)
    axes.set_ylim(1, 0)
    axes.set_axis_off()
    entries = (
        ("nothing", 0, False),
        ("1", 1, False),
        ("2", 2, False),
        ("3 done", 3, False),
        ("off", 0, True),
    )
    at = -0.2
    for words, level, resting in entries:
        _cell(axes, at, 0, level, resting=resting)
        axes.text(at + 1.3, 0.5, words, va="center", fontsize=7.5)
        at += 2.0 + 0.42 * len(words) + 0.6


def _coverage(picture: CoverageMatrix) -> Figure:
    if picture.is_empty:
        return _nothing(_card(picture.title, "", 2.0), "No principles to cover")
    line = 0.21
    count = len(picture.principles) + len(picture.scenarios)
    top, gap, bottom = 0.8, 0.36 if picture.scenarios else 0.0, 0.36
    height = top + count * line + gap + bottom
    figure = _card(picture.title, headline(picture).rstrip("."), height)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(height, 0)
    axes.set_axis_off()
    columns = (2.95, 3.45)
    for level, x in zip(LEVELS, columns, strict=True):
        axes.text(x + 0.2, top - 0.1, level, ha="center", va="bottom", fontweight="bold")
    y = top
    for name, counts in zip(picture.principles, picture.stories, strict=True):
        _row_name(axes, y + line / 2, name)
        for x, stories in zip(columns, counts, strict=True):
            _box(axes, x, y, line, stories)
        y += line
    y += gap
    if picture.scenarios:
        axes.text(0.16, y - 0.1, "Scenarios", va="bottom", fontweight="bold")
    for name, stories in zip(picture.scenarios, picture.scenario_stories, strict=True):
        _row_name(axes, y + line / 2, name)
        _box(axes, columns[0], y, line, stories)
        y += line
    axes.text(0.16, height - 0.14, "A number: so many stories. Hatched: none yet.", fontsize=7.5, color=FAINT)
    return figure


def _row_name(axes: Axes, y: float, name: str) -> None:
    size = 9.5 if len(name) <= 32 else 8.5 if len(name) <= 37 else 7.5
    axes.text(0.16, y, _clipped(name, 46), va="center", fontsize=size)


def _box(axes: Axes, x: float, y: float, line: float, stories: int) -> None:
    """Filled with its number, or hatched and empty."""
    filled: dict[str, Any] = (
        {"facecolor": BLUE, "edgecolor": BLUE}
        if stories
        else {"facecolor": CARD, "edgecolor": "#BBBBBB", "hatch": "////"}
    )
    axes.add_patch(
        FancyBboxPatch(
            (x, y + 0.02),
            0.4,
            line - 0.04,
            boxstyle="round,pad=0,rounding_size=0.04",
            linewidth=0.8,
            **filled,
        )
    )
    if stories:
        axes.text(
            x + 0.2,
            y + line / 2,
            str(stories),
            ha="center",
            va="center",
            color=CARD,
            fontsize=8.5,
            fontweight="bold",
        )
