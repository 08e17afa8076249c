"""So many at once, and then one by one."""

from __future__ import annotations

from bot.web.rate import Rate


def test_a_burst_and_then_one_every_so_often() -> None:
    now = [0.0]
    rate = Rate(burst=3, seconds=10, monotonic=lambda: now[0])

    assert [rate.wait("a") for _ in range(4)] == [0, 0, 0, 10]
    assert rate.wait("b") == 0
    now[0] = 9.5
    assert rate.wait("a") == 1
    now[0] = 10
    assert [rate.wait("a"), rate.wait("a")] == [0, 10]
    now[0] = 1000
    assert [rate.wait("a") for _ in range(4)] == [0, 0, 0, 10]


def test_it_never_remembers_more_keys_than_it_may() -> None:
    rate = Rate(burst=1, seconds=10, monotonic=lambda: 0.0, most_keys=100)

    for key in range(1000):
        assert rate.wait(key) == 0

    assert len(rate._free_at) == 100
    assert rate.wait(999) == 10
