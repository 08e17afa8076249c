"""Progress over the real connection: the bars, bending the plan, and the question after the interview."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.playground.model import Message
from bot.progress import outcome_views, replan_views
from tests.flows.conftest import Rig
from tests.flows.journeys import answer_pages, open_assessment, submit_profile, take_plan
from tests.slack_user import SlackUser

LISBON = ZoneInfo("Europe/Lisbon")
MONDAY = date(2031, 3, 3)
INTERVIEW = MONDAY + timedelta(days=40)


def jump(rig: Rig, days: int, hour: int) -> None:
    """To that time in Lisbon, so many days after the Monday it begins on."""
    rig.workspace.clock.jump_to(datetime.combine(MONDAY + timedelta(days=days), time(hour), LISBON))


async def with_plan(rig: Rig) -> SlackUser:
    """Somebody who chose a plan on Monday morning, for an interview in six weeks."""
    jump(rig, 0, 10)
    ines = rig.person()
    await open_assessment(ines)
    await submit_profile(ines, interview_on=INTERVIEW.isoformat())
    await answer_pages(ines, 2)
    await take_plan(ines, "six-week")
    await ines.close(everything=True)
    return ines


async def window_says(person: SlackUser, words: str) -> None:
    await person.see(lambda: person.has_modal and words in person.text_of(person.modal))


async def test_bend_the_plan_and_take_it_back(rig: Rig) -> None:
    ines = await with_plan(rig)
    jump(rig, 15, 11)

    await ines.command("/prep progress")
    shown = await ines.see(
        lambda: next((one for one in ines.ephemeral() if "Where you stand" in one.text), None)
    )
    assert "No evidence yet; you say 40" in ines.text_of(shown)
    await ines.click("Bend my plan", on=shown)
    await window_says(ines, "Drop the least useful")
    as_it_was = ines.text_of(ines.modal)

    def below() -> str:
        return ines.text_of(rig.workspace.view_stack(ines.id)[0])

    await ines.click(f"{replan_views.SHOW}.later")
    await window_says(ines, "The interview's new date")
    assert await ines.submit() == {}
    await window_says(ines, "Done.")
    await ines.see(lambda: below() != as_it_was)
    await ines.click("Undo")
    await window_says(ines, "Taken back")
    await ines.see(lambda: below() == as_it_was)


async def test_the_day_after_the_interview(rig: Rig) -> None:
    ines = await with_plan(rig)
    jump(rig, 41, 9)

    def question() -> Message | None:
        return next((one for one in ines.dm() if outcome_views.ANSWER in str(one.blocks)), None)

    asked = await ines.see(question)
    assert "Your interview was on 12 April 2031. How did it go?" in ines.text_of(asked)
    await ines.click("No offer", on=asked)
    await ines.see(
        lambda: any("what you built" in ines.text_of(one) for one in ines.dm() if one.ts == asked.ts)
    )
    jump(rig, 42, 9)
    assert sum("How did it go" in one.text for one in ines.dm()) == 0
