"""One query for everybody who asks in the same moment."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

import pytest

from bot.coalesced import CoalescedMembership


class LookUp:
    """Knows the even numbers, notes what it is asked, and answers when it is let."""

    def __init__(self) -> None:
        self.asked: list[set[int]] = []
        self.go = asyncio.Event()
        self.error: Exception | None = None

    async def __call__(self, keys: Collection[int]) -> set[int]:
        self.asked.append(set(keys))
        await self.go.wait()
        if self.error is not None:
            raise self.error
        return {key for key in keys if key % 2 == 0}


async def settle() -> None:
    """Let every task run up to where it waits."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_each_gets_the_own_answer_from_one_query() -> None:
    look_up = LookUp()
    look_up.go.set()
    members = CoalescedMembership(look_up)

    assert await asyncio.gather(*(members.has(number) for number in range(4))) == [True, False, True, False]
    assert look_up.asked == [{0, 1, 2, 3}]


async def test_who_asks_during_a_query_is_in_the_next_one() -> None:
    look_up = LookUp()
    members = CoalescedMembership(look_up)
    first = asyncio.create_task(members.has(1))
    await settle()
    later = [asyncio.create_task(members.has(number)) for number in (1, 2, 2, 3)]
    await settle()

    look_up.go.set()

    assert await first is False
    assert await asyncio.gather(*later) == [False, True, True, False]
    assert look_up.asked == [{1}, {1, 2, 3}]


async def test_an_answer_is_not_kept_for_later() -> None:
    look_up = LookUp()
    look_up.go.set()
    members = CoalescedMembership(look_up)

    await members.has(2)
    await members.has(2)

    assert look_up.asked == [{2}, {2}]


async def test_a_failure_is_told_to_everybody_who_waits_and_to_nobody_after() -> None:
    look_up = LookUp()
    look_up.go.set()
    look_up.error = OSError("no database")
    members = CoalescedMembership(look_up)

    first, second = await asyncio.gather(members.has(1), members.has(2), return_exceptions=True)
    look_up.error = None

    assert isinstance(first, OSError)
    assert second is first
    assert await members.has(2)


async def test_one_who_stops_waiting_does_not_disturb_the_others() -> None:
    look_up = LookUp()
    members = CoalescedMembership(look_up)
    impatient, patient = asyncio.create_task(members.has(2)), asyncio.create_task(members.has(2))
    await settle()

    impatient.cancel()
    look_up.go.set()

    assert await patient
    with pytest.raises(asyncio.CancelledError):
        await impatient
