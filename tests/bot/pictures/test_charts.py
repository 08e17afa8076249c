"""The blocks of a picture, within Slack's limits whatever the numbers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pictures.charts import (
    chart_block,
    distinct,
    image_block,
    intro_block,
    text_table,
    words_blocks,
)
from bot.pictures.codec import digest, dumps, loads
from bot.pictures.series import CoverageMatrix, HoursByTrack, Picture, ScoreOverTime, Series
from bot.pictures.words import describe
from bot.playground.block_kit import check_message_blocks, check_view
from tests.bot.pictures.samples import (
    A_YEAR,
    LITTLE,
    MONDAY,
    NOTHING,
    consistency,
    coverage,
    hours,
    scores,
)

ALL = (*A_YEAR, *LITTLE, *NOTHING)
names = st.text(st.characters(codec="utf-8"), max_size=60)
values = st.floats(min_value=0, max_value=1e6, allow_nan=False)


def points(series: dict[str, Any]) -> list[tuple[str, float]]:
    return [(point["label"], point["value"]) for point in series["data"]]


class TestChart:
    def test_of_scores_is_a_line_for_each_series(self) -> None:
        block = chart_block(scores(48, 61)) or {}

        chart = block["chart"]
        assert (block["title"], chart["type"]) == ("Score over time", "line")
        assert chart["axis_config"]["categories"] == ["4 Mar 2030", "1 Apr 2030"]
        assert [series["name"] for series in chart["series"]] == ["Total", "Technical"]
        assert points(chart["series"][0]) == [("4 Mar 2030", 48), ("1 Apr 2030", 61)]

    def test_of_hours_has_two_bars_for_each_track(self) -> None:
        chart = (chart_block(hours(1.5, 0)) or {})["chart"]

        assert chart["type"] == "bar"
        assert [(series["name"], points(series)) for series in chart["series"]] == [
            ("Done", [("Coding", 1.5), ("Concepts", 0)]),
            ("Planned", [("Coding", 3), ("Concepts", 3)]),
        ]

    def test_of_one_day_takes_its_last_score(self) -> None:
        chart = (chart_block(scores(48, 61, apart=0)) or {})["chart"]

        assert points(chart["series"][0]) == [("4 Mar 2030", 61)]

    def test_of_many_scores_shows_the_newest_twenty(self) -> None:
        chart = (chart_block(scores(*range(30))) or {})["chart"]

        assert [value for _, value in points(chart["series"][0])] == list(range(10, 30))

    @pytest.mark.parametrize("picture", [consistency(1), coverage((1, 0)), *NOTHING])
    def test_is_none_where_slack_has_no_such_form(self, picture: Picture) -> None:
        assert chart_block(picture) is None

    @given(st.lists(st.tuples(names, values, values), max_size=30), names)
    def test_of_any_hours_is_taken(self, rows: list[tuple[str, float, float]], title: str) -> None:
        tracks, done, planned = zip(*rows, strict=True) if rows else ((), (), ())
        block = chart_block(
            HoursByTrack(period="this week", tracks=tracks, done=done, planned=planned, title=title)
        )

        assert block is None or check_message_blocks([block]) is None

    @given(st.lists(names, min_size=1, max_size=9), st.lists(values, max_size=40))
    def test_of_any_scores_is_taken(self, series: list[str], totals: list[float]) -> None:
        days = tuple(MONDAY + timedelta(days=index // 2) for index in range(len(totals)))
        picture = ScoreOverTime(
            days=days, series=tuple(Series(name=name, values=tuple(totals)) for name in series)
        )
        block = chart_block(picture)

        assert block is None or check_message_blocks([block]) is None

    @given(st.lists(names))
    def test_names_stay_apart_when_they_are_cut(self, given_names: list[str]) -> None:
        labels = distinct(given_names)

        assert len(set(labels)) == len(labels) == len(given_names)
        assert all(0 < len(label) <= 20 for label in labels)


class TestWithoutAChart:
    @pytest.mark.parametrize("picture", ALL, ids=lambda picture: picture.kind)
    def test_words_and_images_are_taken_everywhere(self, picture: Picture) -> None:
        blocks = [*words_blocks(picture), intro_block(picture), image_block(picture, "F0PICTURE1")]
        view = {"type": "home", "blocks": blocks}

        assert check_message_blocks(blocks) is None
        assert check_view(view, allowed=("home",)) is None

    def test_an_image_says_all_its_numbers(self) -> None:
        assert image_block(hours(2), "F1") == {
            "type": "image",
            "slack_file": {"id": "F1"},
            "alt_text": describe(hours(2)),
        }

    def test_days_are_a_table_of_the_last_weeks(self) -> None:
        assert text_table(consistency(3, 0, 1, 5, 0, 0, 0, 2)) == (
            "Week of   M T W T F S S\n4 Mar     3 . 1 3 . . -\n11 Mar    2\n3 all done, . nothing, - off"
        )

    def test_a_year_of_days_still_fits_a_phone(self) -> None:
        table = text_table(A_YEAR[2]) or ""

        assert len(table.splitlines()) == 10
        assert max(map(len, table.splitlines())) <= 30

    def test_stories_are_a_table_by_level(self) -> None:
        assert text_table(coverage((2, 0), (0, 12), (0, 0), scenarios=(3, 0))) == (
            "                       L6  L7\n"
            "Customer Obsession      2   -\n"
            "Are Right, A Lot        -  12\n"
            "Success and Scale Bri…  -   -\n"
            "\n"
            "Technical leadership    3\n"
            "Failure and learning    -"
        )

    def test_names_neither_ping_nor_end_the_table(self) -> None:
        matrix = CoverageMatrix(
            principles=("<!channel>", "```"),
            stories=((0, 0), (0, 0)),
            scenarios=(),
            scenario_stories=(),
            title="<!here>",
        )
        words = str(words_blocks(matrix))

        assert "<!" not in words
        assert words.count("```") == 2

    def test_a_title_stands_once_above_the_words(self) -> None:
        [block] = words_blocks(scores(48))

        assert block["text"]["text"].startswith("*Score over time*\n48 of 100 on 4 March 2030")


class TestCodec:
    @pytest.mark.parametrize("picture", ALL, ids=lambda picture: picture.kind)
    def test_pictures_come_back_as_they_went(self, picture: Picture) -> None:
        assert loads(dumps([picture])) == [picture]

    def test_the_same_numbers_have_the_same_digest_and_others_another(self) -> None:
        assert digest(consistency(*range(30))) == digest(consistency(*range(30)))
        assert digest(scores(48)) != digest(scores(49))
        assert len({digest(picture) for picture in ALL}) == len(ALL)

    @pytest.mark.parametrize("text", ["", "{", '[{"kind": "cake"}]', '[{"kind": "score"}]', "[1]"])
    def test_anything_else_is_refused(self, text: str) -> None:
        with pytest.raises(ValueError):  # noqa: PT011  # whatever words it is refused with
            loads(text)
