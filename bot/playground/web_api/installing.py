"""oauth.v2.access, auth.revoke and apps.uninstall: how the app comes and goes."""

from bot.playground.model import JsonObject
from bot.playground.slack_app import OAuthRefused, SlackApp
from bot.playground.web_api.call import ApiRefused, Call, Method


def access(call: Call) -> JsonObject:
    """oauth.v2.access: a code or a refresh token for tokens."""
    app = _app(call)
    try:
        if call.text("grant_type") == "refresh_token":
            return app.refresh(call.text("refresh_token"))
        return app.exchange(call.text("code"), call.text("redirect_uri"))
    except OAuthRefused as refused:
        raise ApiRefused(refused.code) from refused


def revoke(call: Call) -> JsonObject:
    """auth.revoke: the token that it is called with is good no more."""
    call.workspace.tokens.pop(call.token, None)
    return {"revoked": True}


def uninstall(call: Call) -> JsonObject:
    """apps.uninstall"""
    _app(call)
    call.workspace.timeline.soon(call.workspace.remove_app)
    return {}


def _app(call: Call) -> SlackApp:
    app = call.workspace.slack_app
    secret = str(call.arguments.pop("client_secret", ""))
    if app is None:
        raise ApiRefused("invalid_client_id")
    try:
        app.check(call.text("client_id"), secret)
    except OAuthRefused as refused:
        raise ApiRefused(refused.code) from refused
    return app


METHODS = {
    "oauth.v2.access": Method(run=access, caller="anyone"),
    "auth.revoke": Method(run=revoke, tier=3),
    "apps.uninstall": Method(run=uninstall, tier=1),
}
