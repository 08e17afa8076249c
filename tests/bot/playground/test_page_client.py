"""The client in a real browser: messages, controls, threads, Home, people, the clock, small windows."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Page, expect
from slack_bolt.async_app import AsyncApp

from bot.playground.seed import AMAZON_PREP, GENERAL
from bot.playground.server import WorkspaceServer
from bot.playground.workspace import Workspace
from tests.bot.playground import page_app
from tests.bot.playground.blocks import plain
from tests.bot.playground.conftest import INES, MARCUS
from tests.bot.playground.page_app import button, form, option, words
from tests.bot.playground.page_client import serving
from tests.browser import NewPage, choose, click_button, modal, open_as, send, until

pytest_plugins = ("tests.browser_fixtures",)

ATTACK = '<img src=x onerror="document.body.dataset.owned = 1"> *bold*'


@pytest.fixture
async def server(workspace: Workspace) -> AsyncIterator[WorkspaceServer]:
    async with serving(workspace) as server:
        yield server


def messages(page: Page) -> Any:
    return page.locator("#pane .message")


async def test_a_message_that_was_typed_appears_for_everybody_as_text(
    server: WorkspaceServer, new_page: NewPage, workspace: Workspace
) -> None:
    page, other = await new_page(), await new_page()
    await open_as(page, server.url, INES, GENERAL)
    await open_as(other, server.url, MARCUS, GENERAL)

    await send(page, ATTACK)

    for client in (page, other):
        await expect(messages(client).last).to_contain_text("<img src=x onerror=")
        await expect(messages(client).last.locator("strong:text('bold')")).to_be_visible()
        assert await client.evaluate("document.body.dataset.owned") is None


async def test_what_happens_elsewhere_is_counted_until_it_is_opened(
    server: WorkspaceServer, new_page: NewPage, workspace: Workspace
) -> None:
    page = await new_page()
    await open_as(page, server.url, INES)
    await workspace.send_message(MARCUS, GENERAL, "Lunch?")

    general = page.get_by_role("navigation").get_by_role("button", name="general")
    await expect(general.locator(".badge")).to_have_text("1")
    await general.click()
    await expect(messages(page).last).to_contain_text("Lunch?")
    await expect(general.locator(".badge")).to_have_count(0)


async def test_without_a_connection_the_page_says_so(
    server: WorkspaceServer, new_page: NewPage, app: AsyncApp, run: Any
) -> None:
    page = await new_page()
    await open_as(page, server.url, INES)
    await expect(page.locator("#banner")).to_contain_text("Test App is not connected yet")

    await send(page, "/test now")
    await expect(page.get_by_role("alert")).to_contain_text("/test failed with the error “dispatch_failed”")
    await expect(page.locator("#pane .composer-text")).to_have_value("/test now")

    await run(app)
    await expect(page.locator("#banner p")).to_have_count(0)


async def test_a_slash_offers_the_commands(server: WorkspaceServer, new_page: NewPage) -> None:
    page = await new_page()
    await open_as(page, server.url, INES)

    await page.locator("#pane .composer-text").press_sequentially("/te")
    await expect(page.get_by_role("option")).to_contain_text("/test")
    await page.keyboard.press("Tab")
    await expect(page.locator("#pane .composer-text")).to_have_value("/test ")
    await expect(page.get_by_role("option")).to_have_count(0)


async def test_a_button_reaches_the_app_with_the_state_of_the_message(
    app: AsyncApp, run: Any, server: WorkspaceServer, new_page: NewPage
) -> None:
    seen = page_app.collect_actions(app)
    await run(app)
    slots = {
        "type": "static_select",
        "action_id": "slot",
        "placeholder": words("x")["text"] | {"type": "plain_text", "text": "Pick a slot"},
        "options": [option("Mon"), option("Tue")],
    }
    await app.client.chat_postMessage(
        channel=AMAZON_PREP,
        text="Slots",
        blocks=[
            words("*Which slot?*"),
            {"type": "actions", "block_id": "pick", "elements": [slots, button("Book", "book", value="7")]},
        ],
    )
    page = await new_page()
    await open_as(page, server.url, INES, AMAZON_PREP)

    await choose(page, "Pick a slot", "Tue")
    await until(lambda: len(seen) == 1)
    await click_button(page, "Book")

    assert seen[0]["actions"][0]["selected_option"]["value"] == "tue"
    assert seen[1]["actions"][0]["value"] == "7"
    assert seen[1]["state"]["values"]["pick"]["slot"]["selected_option"]["value"] == "tue"


async def test_a_dangerous_button_asks_first(
    app: AsyncApp, run: Any, server: WorkspaceServer, new_page: NewPage
) -> None:
    seen = page_app.collect_actions(app)
    await run(app)
    confirm = {
        "title": plain("Delete everything?"),
        "text": plain("It cannot be undone."),
        "confirm": plain("Delete"),
        "deny": plain("Keep"),
    }
    await app.client.chat_postMessage(
        channel=AMAZON_PREP,
        text="Danger",
        blocks=[{"type": "actions", "elements": [button("Forget me", "forget", confirm=confirm)]}],
    )
    page = await new_page()
    await open_as(page, server.url, INES, AMAZON_PREP)
    question = page.get_by_role("alertdialog", name="Delete everything?")

    await page.get_by_role("button", name="Forget me").click()
    await question.get_by_role("button", name="Keep").click()
    assert seen == []

    await page.get_by_role("button", name="Forget me").click()
    await question.get_by_role("button", name="Delete").click()
    await until(lambda: len(seen) == 1)


async def test_ticking_a_box_sends_the_whole_choice_and_survives_the_update(
    app: AsyncApp, run: Any, server: WorkspaceServer, new_page: NewPage
) -> None:
    chosen: list[list[str]] = []
    boxes = {
        "type": "actions",
        "block_id": "today",
        "elements": [
            {"type": "checkboxes", "action_id": "tick", "options": [option("Code"), option("Story")]}
        ],
    }

    @app.action("tick")
    async def tick(ack: Any, body: dict[str, Any], respond: Any) -> None:
        await ack()
        values = [one["value"] for one in body["actions"][0]["selected_options"]]
        chosen.append(values)
        await respond(text="x", blocks=[words(f"{len(values)} of 2"), boxes], replace_original=True)

    await run(app)
    await app.client.chat_postMessage(channel=AMAZON_PREP, text="x", blocks=[words("0 of 2"), boxes])
    page = await new_page()
    await open_as(page, server.url, INES, AMAZON_PREP)

    await page.get_by_label("Code").check()
    await expect(messages(page).last).to_contain_text("1 of 2")
    await expect(page.get_by_label("Code")).to_be_focused()
    await page.get_by_label("Story").check()
    await expect(messages(page).last).to_contain_text("2 of 2")
    await expect(page.get_by_label("Code")).to_be_checked()
    await expect(messages(page).last).to_contain_text("(edited)")
    assert chosen == [["code"], ["code", "story"]]


async def test_an_ephemeral_message_is_for_one_person_only(
    app: AsyncApp, run: Any, server: WorkspaceServer, new_page: NewPage
) -> None:
    @app.command("/test")
    async def answer(ack: Any) -> None:
        await ack("Just between us")

    await run(app)
    page, other = await new_page(), await new_page()
    await open_as(page, server.url, INES, AMAZON_PREP)
    await open_as(other, server.url, MARCUS, AMAZON_PREP)

    await send(page, "/test")

    await expect(messages(page).last).to_contain_text("Only visible to you")
    await expect(messages(page).last).to_contain_text("Just between us")
    await expect(other.get_by_text("Just between us")).to_have_count(0)


async def test_a_thread_opens_at_the_side_and_takes_replies(
    server: WorkspaceServer, new_page: NewPage, workspace: Workspace
) -> None:
    root = await workspace.send_message(MARCUS, GENERAL, "How was your week?")
    page = await new_page()
    await open_as(page, server.url, INES, GENERAL)

    await messages(page).last.hover()
    await messages(page).last.get_by_role("button", name="Reply in thread").click()
    await page.get_by_role("combobox", name="Reply…").fill("Busy")
    await page.keyboard.press("Enter")

    thread = page.get_by_role("complementary", name="Thread")
    await expect(thread.locator(".message").last).to_contain_text("Busy")
    await expect(messages(page).last).to_contain_text("1 reply")
    assert workspace.messages(GENERAL, seen_by=INES)[-1].thread_ts == root.ts
    assert page.url.endswith(f"#{INES}/{GENERAL}/{root.ts}")


async def test_shortcuts_are_in_the_menus_where_slack_has_them(
    app: AsyncApp, run: Any, server: WorkspaceServer, new_page: NewPage
) -> None:
    used: list[str] = []

    @app.shortcut({"callback_id": "everywhere", "type": "shortcut"})
    async def everywhere(ack: Any, shortcut: dict[str, Any], client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=shortcut["trigger_id"], view=form(words("Hello")))

    @app.shortcut({"callback_id": "on_message", "type": "message_action"})
    async def on_message(ack: Any, shortcut: dict[str, Any]) -> None:
        used.append(shortcut["message"]["text"])
        await ack()

    await run(app)
    page = await new_page()
    await open_as(page, server.url, INES, GENERAL)

    await messages(page).last.hover()
    await messages(page).last.get_by_role("button", name="More message actions").click()
    await page.get_by_role("menuitem", name="On a message").click()
    await until(lambda: len(used) == 1 and used[0].startswith("Welcome"))

    await page.get_by_role("button", name="Shortcuts").click()
    await page.get_by_role("menuitem", name="Everywhere").click()
    await expect(modal(page)).to_contain_text("Hello")


async def test_opening_the_home_tab_tells_the_app_which_draws_it(
    app: AsyncApp, run: Any, server: WorkspaceServer, new_page: NewPage
) -> None:
    @app.event("app_home_opened")
    async def draw(event: dict[str, Any], client: Any) -> None:
        if event["tab"] == "home":
            view = {"type": "home", "blocks": [words(f"Hello <@{event['user']}>")]}
            await client.views_publish(user_id=event["user"], view=view)

    await run(app)
    page = await new_page()
    await open_as(page, server.url, INES, "app/home")

    await expect(page.locator(".home")).to_contain_text("Hello @Inês Carvalho")


async def test_one_becomes_somebody_else_and_the_address_says_so(
    server: WorkspaceServer, new_page: NewPage
) -> None:
    page = await new_page()
    await open_as(page, server.url, INES, GENERAL)

    await page.get_by_title("Be somebody else").click()
    await page.get_by_role("menuitem", name="Marcus Webb").click()

    await expect(page.get_by_title("Be somebody else")).to_contain_text("New York")
    assert page.url.endswith(f"#{MARCUS}/{GENERAL}")
    await send(page, "It is me")
    await expect(messages(page).last).to_contain_text("Marcus Webb")


async def test_the_clock_bar_moves_the_workspace(
    server: WorkspaceServer, new_page: NewPage, workspace: Workspace
) -> None:
    page = await new_page()
    await open_as(page, server.url, INES)

    await page.get_by_role("button", name="Tomorrow 08:59").click()

    await expect(page.locator(".clock-time")).to_contain_text("08:59")
    await expect(page.locator(".me-zone")).to_have_text("Lisbon, 08:59")


async def test_an_unsent_draft_and_the_place_in_the_list_survive_what_others_do(
    server: WorkspaceServer, new_page: NewPage, workspace: Workspace
) -> None:
    for number in range(40):
        await workspace.send_message(MARCUS, GENERAL, f"Line {number}")
    page = await new_page()
    await open_as(page, server.url, INES, GENERAL)
    await page.locator("#pane .composer-text").press_sequentially("half a thou")
    await page.locator("#pane .messages").evaluate("(list) => { list.scrollTop = 100; }")

    await workspace.send_message(MARCUS, GENERAL, "One more")
    await expect(messages(page).last).to_contain_text("One more")
    await page.keyboard.type("ght")

    await expect(page.locator("#pane .composer-text")).to_have_value("half a thought")
    assert await page.locator("#pane .messages").evaluate("(list) => list.scrollTop") == 100


async def test_on_a_phone_the_sidebar_is_a_drawer_and_nothing_is_cut_off(
    server: WorkspaceServer, new_page: NewPage
) -> None:
    page = await new_page(width=390, height=844)
    await open_as(page, server.url, INES)
    sidebar = page.get_by_role("navigation")
    await expect(sidebar).to_be_hidden()

    await page.get_by_role("button", name="Channels and people").click()
    await sidebar.get_by_role("button", name="general").click()

    await expect(sidebar).to_be_hidden()
    await expect(page.get_by_role("heading", name="# general")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") == 390


async def test_on_a_phone_the_buttons_of_a_channel_stand_in_one_line(
    server: WorkspaceServer, new_page: NewPage
) -> None:
    page = await new_page(width=390, height=844)
    await open_as(page, server.url, INES, AMAZON_PREP)

    buttons = await page.locator(".pane-head button").all()

    boxes = [await button.bounding_box() for button in buttons]
    assert [box is not None and box["height"] < 40 and box["x"] + box["width"] <= 390 for box in boxes] == [
        True,
        True,
    ]


async def test_a_file_is_a_link_with_its_icon_beside_it(
    app: AsyncApp, server: WorkspaceServer, new_page: NewPage
) -> None:
    await app.client.files_upload_v2(
        channel=AMAZON_PREP, filename="plan.zip", content=b"PK", title="plan.zip"
    )
    page = await new_page()
    await open_as(page, server.url, INES, AMAZON_PREP)

    file = messages(page).last.locator(".file")
    name = await file.get_by_role("link", name="plan.zip").bounding_box()
    drawn = await file.locator(".icon-file").bounding_box()

    assert name is not None
    assert drawn is not None
    assert drawn["x"] + drawn["width"] <= name["x"]
    assert abs(drawn["y"] + drawn["height"] / 2 - name["y"] - name["height"] / 2) < 5


async def test_the_bare_address_opens_the_apps_home_as_the_first_person(
    server: WorkspaceServer, new_page: NewPage
) -> None:
    page = await new_page()
    await page.goto(server.url)

    await expect(page.get_by_role("tab", name="Home")).to_have_attribute("aria-selected", "true")
    await expect(page.get_by_title("Be somebody else")).to_contain_text("Inês Carvalho")


async def test_a_deactivated_person_is_replaced_by_somebody_who_can_act(
    server: WorkspaceServer, new_page: NewPage, workspace: Workspace
) -> None:
    page = await new_page()
    await open_as(page, server.url, MARCUS, GENERAL)

    await workspace.deactivate(MARCUS)

    await expect(page.get_by_title("Be somebody else")).to_contain_text("Inês Carvalho")
    await send(page, "Where is Marcus?")
    await expect(messages(page).last).to_contain_text("Where is Marcus?")
