"""Who is in the workspace and in which channel; each change sends the events that Slack sends."""

from zoneinfo import ZoneInfo

from bot.playground.model import Conversation, JsonObject, Member
from bot.playground.objects import conversation_json, user_json
from bot.playground.state import WorkspaceState


class Administration(WorkspaceState):
    """What people and administrators change about members and channels."""

    async def add_member(
        self, name: str, *, real_name: str | None = None, tz: str | None = "UTC", is_guest: bool = False
    ) -> Member:
        """Somebody joins the workspace."""
        member = Member(
            id=self.ids.named("U"), name=name, real_name=real_name or name.title(), tz=tz, is_guest=is_guest
        )
        self.people[member.id] = member
        self.changes.publish("members")
        await self.events.send("team_join", {"type": "team_join", "user": self._user(member)})
        return member

    async def deactivate(self, user_id: str) -> None:
        """An administrator deactivates an account."""
        member = self.person(user_id)
        member.deleted = True
        self.views.close_all(user_id)
        await self._user_changed(member)

    async def reactivate(self, user_id: str) -> None:
        """A deactivated account works again."""
        self.people[user_id].deleted = False
        await self._user_changed(self.people[user_id])

    async def set_time_zone(self, user_id: str, tz: str) -> None:
        """A person's client reports another IANA zone."""
        ZoneInfo(tz)
        member = self.person(user_id)
        member.tz = tz
        await self._user_changed(member)

    async def create_channel(
        self, name: str, *, members: list[str], is_private: bool = False
    ) -> Conversation:
        """A person creates a channel; the first of `members` is its creator."""
        channel = self.conversations.add(
            Conversation(
                id=self.ids.named("C"),
                kind="channel",
                name=name,
                is_private=is_private,
                creator=members[0] if members else "",
            )
        )
        self.changes.publish("channels", channel=channel.id)
        for user_id in members:
            await self.join_channel(user_id, channel.id)
        return channel

    async def join_channel(self, user_id: str, channel_id: str, *, inviter: str | None = None) -> None:
        """Somebody (also the bot) becomes a member; again does nothing."""
        channel = self.conversations.all[channel_id]
        if user_id in channel.member_ids:
            return
        channel.member_ids.append(user_id)
        event: JsonObject = {"type": "member_joined_channel", "user": user_id}
        if inviter is not None:
            event["inviter"] = inviter
        await self._membership(event, channel)

    async def leave_channel(self, user_id: str, channel_id: str) -> None:
        """Somebody (also the bot) leaves or is removed."""
        channel = self.conversations.all[channel_id]
        if user_id not in channel.member_ids:
            return
        event: JsonObject = {"type": "member_left_channel", "user": user_id}
        if user_id == self.bot_user_id:
            channel.member_ids.remove(user_id)
            self.changes.publish("channels", channel=channel.id)
            left = "group_left" if channel.is_private else "channel_left"
            await self.events.send(left, {"type": left, "channel": channel.id})
            return
        channel.member_ids.remove(user_id)
        await self._membership(event, channel)

    async def archive_channel(self, channel_id: str, *, by: str) -> None:
        """A person archives a channel."""
        self.conversations.all[channel_id].is_archived = True
        await self._channel_changed("channel_archive", channel_id, {"channel": channel_id, "user": by})

    async def unarchive_channel(self, channel_id: str, *, by: str) -> None:
        """A person brings a channel back."""
        self.conversations.all[channel_id].is_archived = False
        await self._channel_changed("channel_unarchive", channel_id, {"channel": channel_id, "user": by})

    async def rename_channel(self, channel_id: str, name: str) -> None:
        """A person renames a channel."""
        channel = self.conversations.all[channel_id]
        channel.name = name
        content = {"id": channel_id, "name": name, "created": channel.created}
        await self._channel_changed("channel_rename", channel_id, {"channel": content})

    async def delete_channel(self, channel_id: str) -> None:
        """An administrator deletes a channel with all its messages."""
        seen = self._bot_is_in(channel_id)
        name = "group_deleted" if self.conversations.all[channel_id].is_private else "channel_deleted"
        self.conversations.remove(channel_id)
        self.changes.publish("channels", channel=channel_id)
        if seen:
            await self.events.send(name, {"type": name, "channel": channel_id})

    async def remove_app(self) -> None:
        """An administrator removes the app: its tokens are good no more, and it is told so."""
        if self.slack_app is not None:
            self.slack_app.removed_from(self)
        self.tokens.clear()
        revoked = {"tokens": {"oauth": [], "bot": [self.bot_user_id]}}
        await self.events.send("tokens_revoked", {"type": "tokens_revoked", **revoked})
        await self.events.send("app_uninstalled", {"type": "app_uninstalled"})

    def channel_json(self, channel: Conversation) -> JsonObject:
        """The channel object of the Web API."""
        content = conversation_json(channel, self.team)
        if channel.kind == "im":
            content["is_user_deleted"] = self.people[content["user"]].deleted
        return content

    def _user(self, member: Member) -> JsonObject:
        return user_json(member, self.team, self.clock.now())

    def _bot_is_in(self, channel_id: str) -> bool:
        return self.bot_user_id in self.conversations.all[channel_id].member_ids

    async def _user_changed(self, member: Member) -> None:
        self.changes.publish("members", user=member.id)
        await self.events.send(
            "user_change",
            {
                "type": "user_change",
                "user": self._user(member),
                "cache_ts": int(self.clock.now().timestamp()),
            },
        )

    async def _membership(self, event: JsonObject, channel: Conversation) -> None:
        self.changes.publish("channels", channel=channel.id)
        if self._bot_is_in(channel.id):
            event |= {
                "channel": channel.id,
                "channel_type": "G" if channel.is_private else "C",
                "team": self.team_id,
            }
            await self.events.send(event["type"], event)

    async def _channel_changed(self, name: str, channel_id: str, event: JsonObject) -> None:
        self.changes.publish("channels", channel=channel_id)
        private = self.conversations.all[channel_id].is_private
        if private:
            name = name.replace("channel_", "group_")
        if self._bot_is_in(channel_id) or not private:
            await self.events.send(name, {"type": name, **event})
