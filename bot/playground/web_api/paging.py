"""Cursors."""

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from bot.playground.web_api.call import ApiRefused, Call

Item = TypeVar("Item")
MARK = "next:"


def page(call: Call, items: Sequence[Item], limit: int) -> tuple[Sequence[Item], str]:
    """The items from the call's cursor on, and the cursor of the next page (empty at the end)."""
    start = _position(call.text("cursor"))
    end = start + limit
    cursor = base64.b64encode(f"{MARK}{end}".encode()).decode() if end < len(items) else ""
    return items[start:end], cursor


def _position(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        text = base64.b64decode(cursor, validate=True).decode()
        return int(text.removeprefix(MARK))
    except (binascii.Error, ValueError):
        raise ApiRefused("invalid_cursor") from None
