"""chat.* through the real client."""

import copy
import json
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.clock import WorkspaceClock
from bot.playground.manifest import read_manifest
from bot.playground.seed import AMAZON_PREP, GENERAL
from bot.playground.server import WorkspaceServer
from bot.playground.workspace import Workspace
from tests.bot.playground.blocks import a_button, a_section
from tests.bot.playground.conftest import INES, MANIFEST, error_of
from tests.slack_user import SlackUser


class TestPosting:
    async def test_to_a_person_lands_in_their_direct_messages(
        self, client: AsyncWebClient, ines: SlackUser, workspace: Workspace
    ) -> None:
        answer = await client.chat_postMessage(channel=INES, text="Good morning")

        dm = workspace.dm_of(INES)
        assert dm is not None
        assert answer["channel"] == dm.id
        [message] = ines.dm()
        assert (message.text, message.ts, message.is_bot) == ("Good morning", answer["ts"], True)

    async def test_keeps_the_metadata_for_history(self, client: AsyncWebClient, workspace: Workspace) -> None:
        metadata = {"event_type": "delivery", "event_payload": {"id": "42"}}
        posted = await client.chat_postMessage(channel=INES, text="x", metadata=metadata)

        plain = await client.conversations_history(channel=posted["channel"])
        full = await client.conversations_history(channel=posted["channel"], include_all_metadata=True)

        assert "metadata" not in plain["messages"][0]
        assert full["messages"][0]["metadata"] == metadata
        [post] = workspace.posts
        assert (post.channel, post.ts, post.metadata) == (posted["channel"], posted["ts"], metadata)

    async def test_gives_ids_to_blocks_without(self, client: AsyncWebClient) -> None:
        button = a_button("go")
        del button["block_id"]
        answer = await client.chat_postMessage(channel=INES, text="x", blocks=[a_section("hi"), button])

        section, actions = answer["message"]["blocks"]
        assert section["block_id"] != actions["block_id"]
        assert section["text"] == {"type": "mrkdwn", "text": "hi", "verbatim": False}

    async def test_leaves_the_text_as_it_is_but_cuts_it_after_40000_characters(
        self, client: AsyncWebClient, ines: SlackUser
    ) -> None:
        await client.chat_postMessage(channel=INES, text="&lt;!channel&gt; " + "x" * 50_000)

        [message] = ines.dm()
        assert message.text.startswith("&lt;!channel&gt;")
        assert len(message.text) == 40_000

    @pytest.mark.parametrize(
        ("arguments", "code"),
        [
            pytest.param({"channel": "C404", "text": "x"}, "channel_not_found", id="unknown channel"),
            pytest.param({"channel": GENERAL, "text": "x"}, "not_in_channel", id="not a member"),
            pytest.param({"channel": AMAZON_PREP, "text": ""}, "no_text", id="nothing to say"),
            pytest.param(
                {"channel": AMAZON_PREP, "text": "x", "blocks": "{"}, "invalid_blocks_format", id="no JSON"
            ),
            pytest.param(
                {"channel": AMAZON_PREP, "text": "x", "blocks": [{"type": "nope"}]},
                "invalid_blocks",
                id="block",
            ),
            pytest.param(
                {"channel": AMAZON_PREP, "text": "x", "metadata": {"event_type": 1}},
                "invalid_metadata_format",
                id="metadata",
            ),
            pytest.param(
                {"channel": AMAZON_PREP, "text": "x", "markdown_text": "y"},
                "markdown_text_conflict",
                id="both",
            ),
            pytest.param(
                {"channel": AMAZON_PREP, "markdown_text": "y" * 12_001}, "msg_too_long", id="long markdown"
            ),
            pytest.param({"channel": "U0PREPBOT1", "text": "x"}, "cannot_dm_bot", id="itself"),
        ],
    )
    async def test_is_refused(self, client: AsyncWebClient, arguments: dict[str, Any], code: str) -> None:
        assert await error_of(client.api_call("chat.postMessage", json=arguments)) == code

    async def test_to_an_archived_channel_is_refused(
        self, client: AsyncWebClient, workspace: Workspace
    ) -> None:
        await workspace.archive_channel(AMAZON_PREP, by=INES)
        assert await error_of(client.chat_postMessage(channel=AMAZON_PREP, text="x")) == "is_archived"

    async def test_to_a_deactivated_person_is_refused(
        self, client: AsyncWebClient, workspace: Workspace
    ) -> None:
        dm = workspace.conversations.open_dm(INES)
        await workspace.deactivate(INES)
        assert await error_of(client.chat_postMessage(channel=INES, text="x")) == "user_disabled"
        assert await error_of(client.chat_postMessage(channel=dm.id, text="x")) == "user_disabled"

    async def test_to_a_private_channel_without_the_bot_is_not_found(
        self, client: AsyncWebClient, workspace: Workspace
    ) -> None:
        secret = await workspace.create_channel("secret", members=[INES], is_private=True)
        assert await error_of(client.chat_postMessage(channel=secret.id, text="x")) == "channel_not_found"

    async def test_says_which_block_is_wrong(self, client: AsyncWebClient) -> None:
        with pytest.raises(SlackApiError) as caught:
            await client.chat_postMessage(channel=INES, text="x", blocks=[a_section("")])

        assert caught.value.response["response_metadata"]["messages"] == [
            "[ERROR] must be more than 0 characters [json-pointer:/blocks/0/text/text]"
        ]


