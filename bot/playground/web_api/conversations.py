"""conversations.* and users.conversations: channels and their history."""

from collections import Counter
from collections.abc import Iterable

from bot.playground.model import Conversation, JsonObject, Message
from bot.playground.objects import message_json
from bot.playground.web_api.call import ApiRefused, Call, Method
from bot.playground.web_api.paging import page

TYPE_SCOPES = {
    "public_channel": "channels:read",
    "private_channel": "groups:read",
    "im": "im:read",
    "mpim": "mpim:read",
}


def open_dm(call: Call) -> JsonObject:
    """conversations.open"""
    workspace = call.workspace
    if call.text("channel"):
        channel = call.channel()
        return {"no_op": True, "already_open": True, "channel": _described(call, channel)}
    user_ids = [user for user in call.required("users").split(",") if user]
    if len(user_ids) != 1:
        call.need("mpim:write")
        raise ApiRefused("not_enough_users" if not user_ids else "method_not_supported_for_channel_type")
    person = workspace.members.get(user_ids[0])
    if person is None:
        raise ApiRefused("user_not_found")
    if person.is_bot:
        raise ApiRefused("cannot_dm_bot")
    if person.deleted:
        raise ApiRefused("user_disabled")
    known = workspace.dm_of(person.id)
    if known is None and call.flag("prevent_creation"):
        raise ApiRefused("channel_not_found")
    dm = known or workspace.conversations.open_dm(person.id)
    answer: JsonObject = {"channel": _described(call, dm)}
    if known is not None:
        answer |= {"no_op": True, "already_open": True}
    return answer


def info(call: Call) -> JsonObject:
    """conversations.info"""
    channel = call.channel()
    call.need_by_kind(channel, "read")
    content = call.workspace.channel_json(channel)
    if not call.flag("include_num_members"):
        content.pop("num_members", None)
    return {"channel": content}


def list_all(call: Call) -> JsonObject:
    """conversations.list"""
    return _page_of_channels(call, mine=False)


def list_mine(call: Call) -> JsonObject:
    """users.conversations"""
    return _page_of_channels(call, mine=True)


def members(call: Call) -> JsonObject:
    """conversations.members"""
    channel = call.channel()
    call.need_by_kind(channel, "read")
    found, cursor = page(call, channel.member_ids, call.count("limit", 100, 1000))
    return {"members": list(found), "response_metadata": {"next_cursor": cursor}}


def history(call: Call) -> JsonObject:
    """conversations.history: newest first, without the replies in threads."""
    channel = _readable(call)
    workspace = call.workspace
    everything = list(workspace.conversations.newest_first(channel.id))
    replies = Counter(message.thread_ts for message in everything if _is_reply(message))
    wanted = [message for message in _in_range(call, everything) if not _is_reply(message)]
    found, cursor = page(call, wanted, call.count("limit", 100, 1000))
    messages = []
    for message in found:
        content = _described_message(call, message)
        if replies[message.ts]:
            content |= {"thread_ts": message.ts, "reply_count": replies[message.ts]}
        messages.append(content)
    return _messages(messages, cursor)


def replies(call: Call) -> JsonObject:
    """conversations.replies: the parent, then its replies, oldest first."""
    channel = _readable(call)
    thread = call.workspace.conversations.replies(channel.id, call.required("ts"))
    if not thread:
        raise ApiRefused("thread_not_found")
    found, cursor = page(call, list(_in_range(call, thread)), call.count("limit", 100, 1000))
    return _messages([_described_message(call, message) for message in found], cursor)


def _messages(messages: list[JsonObject], cursor: str) -> JsonObject:
    answer: JsonObject = {"messages": messages, "has_more": bool(cursor), "pin_count": 0}
    if cursor:
        answer["response_metadata"] = {"next_cursor": cursor}
    return answer


def _readable(call: Call) -> Conversation:
    channel = call.channel()
    call.need_by_kind(channel, "history")
    if call.workspace.bot_user_id not in channel.member_ids:
        raise ApiRefused("not_in_channel")
    return channel


def _is_reply(message: Message) -> bool:
    return message.thread_ts is not None and message.thread_ts != message.ts


def _in_range(call: Call, messages: Iterable[Message]) -> Iterable[Message]:
    oldest, latest = _instant(call, "oldest", 0.0), _instant(call, "latest", float("inf"))
    inclusive = call.flag("inclusive")
    for message in messages:
        ts = float(message.ts)
        if oldest < ts < latest or (inclusive and ts in (oldest, latest)):
            yield message


def _instant(call: Call, name: str, default: float) -> float:
    value = call.text(name)
    try:
        return float(value) if value else default
    except ValueError:
        raise ApiRefused(f"invalid_ts_{name}") from None


def _described(call: Call, channel: Conversation) -> JsonObject:
    content = call.workspace.channel_json(channel)
    return content if call.flag("return_im") else {"id": channel.id}


def _described_message(call: Call, message: Message) -> JsonObject:
    workspace = call.workspace
    return message_json(
        message,
        workspace.team,
        workspace.manifest.app_name,
        with_metadata=call.flag("include_all_metadata"),
    )


def _page_of_channels(call: Call, *, mine: bool) -> JsonObject:
    workspace = call.workspace
    types = [kind for kind in call.text("types", "public_channel").split(",") if kind]
    for kind in types:
        if kind not in TYPE_SCOPES:
            raise ApiRefused("invalid_types")
        call.need(TYPE_SCOPES[kind])
    user_id = call.text("user") or workspace.bot_user_id
    wanted = []
    for channel in workspace.channels.values():
        kind = "im" if channel.kind == "im" else "private_channel" if channel.is_private else "public_channel"
        known = kind == "public_channel" or workspace.bot_user_id in channel.member_ids
        if kind not in types or not known or (mine and user_id not in channel.member_ids):
            continue
        if channel.is_archived and call.flag("exclude_archived"):
            continue
        wanted.append(workspace.channel_json(channel))
    found, cursor = page(call, wanted, call.count("limit", 100, 1000))
    return {"channels": list(found), "response_metadata": {"next_cursor": cursor}}


METHODS = {
    "conversations.open": Method(run=open_dm, scope="im:write", tier=3),
    "conversations.info": Method(run=info, tier=3),
    "conversations.list": Method(run=list_all, tier=2),
    "conversations.members": Method(run=members, tier=4),
    "conversations.history": Method(run=history, tier=3),
    "conversations.replies": Method(run=replies, tier=3),
    "users.conversations": Method(run=list_mine, tier=3),
}
