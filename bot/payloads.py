"""
The door to Bolt: only what has the shape of Slack's requests comes in, and no text a database cannot keep.

Behind it a listener may rely on the frame of a request: ids are texts, a view and a control are objects.
What is inside a value, a form's state or a private_metadata is for the feature to check that drew it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, cast

Payload = dict[str, Any]
Shape = Callable[[Any], bool]
MOST_CHARACTERS = 1_000_000
"""Slack's largest requests carry a view of 250 kB."""
_BRACKETS = re.compile(r"[\[{]")
_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")


def admit(body: Any) -> Payload | None:
    """The request, its texts made keepable; None for one that Slack does not send."""
    if not isinstance(body, dict):
        return None
    try:
        written = json.dumps(body, ensure_ascii=False)
        if len(written) > MOST_CHARACTERS or not _shape_of(body)(body):
            return None
        written.encode()
        is_keepable = "\\u0000" not in written
    except UnicodeEncodeError:
        is_keepable = False
    except (RecursionError, ValueError, TypeError):
        return None
    admitted = body if is_keepable else cast(Payload, _kept(body))
    view = admitted.get("view")
    if isinstance(view, dict):
        # A window without inputs: readers need not ask whether there is a state.
        view["state"] = {"values": {}, **{k: v for k, v in (view.get("state") or {}).items() if v}}
    return admitted


def _kept(content: Any) -> Any:
    """PostgreSQL refuses NUL in a text, and half a surrogate pair is no character."""
    if isinstance(content, str):
        return _UNKEEPABLE.sub("\ufffd", content)
    if isinstance(content, list):
        return [_kept(entry) for entry in content]
    if isinstance(content, dict):
        return {_kept(key): _kept(entry) for key, entry in content.items()}
    return content


def _text(content: Any) -> bool:
    return isinstance(content, str)


def _name(content: Any) -> bool:
    return isinstance(content, str) and 0 < len(content) <= 255


def _or_none(shape: Shape) -> Shape:
    return lambda content: content is None or shape(content)


def _every(shape: Shape) -> Shape:
    return lambda content: isinstance(content, list) and all(map(shape, content))


def _mapped(shape: Shape) -> Shape:
    return lambda content: isinstance(content, dict) and all(map(shape, content.values()))


def _object(needs: Mapping[str, Shape], may: Mapping[str, Shape]) -> Shape:
    """An object with these fields; `may` be left out or null. Others are as they are."""

    def fits(content: Any) -> bool:
        if not isinstance(content, dict):
            return False
        if not all(name in content and shape(content[name]) for name, shape in needs.items()):
            return False
        return all(content.get(name) is None or shape(content[name]) for name, shape in may.items())

    return fits


def _drawn(content: Any) -> bool:
    """What we wrote ourselves and Slack brings back: never longer, nor so deep that reading it fails."""
    return isinstance(content, str) and len(content) <= 3000 and len(_BRACKETS.findall(content)) < 500


_ID = _object({"id": _name}, {"team_id": _text, "name": _text})
_URLS = _every(_object({"response_url": _text}, {}))
_OPTION = _object({"value": _drawn}, {})
_FIELD = _object(
    {},
    {
        "type": _text,
        "value": _text,
        "selected_option": _OPTION,
        "selected_options": _every(_OPTION),
        "selected_user": _text,
        "selected_date": _text,
        "selected_time": _text,
    },
)
_STATE = _object({}, {"values": _mapped(_mapped(_FIELD))})
_VIEW = _object(
    {"id": _name, "type": _name},
    {
        "callback_id": _text,
        "private_metadata": _drawn,
        "blocks": _every(_object({}, {})),
        "state": _STATE,
        "team_id": _text,
        "app_installed_team_id": _text,
        "previous_view_id": _text,
        "root_view_id": _text,
        "hash": _text,
    },
)
_ACTION = _object(
    {"action_id": _name, "block_id": _text}, {"type": _text, "action_ts": _text, "value": _drawn}
)
_COMMAND = _object(
    {
        "command": _name,
        "team_id": _name,
        "user_id": _name,
        "channel_id": _name,
        "trigger_id": _name,
        "text": _text,
    },
    {"response_url": _text, "channel_name": _text, "enterprise_id": _text},
)
_OF_A_PERSON: Mapping[str, Shape] = {
    "enterprise": _object({"id": _name}, {}),
    "team": _ID,
    "response_url": _text,
    "response_urls": _URLS,
    "view": _VIEW,
    "channel": _ID,
    "container": _object({}, {"type": _text, "message_ts": _text, "channel_id": _text, "view_id": _text}),
    "message": _object({}, {"text": _text, "ts": _text}),
    "message_ts": _text,
    "state": _STATE,
}
_INTERACTIVE: Mapping[str, Shape] = {
    "block_actions": _object(
        {
            "user": _ID,
            "trigger_id": _name,
            "actions": lambda content: (
                bool(content) and _every(lambda one: _ACTION(one) and _FIELD(one))(content)
            ),
        },
        _OF_A_PERSON,
    ),
    "block_suggestion": _object({"user": _ID, "action_id": _name, "value": _text}, _OF_A_PERSON),
    "view_submission": _object(
        {"user": _ID, "view": lambda content: _VIEW(content) and _name(content.get("callback_id"))},
        _OF_A_PERSON,
    ),
    "shortcut": _object({"user": _ID, "callback_id": _name, "trigger_id": _name}, _OF_A_PERSON),
    "message_action": _object(
        {
            "user": _ID,
            "callback_id": _name,
            "trigger_id": _name,
            "message": _object({}, {"text": _text, "ts": _text}),
            "channel": _ID,
        },
        _OF_A_PERSON,
    ),
}
_WHO_OR_WHERE: Shape = lambda content: _name(content) or _ID(content)  # noqa: E731 - one of two shapes
_EVENT = _object(
    {"event_id": _name, "event": _object({"type": _name}, {"user": _WHO_OR_WHERE, "channel": _WHO_OR_WHERE})},
    {
        "team_id": _name,
        "enterprise_id": _name,
        "authorizations": _every(_object({}, {"team_id": _name, "enterprise_id": _name})),
    },
)
_OF_EVENTS: Mapping[str, Shape] = {
    "message": _object({"channel": _name}, {"text": _text, "user": _name}),
    "user_change": _object({"user": _ID}, {}),
    "app_home_opened": _object({"user": _name}, {"tab": _text}),
}


def _shape_of(body: Payload) -> Shape:
    """The shape a request of its kind must have; what is of no kind is nobody's to answer."""
    if "command" in body:
        return _COMMAND
    kind = body.get("type")
    if kind == "event_callback":
        event = body.get("event")
        name = event.get("type") if isinstance(event, dict) else None
        inner = _OF_EVENTS.get(name) if isinstance(name, str) else None
        return lambda content: _EVENT(content) and (inner is None or inner(content["event"]))
    return _INTERACTIVE.get(kind, _nothing) if isinstance(kind, str) else _nothing


def _nothing(_content: Any) -> bool:
    return False
