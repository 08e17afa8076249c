"""Which workspace and which installation a payload is about; on Enterprise Grid both take some looking."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def place_of(body: Mapping[str, Any]) -> str | None:
    """The workspace (T...), or the organisation (E...) if the bot is installed in all of it."""
    authorizations = body.get("authorizations")
    first = authorizations[0] if isinstance(authorizations, list) and authorizations else None
    source = first if isinstance(first, dict) else body
    enterprise_id = source.get("enterprise_id") or body.get("enterprise_id")
    if source.get("is_enterprise_install") in (True, "true") and enterprise_id:
        return str(enterprise_id)
    team_id = source.get("team_id") or body.get("team_id")
    return str(team_id) if team_id else None


def team_of(body: Mapping[str, Any]) -> str | None:
    """
    The workspace in which something happened, where Bolt finds none.

    In an organisation's installation the usual places may be empty.
    """
    event = body.get("event")
    places = [body, body.get("user"), event, event.get("user") if isinstance(event, dict) else None]
    for place in places:
        if isinstance(place, dict):
            for name in ("team_id", "context_team_id", "team", "source_team", "user_team"):
                value = place.get(name)
                if isinstance(value, str) and value.startswith("T"):
                    return value
    return None
