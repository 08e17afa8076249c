"""The weekly check-in over the real connection: Friday at four, the answer, its changes, the next Friday."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import select

from bot.checkins import views
from bot.checkins.service import KIND
from bot.playground.model import Message
from bot.reminders.decision import ANSWERED
from storage.models import OutboxMessage, OutboxState
from tests.flows.conftest import Rig
from tests.flows.journeys import eventually, take_assessment, take_plan
from tests.slack_user import SlackUser

LISBON = ZoneInfo("Europe/Lisbon")
MONDAY = date(2031, 3, 3)
FRIDAY = 4


def jump(rig: Rig, days: int, hour: int, minute: int = 0) -> None:
    """To that time in Lisbon, so many days after the Monday it begins on."""
    on = MONDAY + timedelta(days=days)
    rig.workspace.clock.jump_to(datetime.combine(on, time(hour, minute), LISBON))


async def with_plan(rig: Rig) -> SlackUser:
    """Somebody who chose a plan on Monday morning."""
    jump(rig, 0, 10, 30)
    ines = rig.person()
    await take_assessment(ines, 2)
    await take_plan(ines)
    await ines.close(everything=True)
    return ines


def weeks(person: SlackUser) -> list[Message]:
    """The messages about a week, the oldest first."""
    return [message for message in person.dm() if views.OPEN in str(message.blocks)]


async def new_week(person: SlackUser, number: int) -> Message:
    return await person.see(lambda: weeks(person)[number - 1] if len(weeks(person)) >= number else None)


async def week_says(person: SlackUser, words: str) -> Message:
    """The newest message about a week, once it holds these words."""

    def newest() -> Message | None:
        return weeks(person)[-1] if words in person.text_of(weeks(person)[-1]) else None

    return await person.see(newest)


async def window_says(person: SlackUser, words: str) -> None:
    await person.see(lambda: person.has_modal and words in person.text_of(person.modal))


async def test_from_friday_at_four_to_the_next_one(rig: Rig) -> None:
    ines = await with_plan(rig)
    jump(rig, FRIDAY, 15, 59)
    assert weeks(ines) == []
    jump(rig, FRIDAY, 16)
    asked = await new_week(ines, 1)
    assert "Your week, 1 to 7 March 2031" in ines.text_of(asked)
    assert "0 of" in ines.text_of(asked)

    await ines.click("Check in", on=asked)
    await window_says(ines, "1 to 7 March 2031")
    await ines.fill({"reported.coding": 5, "confidence": "3", "blocker": "<!channel> on call"})
    assert await ines.submit() == {}
    await window_says(ines, "It is early to say")
    answered = await week_says(ines, "checked in")
    assert "How sure:* 3 of 5" in ines.text_of(answered)
    assert "&lt;!channel&gt; on call" in ines.text_of(answered)
    await ines.close()

    await ines.click("Change", on=answered)
    await window_says(ines, "These are your answers.")
    await ines.fill({"reported.coding": 6})
    assert await ines.submit() == {}
    changed = await week_says(ines, "6 of")
    assert changed.ts == asked.ts
    assert len(weeks(ines)) == 1
    await ines.close()

    jump(rig, FRIDAY + 7, 16)
    second = await new_week(ines, 2)
    jump(rig, FRIDAY + 10, 11)
    await ines.command("/prep week")
    await window_says(ines, "8 to 14 March 2031")
    await ines.fill({"reported.coding": 1, "confidence": "2"})
    assert await ines.submit() == {}
    late = await week_says(ines, "At this pace")
    assert late.ts == second.ts
    await ines.close()

    jump(rig, FRIDAY + 14, 16)
    await new_week(ines, 3)
    await ines.click("Change", on=late)
    await ines.see(lambda: any("That week is closed" in one.text for one in ines.ephemeral()))
    assert not ines.has_modal


async def test_who_has_checked_in_already_is_not_asked(rig: Rig) -> None:
    ines = await with_plan(rig)
    jump(rig, FRIDAY - 1, 20)
    await ines.command("/prep week")
    await window_says(ines, "6 March 2031")
    await ines.fill({"confidence": "4"})
    assert await ines.submit() == {}
    await window_says(ines, "Your week is written down.")
    await ines.close()

    jump(rig, FRIDAY, 16)

    async def is_decided() -> bool:
        query = select(OutboxMessage).where(OutboxMessage.kind == KIND)
        async with rig.coach.database.read() as session:
            rows = (await session.exec(query)).all()
        return [(row.state, row.reason) for row in rows] == [(OutboxState.SKIPPED, ANSWERED)]

    await eventually(is_decided)
    assert weeks(ines) == []


async def test_an_impossible_number_is_told_in_the_window(rig: Rig) -> None:
    ines = rig.person()
    await ines.command("/prep week")
    await window_says(ines, "Goals for next week")

    await ines.fill({"confidence": "4"})
    view = ines.modal
    view.form.set("reported.coding", views.FIELD, "-1")
    errors = await ines.submit()

    assert set(errors) == {"reported.coding"}
