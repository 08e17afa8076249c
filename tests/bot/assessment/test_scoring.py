"""From answers to a score and to gaps."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.assessment.scoring import Tier, gaps, percent, score, tier_of
from content.loader import Catalog, FormName, load
from content.schema import DIMENSIONS, Dimension
from tests.builders import answers_to

CATALOG = load()
POINTS = st.integers(1, 5)


def quick_answers(technical: int, leadership: int, cultural: int) -> dict[str, int]:
    by_dimension = {"technical": technical, "leadership": leadership, "cultural": cultural}
    return {
        item.slug: by_dimension[CATALOG.competencies[item.competency].dimension]
        for item in CATALOG.forms["quick"].items
    }


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        pytest.param([1] * 12, 20, id="all ones are the lowest"),
        pytest.param([3] * 12, 60, id="all threes"),
        pytest.param([4] * 12, 80, id="all fours"),
        pytest.param([5] * 12, 100, id="all fives are everything"),
        pytest.param([5] * 4 + [2] * 4 + [3] * 4, 67, id="66.7 is rounded up"),
        pytest.param([2] * 4 + [5] * 4 + [4] * 4, 73, id="73.3 is rounded down"),
        pytest.param([4] * 9 + [5] * 3, 85, id="51 of 60 is 85"),
        pytest.param([3] * 6 + [4] * 6, 70, id="42 of 60 is 70"),
        pytest.param([2] * 3 + [3] * 9, 55, id="33 of 60 is 55"),
        pytest.param([5] + [4] * 7, 83, id="82.5 is rounded up"),
        pytest.param([1] * 7 + [2], 23, id="22.5 is rounded up, not to the even number"),
    ],
)
def test_percent_of_the_points_that_can_be_reached(points: list[int], expected: int) -> None:
    assert percent(points) == expected


@given(st.lists(POINTS, min_size=1, max_size=40))
def test_a_score_lies_between_20_and_100(points: list[int]) -> None:
    assert 20 <= percent(points) <= 100


@given(st.lists(POINTS, min_size=1, max_size=40), st.data())
def test_a_better_answer_never_lowers_the_score(points: list[int], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(points) - 1))
    better = [*points]
    better[index] = data.draw(st.integers(points[index], 5))

    assert percent(better) >= percent(points)


def test_each_dimension_is_scored_by_its_own_items() -> None:
    scored = score(CATALOG.forms["quick"].items, quick_answers(5, 2, 3), CATALOG.competencies)

    assert scored.dimensions == {"technical": 100, "leadership": 40, "cultural": 60}
    assert scored.total == 67


def test_the_complete_form_counts_every_question_alike() -> None:
    answers = {
        item.slug: 5 if CATALOG.competencies[item.competency].dimension == "technical" else 1
        for item in CATALOG.forms["complete"].items
    }

    assert score(CATALOG.forms["complete"].items, answers, CATALOG.competencies).total == 52


def test_an_open_item_cannot_be_scored() -> None:
    answers = quick_answers(3, 3, 3)
    answers.pop("quick-coding")

    with pytest.raises(KeyError, match="quick-coding"):
        score(CATALOG.forms["quick"].items, answers, CATALOG.competencies)


@pytest.mark.parametrize(
    ("total", "plan"),
    [
        (20, "foundation"),
        (54, "foundation"),
        (55, "twelve-week"),
        (69, "twelve-week"),
        (70, "six-week"),
        (84, "six-week"),
        (85, "quick-reference"),
        (100, "quick-reference"),
    ],
)
def test_the_score_points_to_a_plan(total: int, plan: str) -> None:
    assert CATALOG.band_of(total).plan == plan


@pytest.mark.parametrize(
    ("points", "tier"),
    [
        (1, Tier.CRITICAL),
        (2, Tier.CRITICAL),
        (3, Tier.SKILL),
        (4, Tier.EXCELLENCE),
        (5, Tier.EXCELLENCE),
    ],
)
def test_the_lower_the_answer_the_earlier_it_is_worked_on(points: int, tier: Tier) -> None:
    assert tier_of(points) == tier


class TestGaps:
    def ordered(
        self, answers: dict[str, int], form: FormName = "quick"
    ) -> list[tuple[Tier, Dimension, str, int]]:
        items = CATALOG.forms[form].items
        scored = score(items, answers, CATALOG.competencies)
        found = gaps(items, answers, CATALOG.competencies, scored)
        return [(gap.tier, gap.competency.dimension, gap.competency.track, gap.points) for gap in found]

    def test_come_by_tier_first(self) -> None:
        answers = {slug: 1 + index % 5 for index, slug in enumerate(answers_to(CATALOG))}

        tiers = [tier for tier, *_ in self.ordered(answers)]

        assert tiers == sorted(tiers)
        assert set(tiers) == set(Tier)

    def test_of_the_weaker_dimension_go_before_others_of_the_same_tier(self) -> None:
        dimensions = [dimension for _, dimension, *_ in self.ordered(quick_answers(1, 2, 2))]

        assert set(dimensions[:4]) == {"technical"}, "although behavioural weighs more in the interview"

    def test_of_the_heavier_part_of_the_interview_go_first_within_a_dimension(self) -> None:
        tracks = [
            track
            for _, dimension, track, _ in self.ordered(quick_answers(1, 5, 5))
            if dimension == "technical"
        ]

        assert tracks == sorted(tracks, key=["behavioural", "design", "coding"].index)
        assert len(set(tracks)) > 1

    def test_with_the_lower_answer_go_first_when_all_else_is_alike(self) -> None:
        answers = quick_answers(5, 2, 5)
        last = [slug for slug in answers if answers[slug] == 2][-1]
        answers[last] = 1

        found = self.ordered(answers)

        assert [points for *_, points in found[:4]] == [1, 2, 2, 2]

    def test_there_is_one_for_each_competency_by_its_lowest_answer(self, catalog: Catalog) -> None:
        item, *others = catalog.forms["quick"].items
        twin = item.model_copy(update={"slug": "a-twin"})
        items = (item, twin, *others)
        answers = {**answers_to(catalog, points=4), "a-twin": 1}

        found = gaps(items, answers, catalog.competencies, score(items, answers, catalog.competencies))

        assert len(found) == len(catalog.forms["quick"].items)
        assert (found[0].competency.slug, found[0].points) == (item.competency, 1)

    @given(st.data())
    def test_name_every_competency_of_the_form_once(self, data: st.DataObject) -> None:
        form = CATALOG.forms["complete"]
        answers = {item.slug: data.draw(POINTS) for item in form.items}
        scored = score(form.items, answers, CATALOG.competencies)

        found = gaps(form.items, answers, CATALOG.competencies, scored)

        assert sorted(gap.competency.slug for gap in found) == sorted(
            {item.competency for item in form.items}
        )
        assert set(scored.dimensions) == set(DIMENSIONS)
