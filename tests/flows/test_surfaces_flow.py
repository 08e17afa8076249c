"""Commands, Home, shortcuts and the direct message, as a person meets them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.playground import response_urls
from tests.flows.conftest import Rig
from tests.flows.journeys import take_assessment, take_plan
from tests.slack_user import SlackUser


async def last_answer(person: SlackUser, line: str, *, channel: str | None = None) -> str:
    """What only this person sees after a command."""
    before = len(person.ephemeral(channel))
    await person.command(line, channel=channel)
    await person.see(lambda: len(person.ephemeral(channel)) > before)
    return person.text_of(person.ephemeral(channel)[-1])


async def test_help_lists_every_word(rig: Rig) -> None:
    text = await last_answer(rig.person(), "/prep help")

    for line in ("/prep assess", "/prep plan", "/prep help"):
        assert line in text


async def test_a_misspelt_word_gets_the_nearest_one_and_pings_nobody(rig: Rig) -> None:
    assert "Did you mean `/prep assess`?" in await last_answer(rig.person(), "/prep asess")

    text = await last_answer(rig.person(), "/prep <!channel>")
    assert "&lt;!channel&gt;" in text
    assert "<!channel>" not in text


async def test_plan_without_a_plan_says_how_to_get_one(rig: Rig) -> None:
    assert "You have no plan yet. Type `/prep`" in await last_answer(rig.person(), "/prep plan")


async def test_the_plan_shows_any_week_and_follows_the_calendar(rig: Rig) -> None:
    ines = rig.person()
    await take_assessment(ines, 3)
    await take_plan(ines)

    assert "Week 3 of 12: " in await last_answer(ines, "/prep plan 3")
    assert "Week 12 of 12: " in await last_answer(ines, "/prep plan 12")
    assert "Your plan has 12 weeks" in await last_answer(ines, "/prep plan 99")
    rig.workspace.clock.jump_by(timedelta(days=8))
    assert "Week 2 of 12: " in await last_answer(ines, "/prep plan")


async def test_another_week_unfolds_in_the_same_message(rig: Rig) -> None:
    ines = rig.person()
    await take_assessment(ines, 3)
    await take_plan(ines)
    [message] = ines.dm()

    await ines.pick("plan.show_week", "4", on=message)
    await ines.see(lambda: "Week 4 of 12: " in ines.text_of(ines.dm()[0]))

    assert len(ines.dm()) == 1


async def test_in_a_channel_only_the_person_sees_the_answer(rig: Rig) -> None:
    ines, other = rig.person(0), rig.person(1)
    channel = next(room.id for room in rig.workspace.channels.values() if room.name == "general")
    before = len(rig.workspace.messages(channel, seen_by=other.id))

    await last_answer(ines, "/prep help", channel=channel)

    assert len(rig.workspace.messages(channel, seen_by=other.id)) == before


async def test_the_shortcut_opens_the_assessment(rig: Rig) -> None:
    ines = rig.person()

    await ines.shortcut("Start assessment")

    await ines.see(lambda: ines.has_modal)
    assert "Where do you stand" in ines.text_of(ines.modal)


async def test_home_is_useful_before_half_way_and_after(rig: Rig) -> None:
    ines = rig.person()
    await ines.open_home()
    await ines.see(lambda: ines.home())
    assert "Find out where you stand" in ines.text_of(ines.home() or {})

    await ines.click("Start")
    await ines.see(lambda: ines.has_modal)
    await ines.close(everything=True)
    await take_assessment(ines, 3)
    await ines.see(lambda: "You scored 60 of 100" in ines.text_of(ines.home() or {}))
    await take_plan(ines)
    await ines.see(lambda: "Week 1 of 12" in ines.text_of(ines.home() or {}))

    await ines.close(everything=True)
    await ines.click("Help")
    await ines.see(lambda: ines.has_modal)
    assert "What I can do" in ines.text_of(ines.modal)


async def test_the_plan_opens_from_home_and_unfolds_in_its_window(rig: Rig) -> None:
    ines = rig.person()
    await take_assessment(ines, 3)
    await take_plan(ines)
    await ines.close(everything=True)
    await ines.see(lambda: "Week 1 of 12" in ines.text_of(ines.home() or {}))

    await ines.click("Show my plan")
    await ines.see(lambda: ines.has_modal)
    await ines.pick("plan.show_week", "5")

    await ines.see(lambda: "Week 5 of 12: " in ines.text_of(ines.modal))


async def test_what_a_person_writes_in_the_dm_is_answered_once(rig: Rig) -> None:
    ines = rig.person()

    await ines.say("hello, what now?")
    await ines.see(lambda: [message for message in ines.dm() if message.is_bot])
    for envelope in list(rig.workspace.envelopes):
        await rig.workspace.redeliver(envelope.envelope_id)
    await rig.coach.in_flight.wait(5)
    await rig.coach.delivery.drain()

    [answer] = [message for message in ines.dm() if message.is_bot]
    assert "Find out where you stand" in ines.text_of(answer)


async def test_writing_plan_in_the_dm_brings_the_plan(rig: Rig) -> None:
    ines = rig.person()
    await take_assessment(ines, 3)
    await take_plan(ines)

    await ines.say("plan")

    await ines.see(lambda: len([m for m in ines.dm() if m.is_bot]) == 2)
    assert "Week 1 of 12" in ines.text_of(ines.dm()[-1])


async def test_writing_learn_in_the_dm_brings_the_shelves(rig: Rig) -> None:
    ines = rig.person()

    await ines.say("Learn!")

    await ines.see(lambda: [message for message in ines.dm() if message.is_bot])
    assert "Choose a shelf" in ines.text_of(ines.dm()[-1])
    await ines.click("Core stories, 5", on=ines.dm()[-1])
    await ines.see(lambda: "Technical leadership" in ines.text_of(ines.dm()[-1]))


async def test_a_connection_that_breaks_comes_back_and_nothing_is_lost(rig: Rig) -> None:
    """Over HTTP there is none, and nothing to come back."""
    ines = rig.person()
    await rig.server.drop_connections("abrupt")
    await ines.see(lambda: rig.workspace.connected, within=15)

    assert "/prep assess" in await last_answer(ines, "/prep help")


async def test_an_answer_that_slack_does_not_take_arrives_in_the_direct_message(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    ines = rig.person()
    monkeypatch.setattr(response_urls, "LIFETIME", timedelta(seconds=-1))

    await ines.command("/prep help")

    await ines.see(ines.dm)
    assert "Something went wrong on my side" in ines.text_of(ines.dm()[-1])
