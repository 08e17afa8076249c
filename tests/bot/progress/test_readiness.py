"""The four bars: what work shows beside what is said, and that more work never lowers them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.progress.readiness import (
    BARS,
    HALF_LIFE,
    WEIGHTS,
    Bar,
    BarName,
    Known,
    Piece,
    Said,
    Telling,
    Written,
    freshness,
    readiness,
)

TODAY = date(2030, 3, 4)
SAID = Said(total=60, technical=70, leadership=50, cultural=40)
NOBODY = Known(today=TODAY)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def part(bar: Bar, name: str) -> int:
    return next(one.points for one in bar.parts if one.name == name)


def shown(known: Known, name: BarName) -> int:
    return readiness(known)[name].shown


class TestSaidAndShown:
    def test_without_evidence_only_what_is_said_is_known(self) -> None:
        bars = readiness(replace(NOBODY, said=SAID))

        assert {name: bar.said for name, bar in bars.items()} == {
            "technical": 70,
            "stories": 50,
            "culture": 40,
            "readiness": 60,
        }
        assert {bar.shown for bar in bars.values()} == {0}
        assert {bar.confidence for bar in bars.values()} == {"none"}
        assert not any(bar.has_evidence for bar in bars.values())

    def test_nobody_we_know_has_neither(self) -> None:
        assert {(bar.said, bar.shown) for bar in readiness(NOBODY).values()} == {(None, 0)}

    def test_what_is_said_changes_nothing_of_what_is_shown(self) -> None:
        known = replace(NOBODY, pieces=[Piece("coding", TODAY, number=10)])

        assert shown(known, "technical") == shown(replace(known, said=SAID), "technical") > 0

    def test_the_weights_of_each_bar_make_a_whole(self) -> None:
        assert {name: sum(weights.values()) for name, weights in WEIGHTS.items()} == dict.fromkeys(BARS, 100)


class TestTechnical:
    @pytest.mark.parametrize(
        ("rung", "problems", "points"),
        [("beginner", 10, 25), ("intermediate", 10, 33), ("advanced", 10, 41), ("intermediate", 30, 100)],
    )
    def test_problems_count_by_rung_against_thirty(self, rung: str, problems: int, points: int) -> None:
        names = [f"p{number}" for number in range(problems)]
        known = replace(
            NOBODY,
            pieces=[Piece("coding", TODAY, name) for name in names],
            rung_of=dict.fromkeys(names, rung),
        )

        assert part(readiness(known)["technical"], "coding") == points

    def test_a_longer_plan_asks_for_more_and_a_short_one_never_for_less(self) -> None:
        known = replace(NOBODY, pieces=[Piece("coding", TODAY, f"p{number}") for number in range(15)])

        assert part(readiness(known)["technical"], "coding") == 50
        assert part(readiness(replace(known, planned={"coding": 60}))["technical"], "coding") == 25
        assert part(readiness(replace(known, planned={"coding": 5}))["technical"], "coding") == 50

    def test_the_same_problem_counts_once_and_a_half_however_often(self) -> None:
        often = replace(NOBODY, pieces=[Piece("coding", TODAY, "two-sum") for _ in range(20)])

        assert part(readiness(often)["technical"], "coding") == 5

    def test_a_piece_counts_half_after_its_half_life(self) -> None:
        assert freshness(ago(90), TODAY, HALF_LIFE["coding"]) == pytest.approx(0.5)
        old = replace(NOBODY, pieces=[Piece("design", ago(90), f"d{number}") for number in range(6)])
        assert part(readiness(old)["technical"], "design") == 50

    def test_a_review_that_went_well_makes_it_fresh_again(self) -> None:
        old = replace(NOBODY, pieces=[Piece("concept", ago(90), f"c{number}") for number in range(15)])
        reviewed = replace(old, reviewed={f"c{number}": TODAY for number in range(15)})

        assert part(readiness(old)["technical"], "concept") == 50
        assert part(readiness(reviewed)["technical"], "concept") == 100

    @pytest.mark.parametrize(
        ("pieces", "confidence"), [(0, "none"), (1, "low"), (9, "low"), (10, "some"), (40, "good")]
    )
    def test_how_much_evidence_there_is(self, pieces: int, confidence: str) -> None:
        known = replace(NOBODY, pieces=[Piece("coding", TODAY, number=pieces)] if pieces else [])

        assert readiness(known)["technical"].confidence == confidence


class TestStories:
    def test_half_a_story_counts_half(self) -> None:
        whole = replace(NOBODY, stories=[Written(1, ("ownership",), "innovation", "L6")])
        half = replace(NOBODY, stories=[Written(1, ("ownership",), "innovation", "L6", filled=2)])

        assert part(readiness(whole)["stories"], "scenarios") == 20
        assert part(readiness(half)["stories"], "scenarios") == 10

    @pytest.mark.parametrize(
        ("target", "scope", "points"),
        [("L6", "L6", 20), ("L7", "L7", 20), ("L7", "L6", 10), ("L6", None, 20)],
    )
    def test_at_l7_a_smaller_scope_counts_half(self, target: str, scope: str | None, points: int) -> None:
        known = replace(NOBODY, target_level=target, stories=[Written(1, (), "innovation", scope)])

        assert part(readiness(known)["stories"], "scenarios") == points

    def test_telling_counts_by_how_it_went_and_how_long_ago(self) -> None:
        stories = [Written(number) for number in range(12)]

        def told(on: date, rating: int | None) -> int:
            tellings = [Telling(story.story, on, rating) for story in stories]
            return part(readiness(replace(NOBODY, stories=stories, told=tellings))["stories"], "told")

        assert [told(TODAY, rating) for rating in (1, 2, 3, 4, None)] == [40, 70, 100, 100, 80]
        assert told(ago(30), 3) == 50

    def test_a_telling_of_a_story_that_is_gone_counts_for_nothing(self) -> None:
        assert shown(replace(NOBODY, told=[Telling(9, TODAY, 4)]), "stories") == 0

    def test_culture_looks_at_second_stories_and_what_was_told(self) -> None:
        stories = [Written(1, ("ownership",)), Written(2, ("ownership",))]
        bar = readiness(replace(NOBODY, stories=stories, told=[Telling(2, TODAY, 3)]))["culture"]

        assert (part(bar, "depth"), part(bar, "told-principles")) == (6, 6)


class TestMocks:
    @pytest.mark.parametrize(
        ("ratings", "points"),
        [([4, 4, 4], 100), ([5, 5, 5], 100), ([2], 16), ([None], 16), ([1, 4, 4, 4], 100), ([3, 3], 50)],
    )
    def test_the_best_three_count(self, ratings: list[int | None], points: int) -> None:
        known = replace(NOBODY, pieces=[Piece("mock", TODAY, rating=rating) for rating in ratings])

        assert part(readiness(known)["readiness"], "mock") == points

    @pytest.mark.parametrize(("mocks", "confidence"), [(1, "low"), (3, "low"), (4, "some"), (8, "good")])
    def test_three_mocks_are_low_confidence(self, mocks: int, confidence: str) -> None:
        known = replace(NOBODY, pieces=[Piece("mock", TODAY, rating=4) for _ in range(mocks)])

        bar = readiness(known)["readiness"]
        assert (bar.pieces, bar.confidence) == (mocks, confidence)

    def test_without_mocks_other_work_is_low_confidence(self) -> None:
        assert (
            readiness(replace(NOBODY, pieces=[Piece("coding", TODAY, number=90)]))["readiness"].confidence
            == "low"
        )


TASKS = st.sampled_from([None, "a", "b", "c"])
DATES = st.integers(0, 400).map(ago)
RATINGS = st.sampled_from([None, 1, 2, 3, 4, 5])
PIECES = st.builds(
    Piece,
    activity=st.sampled_from(["coding", "concept", "design", "story", "mock"]),
    on=DATES,
    task=TASKS,
    number=st.integers(1, 5),
    rating=RATINGS,
)
STORIES = st.builds(
    Written,
    story=st.integers(1, 4),
    principles=st.lists(st.sampled_from(["x", "y"]), max_size=2).map(tuple),
    scenario=st.sampled_from([None, "s"]),
    scope=st.sampled_from([None, "L6", "L7"]),
    filled=st.integers(0, 4),
)
TELLINGS = st.builds(Telling, story=st.integers(1, 4), on=DATES, rating=st.sampled_from([None, 1, 2, 3, 4]))
KNOWN = st.builds(
    Known,
    today=st.just(TODAY),
    target_level=st.sampled_from([None, "L6", "L7"]),
    pieces=st.lists(PIECES, max_size=8),
    stories=st.lists(STORIES, max_size=4),
    told=st.lists(TELLINGS, max_size=4),
    planned=st.dictionaries(st.sampled_from(["coding", "story"]), st.integers(0, 60)),
    rung_of=st.just({"a": "beginner", "b": "advanced"}),
    culture_tasks=st.just({"c"}),
)


class TestMoreWorkNeverLowersABar:
    @given(KNOWN, PIECES)
    def test_a_piece_of_practice(self, known: Known, piece: Piece) -> None:
        _never_lower(known, replace(known, pieces=[*known.pieces, piece]))

    @given(KNOWN, STORIES)
    def test_a_story(self, known: Known, story: Written) -> None:
        new = story._replace(story=9)
        _never_lower(known, replace(known, stories=[*known.stories, new]))

    @given(KNOWN, TELLINGS)
    def test_a_telling_even_a_bad_one(self, known: Known, telling: Telling) -> None:
        _never_lower(known, replace(known, told=[*known.told, telling]))

    @given(KNOWN, st.sampled_from(["a", "b", "c"]), DATES)
    def test_a_good_review(self, known: Known, task: str, on: date) -> None:
        _never_lower(known, replace(known, reviewed={task: on}))

    @given(KNOWN)
    def test_and_every_number_is_a_percentage(self, known: Known) -> None:
        for bar in readiness(known).values():
            assert 0 <= bar.shown <= 100
            assert all(0 <= one.points <= 100 for one in bar.parts)
            assert min(one.points for one in bar.parts) <= bar.shown + 1
            assert bar.shown <= max(one.points for one in bar.parts) + 1


def _never_lower(before: Known, after: Known) -> None:
    old, new = readiness(before), readiness(after)
    assert all(new[name].shown >= old[name].shown for name in BARS)
    assert all(new[name].pieces >= old[name].pieces for name in BARS)
