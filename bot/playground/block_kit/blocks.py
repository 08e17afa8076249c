"""Layout blocks: their fields and the surfaces that take them."""

from dataclasses import dataclass
from typing import Any

from bot.playground.block_kit.check import (
    Check,
    Report,
    Surface,
    anything,
    array,
    boolean,
    by_type,
    integer,
    kind_of,
    one_of,
    record,
    string,
)
from bot.playground.block_kit.composition import ID, SLACK_FILE, URL, any_text, plain_text
from bot.playground.block_kit.data_blocks import DATA_TABLE, DATA_VISUALIZATION, TABLE
from bot.playground.block_kit.elements import (
    ELEMENTS,
    EVERYWHERE,
    MESSAGE,
    MODAL,
    element_in,
    image_source,
)
from bot.playground.block_kit.rich_text import RICH_TEXT, rich_text

MESSAGE_AND_HOME: frozenset[Surface] = frozenset({"message", "home"})


@dataclass(frozen=True, slots=True)
class BlockRule:
    """What a block looks like and where it may stand."""

    check: Check
    surfaces: frozenset[Surface] = EVERYWHERE


def _block(kind: str, required: dict[str, Check], optional: dict[str, Check], *extra: Check) -> Check:
    return record({"type": one_of(kind), **required}, {"block_id": ID, **optional}, *extra)


def actions_differ(value: dict[str, Any], at: str, report: Report) -> None:
    """No two elements of a block share an action_id."""
    elements = value.get("elements")
    seen: set[str] = set()
    for index, element in enumerate(elements if isinstance(elements, list) else []):
        action_id = element.get("action_id") if isinstance(element, dict) else None
        if isinstance(action_id, str):
            if action_id in seen:
                report.add(
                    f"`action_id` must be unique within a block: {action_id}", f"{at}/elements/{index}"
                )
            seen.add(action_id)


def text_or_fields(value: dict[str, Any], at: str, report: Report) -> None:
    """A section shows something."""
    if "text" not in value and "fields" not in value:
        report.add("must define either `text` or `fields`", at)


def no_dispatch_of_files(value: dict[str, Any], at: str, report: Report) -> None:
    """A file_input cannot dispatch actions; only a modal's input block answers to a response_url."""
    element = value.get("element")
    if kind_of(element) == "file_input" and value.get("dispatch_action") is True:
        report.add("`dispatch_action` is not supported with file_input", f"{at}/dispatch_action")
    if isinstance(element, dict) and element.get("response_url_enabled") and report.surface != "modal":
        report.add("`response_url_enabled` is only supported in modals", f"{at}/element")


def card_shows_something(value: dict[str, Any], at: str, report: Report) -> None:
    """A card needs one of its visible parts."""
    if not {"hero_image", "title", "actions", "body"} & value.keys():
        report.add("must define at least one of `hero_image`, `title`, `actions`, `body`", at)


def container_is_titled(value: dict[str, Any], at: str, report: Report) -> None:
    """A container needs a title of either kind."""
    if "title" not in value and "rich_text_title" not in value:
        report.add("must define either `title` or `rich_text_title`", at)


def child_block(value: Any, at: str, report: Report) -> None:
    """A block inside a container."""
    if kind_of(value) in CHILDREN:
        block(value, at, report)
    else:
        by_type({})(value, at, report)


_IMAGE = ELEMENTS["image"].check
_ACTIONS = array(element_in("actions"), 1, 25)
_BUTTONS = array(by_type({"button": ELEMENTS["button"].check}), 1, 3)
_CARD = _block(
    "card",
    {},
    {
        "title": any_text(150),
        "subtitle": any_text(150),
        "body": any_text(200),
        "subtext": any_text(200),
        "actions": _BUTTONS,
        "hero_image": _IMAGE,
        "icon": _IMAGE,
        "slack_icon": anything,
    },
    card_shows_something,
)
_TASK = record(
    {
        "type": one_of("task_card"),
        "task_id": string(255, 1),
        "title": string(None, 1),
    },
    {
        "block_id": ID,
        "status": one_of("pending", "in_progress", "complete", "error"),
        "details": rich_text,
        "output": rich_text,
        "sources": array(
            record({"type": one_of("url"), "url": URL, "text": string(None, 1)}, {"icon_url": URL})
        ),
    },
)


