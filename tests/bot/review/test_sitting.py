"""What the buttons of a round carry."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.review.schedule import SITTING
from bot.review.sitting import OldCardsError, Sitting, Waiting
from tests.builders import NOON

CARDS = [Waiting("concept:hash-sharding", 0), Waiting("problem:lc-two-sum", 3), Waiting("story:12", 1)]

slugs = st.from_regex(r"[a-z0-9]+(-[a-z0-9]+){0,5}", fullmatch=True).map(lambda slug: slug[:60].rstrip("-"))
items = st.one_of(slugs.map("concept:{}".format), slugs.map("problem:{}".format))
waiting = st.builds(Waiting, items, st.integers(0, 999_999))


@given(st.lists(waiting, min_size=1, max_size=SITTING))
def test_comes_back_as_it_was_and_fits_a_button(cards: list[Waiting]) -> None:
    sitting = Sitting.of(cards, NOON)

    assert Sitting.read(sitting.token) == sitting
    assert len(sitting.token) <= 2000


def test_counts_its_cards() -> None:
    sitting = Sitting.of(CARDS, NOON)
    assert (sitting.number, sitting.total) == (1, 3)

    later = sitting.onward().onward(skipped=True)

    assert (later.number, later.skipped, later.left) == (3, 1, (CARDS[2],))
    assert later.began == NOON


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "1~1~0~",
        "1~1~0~concept:a",
        "1~1~0~concept:a#-1",
        "1~1~0~concept:a#1234567",
        "1~1~0~concept:<!channel>#0",
        "1~1~0~story:1;drop#0",
        "1~1~0~story:99999999999999999999#0",
        "1~0~0~concept:a#0",
        "1~1~1~concept:a#0",
        "1~99~0~concept:a#0",
        "999999999999~1~0~concept:a#0",
        "1~1~0~concept:a#0\n",
        "\u0661~1~0~concept:a#0",
    ],
)
def test_what_we_never_drew_is_refused_with_what_to_do(token: str) -> None:
    with pytest.raises(OldCardsError, match="`/prep review`"):
        Sitting.read(token)
