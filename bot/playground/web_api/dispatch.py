"""From a method name and its arguments to Slack's answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.playground.model import JsonObject
from bot.playground.triggers import TriggerRefused
from bot.playground.views import ViewRefused
from bot.playground.web_api import chat, conversations, installing, people, uploads, views
from bot.playground.web_api.call import ApiRefused, Call, Method
from bot.playground.workspace import Workspace

APP_SCOPES = "connections:write"


@dataclass(frozen=True, slots=True)
class Answer:
    """Body, HTTP status and Slack's own headers."""

    body: JsonObject
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


def open_connection(call: Call) -> JsonObject:
    """apps.connections.open; the server knows its own address and fills it in."""
    if not call.workspace.manifest.socket_mode_enabled:
        raise ApiRefused("socket_mode_not_enabled")
    return {"url": ""}


METHODS: Mapping[str, Method] = {
    **people.METHODS,
    **chat.METHODS,
    **conversations.METHODS,
    **views.METHODS,
    **uploads.METHODS,
    **installing.METHODS,
    "apps.connections.open": Method(run=open_connection, tier=3, caller="app"),
}


def answer(workspace: Workspace, method: str, arguments: JsonObject, token: str | None) -> Answer:
    """Carry out a call, or say why not."""
    known = METHODS.get(method)
    scopes = ",".join(sorted(workspace.manifest.bot_scopes))
    headers = {"x-oauth-scopes": APP_SCOPES if token == workspace.app_token else scopes}
    if known is not None and known.scope is not None:
        headers["x-accepted-oauth-scopes"] = known.scope
    try:
        if known is None:
            raise ApiRefused("unknown_method", req_method=method)
        call = Call(workspace, method, arguments, token or "")
        _check_token(workspace, known, token)
        if known.scope is not None:
            call.need(known.scope)
        if workspace.rate_limits_enabled and known.caller != "anyone":
            wait = workspace.rate_limits.retry_after(method, known.tier, _post_target(call))
            if wait is not None:
                return rate_limited(wait, headers)
        return Answer({"ok": True, **_run(known, call)}, 200, headers)
    except ApiRefused as refused:
        return Answer(_refusal(refused), 200, headers)


def rate_limited(seconds: int, headers: dict[str, str] | None = None) -> Answer:
    """HTTP 429, to be tried again after whole `seconds`."""
    body = {"ok": False, "error": "ratelimited"}
    return Answer(body, 429, {**(headers or {}), "Retry-After": str(seconds)})


def _run(method: Method, call: Call) -> JsonObject:
    try:
        return method.run(call)
    except (ViewRefused, TriggerRefused) as error:
        raise views.refused(error) from error


def _check_token(workspace: Workspace, method: Method, token: str | None) -> None:
    if method.caller == "anyone":
        return
    if not token:
        raise ApiRefused("not_authed")
    if token != workspace.app_token and token not in workspace.tokens:
        raise ApiRefused("account_inactive" if token.startswith(("xoxb-7300", "xoxe.")) else "invalid_auth")
    if (token == workspace.app_token) != (method.caller == "app"):
        raise ApiRefused("not_allowed_token_type")
    ends = workspace.tokens.get(token)
    if ends is not None and ends <= workspace.clock.now():
        raise ApiRefused("token_expired")


def _post_target(call: Call) -> str | None:
    """What a post counts for: the channel, or the person whose direct messages it lands in."""
    if call.method != "chat.postMessage":
        return None
    conversations = call.workspace.conversations
    channel = conversations.all.get(call.text("channel"))
    if channel is not None and channel.kind == "im":
        return conversations.person_in(channel)
    return call.text("channel")


def _refusal(refused: ApiRefused) -> JsonObject:
    body: JsonObject = {"ok": False, "error": refused.code, **refused.fields}
    if refused.messages:
        body["response_metadata"] = {"messages": refused.messages}
    return body
