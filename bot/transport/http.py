"""HTTP mode: Slack calls us. The requests themselves are taken by `bot.web.slack`."""

from __future__ import annotations


class HttpMode:
    """Whether requests of Slack are taken."""

    name = "HTTP"

    def __init__(self) -> None:
        self.is_open = False

    async def connect(self) -> None:
        """Take requests from now on."""
        self.is_open = True

    async def is_connected(self) -> bool:
        """Whether requests are taken; whether Slack finds the way here only Slack knows."""
        return self.is_open

    def refuse(self) -> None:
        """Answer every request with 503: Slack sends events again, perhaps to another process."""
        self.is_open = False

    async def hang_up(self) -> None:
        """There is no line of ours to close."""
