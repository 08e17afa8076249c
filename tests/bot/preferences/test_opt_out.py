"""No message is started after the confirmation of a stop is there, while a real delivery works."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import select

from bot.members import Member
from bot.outgoing import MessageKind, one_by_one
from bot.preferences.service import PreferencesService
from bot.reminders.service import ReminderService
from storage.engine import Database
from storage.models import OutboxMessage, OutboxState
from storage.preferences import Defaults
from tests.builders import Bell
from tests.processes import PostOffice, note, open_office, until

KINDS = {"daily": MessageKind(one_by_one(note), resend_if_unreadable=True)}
EACH = 30


async def started(office: PostOffice) -> set[str]:
    """Keys of what has left, or is written down as leaving."""
    states = (OutboxState.SENDING, OutboxState.SENT, OutboxState.UNCLEAR)
    async with office.database.read() as session:
        rows = (await session.exec(select(OutboxMessage))).all()
    return {row.idempotency_key for row in rows if row.state in states}


async def stop_by_pause(service: PreferencesService, member: Member) -> None:
    await service.pause(member)


async def stop_by_settings(service: PreferencesService, member: Member) -> None:
    choices = (await service.current(member)).choices
    await service.save(member, replace(choices, daily_on=False))


@pytest.mark.parametrize("stop", [stop_by_pause, stop_by_settings])
async def test_nothing_starts_after_the_confirmation(database: Database, stop: Any) -> None:
    async with open_office(database) as office:
        ana, ben = office.people()[:2]
        await office.owe_all([f"ana {number}" for number in range(EACH)], to=ana, kind="daily", priority=1)
        await office.owe_all([f"ben {number}" for number in range(EACH)], to=ben, kind="daily", priority=1)
        worker = await office.worker(kinds=KINDS)
        reminders = ReminderService(database, office.clock.now, Defaults(), Bell())
        service = PreferencesService(database, office.clock.now, reminders)
        delivering = asyncio.create_task(worker.drain())
        await until(lambda: len(office.posted()) >= 4)

        await stop(service, Member(office.workspace.team_id, ana))
        before = await started(office)
        await delivering

        posted = office.posted()
        of_ana = {key for key in posted if key.startswith("ana")}
        assert of_ana <= before
        assert len(of_ana) < EACH
        assert len(posted) == len(set(posted))
        assert {key for key in posted if key.startswith("ben")} == {f"ben {n}" for n in range(EACH)}
        assert (await office.counts()).get("due", 0) == 0
