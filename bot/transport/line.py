"""How requests come from Slack: over a connection of ours (Socket Mode), or to our address (HTTP)."""

from __future__ import annotations

from typing import Protocol


class Transport(Protocol):
    """The way in, from the first request to the last."""

    name: str

    async def connect(self) -> None:
        """Begin to take requests; StartError when Slack does not let us."""

    async def is_connected(self) -> bool:
        """Whether Slack can reach us, as far as that can be known from here."""

    def refuse(self) -> None:
        """Take nothing new; what is running may still be acked."""

    async def hang_up(self) -> None:
        """Close what is open. Nothing is running any more, or it had its time."""
