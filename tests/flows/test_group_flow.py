"""A study group over the real connection: start, join, thread, answers, summary, and what can go wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from bot.groups.keeping import THREAD
from bot.playground.model import Message
from bot.playground.seed import AMAZON_PREP, GENERAL
from storage.models import OutboxMessage, OutboxState
from tests.flows.conftest import Rig
from tests.flows.journeys import eventually
from tests.slack_user import SlackUser

LISBON = ZoneInfo("Europe/Lisbon")
MONDAY = date(2031, 3, 3)
FRIDAY = 4
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what does not depend on the kind of database."""


def jump(rig: Rig, days: int, hour: int, minute: int = 0) -> None:
    """To that time in Lisbon, so many days after the Monday it begins on."""
    on = MONDAY + timedelta(days=days)
    rig.workspace.clock.jump_to(datetime.combine(on, time(hour, minute), LISBON))


def of_bot(person: SlackUser, channel: str = AMAZON_PREP) -> list[Message]:
    """What everybody in the channel sees of the bot, the oldest first."""
    seen = person.workspace.messages(channel, seen_by=person.id)
    return [one for one in seen if one.is_bot and one.ephemeral_to is None]


async def told(person: SlackUser, words: str, channel: str = AMAZON_PREP) -> Message:
    """The bot's message in the channel with these words, once it is there."""

    def found() -> Message | None:
        return next((one for one in of_bot(person, channel) if words in person.text_of(one)), None)

    return await person.see(found)


async def privately(person: SlackUser, words: str, channel: str | None = AMAZON_PREP) -> Message:
    """What only this person sees, with these words."""

    def found() -> Message | None:
        seen = reversed(person.ephemeral(channel))
        return next((one for one in seen if words in person.text_of(one)), None)

    return await person.see(found)


async def in_dm(person: SlackUser, words: str) -> None:
    """The bot writes this to the person."""
    await person.see(lambda: any(words in person.text_of(one) for one in person.dm()))


async def start(rig: Rig, channel: str = AMAZON_PREP) -> Message:
    """Inês makes the channel a study group on Monday morning."""
    jump(rig, 0, 10)
    ines = rig.person()
    await ines.command("/prep group start", channel=channel)
    await ines.see(lambda: ines.has_modal)
    assert await ines.submit() == {}
    await ines.see(lambda: "Fridays at 16:00, Lisbon time" in ines.text_of(ines.modal))
    await ines.close()
    return await told(ines, "A study group for this channel", channel)


async def join(person: SlackUser, intro: Message) -> None:
    await person.click("Join", on=intro)
    await privately(person, "You are in.", intro.channel_id)


async def check_in(person: SlackUser, thread: Message, coding: int, blocker: str = "") -> None:
    """By the button of the thread."""
    await person.click("Check in", on=thread)
    await person.see(lambda: person.has_modal)
    await person.fill({"reported.coding": coding, "confidence": "2", "blocker": blocker or None})
    assert await person.submit() == {}
    await person.see(lambda: "written down" in person.text_of(person.modal))
    await person.close(everything=True)


async def test_a_week_of_a_group(rig: Rig) -> None:
    ines, marcus, lena, arjun = (rig.person(number) for number in range(4))
    intro = await start(rig)
    for person in (marcus, lena, arjun):
        await join(person, intro)
    await marcus.click("Join", on=intro)
    await privately(marcus, "already")

    jump(rig, FRIDAY, 15, 59)
    assert len(of_bot(ines)) == 1
    jump(rig, FRIDAY, 16)
    thread = await told(ines, "The summary comes into this thread")
    for person, coding in ((ines, 10), (marcus, 20), (lena, 3)):
        await check_in(person, thread, coding, blocker="<!channel> my manager")
    assert len(of_bot(ines)) == 2

    jump(rig, FRIDAY + 2, 16)
    summary = await told(ines, "3 of 4 checked in. Sums come from 4 check-ins on.")
    assert summary.thread_ts == thread.ts

    await check_in(arjun, thread, 7)
    edited = await told(ines, "4 of 4 checked in")
    assert edited.ts == summary.ts
    assert "40 coding problems" in ines.text_of(edited)
    assert "<@" not in ines.text_of(edited)

    await lena.command("/prep group", channel=AMAZON_PREP)
    own = await privately(lena, "Show my name")
    await lena.pick("groups.show_name", ["yes"], on=own)
    await told(ines, f"Named because they chose to be: <@{lena.id}>.")
    seen = [ines.text_of(one) + one.text for one in of_bot(ines)]
    assert not any("manager" in one for one in seen), "what blocks somebody stays theirs"
    assert len(of_bot(ines)) == 3

    await marcus.command("/prep group report", channel=AMAZON_PREP)
    await privately(marcus, "40 coding problems")

    jump(rig, FRIDAY + 7, 16)
    await ines.see(lambda: len(of_bot(ines)) == 4)


@on_sqlite
async def test_when_all_have_answered_the_summary_does_not_wait(rig: Rig) -> None:
    ines, marcus = rig.person(), rig.person(1)
    await join(marcus, await start(rig))
    jump(rig, FRIDAY, 16)
    thread = await told(ines, "The summary comes into this thread")

    await check_in(ines, thread, 5)
    await check_in(marcus, thread, 5)

    summary = await told(ines, "I show no numbers")
    assert summary.thread_ts == thread.ts


