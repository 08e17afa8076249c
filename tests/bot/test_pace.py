"""How fast we may post: never above Slack's limits, in whatever order people are written to."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pace import Pace

ROUNDING = 1e-6
TURNS = st.lists(st.tuples(st.sampled_from("ABC"), st.floats(0, 2)), min_size=1, max_size=80)


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


def test_a_short_burst_in_a_channel_goes_out_at_once_and_then_one_a_second(pace: Pace) -> None:
    assert [round(pace.reserve("A"), 3) for _ in range(6)] == [0, 0, 0, 1, 2, 3]


def test_a_burst_over_many_channels_is_held_at_the_workspaces_rate(pace: Pace) -> None:
    waits = [round(pace.reserve(f"D{number}"), 3) for number in range(24)]

    assert waits == [0.0] * 20 + [0.25, 0.5, 0.75, 1.0]


def test_waiting_earns_the_burst_back(pace: Pace, monotonic: Monotonic) -> None:
    for _ in range(3):
        pace.reserve("A")
    monotonic.seconds += 3

    assert [pace.reserve("A") for _ in range(3)] == [0, 0, 0]
    assert pace.reserve("A") > 0


def test_after_a_429_nobody_gets_a_turn_for_as_long_as_told(pace: Pace, monotonic: Monotonic) -> None:
    pace.close_for(30)

    assert pace.reserve("A") == pytest.approx(30)
    monotonic.seconds += 29
    assert pace.reserve("B") == pytest.approx(1)
    monotonic.seconds += 2
    assert pace.reserve("C") == 0


def test_a_shorter_429_does_not_open_earlier(pace: Pace) -> None:
    pace.close_for(30)
    pace.close_for(5)

    assert pace.reserve("A") == pytest.approx(30)


@given(TURNS, st.none() | st.floats(0.1, 20))
def test_no_window_ever_holds_more_than_slack_allows(
    turns: list[tuple[str, float]], closed: float | None
) -> None:
    monotonic = Monotonic()
    pace = Pace(monotonic)
    if closed is not None:
        pace.close_for(closed)
    posted: list[tuple[float, str]] = []
    for channel, pause in turns:
        monotonic.seconds += pause / 10
        posted.append((monotonic.seconds + pace.reserve(channel), channel))

    everywhere = [time for time, _ in posted]
    for seconds in (1, 5, 10):
        assert most_within(everywhere, seconds) <= pace.workspace_burst + pace.workspace_per_second * seconds
        for channel in {channel for _, channel in posted}:
            there = [time for time, name in posted if name == channel]
            assert most_within(there, seconds) <= pace.channel_burst + pace.channel_per_second * seconds
    if closed is not None:
        assert min(everywhere) >= 100 + closed - ROUNDING


def test_channels_that_are_quiet_again_are_forgotten(pace: Pace, monotonic: Monotonic) -> None:
    for number in range(1001):
        pace.reserve(f"D{number}")
    monotonic.seconds += 10_000

    pace.reserve("A")

    assert set(pace._channels) == {"A"}
