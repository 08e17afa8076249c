"""Small blocks and views, and what Slack says to them."""

from typing import Any

from bot.playground.block_kit import check_message_blocks, check_view


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def a_section(text: str, **fields: Any) -> dict[str, Any]:
    return {"type": "section", "text": mrkdwn(text), **fields}


def a_button(action_id: str, text: str = "Press", **fields: Any) -> dict[str, Any]:
    return {
        "type": "actions",
        "block_id": f"{action_id}_block",
        "elements": [{"type": "button", "action_id": action_id, "text": plain(text), **fields}],
    }


def options(*values: str) -> list[dict[str, Any]]:
    return [{"text": plain(value.title()), "value": value} for value in values]


def an_input(block_id: str, element: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(block_id.title()),
        "element": element,
        **fields,
    }


def a_text_input(block_id: str, action_id: str, *, optional: bool = False, **fields: Any) -> dict[str, Any]:
    element = {"type": "plain_text_input", "action_id": action_id, **fields}
    return an_input(block_id, element, optional=optional)


def a_modal(*blocks: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": "a_modal",
        "title": plain("A modal"),
        "submit": plain("Send"),
        "blocks": list(blocks) or [a_section("hello")],
    }


def modal_problems(*blocks: dict[str, Any]) -> list[str]:
    refusal = check_view(a_modal(*blocks), allowed=("modal",))
    assert refusal is None or refusal.code == "invalid_arguments"
    return [] if refusal is None else refusal.messages


def message_problems(*blocks: dict[str, Any]) -> list[str]:
    refusal = check_message_blocks(list(blocks))
    return [] if refusal is None else refusal.messages


def home_problems(*blocks: dict[str, Any]) -> list[str]:
    refusal = check_view({"type": "home", "blocks": list(blocks)}, allowed=("home",))
    return [] if refusal is None else refusal.messages


def radio(*values: str, **fields: Any) -> dict[str, Any]:
    return {"type": "radio_buttons", "action_id": "r", "options": options(*values), **fields}


def select(**fields: Any) -> dict[str, Any]:
    return {"type": "static_select", "action_id": "s", "options": options("a", "b"), **fields}


def cell(text: str) -> dict[str, Any]:
    return {"type": "raw_text", "text": text}


def table(rows: int = 2, columns: int = 2) -> dict[str, Any]:
    return {"type": "table", "rows": [[cell("x")] * columns for _ in range(rows)]}


def chart(**fields: Any) -> dict[str, Any]:
    pie = {"type": "pie", "segments": [{"label": "Coding", "value": 3}]}
    return {"type": "data_visualization", "title": "Hours", "chart": pie} | fields


def bars(points: dict[str, float], categories: list[str]) -> dict[str, Any]:
    data = [{"label": label, "value": value} for label, value in points.items()]
    series = [{"name": "Hours", "data": data}]
    return chart(chart={"type": "bar", "series": series, "axis_config": {"categories": categories}})
