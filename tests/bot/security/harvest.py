"""Everything that Slack could send for somebody: each control they were ever shown, as its payload."""

from __future__ import annotations

import json
import re
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, cast

from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.models.views import View

from bot.assessment import ids as assessment_ids
from bot.log import views as log_views
from bot.members import Member
from bot.registration import WORDS
from bot.stories import ids as story_ids
from tests.bot.surfaces import elements_of
from tests.builders import ANA
from tests.dispatch import (
    Dispatcher,
    Payload,
    block_actions,
    command,
    event,
    message_shortcut,
    returned,
    shortcut,
    suggestion,
)

SHOWING = ("views_open", "views_push", "views_update", "views_publish", "chat_postMessage", "chat_update")
ENDS_SOMETHING = re.compile(
    r"(mydata\.confirm|stories\.delete|stories\.revoke|log\.undo|remove|groups\.leave|group (leave|stop)"
    r"|today\.not_today|assessment\.result)\b"
)
"""Controls that are only written down: pressing them would take away what others are to be tried on."""
ENOUGH = 2
"""How often a control is pressed in a kind of place; more of the same shows nothing new."""
MORE_WORDS = ("plan 2", "learn two sum", "stories title", "assess quick", "pause 3d", "timer 20 design")
GROUP_WORDS = ("start", "join", "settings", "report", "stop", "leave")


class Harvest:
    """Walks through the app as one person, pressing what it shows."""

    def __init__(self, slack: Dispatcher, member: Member) -> None:
        self.slack = slack
        self.member = member
        self.payloads: list[Payload] = []
        self.surfaces: list[Payload] = []
        self._waiting: deque[Payload] = deque()
        self._seen: Counter[str] = Counter()

    async def gather(self, *begin: Payload) -> list[Payload]:
        """All payloads that these, what was shown before, and whatever comes of them can lead to."""
        self.look()
        for payload in begin:
            self._take(as_from(payload, self.member))
        while self._waiting:
            payload = self._waiting.popleft()
            response = await self.slack.send(payload)
            self.look(response)
        return self.payloads

    def look(self, response: BoltResponse | None = None) -> None:
        """Note the controls of everything that was shown since the last look."""
        for surface in shown(self.slack, response):
            self.surfaces.append(surface)
            self._controls(surface)
        forget_calls(self.slack)

    def _take(self, payload: Payload) -> None:
        kind = kind_of(payload)
        self._seen[kind] += 1
        if self._seen[kind] <= ENOUGH:
            self.payloads.append(payload)
            if not ENDS_SOMETHING.search(kind):
                self._waiting.append(payload)

    def _controls(self, surface: Payload) -> None:
        view = _filled(returned(surface)) if surface.get("type") in ("modal", "home") else None
        for payload in _payloads_of(surface, view):
            self._take(as_from(payload, self.member))


def typed() -> Iterator[Payload]:
    """Commands, shortcuts and events."""
    for line in ["", *(word.name for word in WORDS), *MORE_WORDS, "nonsense"]:
        yield command(line)
    for line in GROUP_WORDS:
        yield command(f"group {line}")
    yield shortcut(assessment_ids.SHORTCUT)
    yield shortcut(log_views.SHORTCUT)
    yield message_shortcut(story_ids.SAVE_MESSAGE)
    yield event("app_home_opened", tab="home", channel="D1")
    for word in WORDS:
        yield event("message", channel_type="im", channel="D1", text=word.name, ts="1.0")


def _payloads_of(surface: Payload, view: Payload | None) -> Iterator[Payload]:
    place: Payload = {"view": view} if view else {"channel": {"id": surface.get("channel", "C1")}}
    if not view:
        seen_by_one = "channel" not in surface
        place["container"] = {"type": "message", "message_ts": "1.0", "is_ephemeral": seen_by_one}
    for block in surface["blocks"]:
        for element in elements_of(block):
            block_id = block.get("block_id", "block")
            kind = element["type"]
            if kind.endswith("external_select"):
                payload = suggestion(element["action_id"], "a", view)
                yield {**payload, "block_id": block_id}
            for filled in _fillings(element):
                pressed = block_actions(
                    element["action_id"], block_id=block_id, at=1.9e9, **{**filled, "type": kind}
                )
                yield {**pressed, **place}
    if view is not None and view.get("submit"):
        yield {**shortcut(""), "type": "view_submission", "view": view}


