"""A throwaway app for tests of the page: a form in two pages, a message with controls, a Home tab."""

import re
from typing import Any

from slack_bolt.async_app import AsyncApp

from tests.bot.playground.blocks import plain


def words(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def button(text: str, action_id: str, **more: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain(text), "action_id": action_id, **more}


def option(text: str) -> dict[str, Any]:
    return {"text": plain(text), "value": text.lower()}


def field(block_id: str, label: str, element: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(label),
        "element": {"action_id": "answer", **element},
        **more,
    }


def form(*blocks: dict[str, Any], title: str = "A form", **more: Any) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": "form",
        "title": plain(title),
        "submit": plain("Next"),
        "blocks": list(blocks),
        **more,
    }


NAME = field("name", "Your name", {"type": "plain_text_input", "focus_on_load": True})
LEVEL = field("level", "Target level", {"type": "static_select", "options": [option("L6"), option("L7")]})
STRENGTH = field(
    "strength", "Strength", {"type": "radio_buttons", "options": [option("Weak"), option("Strong")]}
)
TOPIC = field("topic", "Topic", {"type": "external_select", "min_query_length": 1}, optional=True)


def open_on_command(app: AsyncApp, view: dict[str, Any]) -> None:
    """`/test` opens the view."""

    @app.command("/test")
    async def open_view(ack: Any, client: Any, command: dict[str, Any]) -> None:
        await ack()
        await client.views_open(trigger_id=command["trigger_id"], view=view)


def collect_actions(app: AsyncApp) -> list[dict[str, Any]]:
    """Every block_actions payload, oldest first."""
    seen: list[dict[str, Any]] = []

    async def take(ack: Any, body: dict[str, Any]) -> None:
        seen.append(body)
        await ack()

    app.action(re.compile(".*"))(take)
    return seen


def collect_submissions(app: AsyncApp, **ack_with: Any) -> list[dict[str, Any]]:
    """The state values of every submission, oldest first; each is acked with `ack_with`."""
    seen: list[dict[str, Any]] = []

    @app.view("form")
    async def take(ack: Any, view: dict[str, Any]) -> None:
        seen.append(view["state"]["values"])
        await ack(**ack_with)

    return seen
