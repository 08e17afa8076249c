"""
The workspace: everything that the server serves and that people can do.

It is built up in layers, one topic per file: `state` (what there is), `administration` (members, channels),
`app_messages` (what the app says), `client_actions` and `modals` (what people do).
"""

from typing import Any

from bot.playground.modals import Modals
from bot.playground.model import Conversation, Message, View
from bot.playground.objects import view_json
from bot.playground.request_url import SignedPosts


class Workspace(Modals):
    """One Slack workspace with one installed app, and what can be seen of it."""

    def view_stack(self, user_id: str) -> list[View]:
        """The open modal's views, bottom first."""
        return self.views.stack_of(user_id)

    def home_of(self, user_id: str) -> dict[str, Any] | None:
        """The published Home view as Slack's view object."""
        home = self.views.home_of(user_id)
        return None if home is None else view_json(home, self.team, with_state=True)

    def dm_of(self, user_id: str) -> Conversation | None:
        """The direct messages between that person and the bot."""
        return self.conversations.dm_of(user_id)

    def messages(self, channel_id: str, *, seen_by: str) -> list[Message]:
        """What that person sees in the conversation, oldest first, their ephemeral messages included."""
        return self.conversations.seen_by(channel_id, seen_by)

    async def redeliver(self, envelope_id: str) -> None:
        """
        Send the payload of an envelope again, as Slack does when an ack was lost.

        Raises LookupError when it is not remembered, NoConnectionError or NoAckError when it fails again.
        """
        record = self.hub.find(envelope_id)
        if record is None:
            raise LookupError(f"no envelope {envelope_id}")
        await self.hub.dispatch(
            record.type,
            record.payload,
            accepts_response_payload=record.accepts_response_payload,
            retry_attempt=record.retry_attempt + 1,
            retry_reason="timeout",
        )

    async def deliver_to(self, *urls: str) -> bool:
        """
        Send everything to these addresses from now on, which take turns; whether they are the app's.

        An app whose manifest says Socket Mode is not called, as Slack does not either.
        """
        if self.request_url is not None:
            await self.request_url.close()
        self.request_url = self.hub.request_url = None
        if self.manifest.socket_mode_enabled:
            return False
        self.request_url = self.hub.request_url = SignedPosts(urls, self.signing_secret)
        await self.request_url.verify()
        self.changes.publish("connection", connected=self.connected)
        return self.connected

    async def close(self) -> None:
        """Drop what is still to be sent."""
        await self.timeline.close()
        if self.request_url is not None:
            await self.request_url.close()
