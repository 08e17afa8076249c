"""The payloads of commands, shortcuts and interactions."""

from typing import TYPE_CHECKING

from bot.playground.model import Conversation, JsonObject, Member, View
from bot.playground.objects import view_json

if TYPE_CHECKING:
    from bot.playground.state import WorkspaceState


class Payloads:
    """Builds what Slack sends for one workspace."""

    def __init__(self, state: "WorkspaceState") -> None:
        self._state = state

    def interaction(self, kind: str, member: Member) -> JsonObject:
        """What every interaction carries."""
        team = self._state.team
        return {
            "type": kind,
            "user": {"id": member.id, "username": member.name, "name": member.name, "team_id": team.id},
            "api_app_id": team.app_id,
            "token": "",
            "team": {"id": team.id, "domain": team.domain},
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def command(self, member: Member, channel: Conversation, command: str, text: str) -> JsonObject:
        """A slash command."""
        team = self._state.team
        return {
            "token": "",
            "team_id": team.id,
            "team_domain": team.domain,
            "channel_id": channel.id,
            "channel_name": self.channel_name(channel),
            "user_id": member.id,
            "user_name": member.name,
            "command": command,
            "text": text,
            "api_app_id": team.app_id,
            "is_enterprise_install": "false",
            "response_url": self._state.response_urls.issue(member.id, channel.id),
            "trigger_id": self._state.triggers.issue(member.id),
        }

    def view(self, view: View) -> JsonObject:
        """A view with what its person has filled in."""
        return view_json(view, self._state.team, with_state=True)

    @staticmethod
    def channel_name(channel: Conversation) -> str:
        """The name that payloads give to a conversation."""
        if channel.kind == "im":
            return "directmessage"
        return "privategroup" if channel.is_private else channel.name

    def action_ts(self) -> str:
        """When the person acted; later actions have larger ones even within one instant."""
        return self._state.ids.ts(self._state.clock.now())
