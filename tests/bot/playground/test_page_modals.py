"""Modals in a real browser: filling in, complaints, stacks, what survives an update."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import expect
from slack_bolt.async_app import AsyncApp

from bot.playground.server import WorkspaceServer
from bot.playground.workspace import Workspace
from tests.bot.playground import page_app
from tests.bot.playground.conftest import INES
from tests.bot.playground.page_app import LEVEL, NAME, STRENGTH, TOPIC, field, form, option, words
from tests.bot.playground.page_client import serving
from tests.browser import NewPage, choose, click_button, fill_field, modal, open_as, send, until

pytest_plugins = ("tests.browser_fixtures",)


@pytest.fixture
async def server(workspace: Workspace) -> AsyncIterator[WorkspaceServer]:
    async with serving(workspace) as server:
        yield server


async def test_a_form_is_filled_in_and_submitted(
    app: AsyncApp, run: Any, server: WorkspaceServer, new_page: NewPage
) -> None:
    page_app.open_on_command(app, form(NAME, LEVEL, STRENGTH, title="Where do you stand?"))
    submitted = page_app.collect_submissions(app)
    await run(app)
    page = await new_page()
    await open_as(page, server.url, INES)

    await send(page, "/test")
    await expect(modal(page)).to_have_accessible_name("Where do you stand?")
    await expect(modal(page).get_by_label("Your name")).to_be_focused()
    await page.keyboard.type("Inês")
    await choose(page, "Target level", "L7")
    await modal(page).get_by_label("Strong").check()
    await click_button(page, "Next")

    await expect(modal(page)).to_have_count(0)
    values = submitted[0]
    assert values["name"]["answer"]["value"] == "Inês"
    assert values["level"]["answer"]["selected_option"]["value"] == "l7"
    assert values["strength"]["answer"]["selected_option"]["value"] == "strong"


async def test_a_complaint_stands_under_its_field_until_the_field_changes(
    app: AsyncApp, run: Any, server: WorkspaceServer, new_page: NewPage
) -> None:
    page_app.open_on_command(app, form(NAME, LEVEL))
    page_app.collect_submissions(app, response_action="errors", errors={"name": "Two letters at least."})
    await run(app)
    page = await new_page()
    await open_as(page, server.url, INES)
    await send(page, "/test")

    await click_button(page, "Next")
    await expect(modal(page).get_by_role("alert")).to_have_count(2)
    await expect(modal(page).get_by_role("alert").first).to_have_text("Please complete this required field.")

    await fill_field(page, "Your name", "I")
    await choose(page, "Target level", "L6")
    await expect(modal(page).get_by_role("alert")).to_have_count(0)
    await click_button(page, "Next")
    await expect(modal(page).get_by_role("alert")).to_have_text("Two letters at least.")
    await expect(modal(page).get_by_label("Your name")).to_be_focused()
    await expect(modal(page).get_by_label("Your name")).to_have_value("I")


async def test_typing_goes_on_undisturbed_while_the_app_updates_the_view(
    app: AsyncApp, run: Any, server: WorkspaceServer, new_page: NewPage, workspace: Workspace
) -> None:
    page_app.open_on_command(app, form(words("Page one"), NAME, STRENGTH))
    await run(app)
    page = await new_page()
    await open_as(page, server.url, INES)
    await send(page, "/test")
    await modal(page).get_by_label("Weak").check()
    await modal(page).get_by_label("Your name").focus()
    await page.keyboard.type("In")

    renamed = {**NAME, "hint": {"type": "plain_text", "text": "As on your badge"}}
    fresh = field("other", "Other", {"type": "plain_text_input", "initial_value": "preset"})
    await app.client.views_update(
        view_id=workspace.view_stack(INES)[-1].id, view=form(words("Page two"), fresh, renamed, STRENGTH)
    )
    await expect(modal(page)).to_contain_text("Page two")
    await page.keyboard.type("ês")

    await expect(modal(page).get_by_label("Your name")).to_have_value("Inês")
    await expect(modal(page).get_by_label("Weak")).to_be_checked()
    await expect(modal(page).get_by_label("Other")).to_have_value("preset")


async def test_a_pushed_view_goes_back_to_the_one_below_with_its_answers(
    app: AsyncApp, run: Any, server: WorkspaceServer, new_page: NewPage
) -> None:
    page_app.open_on_command(app, form(NAME, title="First", close={"type": "plain_text", "text": "Later"}))
    page_app.collect_submissions(app, response_action="push", view=form(words("More"), title="Second"))
    await run(app)
    page = await new_page()
    await open_as(page, server.url, INES)
    await send(page, "/test")
    await fill_field(page, "Your name", "Inês")
    await click_button(page, "Next")
    await expect(modal(page)).to_have_accessible_name("Second")

    await modal(page).get_by_role("button", name="Back").click()

    await expect(modal(page)).to_have_accessible_name("First")
    await expect(modal(page).get_by_label("Your name")).to_have_value("Inês")
    await expect(modal(page).get_by_role("button", name="Later")).to_be_visible()


@pytest.mark.parametrize(
    ("how", "cleared"),
    [
        pytest.param("Escape", False, id="Escape closes the view"),
        pytest.param("Close", True, id="the cross closes all"),
    ],
)
async def test_closing_tells_the_app(
    app: AsyncApp, run: Any, server: WorkspaceServer, new_page: NewPage, how: str, cleared: bool
) -> None:
    page_app.open_on_command(app, form(NAME, notify_on_close=True))
    closed: list[bool] = []

    @app.view_closed("form")
    async def take(ack: Any, body: dict[str, Any]) -> None:
        closed.append(body["is_cleared"])
        await ack()

    await run(app)
    page = await new_page()
    await open_as(page, server.url, INES)
    await send(page, "/test")
    await modal(page).wait_for()

    if how == "Escape":
        await page.keyboard.press("Escape")
    else:
        await modal(page).get_by_role("button", name=how, exact=True).click()

    await expect(modal(page)).to_have_count(0)
    await until(lambda: closed == [cleared])
    await expect(page.locator("#pane .composer-text")).to_be_focused()


async def test_an_external_select_asks_the_app_while_one_types(
    app: AsyncApp, run: Any, server: WorkspaceServer, new_page: NewPage
) -> None:
    page_app.open_on_command(app, form(TOPIC))
    submitted = page_app.collect_submissions(app)

    @app.options("answer")
    async def offer(ack: Any, payload: dict[str, Any]) -> None:
        await ack(options=[option(f"{payload['value']} and <more>")])

    await run(app)
    page = await new_page()
    await open_as(page, server.url, INES)
    await send(page, "/test")

    await choose(page, "Topic", "Caching")
    await expect(modal(page).locator(".picker-box")).to_have_text("Caching and <more>")
    await click_button(page, "Next")
    assert submitted[0]["topic"]["answer"]["selected_option"]["value"] == "caching and <more>"


async def test_the_focus_stays_inside_the_modal(
    app: AsyncApp, run: Any, server: WorkspaceServer, new_page: NewPage
) -> None:
    page_app.open_on_command(app, form(NAME, STRENGTH))
    await run(app)
    page = await new_page()
    await open_as(page, server.url, INES)
    await send(page, "/test")
    await modal(page).wait_for()

    for key in ["Tab"] * 8 + ["Shift+Tab"] * 8:
        await page.keyboard.press(key)
        assert await page.evaluate("document.querySelector('[role=dialog]').contains(document.activeElement)")


async def test_a_submission_without_an_answer_is_told_and_can_be_tried_again(
    app: AsyncApp, run: Any, server: WorkspaceServer, new_page: NewPage
) -> None:
    page_app.open_on_command(app, form(NAME))
    tries: list[int] = []

    @app.view("form")
    async def ignore_the_first(ack: Any) -> None:
        tries.append(1)
        if len(tries) > 1:
            await ack()

    await run(app)
    page = await new_page()
    await open_as(page, server.url, INES)
    await send(page, "/test")
    await fill_field(page, "Your name", "Inês")

    await click_button(page, "Next")
    await expect(page.locator(".toast.error")).to_contain_text("operation_timeout")
    await expect(modal(page).get_by_label("Your name")).to_have_value("Inês")
    await click_button(page, "Next")
    await expect(modal(page)).to_have_count(0)
