"""A person's own terms over the real connection: another time, a pause, the way back, and why."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

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


async def tick(rig: Rig) -> None:
    """Decide and deliver what is due by now."""
    await rig.coach.tick()
    await rig.coach.delivery.drain()


def lists(person: SlackUser) -> int:
    """How many messages in the direct message carry a day's list."""
    return sum("today." in str(message.blocks) for message in person.dm() if not message.ephemeral_to)


async def private_answer(person: SlackUser, line: str, words: str) -> str:
    """What a command is answered with, once it says these words."""
    await person.command(line)
    return await person.see(
        lambda: next(
            (text for message in person.ephemeral() if words in (text := person.text_of(message))), None
        )
    )


def answered(person: SlackUser, before: int) -> bool:
    """Whether the bot has written since there were so many messages."""
    return any(message.is_bot for message in person.dm()[before:])


async def test_another_time_holds_from_the_next_day_on(rig: Rig) -> None:
    ines = await with_plan(rig)
    await ines.command("/prep settings")
    await ines.see(lambda: ines.has_modal)
    assert await ines.suggestions("country", "portu") == ["Portugal", "No country"]

    await ines.fill({"daily_at": "06:30"})
    assert set(await ines.submit()) == {"daily_at"}
    await ines.fill({"daily_at": "08:30", "country": "Portugal"})
    assert await ines.submit() == {}

    await ines.see(lambda: "Saved. Next: tomorrow 08:30 (daily minimums)" in ines.text_of(ines.modal))
    await ines.close(everything=True)
    jump(rig, 1, 8, 29)
    await tick(rig)
    assert lists(ines) == 0
    jump(rig, 1, 8, 30)
    await tick(rig)
    assert lists(ines) == 1
    assert "Tue 4 March: delivered 08:30" in await private_answer(ines, "/prep why", "Last:")


async def test_a_pause_from_the_reminder_holds_until_it_is_resumed(rig: Rig) -> None:
    ines = await with_plan(rig)
    jump(rig, 1, 9)
    await tick(rig)
    assert lists(ines) == 1

    await ines.click("settings.pause", on=ines.dm()[-1])
    await ines.see(lambda: ines.has_modal)
    await ines.fill({"length": "Until I say so"})
    assert await ines.submit() == {}
    await ines.see(lambda: "Paused until you resume" in ines.text_of(ines.modal))
    await ines.close(everything=True)
    for day in (2, 3, 4):
        jump(rig, day, 9)
        await tick(rig)
    assert lists(ines) == 1

    jump(rig, 4, 12)
    assert "tomorrow 09:00" in await private_answer(ines, "/prep resume", "Your reminders are on.")
    await tick(rig)
    assert lists(ines) == 1
    jump(rig, 5, 9)
    await tick(rig)
    assert lists(ines) == 2
    why = await private_answer(ines, "/prep why", "Last:")
    assert "Thu 6 March: skipped: you paused your reminders" in why
    assert "Missed windows in the last 7 days: 0." in why


async def test_words_written_in_the_direct_message_are_answered_with_the_buttons_for_them(rig: Rig) -> None:
    ines = await with_plan(rig)

    for words, says in [("why", "Nothing was sent so far."), ("pause", "Next: tomorrow 09:00")]:
        before = len(ines.dm())
        await ines.say(words)
        await ines.see(partial(answered, ines, before))
        assert says in ines.text_of(ines.dm()[-1])
        assert "settings.pause" in str(ines.dm()[-1].blocks)
