"""The dashboard over the real connection: ticked in place, and true after whatever was done elsewhere."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.home.publishing import PAUSE_SECONDS
from bot.playground.form import elements_of
from bot.playground.model import HomeTarget
from bot.today import views as today_views
from content.loader import Catalog
from tests.flows.conftest import Rig
from tests.flows.journeys import take_assessment, take_plan
from tests.slack_user import SlackUser

LISBON = ZoneInfo("Europe/Lisbon")
MONDAY = date(2031, 3, 3)
PARTS = ("coding", "concept", "story")


def jump(rig: Rig, days: int, hour: int) -> None:
    """To that time in Lisbon, so many days after the Monday it begins on."""
    rig.workspace.clock.jump_to(datetime.combine(MONDAY + timedelta(days=days), time(hour), LISBON))


def says(person: SlackUser, words: str) -> bool:
    return words in person.text_of(person.home() or {})


async def sees(person: SlackUser, words: str) -> None:
    await person.see(lambda: says(person, words))


async def with_list(rig: Rig) -> SlackUser:
    """Somebody with a plan, whose list for today is chosen and shown on Home."""
    jump(rig, 0, 10)
    ines = rig.person()
    await take_assessment(ines, 2)
    await take_plan(ines)
    await ines.close(everything=True)
    await ines.command("/prep today")
    await sees(ines, "Three lines, in any order.")
    return ines


async def tick(rig: Rig, person: SlackUser, part: str) -> None:
    """The box of a line on Home as it is shown now."""
    home = person.home() or {}
    block, box = next(
        (block, element)
        for block, element in elements_of(home["blocks"])
        if element.get("action_id") == today_views.TICK and f".{part}." in block["block_id"]
    )
    await rig.workspace.press(
        person.id,
        HomeTarget(),
        block_id=block["block_id"],
        action_id=today_views.TICK,
        payload={"selected_options": box["options"]},
    )


async def test_the_list_is_ticked_in_place_until_there_is_another_next_thing(rig: Rig) -> None:
    ines = await with_list(rig)
    assert says(ines, "Then 2 more lines today.")

    for number, part in enumerate(PARTS, start=1):
        await tick(rig, ines, part)
        await sees(ines, "All done: 1 h 15 min." if number == 3 else f"{number} of 3 done.")

    await sees(ines, "1 day in a row.")
    assert not says(ines, "the last one today")


async def test_what_is_done_anywhere_shows(rig: Rig) -> None:
    ines = await with_list(rig)

    await ines.command("/prep log 1 mock 4/5")
    await sees(ines, "rated 4 of 5")
    await sees(ines, "1 mock: low confidence")
    await ines.command("/prep pause 3d")
    await sees(ines, "Resume")


async def test_ten_logs_at_once_are_a_few_publishes_and_the_last_state_stays(rig: Rig) -> None:
    ines = await with_list(rig)
    await asyncio.sleep(2 * PAUSE_SECONDS)
    seen = [hash_of(ines)]

    await asyncio.gather(*(ines.command("/prep log 1 coding") for _ in range(10)))
    while not says(ines, "10 of "):
        if hash_of(ines) != seen[-1]:
            seen.append(hash_of(ines))
        await asyncio.sleep(0.01)
    assert await rig.coach.in_flight.wait(5)

    assert len({*seen, hash_of(ines)}) <= 5
    assert says(ines, "10 of ")


def hash_of(person: SlackUser) -> str:
    """Which publish is shown."""
    return str((person.home() or {})["hash"])


async def test_another_process_draws_it_anew_when_it_is_opened(rig: Rig, catalog: Catalog) -> None:
    ines = await with_list(rig)
    jump(rig, 1, 10)
    stale = hash_of(ines)

    async with rig.another_process(catalog):
        await ines.open_home()
        await ines.see(lambda: hash_of(ines) != stale and says(ines, "Week 1 of"))
