"""Commands, shortcuts, controls and Home, with a real Bolt app."""

import asyncio
import re
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.model import ActionFailed, MessageTarget
from bot.playground.seed import AMAZON_PREP, GENERAL
from bot.playground.workspace import Workspace
from tests.bot.playground.blocks import a_button, a_modal, a_section, a_text_input, an_input, options, plain
from tests.bot.playground.conftest import INES
from tests.slack_user import SlackUser


class TestCommands:
    async def test_what_the_app_acks_with_is_seen_by_the_caller_only(
        self, app: AsyncApp, run: Any, ines: SlackUser, marcus: SlackUser
    ) -> None:
        @app.command("/test")
        async def reply(ack: Any, command: dict[str, Any]) -> None:
            await ack(f"You said {command['text']}")

        await run(app)
        await ines.command("/test a b", channel=AMAZON_PREP)

        assert [message.text for message in ines.ephemeral(AMAZON_PREP)] == ["You said a b"]
        assert marcus.ephemeral(AMAZON_PREP) == []

    async def test_carry_what_slack_sends(
        self, app: AsyncApp, run: Any, ines: SlackUser, workspace: Workspace
    ) -> None:
        await run(app)

        @app.command("/test")
        async def done(ack: Any) -> None:
            await ack()

        await ines.command("/test with @marcus in #amazon-prep not @nobody", channel=GENERAL)

        [envelope] = workspace.envelopes
        assert envelope.type == "slash_commands"
        assert envelope.accepts_response_payload
        assert envelope.ack_ms is not None
        assert envelope.payload | {"trigger_id": "", "response_url": ""} == {
            "token": "",
            "team_id": "T0HARBOR01",
            "team_domain": "harbor-labs",
            "channel_id": GENERAL,
            "channel_name": "general",
            "user_id": INES,
            "user_name": "ines",
            "command": "/test",
            "text": f"with <@U0MARCUS01|marcus> in <#{AMAZON_PREP}|amazon-prep> not @nobody",
            "api_app_id": "A0PREP0001",
            "is_enterprise_install": "false",
            "trigger_id": "",
            "response_url": "",
        }

    async def test_an_undeclared_command_is_not_valid(self, ines: SlackUser) -> None:
        with pytest.raises(ActionFailed, match="/foo is not a valid command"):
            await ines.command("/foo")

    async def test_without_a_connection_fail_at_once(self, ines: SlackUser) -> None:
        with pytest.raises(ActionFailed) as caught:
            await ines.command("/test")
        assert caught.value.code == "dispatch_failed"
        assert caught.value.message == '/test failed with the error "dispatch_failed"'

    async def test_without_an_ack_time_out(self, app: AsyncApp, run: Any, ines: SlackUser) -> None:
        let_go = asyncio.Event()

        @app.command("/test")
        async def never(ack: Any) -> None:
            await let_go.wait()
            await ack()

        await run(app)
        with pytest.raises(ActionFailed, match="operation_timeout"):
            await ines.command("/test")
        let_go.set()


class TestShortcuts:
    async def test_a_global_one_has_no_channel(
        self, app: AsyncApp, run: Any, ines: SlackUser, workspace: Workspace
    ) -> None:
        @app.shortcut("everywhere")
        async def take(ack: Any, client: AsyncWebClient, shortcut: dict[str, Any]) -> None:
            await ack()
            await client.views_open(trigger_id=shortcut["trigger_id"], view=a_modal())

        await run(app)
        await ines.shortcut("Everywhere")
        await ines.see(lambda: ines.has_modal)

        assert "channel" not in workspace.envelopes[0].payload
        assert "response_url" not in workspace.envelopes[0].payload

    async def test_one_of_a_message_carries_it(
        self, app: AsyncApp, run: Any, ines: SlackUser, workspace: Workspace
    ) -> None:
        taken: list[dict[str, Any]] = []

        @app.shortcut("on_message")
        async def take(ack: Any, body: dict[str, Any]) -> None:
            await ack()
            taken.append(body)

        await run(app)
        said = await ines.say("A story", channel=AMAZON_PREP)
        await workspace.run_message_shortcut(INES, "on_message", AMAZON_PREP, said.ts)

        [body] = await ines.see(lambda: taken)
        assert (body["message"]["text"], body["message_ts"], body["channel"]["id"]) == (
            "A story",
            said.ts,
            AMAZON_PREP,
        )

    async def test_an_undeclared_one_is_not_there(self, workspace: Workspace) -> None:
        with pytest.raises(ActionFailed, match="not_found"):
            await workspace.run_shortcut(INES, "on_message")


