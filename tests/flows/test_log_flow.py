"""Logging over the real connection: words and Undo, the form, a correction, and a timer that logs itself."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from bot.playground.model import Message
from tests.flows.conftest import Rig
from tests.slack_user import SlackUser


def answers(person: SlackUser) -> list[str]:
    return [person.text_of(message) for message in person.ephemeral()]


def says(person: SlackUser, words: str) -> bool:
    return any(words in text for text in answers(person))


def window_says(person: SlackUser, words: str) -> bool:
    return person.has_modal and words in person.text_of(person.modal)


def time_is_up(person: SlackUser) -> Message | None:
    return next((one for one in person.dm() if "Time is up" in person.text_of(one)), None)


async def test_typed_practice_is_shown_and_taken_back(rig: Rig) -> None:
    ines = rig.person()
    await ines.command("/prep log 2 coding, 1 design 45m")
    await ines.see(partial(says, ines, "• 2 coding problems"))
    assert says(ines, "Today: 2 coding problems, 1 full design, 45 min.")

    await ines.click("Undo")

    await ines.see(partial(says, ines, "Taken back: 2 coding problems; 1 full design, 45 min."))


async def test_the_form_logs_and_what_it_shows_can_be_changed_and_removed(rig: Rig) -> None:
    ines = rig.person()
    await ines.shortcut("Log practice")
    await ines.see(partial(window_says, ines, "Nothing is logged for the last seven days."))
    await ines.fill({"log.activity": "coding", "log.minutes": 30, "log.task": "Two Sum"})
    assert await ines.submit() == {}
    await ines.see(partial(window_says, ines, "1 coding problem: Two Sum, 30 min"))
    await ines.close(everything=True)

    await ines.command("/prep log")
    await ines.see(partial(window_says, ines, "Two Sum, 30 min"))
    await ines.pick("log.entry", "Change")
    await ines.see(lambda: ines.modal.payload["callback_id"] == "log.save_change")
    minutes = next(
        block["block_id"] for block in ines.modal.blocks if block["block_id"].startswith("log.minutes.")
    )
    await ines.fill({minutes: 50})
    assert await ines.submit() == {}
    await ines.see(partial(window_says, ines, "Changed."))
    await ines.close()
    await ines.see(partial(window_says, ines, "Two Sum, 50 min"))

    await ines.pick("log.entry", "Remove")
    await ines.see(partial(window_says, ines, "Nothing is logged for the last seven days."))


async def test_a_timer_comes_back_and_is_logged_by_one_tap(rig: Rig) -> None:
    ines = rig.person()
    await ines.command("/prep timer 30 coding")
    await ines.see(partial(says, ines, "30 min of coding from now"))
    assert time_is_up(ines) is None

    rig.workspace.clock.jump_to(rig.workspace.clock.now() + timedelta(minutes=30, seconds=1))
    message = await ines.see(partial(time_is_up, ines))
    await ines.click("Log 30 min coding", on=message)

    await ines.see(lambda: any("1 coding problem, 30 min" in ines.text_of(one) for one in ines.dm()))
    assert time_is_up(ines) is None
