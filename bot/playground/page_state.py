"""What one person's client shows, as plain JSON."""

from dataclasses import dataclass, field
from typing import Any

from bot.playground.model import Conversation, Message, View
from bot.playground.workspace import Workspace

NEWEST_MESSAGES = 300
APP_DM = "dm"  # what the page calls the person's DM with the app, which may not exist yet


@dataclass(slots=True)
class ReadMarks:
    """Up to where each person has read each conversation; what was there before the start counts as read."""

    start: float
    marks: dict[tuple[str, str], float] = field(default_factory=dict)

    def read(self, user_id: str, channel_id: str, ts: str) -> None:
        """Everything up to `ts` is read; a mark never moves back."""
        key = (user_id, channel_id)
        self.marks[key] = max(float(ts), self.marks.get(key, self.start))

    def unread(self, user_id: str, channel_id: str, messages: list[Message]) -> int:
        """How many messages of others came after the mark."""
        mark = self.marks.get((user_id, channel_id), self.start)
        return sum(
            1
            for message in messages
            if message.user != user_id and float(message.ts) > mark and _is_top_level(message)
        )


def client_state(
    workspace: Workspace, marks: ReadMarks, *, me: str, channel_id: str | None
) -> dict[str, Any]:
    """Everything the page draws for `me`, with the messages of `channel_id` when they may see it."""
    visible = _visible_channels(workspace, me)
    dm = workspace.dm_of(me)
    rooms = [*visible, *([dm] if dm is not None else [])]
    wanted = dm.id if channel_id == APP_DM and dm is not None else channel_id
    open_room = next((room for room in rooms if room.id == wanted), None)
    return {
        "me": me,
        "zone": zone_of(workspace, me),
        "now": workspace.clock.now().timestamp(),
        "workspace": {"name": workspace.team_name, "connected": workspace.connected},
        "app": _app(workspace),
        "people": _people(workspace),
        "channels": [_room(workspace, marks, room, me) for room in visible],
        "dm": _room(workspace, marks, dm, me) if dm is not None else None,
        "messages": _messages(workspace, open_room, me) if open_room else [],
        "home": workspace.home_of(me),
        "views": [_view(view) for view in workspace.view_stack(me)],
    }


def people_who_may_act(workspace: Workspace) -> list[str]:
    """The ids of those whose client the page can be."""
    return [member.id for member in workspace.members.values() if not member.is_bot and not member.deleted]


def zone_of(workspace: Workspace, user_id: str) -> str:
    """The person's IANA zone, UTC when Slack does not know it."""
    return workspace.members[user_id].tz or "UTC"


def _app(workspace: Workspace) -> dict[str, Any]:
    manifest = workspace.manifest
    return {
        "name": manifest.app_name,
        "user": workspace.bot_user_id,
        "description": manifest.description,
        "home_tab": manifest.home_tab_enabled,
        "messages_tab": manifest.messages_tab_enabled,
        "read_only": manifest.messages_tab_read_only,
        "commands": [
            {"name": command.name, "usage": command.usage_hint, "description": command.description}
            for command in manifest.commands.values()
        ],
        "shortcuts": [
            {
                "kind": shortcut.kind,
                "name": shortcut.name,
                "callback_id": shortcut.callback_id,
                "description": shortcut.description,
            }
            for shortcut in manifest.shortcuts.values()
        ],
    }


def _people(workspace: Workspace) -> list[dict[str, Any]]:
    return [
        {
            "id": member.id,
            "name": member.real_name,
            "handle": member.name,
            "zone": member.tz or "UTC",
            "title": member.title,
            "is_bot": member.is_bot,
            "is_guest": member.is_guest,
            "deleted": member.deleted,
        }
        for member in workspace.members.values()
    ]


def _visible_channels(workspace: Workspace, me: str) -> list[Conversation]:
    rooms = [
        room
        for room in workspace.channels.values()
        if room.kind == "channel" and (not room.is_private or me in room.member_ids)
    ]
    return sorted(rooms, key=lambda room: room.name)


def _room(workspace: Workspace, marks: ReadMarks, room: Conversation, me: str) -> dict[str, Any]:
    return {
        "id": room.id,
        "name": room.name,
        "topic": room.topic,
        "members": list(room.member_ids),
        "joined": me in room.member_ids,
        "has_app": workspace.bot_user_id in room.member_ids,
        "private": room.is_private,
        "archived": room.is_archived,
        "unread": marks.unread(me, room.id, workspace.messages(room.id, seen_by=me)),
    }


def _messages(workspace: Workspace, room: Conversation, me: str) -> list[dict[str, Any]]:
    newest = workspace.messages(room.id, seen_by=me)[-NEWEST_MESSAGES:]
    return [
        {
            "ts": message.ts,
            "user": message.user,
            "text": message.text,
            "blocks": message.blocks,
            "attachments": message.attachments,
            "files": message.files,
            "reactions": message.reactions,
            "thread_ts": message.thread_ts,
            "edited": message.edited is not None,
            "ephemeral": message.ephemeral_to is not None,
            "is_bot": message.is_bot,
            "subtype": message.subtype,
        }
        for message in newest
    ]


def _view(view: View) -> dict[str, Any]:
    return {**view.payload, "id": view.id, "hash": view.hash, "blocks": view.blocks}


def _is_top_level(message: Message) -> bool:
    return message.thread_ts is None or message.thread_ts == message.ts