CHECKLIST = {
    "type": "actions",
    "block_id": "today",
    "elements": [{"type": "checkboxes", "action_id": "done", "options": options("coding", "design")}],
}


class TestControls:
    @pytest.fixture
    def actions(self, app: AsyncApp) -> list[dict[str, Any]]:
        """The block_actions payloads that arrived."""

        seen: list[dict[str, Any]] = []

        @app.action(re.compile(".*"))
        async def take(ack: Any, body: dict[str, Any]) -> None:
            await ack()
            seen.append(body)

        return seen

    async def test_a_button_in_a_message(
        self, app: AsyncApp, run: Any, ines: SlackUser, client: AsyncWebClient, actions: list[Any]
    ) -> None:
        await run(app)
        posted = await client.chat_postMessage(
            channel=INES, text="x", blocks=[a_button("go", "Go now", value="7", style="primary")]
        )

        await ines.click("Go now")

        [body] = actions
        [action] = body["actions"]
        assert (action["type"], action["action_id"], action["value"]) == ("button", "go", "7")
        assert action["text"]["text"] == "Go now"
        assert body["container"] == {
            "type": "message",
            "message_ts": posted["ts"],
            "channel_id": posted["channel"],
            "is_ephemeral": False,
        }
        assert body["channel"] == {"id": posted["channel"], "name": "directmessage"}
        assert body["message"]["ts"] == posted["ts"]
        assert body["response_url"].startswith("http://127.0.0.1")
        assert "view" not in body

    async def test_each_tick_sends_the_whole_selection(
        self, app: AsyncApp, run: Any, ines: SlackUser, client: AsyncWebClient, actions: list[Any]
    ) -> None:
        await run(app)
        await client.chat_postMessage(channel=INES, text="x", blocks=[CHECKLIST])

        await ines.pick("done", ["coding"])
        await ines.pick("done", ["Coding", "Design"])

        first, second = actions
        assert [option["value"] for option in first["actions"][0]["selected_options"]] == ["coding"]
        assert [option["value"] for option in second["actions"][0]["selected_options"]] == [
            "coding",
            "design",
        ]
        assert second["state"]["values"]["today"]["done"]["type"] == "checkboxes"
        assert float(second["actions"][0]["action_ts"]) > float(first["actions"][0]["action_ts"])

    async def test_a_button_in_a_modal_brings_along_what_was_typed(
        self, app: AsyncApp, run: Any, ines: SlackUser, workspace: Workspace, actions: list[Any]
    ) -> None:
        await run(app)
        view = workspace.views.open(INES, a_modal(a_text_input("name", "who"), a_button("back", "Back")))
        await ines.fill({"Name": "half"})

        await ines.click("Back")

        [body] = actions
        assert body["view"]["state"]["values"]["name"]["who"]["value"] == "half"
        assert body["container"] == {"type": "view", "view_id": view.id}
        assert "response_url" not in body
        assert "channel" not in body

    async def test_an_input_is_silent_unless_it_dispatches(
        self, app: AsyncApp, run: Any, ines: SlackUser, workspace: Workspace, actions: list[Any]
    ) -> None:
        await run(app)
        select = {"type": "static_select", "action_id": "level", "options": options("six", "seven")}
        workspace.views.open(
            INES, a_modal(an_input("quiet", select), an_input("loud", select, dispatch_action=True))
        )

        await ines.fill({"quiet": "six"})
        assert actions == []
        await ines.fill({"loud": "Seven"})

        [body] = actions
        assert body["actions"][0]["selected_option"]["value"] == "seven"
        assert body["view"]["state"]["values"]["quiet"]["level"]["selected_option"]["value"] == "six"

    async def test_home_has_no_message(
        self, app: AsyncApp, run: Any, ines: SlackUser, client: AsyncWebClient, actions: list[Any]
    ) -> None:
        await run(app)
        await client.views_publish(
            user_id=INES, view={"type": "home", "blocks": [a_button("start", "Start")]}
        )

        await ines.click("Start")

        [body] = actions
        assert body["view"]["type"] == "home"
        assert "message" not in body

    async def test_a_control_that_has_gone_is_not_found(
        self, ines: SlackUser, client: AsyncWebClient, workspace: Workspace
    ) -> None:
        posted = await client.chat_postMessage(channel=INES, text="x", blocks=[a_button("go")])
        message = ines.dm()[0]
        await client.chat_update(channel=posted["channel"], ts=posted["ts"], text="done")

        with pytest.raises(ActionFailed, match="not_found"):
            await workspace.press(
                INES,
                MessageTarget(message.channel_id, message.ts),
                block_id="go_block",
                action_id="go",
                payload={},
            )

    async def test_an_external_select_asks_the_app(
        self, app: AsyncApp, run: Any, ines: SlackUser, workspace: Workspace
    ) -> None:
        @app.options("zone")
        async def offer(ack: Any, payload: dict[str, Any]) -> None:
            await ack(
                options=[
                    option for option in options("lisbon", "london") if payload["value"] in option["value"]
                ]
            )

        await run(app)
        element = {"type": "external_select", "action_id": "zone", "min_query_length": 2}
        view = workspace.views.open(INES, a_modal(an_input("where", element)))

        assert await ines.suggestions("zone", "l") == []
        assert await ines.suggestions("zone", "lo") == ["London"]
        await ines.fill({"zone": "lisbon"})
        assert view.form.get("where", "zone")["value"] == "lisbon"

    async def test_an_overflow_menu_sends_its_choice(
        self, app: AsyncApp, run: Any, ines: SlackUser, client: AsyncWebClient, actions: list[Any]
    ) -> None:
        await run(app)
        menu = {"type": "overflow", "action_id": "more", "options": options("snooze", "skip")}
        await client.chat_postMessage(channel=INES, text="x", blocks=[a_section("x", accessory=menu)])

        await ines.pick("more", "Skip")

        assert actions[0]["actions"][0]["selected_option"]["value"] == "skip"


class TestHome:
    async def test_opening_carries_the_view_once_there_is_one(
        self, app: AsyncApp, run: Any, ines: SlackUser
    ) -> None:
        opened: list[dict[str, Any]] = []

        @app.event("app_home_opened")
        async def publish(event: dict[str, Any], client: AsyncWebClient) -> None:
            opened.append(event)
            await client.views_publish(
                user_id=event["user"], view={"type": "home", "blocks": [a_section("Welcome")]}
            )

        await run(app)
        await ines.open_home()
        home = await ines.see(ines.home)
        await ines.open_home()
        await ines.see(lambda: len(opened) == 2)

        assert "Welcome" in ines.text_of(home)
        assert "view" not in opened[0]
        assert opened[1]["view"]["id"] == home["id"]

    async def test_publishing_again_keeps_the_id_and_changes_the_hash(self, client: AsyncWebClient) -> None:
        view = {"type": "home", "blocks": [{"type": "header", "text": plain("Hi")}]}
        first = (await client.views_publish(user_id=INES, view=view))["view"]
        second = (await client.views_publish(user_id=INES, view=view, hash=first["hash"]))["view"]
        assert first["id"] == second["id"]
        assert first["hash"] != second["hash"]
