"""
Events that Slack sends again, because our ack was lost or late.

What such an event tells may be over by now: somebody left a channel and came back since. Listeners that take
over what an event says look at how it is now instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from slack_bolt.request.async_request import AsyncBoltRequest


def is_redelivered(request: AsyncBoltRequest) -> bool:
    """Whether Slack says that it sent the event before, over either transport."""
    return request.headers.get("x-slack-retry-num", ["0"])[0] not in ("", "0")


def happened_at(body: Mapping[str, Any]) -> datetime:
    """When Slack says that it happened."""
    return datetime.fromtimestamp(int(body.get("event_time") or 0), UTC)
