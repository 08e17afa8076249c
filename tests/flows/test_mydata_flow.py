"""Taking a copy along and being forgotten, over the real connection."""

from __future__ import annotations

import io
import json
import zipfile

from bot.mydata import views
from bot.plan import views as plan_views
from tests.bot.mydata.belongings import everything_stored
from tests.flows.conftest import Rig
from tests.flows.journeys import take_assessment, take_plan
from tests.slack_user import SlackUser


def zips(person: SlackUser) -> list[zipfile.ZipFile]:
    """The zips in the person's direct message."""
    found = []
    for message in person.dm():
        for file in message.files or ():
            stored = person.workspace.files.find(str(file["id"]))
            assert stored is not None
            found.append(zipfile.ZipFile(io.BytesIO(stored.content or b"")))
    return found


async def test_a_copy_arrives_and_then_everything_is_deleted(rig: Rig) -> None:
    ines = rig.person()
    await take_assessment(ines, 2)
    await take_plan(ines)
    await ines.close(everything=True)
    await ines.open_home()

    await ines.command("/prep export")
    [archive] = await ines.see(lambda: zips(ines))
    everything = json.loads(archive.read("everything.json"))
    assert len(everything["assessments"]) == len(everything["plans"]) == 1
    assert b"BEGIN:VEVENT" in archive.read("plan.ics")
    assert any(views.COMING in message.text for message in ines.ephemeral())

    await ines.command("/prep forget-me")
    await ines.see(lambda: ines.has_modal)
    assert "1 assessment, 12 answers, 1 plan" in ines.text_of(ines.modal)
    assert await ines.submit() == {}
    await ines.see(lambda: "Deleted: your profile" in ines.text_of(ines.modal))
    await ines.see(lambda: "How it works" in ines.text_of(ines.home() or {}))
    await ines.close()

    stored = await everything_stored(rig.coach.database)
    assert [name for name, rows in stored.items() if rows] == ["heartbeat"]
    old = next(message for message in ines.dm() if plan_views.SHOW_WEEK in str(message.blocks))
    await ines.click(plan_views.SHOW_WEEK, on=old)
    await ines.see(lambda: any(views.FROM_BEFORE in message.text for message in ines.ephemeral()))
    assert await everything_stored(rig.coach.database) == stored
