"""Every kind of block and element is drawn, on the surface where Slack has it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from bot.playground.server import WorkspaceServer
from bot.playground.workspace import Workspace
from tests.bot.playground.blocks import mrkdwn, plain
from tests.bot.playground.conftest import INES
from tests.bot.playground.page_app import button, field, option, words
from tests.bot.playground.page_client import serving
from tests.browser import NewPage, modal, open_as

pytest_plugins = ("tests.browser_fixtures",)

PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA="
SAID = {"type": "rich_text_section", "elements": [{"type": "text", "text": "in rich text"}]}
RICH = {"type": "rich_text", "elements": [SAID]}
POINTS = [{"label": "W1", "value": 3}, {"label": "W2", "value": -5}, {"label": "W3", "value": 12}]


# Controls in view that a screen reader could not name
NAMELESS = """[...document.querySelectorAll("button, input, textarea")]
  .filter((node) => node.getClientRects().length && !node.disabled)
  .filter((node) => !(node.ariaLabel || node.textContent.trim() || node.labels?.length || node.title
    || document.getElementById(node.getAttribute("aria-labelledby"))))
  .map((node) => node.outerHTML)"""


@pytest.fixture
async def server(workspace: Workspace) -> AsyncIterator[WorkspaceServer]:
    async with serving(workspace) as server:
        yield server


def chart(kind: str) -> dict[str, Any]:
    shape: dict[str, Any] = {"type": kind}
    if kind == "pie":
        shape["segments"] = [{"label": "Design", "value": 1}, {"label": "Coding", "value": 3}]
    else:
        shape["series"] = [{"name": "Solved", "data": POINTS}]
        shape["axis_config"] = {"categories": ["W1", "W2", "W3"]}
    return {"type": "data_visualization", "title": f"A {kind}", "chart": shape}


def raw(text: str) -> dict[str, str]:
    return {"type": "raw_text", "text": text}


CARD = {
    "type": "card",
    "title": plain("A card"),
    "subtitle": plain("below its title"),
    "body": mrkdwn("*what* it says"),
    "actions": [button("Take it", "take")],
}
TASKS = [
    {"type": "task_card", "task_id": "1", "title": "Read the guide", "status": "complete", "details": RICH},
    {"type": "task_card", "task_id": "2", "title": "Solve two", "status": "in_progress"},
]

# What stands in a message -> words that must be seen
MESSAGE_BLOCKS: list[tuple[dict[str, Any], list[str]]] = [
    ({"type": "header", "text": plain("A header :tada:"), "level": 2}, ["A header 🎉"]),
    ({"type": "section", "fields": [mrkdwn("*Left*"), plain("Right")]}, ["Left", "Right"]),
    ({"type": "section", "text": plain("Beside"), "accessory": button("Press me", "p")}, ["Press me"]),
    ({"type": "divider"}, []),
    ({"type": "context", "elements": [mrkdwn("_small_"), plain("print")]}, ["small", "print"]),
    (
        {"type": "image", "image_url": PIXEL, "alt_text": "A pixel", "title": plain("A picture")},
        ["A picture"],
    ),
    (RICH, ["in rich text"]),
    ({"type": "markdown", "text": "## In Markdown\n- [x] done"}, ["In Markdown", "done"]),
    (
        {
            "type": "table",
            "rows": [[raw("Topic"), raw("Hours")], [raw("Design"), {"type": "raw_number", "value": 4}]],
        },
        ["Topic", "Design", "4"],
    ),
    (
        {
            "type": "data_table",
            "caption": "Problems",
            "page_size": 1,
            "rows": [[raw("Name")], [raw("b")], [raw("a")]],
        },
        ["Problems", "Page 1 of 2"],
    ),
    (chart("bar"), ["A bar", "Solved", "W2", "-5"]),
    (chart("line"), ["A line"]),
    (chart("area"), ["A area"]),
    (chart("pie"), ["A pie", "Coding — 3 (75 %)"]),
    (CARD, ["A card", "below its title", "what it says", "Take it"]),
    ({"type": "carousel", "elements": [CARD, CARD]}, ["A card"]),
    (
        {
            "type": "container",
            "title": plain("A box"),
            "is_collapsible": True,
            "child_blocks": [words("inside")],
        },
        ["A box", "inside"],
    ),
    ({"type": "plan", "title": "The plan", "tasks": TASKS}, ["The plan", "Read the guide", "Solve two"]),
    (
        {"type": "video", "title": plain("A film"), "alt_text": "Film", "author_name": "Ana"},
        ["A film", "Ana"],
    ),
    (
        {
            "type": "context_actions",
            "elements": [
                {
                    "type": "feedback_buttons",
                    "action_id": "f",
                    "positive_button": {"text": plain("Good"), "value": "1"},
                    "negative_button": {"text": plain("Bad"), "value": "0"},
                }
            ],
        },
        ["Good", "Bad"],
    ),
    ({"type": "unheard_of"}, ["cannot show a unheard_of block"]),
]


async def test_every_block_of_a_message(
    server: WorkspaceServer, new_page: NewPage, workspace: Workspace
) -> None:
    dm = workspace.conversations.open_dm(INES)
    for block, _ in MESSAGE_BLOCKS:
        workspace.conversations.say(dm, workspace.bot_user_id, "x", blocks=[{**block, "block_id": "b"}])
    page = await new_page()
    await open_as(page, server.url, INES)

    shown = page.locator("#pane .message .blocks")
    await expect(shown).to_have_count(len(MESSAGE_BLOCKS))
    texts = await shown.evaluate_all("(nodes) => nodes.map((node) => node.textContent)")
    missing = [
        (block["type"], word)
        for (block, expected), text in zip(MESSAGE_BLOCKS, texts, strict=True)
        for word in expected
        if word not in text
    ]
    assert missing == []
    assert await page.evaluate(NAMELESS) == []


async def test_a_data_table_is_sorted_and_turned_in_the_client(
    server: WorkspaceServer, new_page: NewPage, workspace: Workspace
) -> None:
    table = next(block for block, _ in MESSAGE_BLOCKS if block["type"] == "data_table")
    dm = workspace.conversations.open_dm(INES)
    workspace.conversations.say(dm, workspace.bot_user_id, "x", blocks=[{**table, "block_id": "b"}])
    page = await new_page()
    await open_as(page, server.url, INES)
    first = page.locator("tbody tr").first

    await expect(first).to_have_text("b")
    await page.get_by_role("button", name="Next", exact=True).click()
    await expect(first).to_have_text("a")
    await page.get_by_role("button", name="Name").click()
    await expect(first).to_have_text("a")
    await expect(page.get_by_role("columnheader", name="Name")).to_have_attribute("aria-sort", "ascending")


async def test_a_long_text_is_folded(
    server: WorkspaceServer, new_page: NewPage, workspace: Workspace
) -> None:
    dm = workspace.conversations.open_dm(INES)
    long = "\n".join(f"Line {number}" for number in range(30))
    workspace.conversations.say(dm, workspace.bot_user_id, "x", blocks=[{**words(long), "block_id": "b"}])
    page = await new_page()
    await open_as(page, server.url, INES)

    folded = page.locator(".folded")
    assert await folded.evaluate("(node) => node.scrollHeight > 2 * node.clientHeight")
    await page.get_by_role("button", name="See more").click()
    assert await folded.evaluate("(node) => node.scrollHeight === node.clientHeight")


OPTIONS = [option("One"), option("Two")]
# element -> what the person does to it -> the value in the state that is sent
INPUTS: list[tuple[dict[str, Any], str, dict[str, Any]]] = [
    ({"type": "plain_text_input", "initial_value": "hello"}, "", {"value": "hello"}),
    ({"type": "plain_text_input", "multiline": True}, "two\nlines", {"value": "two\nlines"}),
    ({"type": "number_input", "is_decimal_allowed": False}, "42", {"value": "42"}),
    ({"type": "email_text_input"}, "a@e.example", {"value": "a@e.example"}),
    ({"type": "url_text_input"}, "https://e.example", {"value": "https://e.example"}),
    ({"type": "datepicker"}, "2030-03-04", {"selected_date": "2030-03-04"}),
    ({"type": "timepicker", "timezone": "Europe/Lisbon"}, "09:30", {"selected_time": "09:30"}),
    ({"type": "datetimepicker"}, "2030-07-01T10:00", {"selected_date_time": 1909126800}),
    ({"type": "static_select", "options": OPTIONS}, "pick:Two", {"selected_option": OPTIONS[1]}),
    (
        {"type": "multi_static_select", "options": OPTIONS, "initial_options": OPTIONS[:1]},
        "pick:Two",
        {"selected_options": OPTIONS},
    ),
    ({"type": "users_select"}, "pick:Marcus", {"selected_user": "U0MARCUS01"}),
    ({"type": "channels_select"}, "pick:general", {"selected_channel": "C0GENERAL1"}),
    (
        {"type": "multi_conversations_select"},
        "pick:general",
        {"selected_conversations": ["C0GENERAL1"]},
    ),
    ({"type": "radio_buttons", "options": OPTIONS}, "check:Two", {"selected_option": OPTIONS[1]}),
    ({"type": "checkboxes", "options": OPTIONS}, "check:One", {"selected_options": OPTIONS[:1]}),
]


async def test_every_input_of_a_modal_gives_its_value(
    server: WorkspaceServer, new_page: NewPage, workspace: Workspace
) -> None:
    blocks = [
        field(f"b{number}", f"Field {number:02}", element) for number, (element, _, _) in enumerate(INPUTS)
    ]
    view = {"type": "modal", "title": plain("All"), "submit": plain("Send"), "blocks": blocks}
    opened = workspace.views.open(INES, view)
    page = await new_page()
    await open_as(page, server.url, INES)

    for number, (_, deed, _) in enumerate(INPUTS):
        await do(page, modal(page).locator(f'[data-block="b{number}"]'), deed)
    assert await page.evaluate(NAMELESS) == []
    await modal(page).get_by_role("button", name="Send").click()
    await expect(page.locator(".toast.error")).to_contain_text("dispatch_failed")

    values = opened.form.values()
    for number, (element, _, expected) in enumerate(INPUTS):
        state = values[f"b{number}"]["answer"]
        assert {key: simple(state[key]) for key in expected} == expected, element


async def do(page: Page, block: Locator, deed: str) -> None:
    """Type, pick or check."""
    verb, _, text = deed.partition(":")
    if verb == "pick":
        await block.get_by_role("combobox").click()
        await page.locator(".picker-query").fill(text)
        await page.get_by_role("option").filter(has_text=text).first.click()
        if await page.locator(".picker-query").count():  # several may be picked: the list stays open
            await page.keyboard.press("Escape")
    elif verb == "check":
        await block.get_by_label(text).check()
    elif deed:
        await block.locator("input, textarea").first.fill(deed)


def simple(value: Any) -> Any:
    """A state value without what the workspace adds to its texts."""
    if isinstance(value, list):
        return [simple(one) for one in value]
    if isinstance(value, dict) and "text" in value:
        return {"text": plain(value["text"]["text"]), "value": value["value"]}
    return value


async def test_a_select_with_a_long_choice_fits_on_a_phone(
    server: WorkspaceServer, new_page: NewPage, workspace: Workspace
) -> None:
    long = option("Week 1: Find the baseline and set everything up before it begins")
    select = {"type": "static_select", "action_id": "week", "options": [long], "initial_option": long}
    block = {"type": "actions", "block_id": "b", "elements": [select]}
    dm = workspace.conversations.open_dm(INES)
    workspace.conversations.say(dm, workspace.bot_user_id, "x", blocks=[block])
    page = await new_page(width=390, height=844)
    await open_as(page, server.url, INES)

    box = await page.locator("#pane .picker-box").bounding_box()

    assert box is not None
    assert box["x"] + box["width"] <= 390
