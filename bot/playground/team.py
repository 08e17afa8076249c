"""The workspace's own names and ids."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Team:
    """One workspace with one installed app."""

    id: str = "T0HARBOR01"
    name: str = "Harbor Labs"
    domain: str = "harbor-labs"
    app_id: str = "A0PREP0001"
    bot_id: str = "B0PREP0001"
    bot_user_id: str = "U0PREPBOT1"
