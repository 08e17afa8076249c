"""response_url: five answers within thirty minutes."""

from datetime import timedelta
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.playground.seed import AMAZON_PREP, GENERAL
from bot.playground.server import WorkspaceServer
from bot.playground.workspace import Workspace
from tests.bot.playground.blocks import a_button, a_section
from tests.bot.playground.conftest import INES
from tests.slack_user import SlackUser


@pytest.fixture
def hook(server: WorkspaceServer) -> AsyncWebhookClient:
    """The answer to something that Inês did in a channel without the bot."""
    return AsyncWebhookClient(server.workspace.response_urls.issue(INES, GENERAL))


async def test_answers_are_ephemeral_unless_they_say_otherwise(
    hook: AsyncWebhookClient, ines: SlackUser, marcus: SlackUser
) -> None:
    await hook.send(text="psst")
    await hook.send(text="hear ye", response_type="in_channel")

    assert [message.text for message in ines.ephemeral(GENERAL)] == ["psst"]
    seen = marcus.workspace.messages(GENERAL, seen_by=marcus.id)
    assert [message.text for message in seen][-1] == "hear ye"


async def test_the_sixth_answer_is_refused(hook: AsyncWebhookClient) -> None:
    for _ in range(5):
        assert (await hook.send(text="x")).status_code == 200
    sixth = await hook.send(text="x")
    assert (sixth.status_code, sixth.body) == (404, '{"ok": false, "error": "used_url"}')


async def test_after_thirty_minutes_it_has_expired(hook: AsyncWebhookClient, workspace: Workspace) -> None:
    workspace.clock.jump_by(timedelta(minutes=31))
    late = await hook.send(text="x")
    assert (late.status_code, late.body) == (404, '{"ok": false, "error": "expired_url"}')


async def test_a_broken_answer_does_not_count(hook: AsyncWebhookClient, ines: SlackUser) -> None:
    broken = await hook.send(text="x", blocks=[{"type": "nope"}])
    assert "invalid_blocks" in broken.body
    assert ines.ephemeral(GENERAL) == []


@pytest.fixture
async def pressed(app: AsyncApp, run: Any) -> dict[str, Any]:
    """What the app answers to a press of "go"."""
    answer: dict[str, Any] = {}

    @app.action("go")
    async def respond_to(ack: Any, respond: Any) -> None:
        await ack()
        await respond(**answer)

    await run(app)
    return answer


async def test_the_pressed_message_can_be_replaced_and_deleted(
    pressed: dict[str, Any], client: AsyncWebClient, ines: SlackUser
) -> None:
    await client.chat_postMessage(channel=INES, text="x", blocks=[a_button("go")])
    pressed.update(replace_original=True, text="done", blocks=[a_section("done"), a_button("go")])
    await ines.click("go")
    await ines.see(lambda: [message.text for message in ines.dm()] == ["done"])

    pressed.clear()
    pressed.update(delete_original=True)
    await ines.click("go")
    await ines.see(lambda: ines.dm() == [])


async def test_an_ephemeral_message_can_be_replaced(
    pressed: dict[str, Any], client: AsyncWebClient, ines: SlackUser, workspace: Workspace
) -> None:
    await client.chat_postEphemeral(channel=AMAZON_PREP, user=INES, text="x", blocks=[a_button("go")])
    pressed.update(replace_original=True, text="done")
    await ines.click("go")

    await ines.see(lambda: [message.text for message in ines.ephemeral(AMAZON_PREP)] == ["done"])
    [envelope] = [one for one in workspace.envelopes if one.type == "interactive"]
    assert envelope.payload["container"]["is_ephemeral"]
    assert "message" not in envelope.payload


async def test_without_replacing_an_answer_is_new(
    pressed: dict[str, Any], client: AsyncWebClient, ines: SlackUser
) -> None:
    await client.chat_postMessage(channel=INES, text="x", blocks=[a_button("go")])
    pressed.update(text="noted")
    await ines.click("go")
    await ines.see(lambda: [message.text for message in ines.dm()] == ["x", "noted"])
    assert ines.dm()[1].ephemeral_to == INES
