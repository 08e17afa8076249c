"""People, conversations, messages and views in the JSON that Slack sends."""

import copy
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.playground.model import Conversation, JsonObject, Member, Message, View
from bot.playground.team import Team


def user_json(member: Member, team: Team, now: datetime) -> JsonObject:
    """The user object; the offset is the one of this moment, and bots have no zone of their own."""
    first, _, last = member.real_name.partition(" ")
    user: JsonObject = {
        "id": member.id,
        "team_id": team.id,
        "name": member.name,
        "deleted": member.deleted,
        "color": "9f69e7",
        "real_name": member.real_name,
        "profile": {
            "title": member.title,
            "real_name": member.real_name,
            "real_name_normalized": member.real_name,
            "display_name": member.name,
            "display_name_normalized": member.name,
            "first_name": first,
            "last_name": last,
            "status_text": "",
            "status_emoji": "",
            "team": team.id,
        },
        "is_admin": member.is_admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": member.is_guest,
        "is_ultra_restricted": False,
        "is_bot": member.is_bot,
        "is_app_user": False,
        "is_email_confirmed": True,
        "updated": int(now.timestamp()),
    }
    if member.is_bot:
        user["profile"] |= {"api_app_id": team.app_id, "bot_id": team.bot_id, "always_active": True}
    if member.tz is not None and not member.deleted:
        local = now.astimezone(ZoneInfo(member.tz))
        offset = local.utcoffset()
        user |= {
            "tz": member.tz,
            "tz_label": local.tzname() or member.tz,
            "tz_offset": int(offset.total_seconds()) if offset is not None else 0,
        }
    return user


def conversation_json(conversation: Conversation, team: Team) -> JsonObject:
    """The channel object, as the bot sees it."""
    if conversation.kind == "im":
        person = next(member for member in conversation.member_ids if member != team.bot_user_id)
        return {
            "id": conversation.id,
            "created": conversation.created,
            "is_archived": conversation.is_archived,
            "is_im": True,
            "is_org_shared": False,
            "context_team_id": team.id,
            "user": person,
            "is_user_deleted": False,
            "is_open": True,
            "priority": 0,
        }
    note = {"creator": conversation.creator, "last_set": conversation.created}
    return {
        "id": conversation.id,
        "name": conversation.name,
        "name_normalized": conversation.name,
        "is_channel": not conversation.is_private,
        "is_group": conversation.is_private,
        "is_im": False,
        "is_mpim": False,
        "is_private": conversation.is_private,
        "is_archived": conversation.is_archived,
        "is_general": conversation.name == "general",
        "is_shared": False,
        "is_org_shared": False,
        "is_ext_shared": False,
        "is_member": team.bot_user_id in conversation.member_ids,
        "created": conversation.created,
        "creator": conversation.creator,
        "context_team_id": team.id,
        "topic": {"value": conversation.topic, **note},
        "purpose": {"value": conversation.purpose, **note},
        "num_members": len(conversation.member_ids),
    }


def message_json(message: Message, team: Team, app_name: str, *, with_metadata: bool = False) -> JsonObject:
    """The message object of histories and payloads; its lists are the workspace's own."""
    content: JsonObject = {
        "type": "message",
        "user": message.user,
        "ts": message.ts,
        "text": message.text,
        "team": team.id,
    }
    if message.is_bot:
        content |= {
            "bot_id": team.bot_id,
            "app_id": team.app_id,
            "bot_profile": {
                "id": team.bot_id,
                "app_id": team.app_id,
                "name": app_name,
                "deleted": False,
                "team_id": team.id,
            },
        }
    if message.client_msg_id is not None:
        content["client_msg_id"] = message.client_msg_id
    for name in ("blocks", "attachments", "files"):
        value = getattr(message, name)
        if value:
            content[name] = value
    if message.subtype is not None:
        content["subtype"] = message.subtype
    if message.thread_ts is not None:
        content["thread_ts"] = message.thread_ts
    if message.edited is not None:
        content["edited"] = {"user": message.user, "ts": message.edited}
    if message.reactions:
        content["reactions"] = [
            {"name": name, "users": list(users), "count": len(users)}
            for name, users in message.reactions.items()
        ]
    if with_metadata and message.metadata is not None:
        content["metadata"] = message.metadata
    return content


def view_json(view: View, team: Team, *, with_state: bool = False) -> JsonObject:
    """The view object; `with_state` adds what the person has filled in, as interactions do."""
    payload = copy.deepcopy(view.payload)
    modal = view.type == "modal"
    content: JsonObject = {
        "id": view.id,
        "team_id": team.id,
        "type": view.type,
        "blocks": payload["blocks"],
        "private_metadata": payload.get("private_metadata", ""),
        "callback_id": payload.get("callback_id", ""),
        "state": {"values": view.form.values() if with_state else {}},
        "hash": view.hash,
        "title": payload.get("title", {"type": "plain_text", "text": "View Title", "emoji": True}),
        "clear_on_close": payload.get("clear_on_close", False),
        "notify_on_close": payload.get("notify_on_close", False),
        "close": payload.get("close"),
        "submit": payload.get("submit"),
        "previous_view_id": view.previous_view_id,
        "root_view_id": view.root_view_id,
        "app_id": team.app_id,
        "external_id": payload.get("external_id", ""),
        "app_installed_team_id": team.id,
        "bot_id": team.bot_id,
    }
    if modal:
        content["submit_disabled"] = payload.get("submit_disabled", False)
    return content
