"""How long ago a part came round."""

from __future__ import annotations

from bot.pulse import TICK, Pulse


def test_a_part_that_never_came_round_is_as_old_as_the_process() -> None:
    now = [5.0]
    pulse = Pulse(lambda: now[0])
    now[0] = 12.0
    assert pulse.age(TICK) == 7.0

    pulse.beat(TICK)
    now[0] = 13.0

    assert pulse.age(TICK) == 1.0
