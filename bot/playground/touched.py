"""The surface that a person's control stands on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.playground.form import STATE_FIELDS, FormState, elements_of
from bot.playground.model import (
    ActionFailed,
    Conversation,
    EphemeralTarget,
    HomeTarget,
    JsonObject,
    Member,
    Message,
    MessageTarget,
    Target,
    View,
    ViewTarget,
)
from bot.playground.objects import message_json
from bot.playground.state import REMEMBERED_FORMS, WorkspaceState

GONE = "That is not there any more."


@dataclass(kw_only=True, slots=True)
class Surface:
    """A view or a message with what the person has filled in on it."""

    blocks: list[JsonObject]
    form: FormState
    view: View | None = None
    message: Message | None = None
    channel: Conversation | None = None
    context: JsonObject = field(default_factory=dict)

    def control(self, block_id: str, action_id: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """The block and the element with these ids; raises ActionFailed."""
        for block, element in elements_of(self.blocks):
            if block.get("block_id") == block_id and element.get("action_id") == action_id:
                return block, element
        raise ActionFailed("not_found", f"There is no control {action_id!r} in block {block_id!r}.")


def surface_of(workspace: WorkspaceState, member: Member, target: Target) -> Surface:
    """What the person acts on; raises ActionFailed when it has gone."""
    match target:
        case ViewTarget(view_id):
            stack = workspace.views.stack_of(member.id)
            if not stack or stack[-1].id != view_id:
                raise ActionFailed("not_found", GONE)
            return _view_surface(stack[-1])
        case HomeTarget():
            home = workspace.views.home_of(member.id)
            if home is None:
                raise ActionFailed("not_found", GONE)
            return _view_surface(home)
        case MessageTarget(channel_id, ts) | EphemeralTarget(channel_id, ts):
            return _message_surface(workspace, member, channel_id, ts)


def _view_surface(view: View) -> Surface:
    container = {"type": "view", "view_id": view.id}
    return Surface(blocks=view.blocks, form=view.form, view=view, context={"container": container})


def _message_surface(workspace: WorkspaceState, member: Member, channel_id: str, ts: str) -> Surface:
    channel = workspace.channel_for(member.id, channel_id)
    message = workspace.conversations.find(channel_id, ts)
    if message is None or message.ephemeral_to not in (None, member.id):
        raise ActionFailed("not_found", GONE)
    key = (member.id, channel_id, ts)
    form = FormState.for_blocks(message.blocks, workspace.message_forms.pop(key, None))
    workspace.message_forms[key] = form
    if len(workspace.message_forms) > REMEMBERED_FORMS:
        del workspace.message_forms[next(iter(workspace.message_forms))]
    ephemeral = message.ephemeral_to is not None
    container: JsonObject = {
        "type": "message",
        "message_ts": ts,
        "channel_id": channel_id,
        "is_ephemeral": ephemeral,
    }
    if message.thread_ts is not None:
        container["thread_ts"] = message.thread_ts
    context: JsonObject = {
        "container": container,
        "channel": {"id": channel_id, "name": workspace.payloads.channel_name(channel)},
    }
    if not ephemeral:
        context["message"] = message_json(message, workspace.team, workspace.manifest.app_name)
    return Surface(blocks=message.blocks, form=form, message=message, channel=channel, context=context)


def state_values(state: Mapping[str, Any]) -> Mapping[str, Any]:
    """Block id to action id to value, also out of a whole `state` object."""
    values = state.get("values")
    return values if len(state) == 1 and isinstance(values, dict) else state


def chosen(element: Mapping[str, Any], payload: Mapping[str, Any]) -> JsonObject:
    """
    The action-specific part of a payload, with whole options.

    An option may be given by its value alone; raises ActionFailed for one that the element does not list.
    """
    kind = element["type"]
    if kind == "button":
        return {"value": element["value"]} if "value" in element else {}
    if kind != "overflow" and kind not in STATE_FIELDS:
        return dict(payload)
    field_name = "selected_option" if kind == "overflow" else STATE_FIELDS[kind][0]
    value = payload.get(field_name)
    if field_name == "selected_option" and value is not None:
        value = _listed(element, value)
    elif field_name == "selected_options":
        value = [_listed(element, entry) for entry in value or []]
    return {field_name: value}


def _listed(element: Mapping[str, Any], given: Mapping[str, Any]) -> JsonObject:
    if "external" in element["type"]:
        return dict(given)
    options = list(element.get("options") or [])
    for group in element.get("option_groups") or []:
        options += group["options"]
    for option in options:
        if option.get("value") == given.get("value"):
            return dict(option)
    raise ActionFailed("not_found", f"There is no option {given.get('value')!r}.")
