"""When a card comes back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.review.schedule import (
    AGAIN,
    CAP,
    EASY,
    GOOD,
    HARD,
    LONGEST,
    RATINGS,
    SITTING,
    Days,
    Memory,
    balanced,
    from_card,
    in_order,
    new,
    outcomes,
    rate,
    retrievability,
    sitting_size,
    to_card,
)
from tests.builders import NOON, TODAY

UTC_DAYS = Days("UTC", 180)
DAY = timedelta(days=1)


def answered(*ratings: int, every: int = 1, first: datetime = NOON) -> Memory:
    """A card after these answers, so many days apart."""
    memory = new(UTC_DAYS.start(UTC_DAYS.of(first)))
    for number, rating in enumerate(ratings):
        memory = rate(memory, rating, first + number * every * DAY, UTC_DAYS)
    return memory


def due_in(memory: Memory, on: date = TODAY, days: Days = UTC_DAYS) -> int:
    return (days.of(memory.due_at) - on).days


class TestAnswers:
    @pytest.mark.parametrize(("rating", "days"), [(AGAIN, 1), (HARD, 1), (GOOD, 2), (EASY, 8)])
    def test_the_first_one(self, rating: int, days: int) -> None:
        memory = answered(rating)

        assert due_in(memory) == days
        assert (memory.repetitions, memory.lapses, memory.reviewed_at) == (1, 0, NOON)

    def test_known_again_and_again_it_comes_back_less_and_less_often(self) -> None:
        memory, now, intervals = answered(GOOD), NOON, []
        for _ in range(3):
            now = memory.due_at
            memory = rate(memory, GOOD, now, UTC_DAYS)
            intervals.append(due_in(memory, UTC_DAYS.of(now)))

        assert all(shorter < longer for shorter, longer in pairwise(intervals))

    def test_forgotten_it_comes_back_soon_and_is_counted(self) -> None:
        known = answered(GOOD, GOOD, GOOD, every=9)
        lapsed = rate(known, AGAIN, known.due_at, UTC_DAYS)

        assert due_in(lapsed, UTC_DAYS.of(known.due_at)) < 7
        assert (lapsed.repetitions, lapsed.lapses) == (4, 1)

    def test_never_later_than_anybody_prepares(self) -> None:
        assert (
            due_in(
                rate(answered(EASY, EASY, EASY, every=170), EASY, NOON + 600 * DAY, UTC_DAYS),
                TODAY + 600 * DAY,
            )
            == LONGEST
        )

    def test_an_evening_and_the_next_morning_are_two_days(self) -> None:
        evening, morning = NOON.replace(hour=22), NOON.replace(hour=7) + DAY
        first = rate(new(evening), GOOD, evening, UTC_DAYS)
        at_noon = rate(new(NOON), GOOD, NOON, UTC_DAYS)

        assert rate(first, GOOD, morning, UTC_DAYS).stability == (
            rate(at_noon, GOOD, NOON + DAY, UTC_DAYS).stability
        )

    def test_after_midnight_it_is_still_the_same_day(self) -> None:
        night = datetime(2030, 3, 5, 1, 30, tzinfo=UTC)

        assert due_in(rate(new(night), GOOD, night, UTC_DAYS)) == 2

    @pytest.mark.parametrize(
        ("zone", "on", "starts_at"),
        [
            ("UTC", date(2030, 3, 5), datetime(2030, 3, 5, 3, tzinfo=UTC)),
            ("Europe/Lisbon", date(2030, 7, 5), datetime(2030, 7, 5, 2, tzinfo=UTC)),
            ("Pacific/Apia", date(2011, 12, 30), datetime(2011, 12, 30, 13, tzinfo=UTC)),
        ],
    )
    def test_it_is_due_from_the_start_of_its_day(self, zone: str, on: date, starts_at: datetime) -> None:
        assert Days(zone, 180).start(on) == starts_at


class TestBalance:
    @pytest.mark.parametrize(
        ("interval", "full", "shift"),
        [
            pytest.param(30, {}, 0, id="there is room"),
            pytest.param(30, {30: CAP - 1}, 0, id="there is just room"),
            pytest.param(30, {30: CAP}, -1, id="the nearest of equals, the earlier first"),
            pytest.param(30, {30: CAP, 29: 1}, 1, id="the lightest"),
            pytest.param(30, {30: CAP, 29: 5, 31: 4, 28: 3, 32: 2, 27: 1, 33: 1}, -3, id="a tenth at most"),
            pytest.param(30, dict.fromkeys(range(27, 34), CAP), 0, id="all are full"),
            pytest.param(9, {9: CAP}, 0, id="a short interval cannot move"),
            pytest.param(10, {10: CAP}, -1, id="by one day from ten on"),
        ],
    )
    def test_a_full_day_passes_it_on(self, interval: int, full: dict[int, int], shift: int) -> None:
        load = {TODAY + days * DAY: number for days, number in full.items()}

        assert balanced(TODAY, interval, load) == TODAY + (interval + shift) * DAY

    def test_a_thousand_cards_do_not_pile_up(self) -> None:
        load: dict[date, int] = {}
        for _ in range(400):
            on = balanced(TODAY, 100, load)
            load[on] = load.get(on, 0) + 1

        assert max(load.values()) == CAP
        assert {abs((on - TODAY).days - 100) <= 10 for on in load} == {True}


class TestOrder:
    def test_the_closest_to_forgotten_first(self) -> None:
        strong, weak = answered(EASY, EASY, every=8), answered(GOOD)
        on = TODAY + 120 * DAY

        assert in_order({"strong": strong, "weak": weak}, on, UTC_DAYS) == ["weak", "strong"]

    def test_of_equals_the_one_that_waits_the_longest(self) -> None:
        early, late = new(NOON), new(NOON)._replace(due_at=NOON + timedelta(hours=1))

        assert in_order({"b": late, "a": late, "c": early}, TODAY, UTC_DAYS) == ["c", "a", "b"]

    def test_a_card_that_was_never_answered_counts_as_learned_the_day_before_it_came(self) -> None:
        tomorrow = new(UTC_DAYS.start(TODAY + DAY))

        assert retrievability(tomorrow, TODAY, UTC_DAYS) == 1
        assert retrievability(tomorrow, TODAY + 9 * DAY, UTC_DAYS) == (
            retrievability(answered(GOOD), TODAY + 9 * DAY, UTC_DAYS)
        )

    @pytest.mark.parametrize(
        ("due", "before", "size"),
        [(0, 0, 0), (3, 0, 3), (200, 0, SITTING), (200, 15, 5), (200, CAP, 0), (200, CAP + 9, 0)],
    )
    def test_a_sitting_is_short_and_a_day_has_an_end(self, due: int, before: int, size: int) -> None:
        assert sitting_size(due, before) == size


zones = st.sampled_from(
    ["UTC", "Europe/Lisbon", "America/New_York", "Pacific/Apia", "Africa/Cairo", "Australia/Lord_Howe"]
)
all_days = st.builds(Days, zones, st.integers(0, 719))
instants = st.integers(0, 15_000_000).map(
    lambda minutes: datetime(2011, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
ratings = st.sampled_from(RATINGS)
memories = st.builds(
    Memory,
    st.just(2),
    st.none(),
    st.floats(0.001, 36500),
    st.floats(1, 10),
    instants,
    instants,
    st.integers(1, 99),
    st.integers(0, 9),
)
any_memory = st.one_of(memories, instants.map(new))


class TestAlways:
    @given(any_memory)
    def test_what_is_stored_comes_back_as_it_was(self, memory: Memory) -> None:
        again = from_card(to_card(memory), repetitions=memory.repetitions, lapses=memory.lapses)

        assert again == memory

    @given(any_memory, instants, all_days, st.dictionaries(st.integers(1, 200), st.integers(0, 40)))
    def test_from_tomorrow_on_and_the_better_known_the_later(
        self, memory: Memory, now: datetime, days: Days, full: dict[int, int]
    ) -> None:
        on = days.of(now)
        load = {on + number * DAY: count for number, count in full.items()}

        found = outcomes(memory, now, days, load)

        due = [found[rating].due_at for rating in RATINGS]
        assert due == sorted(due)
        assert min(due) > now
        assert all(on < days.of(at) <= on + (LONGEST * 11 // 10 + 1) * DAY for at in due)
        assert outcomes(memory, now, days, load) == found

    @given(st.lists(st.tuples(ratings, st.integers(0, 60)), min_size=1, max_size=12))
    def test_any_history_leaves_a_card_that_can_be_answered(self, history: list[tuple[int, int]]) -> None:
        memory, now = new(NOON), NOON
        for rating, after in history:
            now += after * DAY
            memory = rate(memory, rating, now, UTC_DAYS)

        assert memory.repetitions == len(history)
        assert memory.reviewed_at == now
        assert 0 <= retrievability(memory, UTC_DAYS.of(now), UTC_DAYS) <= 1
