"""From what a person types to what Slack stores."""

import re

from bot.playground.workspace import Workspace

MENTION = re.compile(r"(?<![\w&;])([@#])([\w.-]*\w)")


def as_slack_text(workspace: Workspace, typed: str) -> str:
    """Escape `& < >`, and turn @name and #channel of this workspace into mentions."""
    escaped = typed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    people = {member.name: member.id for member in workspace.members.values()}
    rooms = {room.name: room.id for room in workspace.channels.values() if room.kind == "channel"}

    def mention(match: re.Match[str]) -> str:
        sign, name = match[1], match[2]
        if sign == "@" and name in ("channel", "here", "everyone"):
            return f"<!{name}>"
        if sign == "@" and name in people:
            return f"<@{people[name]}>"
        if sign == "#" and name in rooms:
            return f"<#{rooms[name]}|{name}>"
        return match[0]

    return MENTION.sub(mention, escaped)
