"""The day's practice over the real connection: the message at nine, its ticks, Home, and the days after."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from bot.playground.model import Message
from bot.today import views
from tests.flows.conftest import Rig
from tests.flows.journeys import take_assessment, take_plan
from tests.slack_user import SlackUser

LISBON = ZoneInfo("Europe/Lisbon")
MONDAY = date(2031, 3, 3)


def jump(rig: Rig, days: int, hour: int, minute: int = 0) -> None:
    """To that time in Lisbon, so many days after the Monday it begins on."""
    on = MONDAY + timedelta(days=days)
    rig.workspace.clock.jump_to(datetime.combine(on, time(hour, minute), LISBON))


async def with_plan(rig: Rig) -> SlackUser:
    """Somebody who chose a plan at half past ten on Monday: today's time is over."""
    jump(rig, 0, 10, 30)
    ines = rig.person()
    await take_assessment(ines, 2)
    await take_plan(ines)
    await ines.close(everything=True)
    return ines


def lists(person: SlackUser) -> list[Message]:
    """The messages that carry a list, folded or not, the oldest first."""
    return [
        message for message in person.dm() if "today." in str(message.blocks) and not message.ephemeral_to
    ]


async def new_list(person: SlackUser, number: int) -> Message:
    return await person.see(lambda: lists(person)[number - 1] if len(lists(person)) >= number else None)


def boxes(message: Message) -> list[str]:
    return [block["block_id"] for block in message.blocks if views.TICK in str(block)]


def message_says(person: SlackUser, words: str) -> bool:
    return words in person.text_of(lists(person)[0])


def home_says(person: SlackUser, words: str) -> bool:
    return words in person.text_of(person.home() or {})


def private_list(person: SlackUser) -> Message | None:
    """The list that only this person sees."""
    return next((one for one in person.ephemeral() if boxes(one)), None)


def private_says(person: SlackUser, words: str) -> bool:
    return words in person.text_of(private_list(person) or {})


async def tick(person: SlackUser, message: Message, part: str) -> None:
    """Tick the line of a part."""
    block = next(block for block in boxes(message) if f".{part}." in block)
    await person.pick(block, [part], on=message)


async def test_a_day_from_the_message_at_nine_to_all_done(rig: Rig) -> None:
    ines = await with_plan(rig)
    before = len(ines.dm())
    jump(rig, 1, 9)
    message = await new_list(ines, 1)
    assert len(boxes(message)) == 3
    assert all(name in ines.text_of(message) for name in ("*Coding:*", "*Concept:*", "*Story:*"))

    for number, part in enumerate(("coding", "concept", "story"), start=1):
        await tick(ines, lists(ines)[0], part)
        words = "All done: 1 h 15 min." if number == 3 else f"{number} of 3 done."
        await ines.see(partial(message_says, ines, words))
        await ines.see(partial(home_says, ines, words))

    assert [one.ts for one in lists(ines)] == [message.ts]
    assert len(ines.dm()) == before + 1


async def test_done_before_its_time_no_reminder_comes(rig: Rig) -> None:
    ines = await with_plan(rig)
    jump(rig, 1, 7, 30)
    await ines.command("/prep today")
    await ines.see(partial(private_list, ines))
    for number, part in enumerate(("coding", "concept", "story"), start=1):
        shown = private_list(ines)
        assert shown is not None
        await tick(ines, shown, part)
        words = "All done: 1 h 15 min." if number == 3 else f"{number} of 3 done."
        await ines.see(partial(home_says, ines, words))
        await ines.see(partial(private_says, ines, words))

    jump(rig, 1, 9)
    jump(rig, 2, 9)
    await new_list(ines, 1)

    assert len(lists(ines)) == 1
    assert "2031-03-05" in str(lists(ines)[0].blocks)


async def test_after_two_days_without_the_bot_only_the_newest_list_comes(rig: Rig) -> None:
    ines = await with_plan(rig)
    jump(rig, 1, 9)
    await new_list(ines, 1)

    jump(rig, 3, 9, 5)
    newest = await new_list(ines, 2)

    assert "2031-03-06" in str(newest.blocks)
    assert "2031-03-05" not in str([one.blocks for one in lists(ines)])


async def test_put_off_for_an_hour_it_folds_and_comes_again(rig: Rig) -> None:
    ines = await with_plan(rig)
    jump(rig, 1, 9)
    message = await new_list(ines, 1)

    await ines.pick("Later", "In 1 hour", on=message)
    await ines.see(lambda: "I come back with today's list at 10:0" in ines.text_of(lists(ines)[0]))
    jump(rig, 1, 10, 2)
    again = await new_list(ines, 2)
    await tick(ines, again, "story")
    await ines.see(lambda: "1 of 3 done." in ines.text_of(lists(ines)[1]))

    await ines.see(lambda: views.MOVED_ON in ines.text_of(lists(ines)[0]))


async def test_after_three_without_an_answer_it_asks_once_then_is_silent_until_told(rig: Rig) -> None:
    ines = await with_plan(rig)
    for day in (1, 2, 3):
        jump(rig, day, 9)
        await new_list(ines, day)
    jump(rig, 4, 9)
    question = await new_list(ines, 4)
    assert "Keep them" in ines.text_of(question)
    jump(rig, 5, 9)
    jump(rig, 6, 9)
    await ines.see(lambda: len(lists(ines)) == 4)

    await ines.click("Keep them", on=question)
    await ines.see(lambda: views.KEPT in ines.text_of(lists(ines)[3]))
    jump(rig, 7, 9)

    assert "2031-03-10" in str((await new_list(ines, 5)).blocks)


async def test_not_today_folds_the_list_until_it_is_asked_for(rig: Rig) -> None:
    ines = await with_plan(rig)
    jump(rig, 1, 9)
    message = await new_list(ines, 1)

    await ines.click("Not today", on=message)
    await ines.see(lambda: views.FOLDED in ines.text_of(lists(ines)[0]))
    await ines.click("Show the list", on=lists(ines)[0])
    await ines.see(partial(private_list, ines))
    shown = private_list(ines)
    assert shown is not None
    await tick(ines, shown, "story")

    await ines.see(partial(message_says, ines, "1 of 3 done."))
