"""Modals as a Slack client sends them back."""

from __future__ import annotations

from typing import Any

from slack_sdk.models.views import View

from bot.playground.form import FormState, elements_of


def submitted(view: View | dict[str, Any], **changes: Any) -> dict[str, Any]:
    """
    The view with the state of its inputs.

    `changes` by block_id: a time, a date, an option's value, a list of options' values, or None for empty.
    """
    content = view if isinstance(view, dict) else view.to_dict()
    form = FormState.for_blocks(content["blocks"])
    for block, element in elements_of(content["blocks"]):
        block_id = block["block_id"]
        if block_id in changes:
            form.set(block_id, element["action_id"], _held(element["type"], changes[block_id]))
    return {"id": "V1", **content, "state": {"values": form.values()}}


def _held(kind: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_option(each) for each in value]
    if value is None or kind in ("timepicker", "datepicker"):
        return value
    return _option(value)


def _option(value: str) -> dict[str, Any]:
    return {"text": {"type": "plain_text", "text": "?"}, "value": value}
