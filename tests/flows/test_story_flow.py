"""Stories over the real connection: from a message to a story, told aloud, and read by one other person."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

from bot.playground.model import Message
from tests.bot.stories.samples import MIGRATION
from tests.flows.conftest import Rig
from tests.slack_user import SlackUser


def says(person: SlackUser, words: str) -> bool:
    """Whether the window on top says so."""
    return person.has_modal and words in person.text_of(person.modal)


def last_dm(person: SlackUser, words: str) -> Message | None:
    return next((one for one in person.dm() if words in person.text_of(one)), None)


async def write_migration(person: SlackUser) -> None:
    """Fill in the open form and save it."""
    await person.fill(
        {
            "title": "Migration",
            "situation": MIGRATION.situation,
            "task": MIGRATION.task,
            "action": MIGRATION.action,
            "result": MIGRATION.result,
            "principles": ["Ownership", "Dive Deep"],
            "scope": "L6",
            "happened_on": "November 2029",
        }
    )
    assert await person.submit() == {}
    await person.see(partial(says, person, "*Coach*"))


def at_noon(rig: Rig) -> None:
    """Nobody is told in their quiet hours, whenever this runs."""
    rig.workspace.clock.jump_to(datetime(2031, 3, 3, 14, tzinfo=UTC))


async def test_a_message_becomes_a_story_that_is_rehearsed_and_found(rig: Rig) -> None:
    at_noon(rig)
    ines = rig.person()
    said = await ines.say("We moved the <orders> & nobody noticed.", channel="C0GENERAL1")
    await rig.workspace.run_message_shortcut(ines.id, "save_as_story", "C0GENERAL1", said.ts)
    await ines.see(lambda: ines.has_modal)
    fields = {one["block_id"]: one for one in ines.modal.payload["blocks"] if one["type"] == "input"}
    assert fields["situation"]["element"]["initial_value"] == "We moved the <orders> & nobody noticed."
    await write_migration(ines)
    assert "Told aloud: about 2 min" in ines.text_of(ines.modal)

    await ines.click("Rehearse")
    await ines.see(partial(says, ines, "Tell it aloud"))
    await ines.click("Stop")
    await ines.see(partial(says, ines, "How did it go?"))
    await ines.click("Good")
    await ines.see(partial(says, ines, "Good: written down."))
    await ines.close()
    await ines.see(partial(says, ines, "told today"))
    await ines.close(everything=True)

    await ines.command("/prep stories replicas")
    await ines.see(partial(says, ines, "1 story for “replicas”."))
    assert "told today" in ines.text_of(ines.modal)
    await ines.click("Coverage")
    await ines.see(partial(says, ines, "2 of 32 principles by level"))


async def test_one_other_person_reads_it_until_it_is_taken_back(rig: Rig) -> None:
    at_noon(rig)
    ines, marcus = rig.person(), rig.person(1)
    await ines.command("/prep stories")
    await ines.see(partial(says, ines, "No story yet"))
    await ines.click("Add a story")
    await ines.see(partial(says, ines, "What it shows"))
    await write_migration(ines)
    await ines.click("Share")
    await ines.see(partial(says, ines, "One person"))
    await ines.fill({"One person": marcus.id})
    assert await ines.submit() == {}
    await ines.see(partial(says, ines, "can read it now"))
    await ines.close()
    await ines.see(partial(says, ines, "can read this, shared on"))

    message = await marcus.see(partial(last_dm, marcus, "asks you to read"))
    assert "Migration" not in marcus.text_of(message)
    await marcus.click("Read it", on=message)
    await marcus.see(partial(says, marcus, "I cut the move into six releases"))
    await marcus.fill({"What works, and what would you ask next?": "<!channel> What did it cost?"})
    assert await marcus.submit() == {}
    await marcus.see(partial(says, marcus, "Your comment is with"))
    news = await ines.see(partial(last_dm, ines, "commented on your story"))
    assert "What did it cost?" not in ines.text_of(news)

    await ines.click("Take back")
    await ines.see(lambda: not says(ines, "can read this, shared on"))
    await marcus.fill({"What works, and what would you ask next?": "One more"})
    assert await marcus.submit() == {}
    await marcus.see(partial(says, marcus, "not shared with you"))
    await marcus.close(everything=True)
    await marcus.click("Read it", on=message)
    await marcus.see(lambda: "not shared with you" in str([one.text for one in marcus.ephemeral()]))
