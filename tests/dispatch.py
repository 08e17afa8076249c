"""Sends payloads through the built app as Slack would, and keeps what the app answers and calls."""

from __future__ import annotations

import itertools
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any, cast
from unittest.mock import DEFAULT, Mock, create_autospec

from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.middleware.async_custom_middleware import AsyncCustomMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.app import Coach, build
from bot.flood import Flood
from bot.pictures.series import Picture
from content.loader import Catalog
from storage.engine import Database, connect
from storage.preferences import Defaults
from tests.builders import ANA, MovingClock

Payload = dict[str, Any]
RESPONSE_URL = "https://hooks.slack.com/actions/T1/1/test"
_ids = itertools.count(1)


class Everywhere:
    """The app is installed wherever a request comes from."""

    async def authorize(
        self, team_id: str | None, enterprise_id: str | None, is_enterprise_install: bool
    ) -> AuthorizeResult | None:
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_user_id="UBOT",
            bot_id="B1",
            bot_token="xoxb-test",  # pragma: allowlist secret
        )

    async def token(self, team_id: str) -> str | None:
        return "xoxb-test"  # pragma: allowlist secret


@dataclass
class Dispatcher:
    """One person's Slack, with nothing behind it: every call the app makes is only noted."""

    coach: Coach
    client: Mock
    respond: Mock
    clock: MovingClock
    acked_before: list[str] = field(default_factory=list)
    """Names of the calls that the app made before it acked."""
    _ack: Callable[[], BoltResponse | None] = lambda: None

    async def send(self, body: Payload) -> BoltResponse:
        """What Bolt answers when the listener has ended."""
        request = AsyncBoltRequest(body=body, mode="socket_mode")
        self._ack = lambda: request.context.ack.response
        return await self.coach.app.async_dispatch(request)

    def note(self, name: str) -> None:
        """Called for every call to Slack."""
        if self._ack() is None:
            self.acked_before.append(name)

    async def command(self, text: str, **more: Any) -> BoltResponse:
        """`/prep <text>`"""
        return await self.send(command(text, **more))

    async def press(self, action_id: str, **more: Any) -> BoltResponse:
        """A control in a message, or in `view`."""
        return await self.send(block_actions(action_id, **more))

    async def submit(self, view: Payload) -> BoltResponse:
        """A modal's Submit."""
        return await self.send({**_person(), "type": "view_submission", "view": view})

    def shown(self, method: str = "views_update") -> Payload:
        """The view of the newest call of a views method, as JSON."""
        view: View | Payload = getattr(self.client, method).call_args.kwargs["view"]
        return view if isinstance(view, dict) else view.to_dict()

    def said(self) -> str:
        """The text of the newest private answer to a command or a button in a message."""
        return str(self.respond.call_args.kwargs["text"])


def as_json(response: BoltResponse) -> Payload:
    """The payload of an ack, {} for an empty one."""
    return cast(Payload, json.loads(response.body)) if response.body else {}


def acked_view(response: BoltResponse) -> Payload:
    """The view that an ack puts into the place of the submitted one."""
    reply = as_json(response)
    assert reply["response_action"] == "update"
    return cast(Payload, reply["view"])


def returned(view: Payload, values: Mapping[str, Any] | None = None) -> Payload:
    """
    A view as Slack sends it back: with an id and the state of its inputs.

    `values` changes inputs by block_id: an option's value or several, a text, a date or a person. None
    empties one.
    """
    state: dict[str, Any] = {}
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        element = block["element"]
        state[block["block_id"]] = {element["action_id"]: _state_of(element)}
        if values is not None and block["block_id"] in values:
            content = _filled(element, values[block["block_id"]])
            state[block["block_id"]][element["action_id"]] = content
    return {"id": f"V{next(_ids)}", **view, "state": {"values": state}}


def _state_of(element: Payload) -> Payload:
    kind = element["type"]
    match kind:
        case "datepicker":
            return {"type": kind, "selected_date": element.get("initial_date")}
        case "number_input" | "plain_text_input":
            return {"type": kind, "value": element.get("initial_value")}
        case "multi_static_select":
            return {"type": kind, "selected_options": element.get("initial_options", [])}
        case "users_select":
            return {"type": kind, "selected_user": element.get("initial_user")}
        case _:
            return {"type": kind, "selected_option": element.get("initial_option")}


def _filled(element: Payload, value: Any) -> Payload:
    key = next(name for name in _state_of(element) if name != "type")
    if key == "selected_options":
        return {"type": element["type"], key: [{"value": one} for one in value or ()]}
    if key != "selected_option" or value is None:
        return {"type": element["type"], key: value}
    return {"type": element["type"], key: {"text": {"type": "plain_text", "text": "?"}, "value": value}}


def _person() -> Payload:
    return {
        "team": {"id": ANA.team_id, "domain": "test"},
        "user": {"id": ANA.user_id, "username": "ana", "team_id": ANA.team_id},
        "api_app_id": "A1",
        "trigger_id": f"trigger-{next(_ids)}",
    }


def command(text: str, name: str = "/prep") -> Payload:
    """A slash command."""
    return {
        "command": name,
        "text": text,
        "team_id": ANA.team_id,
        "user_id": ANA.user_id,
        "channel_id": "C1",
        "api_app_id": "A1",
        "response_url": RESPONSE_URL,
        "trigger_id": f"trigger-{next(_ids)}",
    }


