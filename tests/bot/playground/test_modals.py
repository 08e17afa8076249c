"""Modals and Home with a real Bolt app: triggers, the stack, versions, closing."""

from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.model import ActionFailed
from bot.playground.workspace import Workspace
from tests.bot.playground.blocks import a_button, a_modal, a_section, a_text_input, plain
from tests.bot.playground.conftest import INES, Stopwatch, error_of
from tests.slack_user import SlackUser


@pytest.fixture
def triggers(app: AsyncApp) -> list[str]:
    """The trigger ids of the commands that were run, newest last."""
    seen: list[str] = []

    @app.command("/test")
    async def remember(ack: Any, command: dict[str, Any]) -> None:
        seen.append(command["trigger_id"])
        await ack()

    return seen


class TestTriggers:
    async def test_a_trigger_works_once(
        self, app: AsyncApp, run: Any, ines: SlackUser, triggers: list[str], client: AsyncWebClient
    ) -> None:
        await run(app)
        await ines.command("/test")
        await client.views_open(trigger_id=triggers[0], view=a_modal())

        again = client.views_open(trigger_id=triggers[0], view=a_modal())

        assert await error_of(again) == "exchanged_trigger_id"

    async def test_a_trigger_lives_three_seconds(
        self,
        app: AsyncApp,
        run: Any,
        ines: SlackUser,
        triggers: list[str],
        client: AsyncWebClient,
        stopwatch: Stopwatch,
    ) -> None:
        await run(app)
        await ines.command("/test")
        stopwatch.seconds += 3.1

        late = client.views_open(trigger_id=triggers[0], view=a_modal())

        assert await error_of(late) == "expired_trigger_id"

    async def test_a_made_up_trigger_is_refused(self, client: AsyncWebClient) -> None:
        assert await error_of(client.views_open(trigger_id="1.2.3", view=a_modal())) == "invalid_trigger_id"

    async def test_a_refused_view_does_not_use_up_the_trigger(
        self, app: AsyncApp, run: Any, ines: SlackUser, triggers: list[str], client: AsyncWebClient
    ) -> None:
        await run(app)
        await ines.command("/test")
        broken = a_modal() | {"title": plain("A title that is far too long")}
        assert await error_of(client.views_open(trigger_id=triggers[0], view=broken)) == "invalid_arguments"

        await client.views_open(trigger_id=triggers[0], view=a_modal())

        assert ines.has_modal

    async def test_a_push_needs_a_trigger_from_the_modal(
        self, app: AsyncApp, run: Any, ines: SlackUser, triggers: list[str], client: AsyncWebClient
    ) -> None:
        await run(app)
        await ines.command("/test")

        assert (
            await error_of(client.views_push(trigger_id=triggers[0], view=a_modal())) == "invalid_trigger_id"
        )


class TestTheStack:
    async def test_holds_three_views(
        self, app: AsyncApp, run: Any, ines: SlackUser, workspace: Workspace, client: AsyncWebClient
    ) -> None:
        errors: list[str] = []

        @app.action("more")
        async def push(ack: Any, body: dict[str, Any]) -> None:
            await ack()
            try:
                await client.views_push(trigger_id=body["trigger_id"], view=a_modal(a_button("more")))
            except SlackApiError as error:
                errors.append(error.response["error"])

        await run(app)
        workspace.views.open(INES, a_modal(a_button("more")))
        await ines.click("more")
        await ines.see(lambda: len(workspace.view_stack(INES)) == 2)
        await ines.click("more")
        await ines.see(lambda: len(workspace.view_stack(INES)) == 3)
        await ines.click("more")

        assert await ines.see(lambda: errors) == ["push_limit_reached"]
        first, second, third = workspace.view_stack(INES)
        assert third.previous_view_id == second.id
        assert third.root_view_id == first.id

    async def test_closing_shows_the_view_below(self, workspace: Workspace, ines: SlackUser) -> None:
        first = workspace.views.open(INES, a_modal())
        workspace.views.open(INES, a_modal(), on_top_of=first.id)

        await ines.close()

        assert ines.modal.id == first.id

    async def test_only_the_top_view_can_be_submitted(self, workspace: Workspace) -> None:
        first = workspace.views.open(INES, a_modal())
        workspace.views.open(INES, a_modal(), on_top_of=first.id)

        with pytest.raises(ActionFailed, match="not_found"):
            await workspace.submit_view(INES, first.id)


