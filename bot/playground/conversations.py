"""Channels, direct messages and what was said in them."""

import copy
from collections.abc import Iterator

from bot.playground.clock import WorkspaceClock
from bot.playground.ids import IdMint
from bot.playground.model import Conversation, JsonObject, Message


class Conversations:
    """Keeps every conversation and its messages in the order of their arrival."""

    def __init__(self, *, ids: IdMint, clock: WorkspaceClock, bot_user_id: str) -> None:
        self._ids = ids
        self._clock = clock
        self._bot_user_id = bot_user_id
        self.all: dict[str, Conversation] = {}
        self._messages: dict[str, dict[str, Message]] = {}
        self._dms: dict[str, str] = {}

    def add(self, conversation: Conversation) -> Conversation:
        """Open a conversation."""
        conversation.created = conversation.created or int(self._clock.now().timestamp())
        self.all[conversation.id] = conversation
        self._messages[conversation.id] = {}
        return conversation

    def remove(self, channel_id: str) -> None:
        """Delete a channel with everything in it."""
        del self.all[channel_id]
        del self._messages[channel_id]

    def dm_of(self, user_id: str) -> Conversation | None:
        """The direct messages between `user_id` and the bot, None when nobody opened them yet."""
        dm_id = self._dms.get(user_id)
        return self.all[dm_id] if dm_id is not None else None

    def open_dm(self, user_id: str) -> Conversation:
        """The same, opened when necessary."""
        known = self.dm_of(user_id)
        if known is not None:
            return known
        dm = Conversation(id=self._ids.named("D"), kind="im", member_ids=[user_id, self._bot_user_id])
        self._dms[user_id] = dm.id
        return self.add(dm)

    def person_in(self, dm: Conversation) -> str:
        """Who talks to the bot in a direct message conversation."""
        return next(member for member in dm.member_ids if member != self._bot_user_id)

    def say(
        self,
        conversation: Conversation,
        user: str,
        text: str,
        *,
        blocks: list[JsonObject] | None = None,
        attachments: list[JsonObject] | None = None,
        files: list[JsonObject] | None = None,
        thread_ts: str | None = None,
        ephemeral_to: str | None = None,
        metadata: JsonObject | None = None,
        subtype: str | None = None,
        client_msg_id: str | None = None,
    ) -> Message:
        """Add a message."""
        message = Message(
            ts=self._ids.ts(self._clock.now()),
            channel_id=conversation.id,
            user=user,
            text=text,
            blocks=blocks or [],
            attachments=attachments or [],
            files=files or [],
            thread_ts=thread_ts,
            ephemeral_to=ephemeral_to,
            metadata=copy.deepcopy(metadata),
            is_bot=user == self._bot_user_id,
            subtype=subtype,
            client_msg_id=client_msg_id,
        )
        self._messages[conversation.id][message.ts] = message
        return message

    def find(self, channel_id: str, ts: str) -> Message | None:
        """The message, None when there is none (any more)."""
        return self._messages.get(channel_id, {}).get(ts)

    def delete(self, message: Message) -> None:
        """Take a message away."""
        self._messages[message.channel_id].pop(message.ts, None)

    def seen_by(self, channel_id: str, user_id: str) -> list[Message]:
        """What `user_id` sees in the conversation, oldest first."""
        return [
            message
            for message in self._messages.get(channel_id, {}).values()
            if message.ephemeral_to in (None, user_id)
        ]

    def newest_first(self, channel_id: str) -> Iterator[Message]:
        """What everybody sees, newest first."""
        for message in reversed(self._messages[channel_id].values()):
            if message.ephemeral_to is None:
                yield message

    def replies(self, channel_id: str, thread_ts: str) -> list[Message]:
        """The parent and its replies, oldest first."""
        return [
            message
            for message in self._messages[channel_id].values()
            if message.ephemeral_to is None and thread_ts in (message.ts, message.thread_ts)
        ]
