"""A newcomer in a real browser: from the page to a plan, with nothing but mouse and keyboard."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from bot.playground import page_api
from content.loader import Catalog
from tests.browser import NewPage, click_button, modal, open_as, send
from tests.conftest import sqlite_url
from tests.flows.conftest import Rig, open_rig

pytest_plugins = ("tests.browser_fixtures",)


@pytest.fixture
async def rig(tmp_path: Path, migrated_file: Path, catalog: Catalog) -> AsyncIterator[Rig]:
    """The page and the bot, on SQLite: the database makes no difference to a browser."""
    url = sqlite_url(migrated_file, tmp_path)
    async with open_rig(url, tmp_path, catalog, routes=page_api.add_routes) as opened:
        yield opened


async def fill_profile(page: Page) -> None:
    """Senior engineer to L6, twelve hours a week."""
    await modal(page).get_by_label("Senior engineer (L5)").check()
    await modal(page).get_by_label("L6: Senior Engineering Manager").check()
    await modal(page).get_by_label("How many hours a week").fill("12")
    await click_button(page, "Next")


async def answer_page(page: Page, number: int, points: int) -> None:
    """Tick the same rung of every item on the page."""
    await expect(modal(page).get_by_text(f"Page {number} of 4")).to_be_visible()
    groups = modal(page).get_by_role("radiogroup")
    for index in range(await groups.count()):
        await groups.nth(index).get_by_role("radio").nth(points - 1).check()


async def test_a_newcomer_takes_the_assessment_and_gets_a_plan(rig: Rig, new_page: NewPage) -> None:
    page = await new_page(width=1280, height=900)
    await open_as(page, rig.server.url, rig.person().id)

    await send(page, "/prep")
    await expect(modal(page)).to_contain_text("Where do you stand")
    await click_button(page, "Start quick assessment")
    await expect(modal(page)).to_contain_text("Lisbon, Europe")
    await click_button(page, "Next")
    await expect(modal(page).get_by_text("Please complete this required field.").first).to_be_visible()
    await fill_profile(page)
    await answer_page(page, 2, 3)
    await click_button(page, "Next")
    await answer_page(page, 3, 2)
    await click_button(page, "Back to the page before")
    await expect(modal(page).get_by_role("radio", checked=True)).to_have_count(4)
    await click_button(page, "Next")
    await expect(modal(page).get_by_role("radio", checked=True)).to_have_count(4)
    await click_button(page, "Next")
    await answer_page(page, 4, 5)
    await click_button(page, "See result")
    await expect(modal(page)).to_contain_text("67 of 100")
    await click_button(page, "Take this plan")
    await expect(modal(page)).to_contain_text("is yours")
    await click_button(page, "Done")

    await expect(page.locator("#main")).to_contain_text("Week 1 of 12")


async def test_on_a_phone_home_leads_to_the_assessment_and_resumes_it(rig: Rig, new_page: NewPage) -> None:
    page = await new_page(width=390, height=844)
    await open_as(page, rig.server.url, rig.person(1).id, "app/home")

    await click_button(page, "Start the assessment")
    await expect(modal(page)).to_contain_text("Where do you stand")
    await click_button(page, "Start quick assessment")
    await expect(modal(page)).to_contain_text("Where are you today?")
    await fill_profile(page)
    await answer_page(page, 2, 4)
    await page.keyboard.press("Escape")
    await expect(modal(page)).to_have_count(0)
    await rig.coach.in_flight.wait(5)
    await open_as(page, rig.server.url, rig.person(1).id, "app/home")
    await expect(page.locator("#main")).to_contain_text("4 of 12 are answered")
    await click_button(page, "Go on with the assessment")
    await expect(modal(page)).to_contain_text("You are half-way")
    await click_button(page, "Go on where you stopped")

    await expect(modal(page).get_by_role("radio", checked=True)).to_have_count(4)
