"""How fast we may post: never above Slack's limits, in whatever order people are written to."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pace import AHEAD_SECONDS, Pace

ROUNDING = 1e-6
TURNS = st.lists(st.tuples(st.sampled_from("ABC"), st.booleans(), st.floats(0, 2)), min_size=1, max_size=80)


@dataclass
class Monotonic:
    """Seconds that a test moves."""

    seconds: float = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def monotonic() -> Monotonic:
    return Monotonic()


@pytest.fixture
def pace(monotonic: Monotonic) -> Pace:
    return Pace(monotonic)


def most_within(times: list[float], seconds: float) -> int:
    """The most turns in any window that is so long."""
    return max(sum(start <= time < start + seconds - ROUNDING for time in times) for start in times)


def waits(pace: Pace, channels: list[str], *, bulk: bool = False) -> list[float | None]:
    """How long each of these waits, all asking now."""
    found = [pace.reserve(channel, bulk=bulk) for channel in channels]
    return [None if wait is None else round(wait, 3) for wait in found]


def everybody(count: int) -> list[str]:
    return [f"D{number}" for number in range(count)]


def test_a_short_burst_in_a_channel_goes_out_at_once_and_then_one_a_second(pace: Pace) -> None:
    assert waits(pace, ["A"] * 6) == [0, 0, 0, 1, 2, 3]


def test_a_burst_over_many_channels_is_held_at_the_workspaces_rate(monotonic: Monotonic) -> None:
    pace = Pace(monotonic, 4.0)

    assert waits(pace, everybody(16)) == [0.0] * 12 + [0.25, 0.5, 0.75, 1.0]


def test_bulk_has_a_smaller_burst_and_stays_a_little_slower(monotonic: Monotonic) -> None:
    pace = Pace(monotonic, 4.2)

    assert waits(pace, everybody(10), bulk=True) == [0.0] * 6 + [0.25, 0.5, 0.75, 1.0]


@pytest.mark.parametrize(("rate", "bulk_rate"), [(4.8, 4.6), (0.3, 0.15)])
def test_bulk_never_gets_less_than_half(monotonic: Monotonic, rate: float, bulk_rate: float) -> None:
    pace = Pace(monotonic, rate, bulk_burst=1, longest_wait=60)

    assert waits(pace, everybody(3), bulk=True) == [0, round(1 / bulk_rate, 3), round(2 / bulk_rate, 3)]


def test_somebody_who_waits_finds_room_while_bulk_takes_all_its_turns(
    pace: Pace, monotonic: Monotonic
) -> None:
    for _ in range(600):
        for number in range(pace.room(bulk=True)):
            pace.reserve(f"bulk {monotonic.seconds} {number}", bulk=True)
        monotonic.seconds += 0.1

    assert waits(pace, everybody(4)) == [0, 0, 0, 0]


def test_a_turn_that_is_far_away_is_not_taken(pace: Pace) -> None:
    assert waits(pace, ["A"] * 10)[-3:] == [5, None, None]
    assert pace.turn_in("A", bulk=False) == pytest.approx(6)
    assert pace.reserve("B", bulk=False) == 0


def test_a_crowded_channel_does_not_move_the_workspaces_turns_away(pace: Pace) -> None:
    waits(pace, ["A"] * 8)

    assert waits(pace, ["B", "C", "D", "E"]) == [0, 0, 0, 0]


def test_room_is_what_starts_soon_and_comes_back(pace: Pace, monotonic: Monotonic) -> None:
    room = pace.room(bulk=True)

    assert max(wait or 0 for wait in waits(pace, everybody(room), bulk=True)) <= AHEAD_SECONDS
    assert pace.room(bulk=True) == 0
    monotonic.seconds += pace.next_room_in() + ROUNDING
    assert 0 < pace.room(bulk=True) < room
    assert pace.next_room_in() == 0


def test_what_is_promised_counts_as_taken_when_room_is_waited_for(pace: Pace, monotonic: Monotonic) -> None:
    room = pace.room(bulk=True)
    expected = pace.next_room_in(promised=room)

    waits(pace, everybody(room), bulk=True)

    assert pace.next_room_in() == pytest.approx(expected)


def test_waiting_earns_the_burst_back(pace: Pace, monotonic: Monotonic) -> None:
    waits(pace, ["A"] * 3)
    monotonic.seconds += 3

    assert waits(pace, ["A"] * 4) == [0, 0, 0, 1]


def test_after_a_429_nobody_gets_a_turn_for_as_long_as_told(pace: Pace, monotonic: Monotonic) -> None:
    pace.close_for(30)

    assert pace.reserve("A", bulk=False) is None
    assert (pace.room(bulk=True), pace.room(bulk=False)) == (0, 0)
    assert pace.next_room_in() == pytest.approx(30)
    assert pace.turn_in("A", bulk=True) == pytest.approx(30)
    monotonic.seconds += 29
    assert pace.reserve("B", bulk=False) == pytest.approx(1)
    monotonic.seconds += 2
    assert pace.reserve("C", bulk=False) == 0
    assert pace.closed_for() == 0


def test_a_shorter_429_does_not_open_earlier(pace: Pace) -> None:
    pace.close_for(30)
    pace.close_for(5)

    assert pace.closed_for() == pytest.approx(30)


def test_a_rate_of_nothing_paces_nothing_but_a_429_still_closes(monotonic: Monotonic) -> None:
    pace = Pace(monotonic, posts_per_second=0)

    assert waits(pace, ["A"] * 500, bulk=True) == [0] * 500
    assert pace.room(bulk=True) > 10_000
    assert pace.next_room_in() == 0
    pace.close_for(2)
    assert pace.reserve("A", bulk=False) == pytest.approx(2)
    assert pace.room(bulk=True) == 0
    assert pace.next_room_in() == pytest.approx(2)


@given(TURNS, st.none() | st.floats(0.1, 20))
def test_no_window_ever_holds_more_than_slack_allows(
    turns: list[tuple[str, bool, float]], closed: float | None
) -> None:
    """A person waits for the channel first and takes a turn then, as delivery does."""
    monotonic = Monotonic()
    pace = Pace(monotonic, longest_wait=1000)
    if closed is not None:
        pace.close_for(closed)
    posted: list[tuple[float, str, bool]] = []
    for channel, bulk, pause in turns:
        monotonic.seconds += pause / 10
        monotonic.seconds += pace.channel_wait(channel)
        wait = pace.reserve(channel, bulk=bulk)
        assert wait is not None
        posted.append((monotonic.seconds + wait, channel, bulk))

    everywhere = [time for time, *_ in posted]
    bulky = [time for time, _, bulk in posted if bulk]
    for seconds in (1, 5, 10):
        assert most_within(everywhere, seconds) <= pace.burst + pace.posts_per_second * seconds
        if bulky:
            assert most_within(bulky, seconds) <= pace.bulk_burst + (pace.posts_per_second - 0.2) * seconds
        for channel in {channel for _, channel, _ in posted}:
            there = [time for time, name, _ in posted if name == channel]
            assert most_within(there, seconds) <= pace.channel_burst + pace.channel_per_second * seconds
    if closed is not None:
        assert min(everywhere) >= 100 + closed - ROUNDING


def test_channels_that_are_quiet_again_are_forgotten(monotonic: Monotonic) -> None:
    pace = Pace(monotonic, 1000)
    for number in range(1001):
        pace.reserve(f"D{number}", bulk=False)
    monotonic.seconds += 10_000

    pace.reserve("A", bulk=False)

    assert set(pace._channels) == {"A"}


class TestLooks:
    def test_are_paced_by_themselves(self, monotonic: Monotonic) -> None:
        pace = Pace(monotonic, look_burst=2)

        assert [pace.reserve_look() for _ in range(2)] == [0.0, 0.0]
        assert pace.reserve_look() == pytest.approx(1 / 0.8)
        monotonic.seconds += 1.25 + ROUNDING
        assert pace.reserve_look() == 0.0

    def test_that_are_refused_do_not_hold_up_posts(self, pace: Pace) -> None:
        pace.close_looks_for(7)

        assert pace.reserve_look() == pytest.approx(7)
        assert pace.reserve("D1", bulk=True) == 0.0