def block_actions(
    action_id: str,
    *,
    value: str | None = None,
    option: str | None = None,
    block_id: str = "block",
    view: Payload | None = None,
    at: float = 0.0,
    channel: str = "D1",
    **more: Any,
) -> Payload:
    """A press of a button, or a choice (`option`) in a select or radio group."""
    action: Payload = {
        "type": "button",
        "action_id": action_id,
        "block_id": block_id,
        "action_ts": f"{at:.6f}",
    }
    if value is not None:
        action["value"] = value
    if option is not None:
        action |= {"type": "radio_buttons", "selected_option": {"value": option}}
    place: Payload = {"view": view} if view else {"response_url": RESPONSE_URL, "channel": {"id": channel}}
    return {**_person(), "type": "block_actions", "actions": [{**action, **more}], **place}


def shortcut(callback_id: str) -> Payload:
    """A global shortcut."""
    return {**_person(), "type": "shortcut", "callback_id": callback_id, "action_ts": "1.0"}


def message_shortcut(callback_id: str, text: str = "hello", ts: str = "1.0", channel: str = "C1") -> Payload:
    """A shortcut in the menu of a message."""
    return {
        **_person(),
        "type": "message_action",
        "callback_id": callback_id,
        "action_ts": "1.0",
        "message_ts": ts,
        "message": {"type": "message", "user": ANA.user_id, "text": text, "ts": ts},
        "channel": {"id": channel, "name": "general"},
        "response_url": RESPONSE_URL,
    }


def suggestion(action_id: str, typed: str, view: Payload | None = None) -> Payload:
    """What is typed into an external select."""
    return {
        **_person(),
        "type": "block_suggestion",
        "action_id": action_id,
        "block_id": "time_zone",
        "value": typed,
        "view": view or {"id": "V0", "type": "modal"},
    }


def event(kind: str, event_id: str | None = None, **content: Any) -> Payload:
    """An event of the Events API."""
    return {
        "type": "event_callback",
        "team_id": ANA.team_id,
        "api_app_id": "A1",
        "event_id": event_id or f"Ev{next(_ids)}",
        "event_time": 1,
        "event": {"type": kind, "user": ANA.user_id, "event_ts": "1.0", **content},
        "authorizations": [{"team_id": ANA.team_id, "user_id": "UBOT", "is_bot": True}],
    }


def refusal(code: str) -> SlackApiError:
    """Slack's `ok: false`."""
    response = answer(ok=False, error=code)
    return SlackApiError(f"refused: {code}", response)  # type: ignore[no-untyped-call]  # not annotated there


def answer(**data: Any) -> AsyncSlackResponse:
    """What a Web API method gives back."""
    return AsyncSlackResponse(
        client=None,
        http_verb="POST",
        api_url="https://slack.test/api/x",
        req_args={},
        data={"ok": True, **data},
        headers={},
        status_code=200,
    )


@asynccontextmanager
async def dispatching(
    database_url: str,
    catalog: Catalog,
    clock: MovingClock,
    *,
    waits: bool = True,
    flood: Flood | None = None,
) -> AsyncIterator[Dispatcher]:
    """
    An app on a database; `waits` lets a dispatch return only when its listener has ended.

    Nobody is too fast for it unless `flood` says so.
    """
    database: Database = connect(database_url)
    client = _client()
    client.reset_mock(return_value=True, side_effect=True)
    client.base_url, client.session, client.timeout = "http://127.0.0.1:1/", None, 1
    client.files_upload_v2.return_value = answer(files=[{"id": "F0PICTURE1"}])
    client.views_update.return_value = answer(view={})
    client.users_info.return_value = answer(user={"tz": "Europe/Lisbon"})
    coach = build(
        catalog=catalog,
        database=database,
        # Bolt wants a real one to copy.
        connect=lambda token: client if token else AsyncWebClient(base_url=client.base_url),
        connect_poster=lambda _token: client,
        workspaces=Everywhere(),
        now=clock,
        defaults=Defaults(),
        tick_seconds=60,
        owner="test",
        process_before_response=waits,
        draw=_draw,
        home_pause=0,
        flood=flood or Flood(burst=1e9),
    )
    dispatcher = Dispatcher(coach, client, cast(Mock, create_autospec(_respond)), clock)

    async def listen(context: AsyncBoltContext, next: Callable[[], Awaitable[None]]) -> None:
        context["client"], context["respond"] = client, dispatcher.respond
        await next()

    coach.app.use(listen)
    # Before the first of ours, which may answer, too.
    middleware = coach.app._async_middleware_list
    ours = next(at for at, one in enumerate(middleware) if isinstance(one, AsyncCustomMiddleware))
    middleware.insert(ours, middleware.pop())
    _note_calls(dispatcher)
    try:
        yield dispatcher
    finally:
        await database.close()


async def _draw(pictures: Sequence[Picture]) -> list[bytes]:
    """As quick as the real one is slow."""
    return [b"PNG" for _ in pictures]


async def _respond(
    text: str = "", blocks: list[Payload] | None = None, *, replace_original: bool | None = None
) -> None:
    """What we use of AsyncRespond."""


@cache
def _client() -> Mock:
    """Made once: the Web API has three hundred methods, and Mock makes a class for each."""
    return cast(Mock, create_autospec(AsyncWebClient, instance=True))


def _note_calls(dispatcher: Dispatcher) -> None:
    """Have the dispatcher told of each call, whatever it gives back."""
    methods = ("views_open", "views_push", "views_update", "views_publish", "users_info", "chat_postMessage")
    for name in methods:
        _note(dispatcher, getattr(dispatcher.client, name), name)
    _note(dispatcher, dispatcher.respond, "respond")


def _note(dispatcher: Dispatcher, method: Mock, name: str) -> None:
    def noted(*_: Any, **__: Any) -> Any:
        dispatcher.note(name)
        return DEFAULT

    method.side_effect = noted