def top_level_task(value: dict[str, Any], at: str, report: Report) -> None:
    """Outside of a plan a task has begun."""
    _TASK(value, at, report)
    if value.get("status") == "pending":
        report.add("`pending` is only supported inside a plan", f"{at}/status")


BLOCKS: dict[str, BlockRule] = {
    "actions": BlockRule(_block("actions", {"elements": _ACTIONS}, {}, actions_differ)),
    "alert": BlockRule(
        _block(
            "alert",
            {"text": any_text(200)},
            {"level": one_of("default", "info", "warning", "error", "success")},
        ),
        MODAL,
    ),
    "card": BlockRule(_CARD),
    "carousel": BlockRule(
        _block("carousel", {"elements": array(by_type({"card": _CARD}), 1, 10)}, {}), MESSAGE_AND_HOME
    ),
    "container": BlockRule(
        _block(
            "container",
            {"child_blocks": array(child_block, 1, 10)},
            {
                "title": plain_text(150),
                "rich_text_title": rich_text,
                "subtitle": plain_text(150),
                "icon": anything,
                "width": one_of("narrow", "standard", "wide", "full"),
                "is_collapsible": boolean,
                "default_collapsed": boolean,
                "has_header_divider": boolean,
            },
            container_is_titled,
        ),
        MESSAGE_AND_HOME,
    ),
    "context": BlockRule(_block("context", {"elements": array(element_in("context"), 1, 10)}, {})),
    "context_actions": BlockRule(
        _block(
            "context_actions", {"elements": array(element_in("context_actions"), 1, 5)}, {}, actions_differ
        ),
        MESSAGE,
    ),
    "data_table": BlockRule(DATA_TABLE, MESSAGE_AND_HOME),
    "data_visualization": BlockRule(DATA_VISUALIZATION, MESSAGE),
    "divider": BlockRule(_block("divider", {}, {})),
    "header": BlockRule(_block("header", {"text": plain_text(150)}, {"level": integer(1, 4)})),
    "image": BlockRule(
        _block(
            "image",
            {"alt_text": string(2000, 1)},
            {"image_url": URL, "slack_file": SLACK_FILE, "title": plain_text(2000)},
            image_source,
        )
    ),
    "input": BlockRule(
        _block(
            "input",
            {"label": plain_text(2000), "element": element_in("input")},
            {"hint": plain_text(2000), "optional": boolean, "dispatch_action": boolean},
            no_dispatch_of_files,
        )
    ),
    "markdown": BlockRule(_block("markdown", {"text": string(12_000, 1)}, {}), MESSAGE),
    "plan": BlockRule(_block("plan", {"title": string(None, 1)}, {"tasks": array(_TASK, 0, 50)}), MESSAGE),
    "rich_text": BlockRule(RICH_TEXT),
    "section": BlockRule(
        _block(
            "section",
            {},
            {
                "text": any_text(),
                "fields": array(any_text(2000), 1, 10),
                "accessory": element_in("section"),
                "expand": boolean,
            },
            text_or_fields,
        )
    ),
    "table": BlockRule(TABLE, MESSAGE_AND_HOME),
    "task_card": BlockRule(top_level_task, MESSAGE),
    "video": BlockRule(
        _block(
            "video",
            {
                "alt_text": string(2000, 1),
                "title": plain_text(199),
                "thumbnail_url": URL,
                "video_url": URL,
            },
            {
                "author_name": string(49),
                "description": plain_text(200),
                "provider_icon_url": URL,
                "provider_name": string(50),
                "title_url": URL,
            },
        )
    ),
}
CHILDREN = frozenset(
    {
        "actions", "context", "divider", "header", "image", "input", "rich_text", "section", "table", "video",
    }
)  # fmt: skip


def block(value: Any, at: str, report: Report) -> None:
    """Any block that the surface of the report takes."""
    if not isinstance(value, dict):
        report.add("must provide an object", at)
        return
    rule = BLOCKS.get(kind_of(value))
    if "type" not in value:
        report.add("missing required field: type", at)
    elif rule is None or report.surface not in rule.surfaces:
        report.add(f"unsupported type: {value['type']}", f"{at}/type")
    else:
        rule.check(value, at, report)