def _filled(view: Payload) -> Payload:
    """With an answer in every input that has none."""
    for block in view["blocks"]:
        if block["type"] != "input" or (block.get("optional") and block["element"]["type"] != "datepicker"):
            continue
        content = view["state"]["values"][block["block_id"]][block["element"]["action_id"]]
        element = block["element"]
        empty = next(name for name in content if name != "type")
        if content[empty] and element["type"] != "datepicker":
            continue
        match element["type"]:
            case "static_select" | "radio_buttons":
                content[empty] = element["options"][0]
            case "datepicker":
                content[empty] = "2030-06-01"
            case "number_input":
                content[empty] = "5"
            case "plain_text_input":
                content[empty] = "typed"
            case "users_select":
                content[empty] = "U7"
    return view


def _fillings(element: Payload) -> Iterator[Payload]:
    options = element.get("options") or [
        option for group in element.get("option_groups") or [] for option in group["options"]
    ]
    match element["type"]:
        case "button":
            yield {"value": element.get("value")}
        case "checkboxes":
            yield {"selected_options": element["options"][:1]}
            yield {"selected_options": []}
        case "static_select" | "overflow" | "radio_buttons":
            for option in options[:3]:
                yield {"selected_option": option}
        case _:
            yield {}


def shown(slack: Dispatcher, response: BoltResponse | None = None) -> Iterator[Payload]:
    """Views and messages of all calls so far, and the view of an ack."""
    for name in SHOWING:
        for call in getattr(slack.client, name).call_args_list:
            yield from _surface(call.kwargs.get("view") or call.kwargs)
    for call in slack.respond.call_args_list:
        yield from _surface(call.kwargs)
    if response is not None and response.body:
        yield from _surface(json.loads(response.body).get("view") or {})


def _surface(content: Any) -> Iterator[Payload]:
    view = content.to_dict() if isinstance(content, View) else dict(content)
    if view.get("blocks"):
        blocks = [block if isinstance(block, dict) else block.to_dict() for block in view["blocks"]]
        yield {**view, "blocks": blocks}


def everything_said(slack: Dispatcher, response: BoltResponse | None = None) -> str:
    """All that left the app, by whatever way."""
    calls = [*slack.client.method_calls, *slack.respond.call_args_list]
    said = [repr((call.args, {name: _plain(value) for name, value in call.kwargs.items()})) for call in calls]
    return "\n".join([*said, response.body if response is not None else ""])


def _plain(value: Any) -> Any:
    return value.to_dict() if isinstance(value, View) else value


def forget_calls(slack: Dispatcher) -> None:
    """What was called so far is not looked at again."""
    slack.client.reset_mock()
    slack.respond.reset_mock()


def kind_of(payload: Payload) -> str:
    """What a payload is, whoever sends it: two of a kind are handled alike."""
    if "command" in payload:
        return f"command {payload['text']}"
    kind = str(payload["type"])
    view = payload.get("view") or {}
    where = f"in {view.get('callback_id') or view['type']}" if view else "in a message"
    if kind == "block_actions":
        [action] = payload["actions"]
        chosen = str((action.get("selected_option") or {}).get("value", ""))
        return f"{action['action_id']} {re.sub('[^a-z]', '', chosen)[:20]} {where}"
    if kind == "event_callback":
        return f"event {payload['event']['type']} {payload['event'].get('text')}"
    return f"{kind} {payload.get('callback_id') or payload.get('action_id') or ''} {where}"


def as_from(payload: Payload, member: Member) -> Payload:
    """The same payload, sent by somebody else."""
    sent = cast(Payload, json.loads(json.dumps(payload)))
    if "command" in sent:
        return {**sent, "team_id": member.team_id, "user_id": member.user_id}
    if sent["type"] == "event_callback":
        sent["team_id"] = member.team_id
        sent["authorizations"][0]["team_id"] = member.team_id
        if sent["event"].get("user") == ANA.user_id:
            sent["event"]["user"] = member.user_id
        return sent
    sent["team"]["id"] = sent["user"]["team_id"] = member.team_id
    sent["user"]["id"] = member.user_id
    return sent


def watch_listeners(app: AsyncApp) -> tuple[set[str], set[str]]:
    """Names of all listeners, and, as it fills, of those that ran."""
    every, ran = set(), set()
    for number, listener in enumerate(app._async_listeners):
        run = cast(Callable[..., Awaitable[Any]], listener.ack_function)
        name = f"{number} {run.__module__.removeprefix('bot.')}.{run.__name__}"
        every.add(name)

        async def noted(*, _run: Callable[..., Awaitable[Any]] = run, _name: str = name, **given: Any) -> Any:
            ran.add(_name)
            return await _run(**given)

        listener.ack_function = noted
    return every, ran
