"""/prep group and its buttons, dispatched as Slack sends them."""

from __future__ import annotations

from typing import Any

import pytest

from bot.checkins import views as checkin_views
from bot.groups import settings_views, views
from bot.groups.service import GroupService
from tests.bot.groups.conftest import started
from tests.builders import ANA, BEN
from tests.dispatch import (
    Dispatcher,
    Payload,
    acked_view,
    answer,
    as_json,
    command,
    refusal,
    returned,
)

CHANNEL = {"id": "C1", "name": "prep", "is_member": True, "is_archived": False}


@pytest.fixture
def in_channel(slack: Dispatcher) -> None:
    """The bot is in the channel."""

    def look(**_: Any) -> Any:
        slack.note("conversations_info")
        return answer(channel=CHANNEL)

    slack.client.conversations_info.side_effect = look
    slack.client.conversations_members.return_value = answer(members=["U9", ANA.user_id])


def filled(view: Payload, at: str = "16:00", **values: Any) -> Payload:
    """The form as it comes back; `returned` knows no time pickers."""
    content = returned(view, values)
    content["state"]["values"]["at"][settings_views.FIELD] = {"type": "timepicker", "selected_time": at}
    return content


class TestStart:
    async def test_opens_a_form_with_the_starters_zone(self, slack: Dispatcher, in_channel: None) -> None:
        await slack.command("group start")

        view = slack.shown("views_open")
        assert slack.acked_before == []
        assert view["callback_id"] == settings_views.START
        assert "Lisbon" in str(view)

    async def test_submitting_it_makes_the_group(
        self, slack: Dispatcher, groups: GroupService, in_channel: None
    ) -> None:
        await slack.command("group start")

        response = await slack.submit(filled(slack.shown("views_open"), at="17:30"))

        assert "Saving" in str(acked_view(response))
        assert "Fridays at 17:30, Lisbon time" in str(slack.shown())
        state = await groups.state(ANA, "C1")
        assert state is not None
        assert (state.lead_id, state.channel_name, state.schedule.at) == (ANA.user_id, "prep", 17 * 60 + 30)

    async def test_what_is_wrong_is_said_in_the_form(
        self, slack: Dispatcher, groups: GroupService, in_channel: None
    ) -> None:
        await slack.command("group start")

        response = await slack.submit(filled(slack.shown("views_open"), answer_hours="999"))

        assert list(as_json(response)["errors"]) == ["answer_hours"]
        assert await groups.state(ANA, "C1") is None

    async def test_a_form_that_names_a_channel_one_is_not_in_starts_nothing(
        self, slack: Dispatcher, groups: GroupService, in_channel: None
    ) -> None:
        await slack.command("group start")
        more = answer(members=["U8"], response_metadata={"next_cursor": "2"})
        slack.client.conversations_members.side_effect = [more, answer(members=["U9"])]

        await slack.submit(filled(slack.shown("views_open")))

        assert "You are not in that channel" in str(slack.shown())
        assert await groups.state(ANA, "C1") is None

    async def test_a_second_starter_is_told_who_was_first(
        self, slack: Dispatcher, groups: GroupService, in_channel: None
    ) -> None:
        await slack.command("group start")
        await started(groups, BEN)

        await slack.submit(filled(slack.shown("views_open")))

        assert f"led by <@{BEN.user_id}>" in str(slack.shown())

    async def test_where_there_is_a_group_its_state_is_shown(
        self, slack: Dispatcher, groups: GroupService, in_channel: None
    ) -> None:
        await started(groups, BEN)

        await slack.command("group start")

        assert slack.said().startswith("This channel has a study group already.")
        slack.client.views_open.assert_not_awaited()

    @pytest.mark.parametrize(
        ("channel", "sentence"),
        [
            ({**CHANNEL, "is_member": False}, "/invite @Prep Coach"),
            ({**CHANNEL, "is_archived": True}, "archived"),
            ({**CHANNEL, "is_mpim": True}, "lives in a channel"),
        ],
    )
    async def test_where_i_could_not_post_nothing_opens(
        self, slack: Dispatcher, channel: Payload, sentence: str
    ) -> None:
        slack.client.conversations_info.return_value = answer(channel=channel)

        await slack.command("group start")

        assert sentence in slack.said()
        slack.client.views_open.assert_not_awaited()

    @pytest.mark.parametrize(
        ("code", "sentence"),
        [("channel_not_found", "/invite @Prep Coach"), ("missing_scope", "channels:read")],
    )
    async def test_a_channel_i_cannot_see(self, slack: Dispatcher, code: str, sentence: str) -> None:
        slack.client.conversations_info.side_effect = refusal(code)

        await slack.command("group start")

        assert sentence in slack.said()

    @pytest.mark.parametrize("word", ["", "start", "join", "stop"])
    async def test_in_a_direct_message_it_says_where_to_go(self, slack: Dispatcher, word: str) -> None:
        for place in (
            {"channel_id": "D1", "channel_name": "directmessage"},
            {"channel_id": "G1", "channel_name": "mpdm-ana--ben-1"},
        ):
            await slack.send({**command(f"group {word}"), **place})

            assert "lives in a channel" in slack.said()


