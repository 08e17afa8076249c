"""chat.*: what the bot says."""

from typing import Any

from bot.playground.model import AcceptedPost, Conversation, JsonObject, Message
from bot.playground.objects import message_json
from bot.playground.web_api.call import ApiRefused, Call, Method

MARKDOWN_TEXT = 12_000
UPDATE_TEXT = 4_000
METADATA_BYTES = 8_000


def post_message(call: Call) -> JsonObject:
    """chat.postMessage"""
    workspace = call.workspace
    text, blocks, attachments = _content(call)
    metadata = _metadata(call)
    channel = _addressee(call)
    message = workspace.app_posts(
        channel,
        text,
        blocks=blocks,
        attachments=attachments,
        thread_ts=call.text("thread_ts") or None,
        metadata=metadata,
    )
    workspace.posts.append(
        AcceptedPost(
            method=call.method,
            channel=channel.id,
            ts=message.ts,
            text=message.text,
            metadata=message.metadata,
            blocks=message.blocks,
            thread_ts=message.thread_ts,
        )
    )
    return {"channel": channel.id, "ts": message.ts, "message": _json(call, message, with_metadata=True)}


def update(call: Call) -> JsonObject:
    """chat.update: text without blocks removes the blocks."""
    channel = call.channel()
    message = _own_message(call, channel, "cant_update_message")
    text, blocks, attachments = _content(call)
    if len(text) > UPDATE_TEXT:
        raise ApiRefused("msg_too_long")
    call.workspace.app_edits(
        message, text=text, blocks=blocks, attachments=attachments, metadata=_metadata(call)
    )
    return {
        "channel": channel.id,
        "ts": message.ts,
        "text": message.text,
        "message": _json(call, message, with_metadata=True),
    }


def delete(call: Call) -> JsonObject:
    """chat.delete"""
    channel = call.channel()
    message = _own_message(call, channel, "cant_delete_message")
    call.workspace.app_deletes(message)
    return {"channel": channel.id, "ts": message.ts}


def post_ephemeral(call: Call) -> JsonObject:
    """chat.postEphemeral"""
    workspace = call.workspace
    text, blocks, attachments = _content(call)
    user_id = call.required("user")
    channel = call.channel()
    if workspace.bot_user_id not in channel.member_ids:
        raise ApiRefused("not_in_channel")
    if user_id not in workspace.members or user_id not in channel.member_ids:
        raise ApiRefused("user_not_in_channel")
    _check_open(call, channel)
    message = workspace.app_posts(
        channel,
        text,
        blocks=blocks,
        attachments=attachments,
        thread_ts=call.text("thread_ts") or None,
        ephemeral_to=user_id,
    )
    return {"message_ts": message.ts}


def get_permalink(call: Call) -> JsonObject:
    """chat.getPermalink"""
    channel = call.channel()
    ts = call.required("message_ts")
    message = call.workspace.conversations.find(channel.id, ts)
    if message is None or message.ephemeral_to is not None:
        raise ApiRefused("message_not_found")
    domain = call.workspace.team.domain
    link = f"https://{domain}.slack.com/archives/{channel.id}/p{ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": link}


def _content(call: Call) -> tuple[str, list[JsonObject] | None, list[JsonObject] | None]:
    """Text, blocks and attachments; at least one of them says something."""
    blocks = call.structure("blocks", "invalid_blocks_format")
    attachments = call.structure("attachments", "invalid_attachments")
    text, markdown = call.text("text"), call.text("markdown_text")
    if markdown:
        if text or blocks:
            raise ApiRefused("markdown_text_conflict")
        if len(markdown) > MARKDOWN_TEXT:
            raise ApiRefused("msg_too_long")
        blocks = [{"type": "markdown", "text": markdown}]
        text = markdown
    if blocks is not None:
        refusal = call.workspace.refusal_of_blocks(blocks)
        if refusal is not None:
            raise ApiRefused.because(refusal)
    if attachments is not None and not _are_objects(attachments):
        raise ApiRefused("invalid_attachments")
    if not text and not blocks and not attachments:
        raise ApiRefused("no_text")
    return text, blocks, attachments


def _metadata(call: Call) -> JsonObject | None:
    metadata = call.structure("metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    if (
        not isinstance(metadata, dict)
        or not isinstance(metadata.get("event_type"), str)
        or not isinstance(metadata.get("event_payload"), dict)
    ):
        raise ApiRefused("invalid_metadata_format")
    if len(str(metadata)) > METADATA_BYTES:
        raise ApiRefused("metadata_too_large")
    return metadata


def _addressee(call: Call) -> Conversation:
    """Where a post lands: a channel, or the direct messages of the person named."""
    workspace = call.workspace
    target = call.required("channel")
    person = workspace.members.get(target)
    if person is not None:
        if person.is_bot:
            raise ApiRefused("cannot_dm_bot")
        if person.deleted:
            raise ApiRefused("user_disabled")
        if not workspace.manifest.messages_tab_enabled:
            raise ApiRefused("messages_tab_disabled")
        return workspace.conversations.open_dm(target)
    if target.startswith("#"):
        named = (room for room in workspace.channels.values() if room.name == target[1:])
        room = next(named, None)
        call = Call(workspace, call.method, {"channel": room.id if room else target})
    channel = call.channel()
    if (
        workspace.bot_user_id not in channel.member_ids
        and "chat:write.public" not in workspace.manifest.bot_scopes
    ):
        raise ApiRefused("not_in_channel")
    _check_open(call, channel)
    return channel


def _check_open(call: Call, channel: Conversation) -> None:
    """Refuse an archived channel, and direct messages that nobody can read."""
    if channel.is_archived:
        raise ApiRefused("is_archived")
    if channel.kind == "im":
        if call.workspace.members[call.workspace.conversations.person_in(channel)].deleted:
            raise ApiRefused("user_disabled")
        if not call.workspace.manifest.messages_tab_enabled:
            raise ApiRefused("messages_tab_disabled")


def _own_message(call: Call, channel: Conversation, refusal: str) -> Message:
    message = call.workspace.conversations.find(channel.id, call.required("ts"))
    if message is None or message.ephemeral_to is not None:
        raise ApiRefused("message_not_found")
    if message.user != call.workspace.bot_user_id:
        raise ApiRefused(refusal)
    if channel.is_archived:
        raise ApiRefused("is_archived")
    return message


def _are_objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(entry, dict) for entry in value)


def _json(call: Call, message: Message, *, with_metadata: bool = False) -> JsonObject:
    workspace = call.workspace
    return message_json(message, workspace.team, workspace.manifest.app_name, with_metadata=with_metadata)


METHODS = {
    "chat.postMessage": Method(run=post_message, scope="chat:write"),
    "chat.update": Method(run=update, scope="chat:write", tier=3),
    "chat.delete": Method(run=delete, scope="chat:write", tier=3),
    "chat.postEphemeral": Method(run=post_ephemeral, scope="chat:write", tier=4),
    "chat.getPermalink": Method(run=get_permalink),
}
