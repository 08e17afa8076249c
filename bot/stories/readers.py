"""Whom a story may be shared with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SLACKBOT = "USLACKBOT"
ONESELF = "That is you. Choose somebody else."


def why_not(user: Mapping[str, Any], team_id: str) -> str | None:
    """What speaks against sharing a story with somebody, from Slack's user object; None if nothing does."""
    if user.get("is_bot") or user.get("is_workflow_bot") or user.get("id") == SLACKBOT:
        return "That is a bot: it has nothing to say about your story. Choose a person."
    if user.get("deleted"):
        return "That account is deactivated. Choose somebody who is here."
    if user.get("is_restricted") or user.get("is_ultra_restricted"):
        return "Guests cannot read stories. Choose a full member of this workspace."
    if user.get("is_stranger") or user.get("team_id", team_id) != team_id:
        return "That person is in another workspace. Choose somebody from this one."
    return None
