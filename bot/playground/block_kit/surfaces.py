"""Whole messages and views."""

import json
from collections.abc import Iterator
from typing import Any

from bot.playground.block_kit.blocks import block
from bot.playground.block_kit.check import (
    Check,
    Refusal,
    Report,
    array,
    boolean,
    kind_of,
    one_of,
    record,
    string,
    texts_in,
)
from bot.playground.block_kit.composition import plain_text

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE_TEXT = 13_200
MARKDOWN_TEXT = 12_000
VIEW_BYTES = 250 * 1024


def check_message_blocks(blocks: Any) -> Refusal | None:
    """Why chat.* refuses these blocks, None when it takes them."""
    if not isinstance(blocks, list):
        return Refusal("invalid_blocks_format", ["[ERROR] must provide an array [json-pointer:/blocks]"])
    report = Report("message")
    array(block, 0, MESSAGE_BLOCKS)(blocks, "/blocks", report)
    blocks_differ(blocks, "/blocks", report)
    _one_payload(blocks, report)
    if report.messages:
        return Refusal(report.code or "invalid_blocks", report.messages)
    if texts_in(blocks) > MESSAGE_TEXT:
        return Refusal(
            "msg_blocks_too_long", ["[ERROR] the blocks hold too much text [json-pointer:/blocks]"]
        )
    return None


def without_charts(blocks: Any) -> Refusal | None:
    """Why a workspace that has no charts yet refuses blocks that are fine elsewhere."""
    report = Report("message")
    for pointer, entry in _nested(blocks, "/blocks"):
        if kind_of(entry) == "data_visualization":
            report.add("unsupported type: data_visualization", f"{pointer}/type")
    return Refusal("invalid_blocks", report.messages) if report.messages else None


def check_view(view: Any, *, allowed: tuple[str, ...]) -> Refusal | None:
    """Why views.* refuses this view, None when it takes it; `allowed` are its possible types."""
    if not isinstance(view, dict):
        return Refusal("invalid_arguments", ["[ERROR] must provide an object [json-pointer:/view]"])
    kind = kind_of(view)
    report = Report("home" if kind == "home" else "modal")
    if "type" not in view:
        report.add("missing required field: type", "/view")
    elif kind not in allowed:
        report.add(f"must be one of the allowed values: {', '.join(allowed)}", "/view/type")
    else:
        (_HOME if kind == "home" else _MODAL)(view, "/view", report)
    if report.messages:
        return Refusal("invalid_arguments", report.messages)
    if len(json.dumps(view, ensure_ascii=False).encode("utf-8", "replace")) > VIEW_BYTES:
        return Refusal("view_too_large", ["[ERROR] the view is larger than 250 KB [json-pointer:/view]"])
    return None


def blocks_differ(blocks: list[Any], at: str, report: Report) -> None:
    """No two blocks share a block_id, also not inside containers."""
    seen: set[str] = set()
    for pointer, entry in _nested(blocks, at):
        block_id = entry.get("block_id")
        if isinstance(block_id, str):
            if block_id in seen:
                report.add(f"`block_id` must be unique: {block_id}", f"{pointer}/block_id")
            seen.add(block_id)


def _nested(blocks: list[Any], at: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for index, entry in enumerate(blocks):
        if isinstance(entry, dict):
            yield f"{at}/{index}", entry
            inner = entry.get("child_blocks")
            if kind_of(entry) == "container" and isinstance(inner, list):
                children = [child for child in inner if kind_of(child) != "container"]
                yield from _nested(children, f"{at}/{index}/child_blocks")


def _one_payload(blocks: list[Any], report: Report) -> None:
    """What a message may hold only so often."""
    kinds = [kind_of(entry) for entry in blocks]
    if kinds.count("table") > 1:
        report.code = "invalid_attachments"
        report.add("only_one_table_allowed", "/blocks")
    if kinds.count("data_visualization") > 2:
        report.add("no more than 2 data_visualization blocks allowed", "/blocks")
    if kinds.count("plan") > 1:
        report.add("no more than 1 plan block allowed", "/blocks")
    written = [entry.get("text") for entry in blocks if kind_of(entry) == "markdown"]
    if sum(len(text) for text in written if isinstance(text, str)) > MARKDOWN_TEXT:
        report.add(f"markdown blocks must be less than {MARKDOWN_TEXT + 1} characters in total", "/blocks")


def _view_blocks(value: Any, at: str, report: Report) -> None:
    array(block, 0, VIEW_BLOCKS)(value, at, report)
    if isinstance(value, list):
        blocks_differ(value, at, report)


def _inputs_have_submit(value: dict[str, Any], at: str, report: Report) -> None:
    blocks = value.get("blocks")
    if not isinstance(blocks, list) or "submit" in value:
        return
    if any(kind_of(entry) == "input" for entry in blocks):
        report.add("`submit` is required when an `input` block is within the `blocks` array", f"{at}/submit")


_SHARED: dict[str, Check] = {
    "private_metadata": string(3000),
    "callback_id": string(255),
    "external_id": string(255),
}
_MODAL = record(
    {"type": one_of("modal"), "title": plain_text(24), "blocks": _view_blocks},
    {
        **_SHARED,
        "submit": plain_text(24),
        "close": plain_text(24),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "submit_disabled": boolean,
    },
    _inputs_have_submit,
)
_HOME = record({"type": one_of("home"), "blocks": _view_blocks}, _SHARED)
