"""What happens to a study group from outside."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.groups.keeping import INTRO, NOTICE, SUMMARY, THREAD
from bot.groups.upkeep import Notice
from bot.outgoing import Postponed
from storage import learners
from storage.models import OutboxState
from tests.bot.groups.conftest import CHANNEL, FRIDAY_AT_FOUR, Circle, person

ENDINGS = {"bot_left": "removed", "archived": "archived", "deleted": "deleted"}


@pytest.mark.parametrize("event", list(ENDINGS))
async def test_a_lost_channel_ends_the_group_once_and_tells_its_lead(circle: Circle, event: str) -> None:
    state = await circle.start(2)
    await circle.next_thread()

    for _ in range(2):
        await getattr(circle.upkeep, event)("T1", CHANNEL)

    group = await circle.row(state.group_id)
    assert (group.ended_reason, group.next_at) == (ENDINGS[event], None)
    [notice] = await circle.owed(NOTICE)
    assert notice.payload["what"] == ENDINGS[event]
    async with circle.database.read() as session:
        lead = await learners.find(session, "T1", "U1")
    assert lead is not None
    assert notice.learner_id == lead.id
    open_rows = [*await circle.owed(THREAD), *await circle.owed(INTRO)]
    assert {row.state for row in open_rows} == {OutboxState.SKIPPED}


async def test_an_ended_group_posts_no_summary_at_the_deadline(circle: Circle) -> None:
    await circle.start(2)
    await circle.next_thread()
    await circle.upkeep.bot_left("T1", CHANNEL)
    circle.clock.move(days=3)

    assert await circle.rounds.plan_due() == 0
    assert await circle.owed(SUMMARY) == []


async def test_channels_without_a_group_are_nobodys_business(circle: Circle) -> None:
    state = await circle.start(2)

    await circle.upkeep.bot_left("T1", "C9")
    await circle.upkeep.bot_left("T2", CHANNEL)
    await circle.upkeep.archived("T1", "")
    await circle.upkeep.renamed("T1", "C9", "other")
    await circle.upkeep.person_left(person(1), "C9")

    group = await circle.row(state.group_id)
    assert (group.ended_at, group.channel_name, group.lead_id) == (None, "prep", "U1")


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("is_archived", "archived"),
        ("not_in_channel", "removed"),
        ("channel_not_found", "removed"),
        ("restricted_action_read_only_channel", "refused"),
        ("msg_too_long", None),
    ],
)
async def test_a_refused_post_ends_the_group_where_the_channel_is_to_blame(
    circle: Circle, code: str, reason: str | None
) -> None:
    state = await circle.start(2)

    await circle.upkeep.refused(state.group_id, code)
    await circle.upkeep.refused(999, code)

    assert (await circle.row(state.group_id)).ended_reason == reason
    assert len(await circle.owed(NOTICE)) == (1 if reason else 0)


async def test_an_archived_channel_that_comes_back_is_told_of_once(circle: Circle) -> None:
    await circle.start(2)
    await circle.upkeep.archived("T1", CHANNEL)
    for _ in range(2):
        circle.clock.move(minutes=1)
        await circle.upkeep.unarchived("T1", CHANNEL)

    assert [notice.payload["what"] for notice in await circle.owed(NOTICE)] == ["archived", "unarchived"]

    circle.clock.move(minutes=1)
    back = await circle.groups.start(person(2), CHANNEL, "prep", FRIDAY_AT_FOUR)
    assert back.members == 2


async def test_a_channel_that_was_stopped_and_unarchived_needs_no_word(circle: Circle) -> None:
    await circle.start(1)
    await circle.groups.stop(person(1), CHANNEL, is_admin=False)

    await circle.upkeep.unarchived("T1", CHANNEL)

    assert await circle.owed(NOTICE) == []


async def test_a_new_name_is_kept(circle: Circle) -> None:
    state = await circle.start()

    await circle.upkeep.renamed("T1", CHANNEL, "prep-2030")

    assert (await circle.row(state.group_id)).channel_name == "prep-2030"


class TestPeople:
    async def test_who_leaves_the_channel_leaves_the_group(self, circle: Circle) -> None:
        state = await circle.start(3)

        for _ in range(2):
            await circle.upkeep.person_left(person(3), CHANNEL)

        assert (await circle.groups.state_of(person(1), state.group_id)).members == 2

    async def test_a_lead_who_left_the_channel_is_followed_by_the_longest_standing_member(
        self, circle: Circle
    ) -> None:
        state = await circle.start(3)

        await circle.upkeep.person_left(person(1), CHANNEL)

        assert (await circle.row(state.group_id)).lead_id == "U2"
        [notice] = await circle.owed(NOTICE)
        assert notice.payload["what"] == "lead"

    async def test_a_deactivated_lead_is_followed_too_and_counts_no_longer(self, circle: Circle) -> None:
        state = await circle.start(3)
        async with circle.database.write() as session:
            lead = await learners.ensure(session, "T1", "U1", now=circle.clock())
            await learners.deactivate(session, lead.id or 0, now=circle.clock())

        await circle.upkeep.person_gone(person(1))
        await circle.upkeep.person_gone(person(9))

        after = await circle.groups.state_of(person(2), state.group_id)
        assert (after.lead_id, after.members) == ("U2", 2)

    async def test_when_nobody_is_left_it_ends(self, circle: Circle) -> None:
        state = await circle.start(1)

        await circle.upkeep.person_left(person(1), CHANNEL)

        assert (await circle.row(state.group_id)).ended_reason == "nobody"
        assert await circle.owed(NOTICE) == []


async def test_nobody_is_told_in_their_quiet_hours(circle: Circle) -> None:
    state = await circle.start(1)
    await circle.upkeep.bot_left("T1", CHANNEL)
    [notice] = await circle.owed(NOTICE)
    learner_id = notice.payload["learner_id"]
    assert isinstance(await circle.upkeep.notice(state.group_id, "removed", learner_id), Notice)
    circle.clock.instant = circle.clock.instant.replace(hour=23)

    postponed = await circle.upkeep.notice(state.group_id, "removed", learner_id)

    assert isinstance(postponed, Postponed)
    assert postponed.until == circle.clock() + timedelta(hours=8)
