"""views.*: modals and the Home tab."""

from typing import Any

from bot.playground.model import JsonObject, View
from bot.playground.objects import view_json
from bot.playground.triggers import Trigger, TriggerRefused
from bot.playground.views import ViewRefused
from bot.playground.web_api.call import ApiRefused, Call, Method


def open_modal(call: Call) -> JsonObject:
    """views.open: on top of the modal that the trigger comes from, otherwise a new one."""
    payload = _payload(call)
    trigger = _trigger(call)
    view = _shown(call, trigger, payload, on_top_of=trigger.view_id)
    return _answer(call, view)


def push(call: Call) -> JsonObject:
    """views.push: the trigger has to come from the open modal."""
    payload = _payload(call)
    trigger = _trigger(call)
    open_ids = {view.id for view in call.workspace.views.stack_of(trigger.user_id)}
    if trigger.view_id not in open_ids:
        raise ApiRefused("invalid_trigger_id")
    view = _shown(call, trigger, payload, on_top_of=trigger.view_id)
    return _answer(call, view)


def update(call: Call) -> JsonObject:
    """views.update: by view_id or external_id, while the view is open."""
    views = call.workspace.views
    payload = _payload(call)
    view_id, external_id = call.text("view_id"), call.text("external_id")
    if not view_id and not external_id:
        raise ApiRefused("invalid_arguments", ["[ERROR] missing required field: view_id [json-pointer:/]"])
    view = views.find(view_id) if view_id else views.find_external(external_id)
    if view is None:
        views.check(payload, allowed=("modal", "home"))
        raise ApiRefused("not_found")
    views.update(view, payload, expected_hash=call.text("hash") or None)
    return _answer(call, view)


def publish(call: Call) -> JsonObject:
    """views.publish: replaces a person's Home view."""
    workspace = call.workspace
    if not workspace.manifest.home_tab_enabled:
        raise ApiRefused("not_enabled")
    user_id = call.required("user_id")
    payload = _payload(call)
    workspace.views.check(payload, allowed=("home",))
    member = workspace.members.get(user_id)
    if member is None or member.is_bot:
        raise ApiRefused("invalid_arguments", ["[ERROR] invalid `user_id` [json-pointer:/user_id]"])
    view = workspace.views.publish(user_id, payload, expected_hash=call.text("hash") or None)
    return _answer(call, view)


def _payload(call: Call) -> Any:
    payload = call.structure("view", "invalid_arguments")
    if payload is None:
        raise ApiRefused("invalid_arguments", ["[ERROR] missing required field: view [json-pointer:/view]"])
    refusal = call.workspace.files.refusal_of(payload, "/view")
    if refusal is not None:
        raise ApiRefused("invalid_arguments", refusal.messages)
    return payload


def _trigger(call: Call) -> Trigger:
    """The usable trigger of a call; it is used up only once the view is shown."""
    trigger_id = call.text("trigger_id") or call.text("interactivity_pointer")
    if not trigger_id:
        raise ApiRefused(
            "invalid_arguments", ["[ERROR] missing required field: trigger_id [json-pointer:/trigger_id]"]
        )
    return call.workspace.triggers.look_at(trigger_id)


def _shown(call: Call, trigger: Trigger, payload: Any, *, on_top_of: str | None) -> View:
    view = call.workspace.views.open(trigger.user_id, payload, on_top_of=on_top_of)
    trigger.used = True
    return view


def _answer(call: Call, view: View) -> JsonObject:
    return {"view": view_json(view, call.workspace.team)}


def refused(error: ViewRefused | TriggerRefused) -> ApiRefused:
    """The answer to a call whose view or trigger was refused."""
    return ApiRefused(error.code, error.messages if isinstance(error, ViewRefused) else None)


METHODS = {
    "views.open": Method(run=open_modal, tier=4),
    "views.push": Method(run=push, tier=4),
    "views.update": Method(run=update, tier=4),
    "views.publish": Method(run=publish, tier=4),
}
