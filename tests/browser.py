"""
What a person does at the playground's page, in a real browser.

A test module gets the fixture with `pytest_plugins = ("tests.browser_fixtures",)` and then asks for
`new_page: NewPage`.
"""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable

from playwright.async_api import Locator, Page, expect

STEP_MS = 8_000

NewPage = Callable[..., Awaitable[Page]]


async def open_as(page: Page, url: str, user: str, place: str = "app/messages") -> None:
    """Be `user` at `place`: "app/home", "app/messages" or a channel's id."""
    been_there = page.url.startswith(url)
    await page.goto(f"{url}/#{user}/{place}")
    if been_there:
        await page.reload()
    await page.locator("body[data-ready]").wait_for()


async def send(page: Page, text: str) -> None:
    """Type into the composer in view and press Enter; a leading slash makes it a command."""
    composer = page.locator("#pane .composer-text")
    await composer.fill(text)
    await composer.press("Escape")
    await composer.press("Enter")
    await expect(page.locator(".composer.sending")).to_have_count(0, timeout=STEP_MS)


async def click_button(page: Page, text: str) -> None:
    """Press the newest button with exactly this text, the modal's when it has one, and wait for its ack."""
    # Found when pressed, not before: a modal arrives some time after the command that asked for it.
    surfaces = page.locator("#main").or_(modal(page))
    await surfaces.get_by_role("button", name=text, exact=True).last.click()
    await expect(page.locator("[aria-busy=true]")).to_have_count(0, timeout=STEP_MS)


def modal(page: Page) -> Locator:
    """The modal in view."""
    return page.locator("#modals [role=dialog]")


async def fill_field(page: Page, label: str, text: str) -> None:
    """Type into the field of the modal with this label."""
    await modal(page).get_by_label(label).fill(text)


async def choose(page: Page, label: str, option: str) -> None:
    """Pick an option of the select with this label or placeholder, typing to find it."""
    await page.get_by_role("combobox", name=re.compile(re.escape(label))).last.click()
    await page.locator(".picker-query").fill(option)
    await page.locator(".picker-list").get_by_role("option").filter(has_text=option).first.click()


async def until(condition: Callable[[], bool], within: float = 5.0) -> None:
    """Wait until the workspace is as expected; fails after `within` real seconds."""
    end = time.monotonic() + within
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("it did not come about")
        await asyncio.sleep(0.01)