class TestUpdating:
    async def test_an_old_hash_conflicts(self, workspace: Workspace, client: AsyncWebClient) -> None:
        view = workspace.views.open(INES, a_modal())
        old = view.hash
        await client.views_update(view_id=view.id, view=a_modal(), hash=old)

        stale = client.views_update(view_id=view.id, view=a_modal(), hash=old)

        assert await error_of(stale) == "hash_conflict"

    async def test_a_closed_view_is_not_found(
        self, workspace: Workspace, client: AsyncWebClient, ines: SlackUser
    ) -> None:
        view = workspace.views.open(INES, a_modal())
        await ines.close()

        assert await error_of(client.views_update(view_id=view.id, view=a_modal())) == "not_found"

    async def test_an_input_with_both_ids_unchanged_keeps_what_was_typed(
        self, workspace: Workspace, client: AsyncWebClient, ines: SlackUser
    ) -> None:
        view = workspace.views.open(INES, a_modal(a_text_input("a", "x"), a_text_input("b", "x")))
        await ines.fill({"a": "typed", "b": "typed"})

        kept = a_text_input("a", "x", initial_value="preset")
        renamed = a_text_input("c", "x", initial_value="preset")
        await client.views_update(view_id=view.id, view=a_modal(kept, renamed))

        assert view.form.get("a", "x") == "typed"
        assert view.form.get("c", "x") == "preset"

    async def test_an_external_id_is_unique_and_finds_the_view(
        self, workspace: Workspace, client: AsyncWebClient, marcus: SlackUser
    ) -> None:
        named = a_modal() | {"external_id": "mine"}
        view = workspace.views.open(INES, named)
        await client.views_update(external_id="mine", view=named | {"title": plain("New")})
        assert view.payload["title"]["text"] == "New"

        other = workspace.views.open(marcus.id, a_modal())

        assert await error_of(client.views_update(view_id=other.id, view=named)) == "duplicate_external_id"

    async def test_a_view_of_more_than_250_kilobytes_is_too_large(
        self, workspace: Workspace, client: AsyncWebClient
    ) -> None:
        view = workspace.views.open(INES, a_modal())
        huge = a_modal(*[a_section("x" * 2900) for _ in range(99)])

        assert await error_of(client.views_update(view_id=view.id, view=huge)) == "view_too_large"


class TestClosing:
    async def test_is_told_only_to_those_who_asked(
        self, app: AsyncApp, run: Any, workspace: Workspace, ines: SlackUser
    ) -> None:
        closed: list[dict[str, Any]] = []

        @app.view_closed("a_modal")
        async def note(ack: Any, body: dict[str, Any]) -> None:
            await ack()
            closed.append(body)

        await run(app)
        workspace.views.open(INES, a_modal())
        await ines.close()
        assert closed == []

        view = workspace.views.open(INES, a_modal() | {"notify_on_close": True})
        await ines.close()
        [body] = await ines.see(lambda: closed)
        assert (body["view"]["id"], body["is_cleared"]) == (view.id, False)

    async def test_the_x_in_the_corner_tells_the_root_view(
        self, app: AsyncApp, run: Any, workspace: Workspace, ines: SlackUser
    ) -> None:
        closed: list[dict[str, Any]] = []

        @app.view_closed("a_modal")
        async def note(ack: Any, body: dict[str, Any]) -> None:
            await ack()
            closed.append(body)

        await run(app)
        root = workspace.views.open(INES, a_modal() | {"notify_on_close": True})
        workspace.views.open(INES, a_modal(), on_top_of=root.id)
        await ines.close(everything=True)

        [body] = await ines.see(lambda: closed)
        assert (body["view"]["id"], body["is_cleared"]) == (root.id, True)
        assert not ines.has_modal


async def test_cancel_closes_everything_where_the_view_says_so(workspace: Workspace, ines: SlackUser) -> None:
    root = workspace.views.open(INES, a_modal())
    workspace.views.open(INES, a_modal() | {"clear_on_close": True}, on_top_of=root.id)
    await ines.close()
    assert not ines.has_modal


async def test_a_home_view_has_no_title(client: AsyncWebClient, workspace: Workspace) -> None:
    titled = {"type": "home", "title": plain("Home"), "blocks": [a_section("hello")]}
    assert await error_of(client.views_publish(user_id=INES, view=titled)) == "invalid_arguments"

    await client.views_publish(user_id=INES, view={"type": "home", "blocks": [a_section("hello")]})

    home = workspace.home_of(INES)
    assert home is not None
    assert home["blocks"][0]["text"]["text"] == "hello"
