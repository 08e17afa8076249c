"""What Slack tells of a study group's channel."""

from __future__ import annotations

import pytest

from bot.groups.service import GroupService
from tests.bot.groups.conftest import started
from tests.builders import ANA, BEN
from tests.dispatch import Dispatcher, Payload, event


class TestEvents:
    async def reason(self, groups: GroupService) -> str | None:
        state = await groups.state(ANA, "C1")
        assert state is not None
        return state.ended_reason

    @pytest.mark.parametrize(
        ("kind", "content", "reason"),
        [
            ("channel_left", {"channel": "C1"}, "removed"),
            ("group_left", {"channel": "C1"}, "removed"),
            ("member_left_channel", {"channel": "C1", "user": "UBOT"}, "removed"),
            ("channel_archive", {"channel": "C1"}, "archived"),
            ("group_archive", {"channel": "C1"}, "archived"),
            ("channel_deleted", {"channel": "C1"}, "deleted"),
            ("group_deleted", {"channel": "C1"}, "deleted"),
            ("channel_left", {"channel": "C2"}, None),
            ("channel_left", {}, None),
        ],
    )
    async def test_of_channels(
        self, slack: Dispatcher, groups: GroupService, kind: str, content: Payload, reason: str | None
    ) -> None:
        await started(groups)

        await slack.send(event(kind, **content))

        assert await self.reason(groups) == reason

    @pytest.mark.parametrize("kind", ["channel_rename", "group_rename"])
    async def test_a_new_name(self, slack: Dispatcher, groups: GroupService, kind: str) -> None:
        await started(groups)

        await slack.send(event(kind, channel={"id": "C1", "name": "other"}))

        state = await groups.state(ANA, "C1")
        assert state is not None
        assert state.channel_name == "other"

    async def test_a_lead_who_leaves_the_channel(self, slack: Dispatcher, groups: GroupService) -> None:
        state = await started(groups)
        await groups.join(BEN, state.group_id)

        await slack.send(event("member_left_channel", channel="C1"))

        after = await groups.state(BEN, "C1")
        assert after is not None
        assert after.is_lead

    async def test_a_lead_whose_account_is_deactivated(self, slack: Dispatcher, groups: GroupService) -> None:
        state = await started(groups)
        await groups.join(BEN, state.group_id)
        gone = {"id": ANA.user_id, "team_id": ANA.team_id, "deleted": True}

        await slack.send(event("user_change", user=gone))

        after = await groups.state(BEN, "C1")
        assert after is not None
        assert after.is_lead
        assert after.members == 1
