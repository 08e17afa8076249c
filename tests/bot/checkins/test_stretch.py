"""Goals that ask for more than any week before."""

from __future__ import annotations

import pytest

from bot.checkins.counts import Counts
from bot.checkins.stretch import stretch


def coding(*numbers: int) -> list[Counts]:
    return [Counts(coding=number) for number in numbers]


def test_names_the_goal_that_is_furthest_above_the_best_week() -> None:
    told = stretch(Counts(coding=12, designs=2), coding(5, 7))

    assert told == (
        "Next week's 12 coding problems would be your most so far (until now 7). "
        "A smaller number of coding problems is a good goal too."
    )


@pytest.mark.parametrize(
    ("goals", "reported"),
    [
        pytest.param(7, [5, 7], id="reached before"),
        pytest.param(0, [0, 0], id="rest"),
        pytest.param(12, [5], id="one check-in says too little"),
        pytest.param(12, [], id="none"),
    ],
)
def test_says_nothing_otherwise(goals: int, reported: list[int]) -> None:
    assert stretch(Counts(coding=goals), coding(*reported)) is None
