"""Reviews over the real connection: from a tick on the list to the card, and back into the list."""

from __future__ import annotations

import re
from functools import partial

from bot.playground.model import Message
from bot.review import views
from tests.flows.conftest import Rig
from tests.flows.test_daily_flow import jump, lists, message_says, new_list, tick, with_plan
from tests.slack_user import SlackUser


async def shows(person: SlackUser, words: str) -> Message:
    """The newest private answer, once it holds these words."""

    def newest() -> Message | None:
        answers = person.ephemeral()
        return answers[-1] if answers and words in person.text_of(answers[-1]) else None

    return await person.see(newest)


async def window_shows(person: SlackUser, words: str) -> None:
    await person.see(lambda: person.has_modal and words in person.text_of(person.modal))


async def test_what_is_ticked_comes_back_as_a_card_and_is_answered(rig: Rig) -> None:
    ines = await with_plan(rig)
    await ines.command("/prep review")
    await shows(ines, "No cards yet.")
    jump(rig, 1, 9)
    message = await new_list(ines, 1)
    await tick(ines, message, "coding")
    await ines.see(partial(message_says, ines, "✓ Good"))
    await tick(ines, lists(ines)[0], "concept")
    await ines.see(partial(message_says, ines, "2 of 3 done."))
    await ines.click("Hard", on=lists(ines)[0])
    await ines.see(partial(message_says, ines, "✓ Hard"))

    jump(rig, 3, 10)
    await ines.command("/prep review")
    question = await shows(ines, "Review, 1 of 2")
    await ines.click("Show answer", on=question)
    answer = await shows(ines, views.HOW_WELL)
    assert re.search(r"^Good, \d+ days$", ines.text_of(answer), re.MULTILINE)
    await ines.click("review.rate.3", on=answer)
    question = await shows(ines, "Review, 2 of 2")
    await ines.click("Skip", on=question)

    await shows(ines, "1 card answered: 1 Good. 1 card skipped for now. 1 card is due.")


async def test_a_card_that_is_due_is_in_the_list_once_it_had_time_to_fade(rig: Rig) -> None:
    ines = await with_plan(rig)
    jump(rig, 1, 9)
    await tick(ines, await new_list(ines, 1), "concept")
    await ines.see(partial(message_says, ines, "1 of 3 done."))

    jump(rig, 5, 9)
    message = await new_list(ines, 2)

    assert ines.text_of(message).count("review, last done 4 days ago") == 1