class TestWords:
    async def test_alone_it_shows_the_state(self, slack: Dispatcher, groups: GroupService) -> None:
        await slack.command("group")
        assert "no study group in this channel" in slack.said()

        await started(groups)
        await slack.command("group")
        assert "Fridays at 16:00, Lisbon time. 1 member" in slack.said()

    async def test_an_unknown_word_is_echoed_without_pinging(
        self, slack: Dispatcher, groups: GroupService
    ) -> None:
        await started(groups)

        await slack.command("group <!channel>")

        assert slack.said().startswith("I do not know “&lt;!channel&gt;” here.")

    async def test_join_twice_and_leave(self, slack: Dispatcher, groups: GroupService) -> None:
        await started(groups, BEN)

        await slack.command("group join")
        assert slack.said().startswith("You are in.")
        await slack.command("group JOIN")
        assert "already" in slack.said()
        await slack.command("group leave")
        assert slack.said().startswith("You have left")
        await slack.command("group leave")
        assert "nothing to leave" in slack.said()

    @pytest.mark.parametrize("word", ["join", "leave", "settings", "report", "stop"])
    async def test_without_a_group_each_says_how_to_begin(self, slack: Dispatcher, word: str) -> None:
        await slack.command(f"group {word}")

        assert "/prep group start" in slack.said()

    async def test_report_before_the_first_summary(self, slack: Dispatcher, groups: GroupService) -> None:
        await started(groups)

        await slack.command("group report")

        assert "no summary yet" in slack.said()

    async def test_stop(self, slack: Dispatcher, groups: GroupService) -> None:
        await started(groups)

        await slack.command("group stop")
        await slack.command("group")

        assert "is over: its lead or a workspace admin stopped it" in slack.said()


class TestSettings:
    async def test_the_lead_changes_them(self, slack: Dispatcher, groups: GroupService) -> None:
        await started(groups)
        await slack.command("group settings")

        await slack.submit(filled(slack.shown("views_open"), weekday="3"))

        assert "Saved: Wednesdays at 16:00" in str(slack.shown())
        state = await groups.state(ANA, "C1")
        assert state is not None
        assert state.schedule.weekday == 3

    @pytest.mark.parametrize("word", ["settings", "stop"])
    async def test_others_are_told_who_may(self, slack: Dispatcher, groups: GroupService, word: str) -> None:
        await started(groups, BEN)

        await slack.command(f"group {word}")

        assert f"Only <@{BEN.user_id}>" in slack.said()
        slack.client.views_open.assert_not_awaited()

    async def test_a_workspace_admin_may(self, slack: Dispatcher, groups: GroupService) -> None:
        await started(groups, BEN)
        slack.client.users_info.return_value = answer(user={"is_admin": True})
        await slack.command("group settings")

        await slack.submit(filled(slack.shown("views_open"), answer_hours="24"))

        state = await groups.state(BEN, "C1")
        assert state is not None
        assert state.schedule.answer_hours == 24

    async def test_a_form_kept_open_while_the_lead_changed_is_refused(
        self, slack: Dispatcher, groups: GroupService
    ) -> None:
        state = await started(groups)
        await slack.command("group settings")
        view = filled(slack.shown("views_open"), weekday="3")
        await groups.join(BEN, state.group_id)
        await groups.leave(ANA, state.group_id)

        await slack.submit(view)

        assert f"Only <@{BEN.user_id}>" in str(slack.shown())

    async def test_a_form_we_did_not_draw(self, slack: Dispatcher, groups: GroupService) -> None:
        await started(groups)
        await slack.command("group settings")

        response = await slack.submit({**filled(slack.shown("views_open")), "private_metadata": "forged"})

        assert "older version" in str(acked_view(response))


