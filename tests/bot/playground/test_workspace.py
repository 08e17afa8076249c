"""Seed, feed, limits of memory, and the person at the client."""

from dataclasses import replace
from pathlib import Path

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.changes import BACKLOG
from bot.playground.clock import WorkspaceClock
from bot.playground.manifest import load_manifest
from bot.playground.model import ActionFailed, Change
from bot.playground.seed import AMAZON_PREP, GENERAL
from bot.playground.workspace import Workspace
from tests.bot.playground.blocks import a_modal, a_section, an_input, options
from tests.bot.playground.conftest import INES
from tests.slack_user import SlackUser

APP_MANIFEST = Path(__file__).parents[3] / "app.yaml"


def test_starts_with_people_in_different_zones_and_something_to_read(workspace: Workspace) -> None:
    people = [member for member in workspace.members.values() if not member.is_bot]
    assert len({person.tz for person in people}) == len(people) == 6
    assert {channel.name for channel in workspace.channels.values()} == {"general", "amazon-prep"}
    assert workspace.messages(GENERAL, seen_by=INES)
    assert workspace.bot_user_id in workspace.channels[AMAZON_PREP].member_ids


def test_two_workspaces_share_nobody(workspace: Workspace) -> None:
    other = Workspace(manifest=workspace.manifest, clock=WorkspaceClock())
    other.members[INES].real_name = "Somebody else"
    assert workspace.members[INES].real_name == "Inês Carvalho"


def test_takes_the_apps_own_manifest() -> None:
    manifest = load_manifest(APP_MANIFEST)
    workspace = Workspace(manifest=manifest, clock=WorkspaceClock())
    assert "/prep" in manifest.commands
    assert workspace.members[workspace.bot_user_id].name == manifest.bot_name


async def test_tells_whoever_draws_it_what_changed(workspace: Workspace, client: AsyncWebClient) -> None:
    async with workspace.changes.subscribe() as changes:
        await client.chat_postMessage(channel=INES, text="x")
        await client.views_publish(user_id=INES, view={"type": "home", "blocks": []})
        message, home = await anext(changes), await anext(changes)

    assert (message.kind, home.kind) == ("messages", "home")
    assert home.user_ids == frozenset({INES})
    assert message.user_ids == frozenset({INES, workspace.bot_user_id})


async def test_a_reader_who_is_far_behind_is_told_of_the_gap(workspace: Workspace) -> None:
    async with workspace.changes.subscribe() as changes:
        for _ in range(BACKLOG + 1):
            workspace.changes.publish("clock")
        assert await anext(changes) == Change("gap")


async def test_the_dead_and_the_strange_cannot_act(workspace: Workspace) -> None:
    await workspace.deactivate(INES)
    with pytest.raises(ActionFailed, match="account_inactive"):
        await workspace.open_home(INES)
    with pytest.raises(ActionFailed, match="user_not_found"):
        await workspace.open_home("U404")


async def test_nobody_writes_where_they_are_not(workspace: Workspace, marcus: SlackUser) -> None:
    newcomer = await workspace.add_member("noor")
    with pytest.raises(ActionFailed, match="not_in_channel"):
        await workspace.send_message(newcomer.id, AMAZON_PREP, "hi")
    dm = workspace.conversations.open_dm(INES)
    with pytest.raises(ActionFailed, match="channel_not_found"):
        await workspace.send_message(marcus.id, dm.id, "hi")


async def test_nobody_writes_to_an_app_that_does_not_want_it(workspace: Workspace) -> None:
    quiet = replace(workspace.manifest, messages_tab_read_only=True)
    workspace = Workspace(manifest=quiet, clock=WorkspaceClock())
    with pytest.raises(ActionFailed, match="turned off"):
        await SlackUser(workspace, INES).say("hi")


async def test_a_person_who_comes_back_can_act_again(workspace: Workspace) -> None:
    await workspace.deactivate(INES)
    await workspace.reactivate(INES)
    await workspace.open_home(INES)


class TestThePersonAtTheClient:
    async def test_fills_in_by_label_and_visible_text(self, workspace: Workspace, ines: SlackUser) -> None:
        radio = {"type": "radio_buttons", "action_id": "level", "options": options("six", "seven")}
        boxes = {"type": "checkboxes", "action_id": "days", "options": options("mon", "tue", "wed")}
        when = {"type": "datepicker", "action_id": "when"}
        hours = {"type": "number_input", "action_id": "hours", "is_decimal_allowed": False}
        blocks = [
            an_input("target", radio),
            an_input("days", boxes),
            an_input("date", when),
            an_input("time", hours),
        ]
        view = workspace.views.open(INES, a_modal(*blocks))

        await ines.fill({"Target": "Seven", "days": ["mon", "Wed"], "date": "2030-03-04", "hours": 12})

        values = view.form.values()
        assert values["target"]["level"]["selected_option"]["value"] == "seven"
        assert [one["value"] for one in values["days"]["days"]["selected_options"]] == ["mon", "wed"]
        assert values["date"]["when"]["selected_date"] == "2030-03-04"
        assert values["time"]["hours"]["value"] == "12"

    async def test_is_told_what_there_is_instead(self, workspace: Workspace, ines: SlackUser) -> None:
        workspace.views.open(INES, a_modal(a_section("x")))
        with pytest.raises(AssertionError, match="no control 'Go'"):
            await ines.click("Go")

    async def test_gives_up_looking(self, ines: SlackUser) -> None:
        with pytest.raises(AssertionError, match="not seen"):
            await ines.see(lambda: False, within=0.02)
