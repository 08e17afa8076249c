"""The box one writes in, in a real browser: nothing typed is lost or mixed up, and its answer is in view."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Page, expect
from slack_bolt.async_app import AsyncApp

from bot.playground.seed import GENERAL
from bot.playground.server import WorkspaceServer
from bot.playground.workspace import Workspace
from tests.bot.playground.conftest import INES, MARCUS
from tests.bot.playground.page_client import serving
from tests.browser import NewPage, open_as, send

pytest_plugins = ("tests.browser_fixtures",)


@pytest.fixture
async def server(workspace: Workspace) -> AsyncIterator[WorkspaceServer]:
    async with serving(workspace) as server:
        yield server


async def enter(page: Page, *lines: str) -> None:
    """Write lines faster than the app answers."""
    composer = page.locator("#pane .composer-text")
    for line in lines:
        await composer.fill(line)
        await composer.press("Escape")
        await composer.press("Enter")


@pytest.fixture
async def answered(app: AsyncApp, run: Any) -> asyncio.Event:
    """The app acks its command once this is set."""
    event = asyncio.Event()

    @app.command("/test")
    async def take(ack: Any) -> None:
        await event.wait()
        await ack()

    await run(app)
    return event


async def test_lines_written_while_a_command_waits_for_its_ack_follow_one_by_one(
    server: WorkspaceServer, new_page: NewPage, answered: asyncio.Event
) -> None:
    page = await new_page()
    await open_as(page, server.url, INES, GENERAL)

    await enter(page, "/test", "first", "second")
    answered.set()

    await expect(page.locator("#pane .message").last).to_contain_text("second")
    await expect(page.locator("#pane .message").nth(-2)).to_contain_text("first")
    await expect(page.locator("#pane .composer-text")).to_have_value("")


async def test_a_line_that_waits_is_still_sent_by_whoever_wrote_it(
    server: WorkspaceServer, new_page: NewPage, answered: asyncio.Event, workspace: Workspace
) -> None:
    page = await new_page()
    await open_as(page, server.url, INES, GENERAL)

    await enter(page, "/test", "from Inês")
    await page.evaluate("(hash) => { location.hash = hash; }", f"#{MARCUS}/{GENERAL}")
    answered.set()

    await expect(page.locator("#pane .message").last).to_contain_text("from Inês")
    assert workspace.messages(GENERAL, seen_by=INES)[-1].user == INES


async def test_writing_something_shows_the_end_of_the_conversation(
    server: WorkspaceServer, new_page: NewPage, workspace: Workspace
) -> None:
    for number in range(40):
        await workspace.send_message(MARCUS, GENERAL, f"Line {number}")
    page = await new_page(height=500)
    await open_as(page, server.url, INES, GENERAL)
    await expect(page.locator("#pane .message").last).to_be_in_viewport()
    await page.locator("#pane .messages").evaluate("(list) => { list.scrollTop = 0; }")
    await expect(page.locator("#pane .message").last).not_to_be_in_viewport()

    await send(page, "What did I miss?")

    await expect(page.get_by_text("What did I miss?")).to_be_in_viewport()