class TestButtons:
    async def test_join(self, slack: Dispatcher, groups: GroupService) -> None:
        state = await started(groups, BEN)

        await slack.press(views.JOIN, channel="C1", value=str(state.group_id))

        assert slack.acked_before == []
        assert slack.said().startswith("You are in.")
        assert not slack.respond.call_args.kwargs["replace_original"], "the channel's message stays"

    @pytest.mark.parametrize("value", ["999", "x", ""])
    async def test_a_forged_one(self, slack: Dispatcher, value: str) -> None:
        await slack.press(views.JOIN, channel="C1", value=value)

        assert "no study group" in slack.said()

    @pytest.mark.parametrize("action", [views.JOIN, views.CHECK_IN, views.OPTIONS])
    async def test_a_groups_button_counts_in_its_own_channel_only(
        self, slack: Dispatcher, groups: GroupService, action: str
    ) -> None:
        state = await started(groups, BEN)

        await slack.press(action, channel="C2", value=str(state.group_id))

        assert "no study group" in slack.said()
        assert not (await groups.state_of(ANA, state.group_id)).is_member

    async def test_my_name(self, slack: Dispatcher, groups: GroupService) -> None:
        state = await started(groups)
        block_id = f"groups.own.{state.group_id}"

        await slack.press(
            views.SHOW_NAME, channel="C1", block_id=block_id, selected_options=[{"value": views.YES}]
        )
        assert "From now on" in slack.said()
        assert (await groups.state_of(ANA, state.group_id)).shows_name

        await slack.press(views.SHOW_NAME, channel="C1", block_id=block_id, selected_options=[])
        assert not (await groups.state_of(ANA, state.group_id)).shows_name

    async def test_leave(self, slack: Dispatcher, groups: GroupService) -> None:
        state = await started(groups, BEN)
        await groups.join(ANA, state.group_id)

        await slack.press(views.LEAVE, channel="C1", value=str(state.group_id))

        assert (await groups.state_of(BEN, state.group_id)).members == 1

    async def test_check_in_opens_the_form_for_a_member(
        self, slack: Dispatcher, groups: GroupService
    ) -> None:
        state = await started(groups)

        await slack.press(views.CHECK_IN, channel="C1", value=str(state.group_id))

        assert slack.acked_before == []
        assert slack.shown("views_open")["callback_id"] == checkin_views.SUBMIT

    async def test_and_the_way_in_for_anybody_else(self, slack: Dispatcher, groups: GroupService) -> None:
        state = await started(groups, BEN)

        await slack.press(views.CHECK_IN, channel="C1", value=str(state.group_id))

        assert "Join first" in slack.said()
        slack.client.views_open.assert_not_awaited()

    async def test_options_show_ones_own_place(self, slack: Dispatcher, groups: GroupService) -> None:
        state = await started(groups)

        await slack.press(views.OPTIONS, channel="C1", value=str(state.group_id))

        assert "You are in it" in slack.said()
        assert views.SETTINGS in str(slack.respond.call_args.kwargs["blocks"])

    async def test_settings_open_for_the_lead_of_now(self, slack: Dispatcher, groups: GroupService) -> None:
        state = await started(groups)
        await slack.press(views.SETTINGS, channel="C1", value=str(state.group_id))
        assert slack.shown("views_open")["callback_id"] == settings_views.CHANGE

        await groups.join(BEN, state.group_id)
        await groups.leave(ANA, state.group_id)
        await slack.press(views.SETTINGS, channel="C1", value=str(state.group_id))
        assert f"Only <@{BEN.user_id}>" in slack.said()
