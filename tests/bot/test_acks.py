"""Slack waits three seconds: every listener acks before it calls Slack, and gets what it asks for."""

from __future__ import annotations

import inspect
import logging
from typing import Any

import pytest

from bot.assessment import ids
from bot.home.next_thing import HELP
from bot.plan import views as plan_views
from content.loader import Catalog
from tests.bot.assessment.test_listeners import filled, first_page, result_page
from tests.bot.plan.test_listeners import give_plan
from tests.dispatch import Dispatcher, block_actions, command, event, returned, shortcut, suggestion

HOME = {"id": "V1", "type": "home"}
WINDOW = {"id": "V2", "type": "modal", "callback_id": ids.CHOICE}
START = '{"n":1,"f":"quick","p":0,"a":{}}'
BODIES: dict[str, Any] = {
    "open_menu": command(""),
    "open_menu for help": command("help"),
    "open_by_command": command("assess"),
    "open_by_command with a form": command("assess complete"),
    "open_by_trigger": shortcut(ids.SHORTCUT),
    "open_by_trigger from Home": block_actions(ids.OPEN, view=HOME),
    "start": block_actions(f"{ids.START}.quick", value=START, view=WINDOW),
    "resume": block_actions(ids.RESUME, view=WINDOW),
    "show_result": block_actions(ids.SHOW_RESULT),
    "suggest_zones": suggestion(ids.ZONE, "lis"),
    "show_by_command": command("plan"),
    "show_plan": block_actions(plan_views.SHOW),
    "show_help": block_actions(HELP, view=HOME),
    "answer_message": event("message", channel_type="im", channel="D1", text="hello"),
    "open_home": event("app_home_opened", tab="home"),
    "follow": event("user_change", user={"id": "U1", "tz": "UTC"}),
    "answer_unknown_action": block_actions("unknown"),
    "answer_unknown_options": suggestion("unknown", "x"),
}
EVENTS = ("answer_message", "open_home", "follow")
"""Bolt acks events by itself."""


@pytest.mark.parametrize("name", list(BODIES))
async def test_a_listener_acks_before_it_calls_slack(
    slack: Dispatcher, catalog: Catalog, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    if name.startswith("show_by_command") or name == "show_plan":
        await give_plan(slack, catalog)

    response = await slack.send(BODIES[name])

    assert response.status == 200
    if name not in EVENTS:
        assert slack.acked_before == []
    assert [line.getMessage() for line in caplog.records] == []


async def test_each_step_of_the_wizard_acks_before_it_calls_slack(slack: Dispatcher) -> None:
    page = filled(await first_page(slack))
    assert slack.acked_before == []
    await slack.press(ids.ANSWER, option="3", block_id="quick-coding", view=page)
    await slack.press(ids.BACK, view=page)
    assert slack.acked_before == []

    view = returned(await result_page(slack))
    await slack.submit(view)

    assert slack.acked_before == []


async def test_every_argument_a_listener_asks_for_is_provided(slack: Dispatcher) -> None:
    """A name that nobody provides arrives as None, with only a warning in the log."""
    provided: set[str] = set()
    app = slack.coach.app

    async def look(context: Any, next: Any) -> None:
        provided.update(context)
        await next()

    app.use(look)
    await slack.command("help")
    slack_gives = {
        "ack", "action", "body", "client", "command", "context", "event", "options", "request", "respond",
        "view",
    }  # fmt: skip

    asked = {
        name
        for listener in app._async_listeners
        for name in inspect.signature(listener.ack_function).parameters
    }

    assert {"ack", "member", "assessment", "plan", "home", "menu", "people"} <= asked
    assert asked - slack_gives - provided == set()
