"""What a picture says to somebody who does not see it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pictures.series import CoverageMatrix, HoursByTrack, Picture, ScoreOverTime, Series
from bot.pictures.words import LONGEST_ALT_TEXT, describe, number
from tests.bot.pictures.samples import A_YEAR, LITTLE, NOTHING, consistency, coverage, hours, scores
from tests.bot.surfaces import CARELESS

ALL = (*A_YEAR, *LITTLE, *NOTHING)


def test_scores_with_their_change() -> None:
    assert describe(scores(48, 61)) == (
        "Score over time: 61 of 100 on 1 April 2030, 13 more than on 4 March 2030. "
        "Total: 4 Mar 2030 48, 1 Apr 2030 61. Technical: 4 Mar 2030 43, 1 Apr 2030 56."
    )


@pytest.mark.parametrize(
    ("picture", "words"),
    [
        (scores(48), "48 of 100 on 4 March 2030, the first score."),
        (scores(61, 48), "13 less than on 4 March 2030."),
        (scores(48, 48), "48 of 100 on 1 April 2030, as on 4 March 2030."),
        (scores(), "no score yet."),
        (scores(*range(40, 54)), "The last 12 of 14 scores."),
        (hours(1.5, 0), "1.5 of 6 planned hours this week. Coding: 1.5 h done, 3 h planned."),
        (hours(), "no hours planned or logged this week."),
        (consistency(), "no days yet."),
        (coverage((0, 1), (0, 0)), "1 of 2 principles and 0 of 2 scenarios have a story."),
    ],
)
def test_the_conclusion(picture: Picture, words: str) -> None:
    assert words in describe(picture)


def test_days_by_week_while_there_are_few() -> None:
    assert describe(consistency(3, 0, 1, 0, 0, 0, 0, 2)) == (
        "Consistency: something done on 3 of 8 days. "
        "Week of 4 Mar 2030: 2 of 7 days, 4 done. Week of 11 Mar 2030: 1 of 1 day, 2 done. 1 day off by plan."
    )


def test_days_by_month_of_a_year() -> None:
    words = describe(consistency(*[1] * 365))

    assert "March 2030: 28 of 28 days, 28 done. April 2030: 30 of 30 days, 30 done." in words
    assert "March 2031: 3 of 3 days, 3 done." in words


def test_stories_by_level_and_what_is_missing() -> None:
    assert describe(coverage((2, 0), (0, 1), (0, 0), scenarios=(3, 0))) == (
        "Story coverage: 2 of 3 principles and 1 of 2 scenarios have a story. "
        "L6: 2 Customer Obsession. L7: 1 Are Right, A Lot. "
        "No story yet: Success and Scale Bring Broad Responsibility. "
        "Scenarios: 3 Technical leadership, no Failure and learning."
    )


@pytest.mark.parametrize("picture", ALL, ids=lambda picture: picture.kind)
def test_reads_well_and_fits(picture: Picture) -> None:
    words = describe(picture)

    assert 0 < len(words) <= 1300
    assert not CARELESS.search(words)
    assert words.endswith(".")


@given(st.lists(st.text(max_size=300), min_size=16, max_size=16))
def test_long_names_are_cut_rather_than_refused(names: list[str]) -> None:
    matrix = CoverageMatrix(
        principles=tuple(names), stories=((1, 1),) * 16, scenarios=(), scenario_stories=()
    )

    assert len(describe(matrix)) <= LONGEST_ALT_TEXT


def test_numbers_have_one_decimal_at_most() -> None:
    assert [number(value) for value in (3, 3.0, 2.55, 0.04, 1234)] == ["3", "3", "2.5", "0", "1234"]


def test_numbers_that_do_not_belong_together_are_refused() -> None:
    with pytest.raises(ValueError, match="one value is needed for each of the 1 days"):
        ScoreOverTime(days=(date(2030, 3, 4),), series=(Series(name="Total", values=()),))
    with pytest.raises(ValueError, match="tracks"):
        HoursByTrack(period="this week", tracks=("Coding",), done=(1, 2), planned=(1,))
    with pytest.raises(ValueError, match="levels"):
        CoverageMatrix(principles=("Ownership",), stories=((1,),), scenarios=(), scenario_stories=())
