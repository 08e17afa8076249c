"""Learning, from the command, from the plan and from Home, over the real connection."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.playground.model import Message
from content.loader import Catalog
from tests.conftest import sqlite_url
from tests.flows.conftest import Rig, TransportName, open_rig
from tests.flows.journeys import take_assessment, take_plan
from tests.slack_user import SlackUser


@pytest.fixture
async def rig(
    tmp_path: Path, migrated_file: Path, catalog: Catalog, transport: TransportName
) -> AsyncIterator[Rig]:
    """On SQLite: the library reads no database."""
    url = sqlite_url(migrated_file, tmp_path)
    async with open_rig(url, tmp_path, catalog, transport=transport) as opened:
        yield opened


async def shows(person: SlackUser, words: str) -> Message:
    """The newest private answer, once it holds these words."""

    def newest() -> Message | None:
        answers = person.ephemeral()
        return answers[-1] if answers and words in person.text_of(answers[-1]) else None

    return await person.see(newest)


async def window_shows(person: SlackUser, words: str) -> None:
    await person.see(lambda: person.has_modal and words in person.text_of(person.modal))


async def test_from_a_misspelt_word_to_a_card_its_parts_the_next_and_back_to_the_shelves(rig: Rig) -> None:
    ines = rig.person()

    await ines.command("/prep learn")
    await shows(ines, "Choose a shelf")
    await ines.command("/prep learn shading")
    found = await shows(ines, "Found for “shading”")
    await ines.pick("Open one", "Hash sharding", on=found)
    card = await shows(ines, "Design concepts, Partitioning, ")
    await ines.click("In the interview", on=card)
    await shows(ines, "At L7:")
    before = len(ines.ephemeral())
    await ines.click("learn.open.next")
    await shows(ines, "Range sharding")
    await ines.click("Partitioning")
    await shows(ines, "1. Choosing a partition key")
    await ines.click("All shelves")
    await shows(ines, "Choose a shelf")

    assert len(ines.ephemeral()) == before


async def test_hints_of_a_problem_come_one_at_a_time(rig: Rig) -> None:
    ines = rig.person()

    await ines.command("/prep learn 268")
    card = await shows(ines, "Open the problem")
    assert "remembering any" not in ines.text_of(card)
    await ines.click("First hint")
    card = await shows(ines, "remembering any")
    assert "Exclusive or" not in ines.text_of(card)
    await ines.click("Second hint")

    await shows(ines, "Exclusive or")


async def test_a_task_of_the_plan_opens_beside_it(rig: Rig) -> None:
    ines = rig.person()
    await take_assessment(ines, 3)
    await take_plan(ines)
    await ines.close(everything=True)
    [plan] = ines.dm()
    before = ines.text_of(plan)

    await ines.pick("Open a task", "Finding mock partners", on=plan)

    card = await shows(ines, "Guides, Practice, the day and after")
    assert card.ephemeral_to == ines.id
    assert ines.text_of(ines.dm()[0]) == before


async def test_home_opens_a_window_in_which_cards_replace_each_other(rig: Rig) -> None:
    ines = rig.person()
    await take_assessment(ines, 3)
    await take_plan(ines)
    await ines.close(everything=True)
    await ines.see(lambda: "Week 1 of 12" in ines.text_of(ines.home() or {}))

    await ines.click("All lessons")
    await window_shows(ines, "Choose a shelf")
    window = ines.modal.id
    await ines.click("Leadership Principles, 16")
    await window_shows(ines, "1. Customer Obsession")
    await ines.pick("Open one", "Earn Trust")
    await window_shows(ines, "What it is not:")
    await ines.click("Questions")
    await window_shows(ines, "*Questions*")

    assert ines.modal.id == window
    assert len(rig.workspace.view_stack(ines.id)) == 1


async def test_a_card_from_the_plan_s_window_lies_on_it_and_closing_leads_back(rig: Rig) -> None:
    ines = rig.person()
    await take_assessment(ines, 3)
    await take_plan(ines)
    await ines.close(everything=True)
    await ines.see(lambda: "Week 1 of 12" in ines.text_of(ines.home() or {}))

    await ines.click("plan.show")
    await window_shows(ines, "Week 1 of 12")
    await ines.pick("Open a task", "Finding mock partners")
    await window_shows(ines, "Guides, Practice, the day and after")
    await ines.close()

    assert "Week 1 of 12" in ines.text_of(ines.modal)
