"""
Whatever Slack sends in the name of one person touches and shows nothing of another's.

Every control that a person is ever shown is pressed by others: by a member of the same workspace, and by
people of another one whose user ids are the same. A listener that nobody tried here fails the test.
"""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import col, select

from bot.members import Member
from bot.mydata import views as mydata_views
from bot.progress import replan_views
from bot.stories import ids as story_ids
from bot.today import views as today_views
from content.loader import Catalog
from storage.models import Learner, OutboxMessage
from tests.bot.security import harvest, household
from tests.bot.security.harvest import Harvest, as_from, kind_of
from tests.bot.security.household import CAT, CHANNEL, CHANNEL_MARK, MARK, MINUTES_MARK, NAMESAKE
from tests.builders import ANA, BEN
from tests.dispatch import Dispatcher, Payload, block_actions, command, event, shortcut, suggestion
from tests.test_manifest import CONTENT_OF_EVENTS

NAMESAKE_OF_CAT = Member("T2", CAT.user_id)
UNKNOWN = Member("T1", "U9")
"""Whom the bot keeps nothing of."""


def by_hand() -> list[Payload]:
    """What no screen shows: old controls, and what needs more people or more days than there are here."""
    old = {"id": "V1", "type": "modal", "callback_id": "gone", "private_metadata": "{}", "blocks": []}
    bank = {**old, "callback_id": story_ids.LIST, "state": {"values": {}}}
    bend = {**old, "callback_id": replan_views.APPLY}
    return [
        {**block_actions("gone", view=bend), "type": "view_submission"},
        block_actions("gone"),
        shortcut("gone"),
        {**block_actions("gone", view=old), "type": "view_submission"},
        suggestion("gone", "a"),
        block_actions(today_views.KEEP),
        block_actions(mydata_views.MAKE_ADDRESS),
        block_actions(mydata_views.END_ADDRESS),
        block_actions(f"{story_ids.PAGE}.next", value="0", view=bank),
        {**command("group start"), "channel_id": "C2"},
    ]


def told_by_another_workspace() -> list[Payload]:
    """Events about Ana and her channel, of a workspace that is not hers."""
    events = [event(kind, **content) for kind, content in CONTENT_OF_EVENTS.items()]
    gone = {"id": ANA.user_id, "team_id": ANA.team_id, "tz": "Asia/Tokyo", "deleted": True}
    return [*events, event("user_change", user=gone), event("member_left_channel", channel=CHANNEL)]


@pytest.mark.timeout(600)
async def test_nobody_touches_or_sees_what_is_anothers(slack: Dispatcher, catalog: Catalog) -> None:
    household.open_slack(slack)
    every, ran = harvest.watch_listeners(slack.coach.app)
    await household.settle(slack, catalog)
    # One of each kind; and the library is the same for everybody.
    kinds = {kind_of(payload): payload for payload in await everything_of(Harvest(slack, ANA))}
    of_ana = [payload for kind, payload in kinds.items() if not kind.startswith("learn.")]
    shared = [payload for payload in of_ana if kind_of(payload).startswith(story_ids.READ)]
    of_cat = await Harvest(slack, CAT).gather(*shared)
    assert len(of_ana) > 150
    assert any(MARK in str(payload) for payload in of_cat), "the reader never saw the story"
    database = slack.coach.database
    in_messages = [one for one in of_ana if str((one.get("channel") or {}).get("id")).startswith("D")]
    attacks = {
        BEN: [*of_ana, *of_cat],
        NAMESAKE: [*of_ana, *told_by_another_workspace()],
        NAMESAKE_OF_CAT: of_cat,
        UNKNOWN: in_messages,
    }
    before = await household.belongings(database, ANA, CAT)

    found: list[str] = []
    with household.writes_to(database) as is_written:
        for attacker, payload in [(one, payload) for one, sent in attacks.items() for payload in sent]:
            forged = as_from(household.with_every_text(payload, without_marks), attacker)
            response = await slack.send(forged)
            said = harvest.everything_said(slack, response)
            found += [
                f"{attacker} is shown {mark} by {kind_of(payload)}"
                for mark in secrets_before(attacker)
                if mark in said
            ]
            if is_written():
                after = await household.belongings(database, ANA, CAT)
                lines = household.changed(before, after)
                found += [f"{attacker} by {kind_of(payload)}: {line}" for line in lines]
                before = after
            harvest.forget_calls(slack)

    assert not found, "\n".join(found)
    assert every - ran == set(), "a listener that was never tried on anybody"
    await nothing_is_owed_of_others(slack)


async def everything_of(owner: Harvest) -> list[Payload]:
    """All that Ana can press; at last also what an assessment is gone on with that was begun on the way."""
    await owner.gather(*harvest.typed(), *by_hand())
    return await owner.gather(command("assess"))


def without_marks(text: str) -> str:
    """What the attacker sends is their own: only what comes out of the database counts."""
    return text.replace(MARK, "mine").replace(CHANNEL_MARK, "my-channel")


def secrets_before(attacker: Member) -> tuple[str, ...]:
    """Marks that the attacker must not see."""
    common = (MARK, f"'{MINUTES_MARK}'", "8 h 7 min")
    return common if attacker.team_id == ANA.team_id else (*common, CHANNEL_MARK)


async def nothing_is_owed_of_others(slack: Dispatcher) -> None:
    """What the attacks put into the outbox speaks of whoever it goes to."""
    async with slack.coach.database.read() as session:
        query = select(OutboxMessage, Learner).join(Learner, col(Learner.id) == OutboxMessage.learner_id)
        rows = (await session.exec(query)).all()
    wrong = [
        (row.kind, row.payload)
        for row, learner in rows
        if row.payload.get("learner_id", learner.id) != learner.id or row.team_id != learner.team_id
    ]
    assert wrong == []
    await slack.coach.delivery.drain()
    sent: list[Any] = [
        call.kwargs
        for call in slack.client.chat_postMessage.call_args_list
        if call.kwargs["channel"] not in [household.place_of(one.user_id) for one in (ANA, CAT)]
    ]
    assert MARK not in str(sent)
