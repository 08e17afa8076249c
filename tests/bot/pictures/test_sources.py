"""What other features know, as numbers of a picture."""

from __future__ import annotations

from datetime import date, timedelta

from bot.pictures.sources import consistency, coverage_matrix, hours_by_track, score_over_time
from bot.stories.coverage import Cell, Coverage
from tests.bot.pictures.samples import MONDAY

SUNDAY = MONDAY - timedelta(days=1)


def test_scores() -> None:
    picture = score_over_time([(MONDAY, 48), (MONDAY + timedelta(days=7), 61)])

    assert picture.days == (MONDAY, MONDAY + timedelta(days=7))
    assert [(one.name, one.values) for one in picture.series] == [("Total", (48, 61))]
    assert score_over_time([]).is_empty


def test_minutes_become_hours() -> None:
    picture = hours_by_track([("Coding", 90, 120), ("Stories", 0, 50), ("Mocks", 30, None)], "this week")

    assert (picture.tracks, picture.done, picture.planned) == (
        ("Coding", "Stories", "Mocks"),
        (1.5, 0, 0.5),
        (2, 0.8, 0),
    )


def test_days_begin_with_the_first_thing_done() -> None:
    done = {SUNDAY: 0, MONDAY: 2, MONDAY + timedelta(days=2): 1, date(2099, 1, 1): 3}

    picture = consistency(done, {SUNDAY, MONDAY + timedelta(days=1)}, MONDAY + timedelta(days=3))

    assert (picture.from_on, picture.done) == (MONDAY, (2, 0, 1, 0))
    assert picture.rest == {MONDAY + timedelta(days=1)}
    assert consistency({SUNDAY: 0}, (), MONDAY).is_empty


def test_days_go_back_a_year_at_most() -> None:
    picture = consistency({MONDAY - timedelta(days=900): 1, MONDAY: 1}, (), MONDAY)

    assert len(picture.done) == 365
    assert picture.days[-1] == (MONDAY, 1)


def test_stories_by_principle_and_level() -> None:
    names = {"ownership": "Ownership", "dive-deep": "Dive Deep", "failure": "Failure"}
    cells = {(slug, level): Cell() for slug in ("ownership", "dive-deep") for level in ("L6", "L7")}
    coverage = Coverage(cells=cells, scenarios={"failure": Cell()}, names=names, stories=0, stalest=None)

    picture = coverage_matrix(coverage)

    assert picture.principles == ("Ownership", "Dive Deep")
    assert picture.stories == ((0, 0), (0, 0))
    assert (picture.scenarios, picture.scenario_stories) == (("Failure",), (0,))
