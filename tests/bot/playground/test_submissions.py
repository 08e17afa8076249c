"""Submitting a modal: what reaches the app, and what its answer does."""

import asyncio
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.playground.model import ActionFailed
from bot.playground.seed import AMAZON_PREP
from bot.playground.workspace import Workspace
from tests.bot.playground.blocks import a_modal, a_section, a_text_input, an_input
from tests.bot.playground.conftest import INES
from tests.slack_user import SlackUser


async def test_a_command_opens_a_modal_whose_answers_reach_the_app(
    app: AsyncApp, run: Any, ines: SlackUser
) -> None:
    submitted: list[dict[str, Any]] = []

    @app.command("/test")
    async def open_modal(ack: Any, client: AsyncWebClient, command: dict[str, Any]) -> None:
        await ack()
        await client.views_open(trigger_id=command["trigger_id"], view=a_modal(a_text_input("name", "who")))

    @app.view("a_modal")
    async def take(ack: Any, view: dict[str, Any], body: dict[str, Any]) -> None:
        submitted.append(body)
        await ack()

    await run(app)
    await ines.command("/test")
    await ines.see(lambda: ines.has_modal)
    assert "A modal" in ines.text_of(ines.modal)

    await ines.fill({"name": "Inês"})
    assert await ines.submit() == {}

    assert not ines.has_modal
    [body] = submitted
    assert body["type"] == "view_submission"
    assert body["user"]["id"] == INES
    assert body["view"]["state"]["values"] == {"name": {"who": {"type": "plain_text_input", "value": "Inês"}}}


class TestAnswersToASubmission:
    """What the app may say when a view is submitted."""

    @pytest.fixture
    async def submit(self, app: AsyncApp, run: Any, workspace: Workspace, ines: SlackUser) -> Any:
        """Submit a modal (on top of another one) to which the app answers with these arguments."""
        answer: dict[str, Any] = {}

        @app.view("a_modal")
        async def respond(ack: Any) -> None:
            await ack(**answer)

        await run(app)

        async def with_answer(**arguments: Any) -> dict[str, str]:
            answer.update(arguments)
            below = workspace.views.open(INES, a_modal())
            workspace.views.open(
                INES, a_modal(a_text_input("name", "who", optional=True)), on_top_of=below.id
            )
            return await ines.submit()

        return with_answer

    async def test_nothing_closes_this_view(self, submit: Any, workspace: Workspace) -> None:
        await submit()
        assert len(workspace.view_stack(INES)) == 1

    async def test_clear_closes_all(self, submit: Any, workspace: Workspace) -> None:
        await submit(response_action="clear")
        assert workspace.view_stack(INES) == []

    async def test_update_replaces_this_view(
        self, submit: Any, workspace: Workspace, ines: SlackUser
    ) -> None:
        await submit(response_action="update", view=a_modal(a_section("Thank you")))
        assert "Thank you" in ines.text_of(ines.modal)
        assert len(workspace.view_stack(INES)) == 2

    async def test_push_shows_another(self, submit: Any, workspace: Workspace) -> None:
        await submit(response_action="push", view=a_modal(a_section("More")))
        assert len(workspace.view_stack(INES)) == 3

    async def test_errors_stay_with_their_input(self, submit: Any, workspace: Workspace) -> None:
        assert await submit(response_action="errors", errors={"name": "Taken"}) == {"name": "Taken"}
        assert len(workspace.view_stack(INES)) == 2

    @pytest.mark.parametrize(
        "answer",
        [
            pytest.param({"response_action": "errors", "errors": {"other": "x"}}, id="an unknown block"),
            pytest.param({"response_action": "update", "view": {"type": "modal"}}, id="a broken view"),
            pytest.param({"response_action": "vanish"}, id="an unknown action"),
        ],
    )
    async def test_nonsense_shows_the_person_an_error(self, submit: Any, answer: dict[str, Any]) -> None:
        with pytest.raises(ActionFailed, match="invalid_response"):
            await submit(**answer)


async def test_a_view_without_a_submit_button_cannot_be_submitted(
    workspace: Workspace, ines: SlackUser
) -> None:
    view = a_modal()
    del view["submit"]
    workspace.views.open(INES, view)
    with pytest.raises(ActionFailed, match="no button to submit"):
        await ines.submit()


async def test_a_chosen_conversation_may_bring_a_response_url(
    app: AsyncApp, run: Any, workspace: Workspace, ines: SlackUser
) -> None:
    urls: list[dict[str, Any]] = []

    @app.view("a_modal")
    async def take(ack: Any, body: dict[str, Any]) -> None:
        urls.extend(body["response_urls"])
        await ack()

    await run(app)
    select = {"type": "conversations_select", "action_id": "where", "response_url_enabled": True}
    workspace.views.open(INES, a_modal(an_input("share", select)))
    await ines.fill({"share": AMAZON_PREP})
    await ines.submit()

    [url] = urls
    assert (url["block_id"], url["channel_id"]) == ("share", AMAZON_PREP)
    await AsyncWebhookClient(url["response_url"]).send(text="shared", response_type="in_channel")
    assert workspace.messages(AMAZON_PREP, seen_by=INES)[-1].text == "shared"


async def test_what_the_client_refuses_never_reaches_the_app(workspace: Workspace, ines: SlackUser) -> None:
    workspace.views.open(INES, a_modal(a_text_input("name", "who")))

    assert await ines.submit() == {"name": "Please complete this required field."}
    assert list(workspace.envelopes) == []


async def test_a_late_ack_shows_an_error_and_keeps_the_modal(
    app: AsyncApp, run: Any, workspace: Workspace, ines: SlackUser
) -> None:
    let_go = asyncio.Event()

    @app.view("a_modal")
    async def too_late(ack: Any) -> None:
        await let_go.wait()
        await ack()

    await run(app)
    workspace.views.open(INES, a_modal())

    with pytest.raises(ActionFailed, match="operation_timeout"):
        await ines.submit()
    let_go.set()
    assert ines.has_modal


async def test_an_update_after_the_ack_is_not_undone_by_it(
    app: AsyncApp, run: Any, workspace: Workspace, ines: SlackUser
) -> None:
    @app.view("a_modal")
    async def score(ack: Any, client: AsyncWebClient, view: dict[str, Any]) -> None:
        await ack(response_action="update", view=a_modal(a_section("Scoring...")))
        await client.views_update(view_id=view["id"], view=a_modal(a_section("85")))

    await run(app)
    for _ in range(20):
        workspace.views.open(INES, a_modal())
        await ines.submit()
        await ines.see(lambda: workspace.calls and workspace.calls[-1].method == "views.update")
        assert "85" in ines.text_of(ines.modal)
        workspace.calls.clear()
