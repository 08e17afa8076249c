"""The yardstick: the smallest Bolt app that opens a modal. Run as a process of its own."""

from __future__ import annotations

import asyncio
import os
from typing import Any

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

VIEW = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Bare"},
    "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "One section"}}],
}


async def main() -> None:
    """Connect and answer /prep until killed."""
    client = AsyncWebClient(os.environ.pop("SLACK_BOT_TOKEN"), os.environ["SLACK_API_URL"])
    app = AsyncApp(client=client, request_verification_enabled=False)

    @app.command("/prep")
    async def open_modal(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=VIEW)

    await AsyncSocketModeHandler(app, os.environ["SLACK_APP_TOKEN"]).connect_async()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
