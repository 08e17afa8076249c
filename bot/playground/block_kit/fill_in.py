"""What Slack adds to accepted blocks: missing ids and the flags of text objects."""

from collections.abc import Callable
from typing import Any

INTERACTIVE_PARENTS = ("accessory", "element")


def with_ids(blocks: list[dict[str, Any]], new_id: Callable[[], str]) -> list[dict[str, Any]]:
    """A copy in which every block has a block_id, every element an action_id, every text its flags."""
    return [_block(entry, new_id) for entry in blocks]


def _block(entry: dict[str, Any], new_id: Callable[[], str]) -> dict[str, Any]:
    copy: dict[str, Any] = _filled(entry)
    copy.setdefault("block_id", new_id())
    kind = copy["type"]
    if kind == "container":
        copy["child_blocks"] = [_block(child, new_id) for child in copy["child_blocks"]]
    elif kind == "carousel":
        copy["elements"] = [_block(card, new_id) for card in copy["elements"]]
    elif kind == "plan":
        return copy
    for name in INTERACTIVE_PARENTS:
        if name in copy:
            _give_action_id(copy[name], new_id)
    if kind in ("actions", "context_actions"):
        for element in copy["elements"]:
            _give_action_id(element, new_id)
    if kind == "card":
        for element in copy.get("actions", []):
            _give_action_id(element, new_id)
    return copy


def _give_action_id(element: dict[str, Any], new_id: Callable[[], str]) -> None:
    if element["type"] != "image":
        element.setdefault("action_id", new_id())


def _filled(value: Any) -> Any:
    if isinstance(value, list):
        return [_filled(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    copy = {name: _filled(entry) for name, entry in value.items()}
    kind = copy.get("type")
    if kind == "plain_text":
        copy.setdefault("emoji", True)
    elif kind == "mrkdwn":
        copy.setdefault("verbatim", False)
    return copy