@on_sqlite
async def test_somebody_who_has_not_joined_is_shown_the_way_in(rig: Rig) -> None:
    ines, marcus = rig.person(), rig.person(1)
    await start(rig)
    jump(rig, FRIDAY, 16)
    thread = await told(ines, "The summary comes into this thread")

    await marcus.click("Check in", on=thread)

    await join(marcus, await privately(marcus, "Join first"))


@on_sqlite
async def test_where_the_bot_is_not_it_asks_to_be_invited(rig: Rig) -> None:
    ines = rig.person()
    await ines.command("/prep group start", channel=GENERAL)
    await privately(ines, "/invite @Prep Coach", GENERAL)
    await ines.command("/prep group start")
    await privately(ines, "lives in a channel", None)
    assert not ines.has_modal

    await rig.workspace.join_channel(rig.workspace.bot_user_id, GENERAL, inviter=ines.id)
    await start(rig, GENERAL)


async def test_the_bot_is_removed_and_invited_again(rig: Rig) -> None:
    ines, marcus = rig.person(), rig.person(1)
    await join(marcus, await start(rig))

    await rig.workspace.leave_channel(rig.workspace.bot_user_id, AMAZON_PREP)
    await in_dm(ines, "The study group of #amazon-prep has stopped: I am no longer in the channel.")
    jump(rig, FRIDAY, 16, 5)
    assert len(of_bot(ines)) == 1

    await rig.workspace.join_channel(rig.workspace.bot_user_id, AMAZON_PREP)
    await marcus.command("/prep group start", channel=AMAZON_PREP)
    await marcus.see(lambda: marcus.has_modal)
    assert await marcus.submit() == {}
    await told(ines, f"Started by <@{marcus.id}>")
    await ines.command("/prep group", channel=AMAZON_PREP)
    await privately(ines, "2 members")


@on_sqlite
async def test_a_removal_nobody_told_of_is_found_when_the_thread_is_refused(rig: Rig) -> None:
    ines = rig.person()
    await start(rig)
    rig.workspace.channels[AMAZON_PREP].member_ids.remove(rig.workspace.bot_user_id)

    jump(rig, FRIDAY, 16)

    await in_dm(ines, "I am no longer in the channel")


@on_sqlite
async def test_the_channel_is_archived_renamed_and_brought_back(rig: Rig) -> None:
    ines = rig.person()
    await start(rig)

    await rig.workspace.rename_channel(AMAZON_PREP, "interview-prep")
    await rig.workspace.archive_channel(AMAZON_PREP, by=ines.id)
    await in_dm(ines, "The study group of #interview-prep has stopped: the channel was archived.")
    await rig.workspace.unarchive_channel(AMAZON_PREP, by=ines.id)

    await in_dm(ines, "#interview-prep is back")


@on_sqlite
@pytest.mark.parametrize("how", ["leaves the group", "leaves the channel", "is deactivated"])
async def test_when_the_lead_is_gone_the_next_one_leads(rig: Rig, how: str) -> None:
    ines, marcus = rig.person(), rig.person(1)
    await join(marcus, await start(rig))

    match how:
        case "leaves the group":
            await ines.command("/prep group leave", channel=AMAZON_PREP)
        case "leaves the channel":
            await rig.workspace.leave_channel(ines.id, AMAZON_PREP)
        case _:
            await rig.workspace.deactivate(ines.id)

    await in_dm(marcus, "You lead the study group of #amazon-prep now")
    await marcus.command("/prep group settings", channel=AMAZON_PREP)
    await marcus.see(lambda: marcus.has_modal)


@on_sqlite
@pytest.mark.parametrize("reads_channels", [True, False])
async def test_a_thread_whose_answer_was_lost_is_looked_for_where_i_may_read(
    rig: Rig, reads_channels: bool
) -> None:
    ines = rig.person()
    await start(rig)
    if not reads_channels:
        asked_for = rig.workspace.manifest.bot_scopes - {"channels:history", "groups:history"}
        rig.workspace.manifest = replace(rig.workspace.manifest, bot_scopes=asked_for)
    rig.workspace.faults.add(method="chat.postMessage", kind="lost_answer")

    jump(rig, FRIDAY, 16)
    await told(ines, "The summary comes into this thread")
    jump(rig, FRIDAY, 16, 2)
    await eventually(partial(is_sent, rig))

    threads = [one for one in of_bot(ines) if "The summary comes" in one.text]
    assert len(threads) == (1 if reads_channels else 2)
    assert await is_doubtful(rig) != reads_channels


async def thread_row(rig: Rig) -> OutboxMessage:
    async with rig.coach.database.read() as session:
        query = select(OutboxMessage).where(OutboxMessage.kind == THREAD)
        return (await session.exec(query)).one()


async def is_sent(rig: Rig) -> bool:
    return (await thread_row(rig)).state == OutboxState.SENT


async def is_doubtful(rig: Rig) -> bool:
    return (await thread_row(rig)).doubtful
