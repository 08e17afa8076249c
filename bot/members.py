"""Who is asking."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Member:
    """A person in a workspace, by Slack's ids."""

    team_id: str
    user_id: str
