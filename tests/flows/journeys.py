"""Walks that several flow tests begin with."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from bot.playground.model import View
from tests.slack_user import SlackUser

PROFILE: Mapping[str, Any] = {
    "current_level": "senior-engineer",
    "target_level": "L6",
    "hours_per_week": "12",
}


async def eventually(condition: Callable[[], Awaitable[bool]], *, within: float = 5.0) -> None:
    """Ask until it holds; fails after so many real seconds."""
    end = time.monotonic() + within
    while not await condition():
        assert time.monotonic() < end, f"not so within {within} seconds"
        await asyncio.sleep(0.02)


async def open_assessment(person: SlackUser, form: str = "quick") -> None:
    """From nothing to the profile page."""
    await person.command("/prep assess")
    await person.see(lambda: person.has_modal)
    await person.click(f"Start {form}")
    await person.see(lambda: "Where are you today?" in person.text_of(person.modal))


async def submit_profile(person: SlackUser, **changes: Any) -> None:
    """Fill in the profile and go to the first page of items."""
    await person.fill({**PROFILE, **changes})
    assert await person.submit() == {}
    assert "Page 2 of" in person.text_of(person.modal)


def items_on(view: View) -> list[str]:
    """Slugs of the items on a page."""
    inputs = [block for block in view.payload["blocks"] if block["type"] == "input"]
    return [block["block_id"] for block in inputs]


async def answer_pages(person: SlackUser, points: Callable[[str], int] | int) -> None:
    """Answer every page to the result."""
    while person.modal.payload["callback_id"] == "assessment.page":
        for item in items_on(person.modal):
            value = points if isinstance(points, int) else points(item)
            await person.fill({item: str(value)})
        shown = person.modal.payload["private_metadata"]
        assert await person.submit() == {}

        await person.see(partial(_moved_on, person, shown))


def _moved_on(person: SlackUser, shown: str) -> bool:
    view = person.modal.payload
    return view.get("callback_id") == "assessment.result" or (
        view.get("callback_id") == "assessment.page" and view["private_metadata"] != shown
    )


async def take_assessment(
    person: SlackUser, points: Callable[[str], int] | int = 3, form: str = "quick"
) -> None:
    """From nothing to the result page."""
    await open_assessment(person, form)
    await submit_profile(person)
    await answer_pages(person, points)


async def take_plan(person: SlackUser, slug: str | None = None) -> None:
    """Choose a plan on the result page (default: the one that is preset) and wait for its message."""
    before = len(person.dm())
    if slug is not None:
        await person.fill({"assessment.plan": slug})
    assert await person.submit() == {}
    await person.see(lambda: len(person.dm()) > before)