class TestEditing:
    async def test_text_without_blocks_removes_the_blocks(
        self, client: AsyncWebClient, ines: SlackUser
    ) -> None:
        posted = await client.chat_postMessage(channel=INES, text="x", blocks=[a_section("x")])

        await client.chat_update(channel=posted["channel"], ts=posted["ts"], text="only text")

        [message] = ines.dm()
        assert (message.text, message.blocks) == ("only text", [])
        assert message.edited is not None

    async def test_is_refused_beyond_4000_characters(self, client: AsyncWebClient) -> None:
        posted = await client.chat_postMessage(channel=INES, text="x")
        update = client.chat_update(channel=posted["channel"], ts=posted["ts"], text="x" * 4001)
        assert await error_of(update) == "msg_too_long"

    async def test_other_peoples_messages_cannot_be_changed(
        self, client: AsyncWebClient, ines: SlackUser
    ) -> None:
        said = await ines.say("mine", channel=AMAZON_PREP)
        change = client.chat_update(channel=AMAZON_PREP, ts=said.ts, text="yours")
        assert await error_of(change) == "cant_update_message"
        assert await error_of(client.chat_delete(channel=AMAZON_PREP, ts=said.ts)) == "cant_delete_message"

    async def test_deleting_twice_finds_no_message(self, client: AsyncWebClient, ines: SlackUser) -> None:
        posted = await client.chat_postMessage(channel=INES, text="x")
        await client.chat_delete(channel=posted["channel"], ts=posted["ts"])

        assert ines.dm() == []
        again = client.chat_delete(channel=posted["channel"], ts=posted["ts"])
        assert await error_of(again) == "message_not_found"


class TestEphemeral:
    async def test_only_the_addressee_sees_it(
        self, client: AsyncWebClient, ines: SlackUser, marcus: SlackUser
    ) -> None:
        await client.chat_postEphemeral(channel=AMAZON_PREP, user=INES, text="psst")

        assert [message.text for message in ines.ephemeral(AMAZON_PREP)] == ["psst"]
        assert marcus.ephemeral(AMAZON_PREP) == []
        history = await client.conversations_history(channel=AMAZON_PREP)
        assert "psst" not in json.dumps(history.data)

    async def test_needs_a_member(self, client: AsyncWebClient, workspace: Workspace) -> None:
        newcomer = await workspace.add_member("noor")
        post = client.chat_postEphemeral(channel=AMAZON_PREP, user=newcomer.id, text="x")
        assert await error_of(post) == "user_not_in_channel"


class TestTokens:
    @pytest.mark.parametrize(
        ("token", "code"),
        [("", "not_authed"), ("xoxb-wrong", "invalid_auth"), ("app", "not_allowed_token_type")],
    )
    async def test_a_wrong_token_is_refused(self, server: WorkspaceServer, token: str, code: str) -> None:
        token = server.workspace.app_token if token == "app" else token
        client = AsyncWebClient(token=token, base_url=server.api_url)
        assert await error_of(client.auth_test()) == code

    async def test_may_stand_in_the_body_and_never_in_the_log(self, server: WorkspaceServer) -> None:
        form = {"token": server.workspace.bot_token, "channel": INES, "text": "hi"}
        async with aiohttp.ClientSession() as session:
            answer = await session.post(f"{server.api_url}chat.postMessage", data=form)
            assert (await answer.json())["ok"]

        assert server.workspace.calls[-1].arguments == {"channel": INES, "text": "hi"}

    async def test_a_missing_scope_names_what_is_needed(self) -> None:
        manifest = copy.deepcopy(MANIFEST)
        manifest["oauth_config"]["scopes"]["bot"] = ["commands"]
        workspace = Workspace(manifest=read_manifest(manifest), clock=WorkspaceClock())
        async with WorkspaceServer(workspace) as server:
            client = AsyncWebClient(token=workspace.bot_token, base_url=server.api_url)
            with pytest.raises(SlackApiError) as caught:
                await client.chat_postMessage(channel=INES, text="x")

        answer = caught.value.response
        assert (answer["error"], answer["needed"], answer["provided"]) == (
            "missing_scope",
            "chat:write",
            "commands",
        )
        assert answer.headers["x-oauth-scopes"] == "commands"

    async def test_direct_messages_need_the_messages_tab(self) -> None:
        manifest = copy.deepcopy(MANIFEST)
        manifest["features"]["app_home"] = {"home_tab_enabled": False, "messages_tab_enabled": False}
        workspace = Workspace(manifest=read_manifest(manifest), clock=WorkspaceClock())
        async with WorkspaceServer(workspace) as server:
            client = AsyncWebClient(token=workspace.bot_token, base_url=server.api_url)
            post = await error_of(client.chat_postMessage(channel=INES, text="x"))
            home = await error_of(client.views_publish(user_id=INES, view={"type": "home", "blocks": []}))

        assert (post, home) == ("messages_tab_disabled", "not_enabled")

    async def test_an_unknown_method_is_refused(self, client: AsyncWebClient) -> None:
        assert await error_of(client.api_call("chat.whisper")) == "unknown_method"


async def test_a_channel_may_be_named(client: AsyncWebClient) -> None:
    answer = await client.chat_postMessage(channel="#amazon-prep", text="hello")
    assert answer["channel"] == AMAZON_PREP
