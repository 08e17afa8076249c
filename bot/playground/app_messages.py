"""What the app says: through the Web API, through a response_url or with its ack."""

import copy
from typing import Any

from bot.playground.administration import Administration
from bot.playground.block_kit import Refusal, with_ids
from bot.playground.model import Conversation, JsonObject, Message
from bot.playground.objects import message_json
from bot.playground.response_urls import ResponseUrl

MAX_TEXT = 40_000


class AppMessages(Administration):
    """Messages of the app."""

    def app_posts(
        self,
        channel: Conversation,
        text: str,
        *,
        blocks: list[JsonObject] | None = None,
        attachments: list[JsonObject] | None = None,
        files: list[JsonObject] | None = None,
        thread_ts: str | None = None,
        ephemeral_to: str | None = None,
        metadata: JsonObject | None = None,
    ) -> Message:
        """Say something with blocks that were checked before."""
        message = self.conversations.say(
            channel,
            self.bot_user_id,
            text[:MAX_TEXT],
            blocks=with_ids(blocks, self.ids.short) if blocks else [],
            attachments=attachments,
            files=files,
            thread_ts=thread_ts,
            ephemeral_to=ephemeral_to,
            metadata=metadata,
        )
        self.message_changed(message)
        if ephemeral_to is None:
            self.events.send_later(*self.message_event(message))
        return message

    def app_edits(
        self,
        message: Message,
        *,
        text: str,
        blocks: list[JsonObject] | None,
        attachments: list[JsonObject] | None = None,
        metadata: JsonObject | None = None,
    ) -> None:
        """Replace what a message says; without blocks its blocks are gone."""
        app_name = self.manifest.app_name
        subscribed = self.events.subscribed(self.message_event(message, hidden=True)[0])
        before = copy.deepcopy(message_json(message, self.team, app_name)) if subscribed else {}
        message.text = text
        message.blocks = with_ids(blocks, self.ids.short) if blocks else []
        message.attachments = attachments or []
        if metadata is not None:
            message.metadata = copy.deepcopy(metadata)
        self.message_changed(message)
        if message.ephemeral_to is not None:
            return
        message.edited = self.ids.ts(self.clock.now())
        event = self.message_event(
            message,
            subtype="message_changed",
            hidden=True,
            ts=message.edited,
            event_ts=message.edited,
            message=message_json(message, self.team, app_name),
            previous_message=before,
        )
        self.events.send_later(*event)

    def app_deletes(self, message: Message) -> None:
        """Take a message of the app away."""
        self.conversations.delete(message)
        self.message_changed(message)
        if message.ephemeral_to is None:
            now = self.ids.ts(self.clock.now())
            self.events.send_later(
                *self.message_event(
                    message,
                    subtype="message_deleted",
                    hidden=True,
                    ts=now,
                    event_ts=now,
                    deleted_ts=message.ts,
                    previous_message=message_json(message, self.team, self.manifest.app_name),
                )
            )

    def app_responds(self, url: ResponseUrl, body: Any) -> Refusal | None:
        """Use a response_url (or a command's ack) once; returns why Slack refuses."""
        if not isinstance(body, dict):
            return Refusal("invalid_payload", [])
        original = self.conversations.find(url.channel_id, url.message_ts) if url.message_ts else None
        if body.get("delete_original") is True and original is not None:
            self.app_deletes(original)
            return None
        text, blocks = body.get("text") or "", body.get("blocks") or []
        if not isinstance(text, str) or not (text or blocks or body.get("attachments")):
            return Refusal("no_text", [])
        refusal = self.refusal_of_blocks(blocks)
        if refusal is not None:
            return refusal
        if body.get("replace_original") is True and original is not None:
            self.app_edits(original, text=text, blocks=blocks, attachments=body.get("attachments"))
            return None
        channel = self.conversations.all.get(url.channel_id)
        if channel is None:
            return Refusal("channel_not_found", [])
        public = body.get("response_type") == "in_channel"
        self.app_posts(
            channel,
            text,
            blocks=blocks,
            attachments=body.get("attachments"),
            thread_ts=body.get("thread_ts") or url.thread_ts,
            ephemeral_to=None if public else url.user_id,
        )
        return None
