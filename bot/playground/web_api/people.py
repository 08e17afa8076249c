"""users.*, team.*, bots.*, auth.* and api.*: who is there, and who is asking."""

from bot.playground.model import JsonObject
from bot.playground.objects import user_json
from bot.playground.web_api.call import ApiRefused, Call, Method
from bot.playground.web_api.paging import page


def auth_test(call: Call) -> JsonObject:
    """auth.test"""
    workspace = call.workspace
    team = workspace.team
    return {
        "url": f"https://{team.domain}.slack.com/",
        "team": team.name,
        "user": workspace.manifest.bot_name,
        "team_id": team.id,
        "user_id": team.bot_user_id,
        "bot_id": team.bot_id,
        "is_enterprise_install": False,
    }


def api_test(call: Call) -> JsonObject:
    """api.test: answers what it was told."""
    if call.text("error"):
        raise ApiRefused(call.text("error"), args=call.arguments)
    return {"args": call.arguments} if call.arguments else {}


def user_info(call: Call) -> JsonObject:
    """users.info"""
    workspace = call.workspace
    member = workspace.members.get(call.required("user"))
    if member is None:
        raise ApiRefused("user_not_found")
    user = user_json(member, workspace.team, workspace.clock.now())
    if call.flag("include_locale"):
        user["locale"] = "en-US"
    return {"user": user}


def user_list(call: Call) -> JsonObject:
    """users.list"""
    workspace = call.workspace
    now = workspace.clock.now()
    found, cursor = page(call, list(workspace.members.values()), call.count("limit", 1000, 1000))
    return {
        "members": [user_json(member, workspace.team, now) for member in found],
        "cache_ts": int(now.timestamp()),
        "response_metadata": {"next_cursor": cursor},
    }


def team_info(call: Call) -> JsonObject:
    """team.info"""
    team = call.workspace.team
    return {"team": {"id": team.id, "name": team.name, "domain": team.domain, "email_domain": "", "icon": {}}}


def bot_info(call: Call) -> JsonObject:
    """bots.info"""
    workspace = call.workspace
    team = workspace.team
    if call.text("bot", team.bot_id) != team.bot_id:
        raise ApiRefused("bot_not_found")
    return {
        "bot": {
            "id": team.bot_id,
            "deleted": False,
            "name": workspace.manifest.app_name,
            "app_id": team.app_id,
            "user_id": team.bot_user_id,
        }
    }


def add_reaction(call: Call) -> JsonObject:
    """reactions.add"""
    workspace = call.workspace
    channel = call.channel()
    message = workspace.conversations.find(channel.id, call.required("timestamp"))
    if message is None or message.ephemeral_to is not None:
        raise ApiRefused("message_not_found")
    users = message.reactions.setdefault(call.required("name").strip(":"), [])
    if workspace.bot_user_id in users:
        raise ApiRefused("already_reacted")
    users.append(workspace.bot_user_id)
    workspace.message_changed(message)
    return {}


METHODS = {
    "api.test": Method(run=api_test, caller="anyone"),
    "auth.test": Method(run=auth_test),
    "users.info": Method(run=user_info, scope="users:read", tier=4),
    "users.list": Method(run=user_list, scope="users:read", tier=2),
    "team.info": Method(run=team_info, scope="team:read", tier=3),
    "bots.info": Method(run=bot_info, scope="users:read", tier=3),
    "reactions.add": Method(run=add_reaction, scope="reactions:write", tier=3),
}
