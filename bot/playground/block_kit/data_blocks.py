"""Tables and charts."""

from typing import Any

from bot.playground.block_kit.check import (
    Check,
    Report,
    array,
    boolean,
    by_type,
    integer,
    nullable,
    number,
    one_of,
    positive_number,
    record,
    string,
    texts_in,
)
from bot.playground.block_kit.composition import ID
from bot.playground.block_kit.rich_text import RICH_TEXT

RAW_TEXT = record({"type": one_of("raw_text"), "text": string(None, 1)})
CELL = by_type(
    {
        "raw_text": RAW_TEXT,
        "raw_number": record({"type": one_of("raw_number"), "value": number}, {"text": string()}),
        "rich_text": RICH_TEXT,
    }
)
HEADER_CELL = by_type({"raw_text": RAW_TEXT})
COLUMN = nullable(record({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean}))


def characters_at_most(maximum: int) -> Check:
    """The cells together show at most `maximum` characters."""

    def check(value: dict[str, Any], at: str, report: Report) -> None:
        if texts_in(value.get("rows")) > maximum:
            report.add(f"must be less than {maximum + 1} characters in total", f"{at}/rows")

    return check


def rows_of_one_length(value: dict[str, Any], at: str, report: Report) -> None:
    """Every row of a data table has as many cells as its header, which is plain."""
    rows = value.get("rows")
    if not isinstance(rows, list) or not rows or not isinstance(rows[0], list):
        return
    array(HEADER_CELL)(rows[0], f"{at}/rows/0", report)
    for index, row in enumerate(rows):
        if isinstance(row, list) and len(row) != len(rows[0]):
            report.add("all rows must have the same number of cells", f"{at}/rows/{index}")


TABLE = record(
    {"type": one_of("table"), "rows": array(array(CELL, 1, 20), 1, 100)},
    {"block_id": ID, "column_settings": array(COLUMN, 0, 20)},
    characters_at_most(10_000),
)
DATA_TABLE = record(
    {
        "type": one_of("data_table"),
        "caption": string(None, 1),
        "rows": array(array(CELL, 1, 20), 2, 201),
    },
    {
        "block_id": ID,
        "page_size": integer(1, 100),
        "row_header_column_index": integer(0, 19),
    },
    rows_of_one_length,
    characters_at_most(20_000),
)

LABEL = string(20, 1)
POINT = record({"label": LABEL, "value": number})
SERIES = record({"name": LABEL, "data": array(POINT, 1, 20)})
AXES = record({"categories": array(LABEL, 1, 20)}, {"x_label": string(50), "y_label": string(50)})


def series_fit_the_axis(value: dict[str, Any], at: str, report: Report) -> None:
    """Series have different names and one point for every category."""
    series, axes = value.get("series"), value.get("axis_config")
    if not isinstance(series, list) or not isinstance(axes, dict):
        return
    categories = axes.get("categories")
    names = [str(entry.get("name")) for entry in series if isinstance(entry, dict)]
    if len(set(names)) != len(names):
        report.add("series names must be unique", f"{at}/series")
    for index, entry in enumerate(series):
        data = entry.get("data") if isinstance(entry, dict) else None
        if isinstance(data, list) and isinstance(categories, list):
            labels = [point.get("label") for point in data if isinstance(point, dict)]
            if sorted(map(str, labels)) != sorted(map(str, categories)):
                report.add("data labels must match the axis categories", f"{at}/series/{index}/data")


def _chart(kind: str) -> Check:
    return record(
        {"type": one_of(kind), "series": array(SERIES, 1, 12), "axis_config": AXES},
        None,
        series_fit_the_axis,
    )


PIE = record(
    {
        "type": one_of("pie"),
        "segments": array(record({"label": LABEL, "value": positive_number}), 1, 12),
    }
)
CHART = by_type({"pie": PIE, "bar": _chart("bar"), "area": _chart("area"), "line": _chart("line")})
DATA_VISUALIZATION = record(
    {"type": one_of("data_visualization"), "title": string(50, 1), "chart": CHART}, {"block_id": ID}
)
