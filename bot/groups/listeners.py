"""What Slack tells us about study groups and their channels."""

from __future__ import annotations

import asyncio
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import mrkdwn, replies, words, zones
from bot.callers import GUESTS_START_NO_GROUP, is_guest
from bot.checkins import views as checkin_views
from bot.checkins.service import CheckInService
from bot.errors import StudyGroupError
from bot.groups import settings_views, views
from bot.groups.looking import account, must_be_in
from bot.groups.looking import is_admin as is_admin_of
from bot.groups.schedule import check
from bot.groups.service import NO_GROUP, GroupService, GroupState
from bot.groups.upkeep import GroupUpkeep
from bot.members import Member
from bot.redelivery import happened_at, is_redelivered
from bot.refusals import code_of
from bot.slack_zone import zone_options

LONGEST_ECHO = 40
NOT_A_CHANNEL = (
    "A study group lives in a channel, so that its members see one thread. Go to the channel, type "
    "`/invite @Prep Coach` there if I am not in it, and then `/prep group start`."
)
NOT_INVITED = (
    "I am not in this channel, so I could post nothing here. Type `/invite @Prep Coach`, and then "
    "`/prep group start` again."
)
NO_SCOPE = (
    "I may not look at this channel: the app needs the rights channels:read and groups:read. Whoever runs "
    "Prep Coach gives them by installing it again with the newest app.yaml."
)
ARCHIVED = "This channel is archived. Somebody has to bring it back before a study group can meet here."


def register_command(app: AsyncApp) -> None:
    """Connect the word after /prep."""
    app.command(words.COMMAND, matchers=[words.first_word_is("group")])(command_in_channel)


def register(app: AsyncApp) -> None:
    """Connect buttons, forms and what happens to channels."""
    app.action(views.JOIN)(join)
    app.action(views.LEAVE)(leave)
    app.action(views.SHOW_NAME)(show_name)
    app.action(views.CHECK_IN)(check_in)
    app.action(views.OPTIONS)(show_options)
    app.action(views.SETTINGS)(open_settings)
    app.options(settings_views.ZONE)(suggest_zones)
    app.view(settings_views.START)(submit_start)
    app.view(settings_views.CHANGE)(submit_change)
    app.event("member_left_channel")(member_left)
    for name in ("channel_left", "group_left"):
        app.event(name)(bot_left)
    for name in ("channel_archive", "group_archive"):
        app.event(name)(archived)
    for name in ("channel_deleted", "group_deleted"):
        app.event(name)(deleted)
    for name in ("channel_unarchive", "group_unarchive"):
        app.event(name)(unarchived)
    for name in ("channel_rename", "group_rename"):
        app.event(name)(renamed)


async def command_in_channel(
    ack: AsyncAck,
    command: dict[str, Any],
    client: AsyncWebClient,
    respond: AsyncRespond,
    member: Member,
    groups: GroupService,
) -> None:
    """`/prep group`, alone or with what to do; only the person sees the answer."""
    await ack()
    channel_id = str(command.get("channel_id", ""))
    if channel_id.startswith("D") or str(command.get("channel_name")).startswith("mpdm-"):
        raise StudyGroupError(NOT_A_CHANNEL)
    typed = words.split(words.split(command.get("text", ""))[1])[0]
    if typed == "start":
        return await _open_start(client, command, respond, member, groups)
    if typed == "settings":
        state = await _changeable(client, member, groups, channel_id)
        view = settings_views.change_modal(state, groups.now())
        await client.views_open(trigger_id=command["trigger_id"], view=view)
        return None
    if typed == "report":
        return await replies.answer(views.report_post(await groups.report(member, channel_id)), respond)
    if typed == "stop":
        state = await _changeable(client, member, groups, channel_id)
        await groups.stop(member, channel_id, is_admin=not state.is_lead)
        return await replies.answer(views.stopped_post(), respond)
    if typed in ("join", "leave"):
        state = await _known(groups, member, channel_id)
        if typed == "join":
            post = views.joined_post(*await groups.join(member, state.group_id))
        else:
            post = views.left_post(await groups.leave(member, state.group_id))
        return await replies.answer(post, respond)
    lead = f"I do not know “{mrkdwn.escape(typed[:LONGEST_ECHO])}” here." if typed else None
    return await replies.answer(views.state_post(await groups.state(member, channel_id), lead=lead), respond)


async def _open_start(
    client: AsyncWebClient,
    command: dict[str, Any],
    respond: AsyncRespond,
    member: Member,
    groups: GroupService,
) -> None:
    """The form, once it is certain that I could post here. Nothing is stored before it is submitted."""
    channel_id = str(command["channel_id"])
    state = await groups.state(member, channel_id)
    if state is not None and not state.is_over:
        post = views.state_post(state, lead="This channel has a study group already.")
        return await replies.answer(post, respond)
    known = await groups.zone_of(member)
    name, user = await asyncio.gather(_channel_name(client, channel_id), account(client, member))
    if is_guest(user):
        raise StudyGroupError(GUESTS_START_NO_GROUP)
    told = str(user.get("tz") or "")
    zone = known or (told if zones.is_zone(told) else groups.default_zone)
    view = settings_views.start_modal(channel_id, name, zone, groups.now())
    await client.views_open(trigger_id=command["trigger_id"], view=view)
    return None


async def _channel_name(client: AsyncWebClient, channel_id: str) -> str:
    """The name of a channel that I am in; StudyGroupError for one where I could not post."""
    try:
        answer = await client.conversations_info(channel=channel_id)
    except SlackApiError as error:
        if code_of(error) in ("channel_not_found", "not_in_channel"):
            raise StudyGroupError(NOT_INVITED) from error
        if code_of(error) == "missing_scope":
            raise StudyGroupError(NO_SCOPE) from error
        raise
    channel: dict[str, Any] = answer.get("channel", {})
    if channel.get("is_im") or channel.get("is_mpim"):
        raise StudyGroupError(NOT_A_CHANNEL)
    if channel.get("is_archived"):
        raise StudyGroupError(ARCHIVED)
    if not channel.get("is_member"):
        raise StudyGroupError(NOT_INVITED)
    return str(channel.get("name", ""))


async def _known(groups: GroupService, member: Member, channel_id: str) -> GroupState:
    state = await groups.state(member, channel_id)
    if state is None:
        raise StudyGroupError(NO_GROUP)
    return state


async def _changeable(
    client: AsyncWebClient, member: Member, groups: GroupService, channel_id: str
) -> GroupState:
    state = await _known(groups, member, channel_id)
    is_admin = not state.is_lead and await is_admin_of(client, member)
    return await groups.changeable(member, channel_id, is_admin=is_admin)


async def suggest_zones(ack: AsyncAck, body: dict[str, Any], groups: GroupService) -> None:
    """Time zones whose place matches what is typed."""
    await ack(options=zone_options(zones.search(str(body.get("value", ""))), groups.now()))


async def submit_start(
    ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, member: Member, groups: GroupService
) -> None:
    """Make the channel a study group; its message follows from the outbox."""
    opened = settings_views.read_opened(view)
    schedule, errors = check(settings_views.read_schedule(view))
    if schedule is None:
        await ack(response_action="errors", errors=errors)
        return
    await ack(response_action="update", view=settings_views.saving_modal())
    await must_be_in(client, opened.channel_id, member)
    state = await groups.start(member, opened.channel_id, opened.channel_name, schedule)
    await client.views_update(view_id=view["id"], view=settings_views.started_modal(state))


async def submit_change(
    ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, member: Member, groups: GroupService
) -> None:
    """Keep the new terms, if those the form showed still hold and the person may still change them."""
    opened = settings_views.read_opened(view)
    schedule, errors = check(settings_views.read_schedule(view))
    if schedule is None or opened.before is None:
        await ack(response_action="errors", errors=errors)
        return
    await ack(response_action="update", view=settings_views.saving_modal())
    state = await groups.state_of(member, opened.group_id)
    is_admin = not state.is_lead and await is_admin_of(client, member)
    changed = await groups.change(member, opened.group_id, opened.before, schedule, is_admin=is_admin)
    await client.views_update(view_id=view["id"], view=settings_views.changed_modal(changed))


async def _hung_up_here(
    action: dict[str, Any], body: dict[str, Any], member: Member, groups: GroupService
) -> GroupState:
    """The group of a button, which hangs in that group's channel: who cannot see it cannot press it."""
    state = await groups.state_of(member, views.read_group_id(action))
    if (body.get("channel") or {}).get("id") != state.channel_id:
        raise StudyGroupError(NO_GROUP)
    return state


async def join(
    ack: AsyncAck,
    action: dict[str, Any],
    body: dict[str, Any],
    respond: AsyncRespond,
    member: Member,
    groups: GroupService,
) -> None:
    """The Join button; twice is once."""
    await ack()
    here = await _hung_up_here(action, body, member, groups)
    joined, state = await groups.join(member, here.group_id)
    await replies.answer(views.joined_post(joined, state), respond)


async def leave(
    ack: AsyncAck, action: dict[str, Any], respond: AsyncRespond, member: Member, groups: GroupService
) -> None:
    """The Leave button in a private answer, which it replaces."""
    await ack()
    state = await groups.leave(member, views.read_group_id(action))
    await replies.answer(views.left_post(state), respond, replace=True)


async def show_name(
    ack: AsyncAck, action: dict[str, Any], respond: AsyncRespond, member: Member, groups: GroupService
) -> None:
    """The box under "Show my name", ticked or unticked."""
    await ack()
    shows = views.read_ticked(action)
    state = await groups.show_name(member, views.read_group_id(action), shows=shows)
    await replies.answer(views.name_post(state), respond, replace=True)


async def check_in(
    ack: AsyncAck,
    action: dict[str, Any],
    body: dict[str, Any],
    client: AsyncWebClient,
    respond: AsyncRespond,
    member: Member,
    groups: GroupService,
    checkins: CheckInService,
) -> None:
    """The thread's button: the weekly check-in for a member, the way in for anybody else."""
    await ack()
    state = await _hung_up_here(action, body, member, groups)
    if not state.is_member:
        await replies.answer(views.not_in_post(state), respond)
        return
    form = await checkins.form(member)
    await client.views_open(trigger_id=body["trigger_id"], view=checkin_views.modal(form))


async def show_options(
    ack: AsyncAck,
    action: dict[str, Any],
    body: dict[str, Any],
    respond: AsyncRespond,
    member: Member,
    groups: GroupService,
) -> None:
    """The thread's Options: one's own place in the group, and what can be changed."""
    await ack()
    state = await _hung_up_here(action, body, member, groups)
    await replies.answer(views.state_post(state), respond)


async def open_settings(
    ack: AsyncAck,
    action: dict[str, Any],
    body: dict[str, Any],
    client: AsyncWebClient,
    member: Member,
    groups: GroupService,
) -> None:
    """The lead's button beside their own place; somebody else may lead by now."""
    await ack()
    known = await groups.state_of(member, views.read_group_id(action))
    state = await _changeable(client, member, groups, known.channel_id)
    view = settings_views.change_modal(state, groups.now())
    await client.views_open(trigger_id=body["trigger_id"], view=view)


async def member_left(
    event: dict[str, Any],
    body: dict[str, Any],
    context: AsyncBoltContext,
    request: AsyncBoltRequest,
    client: AsyncWebClient,
    group_upkeep: GroupUpkeep,
) -> None:
    """Somebody left a channel; it may have been the bot."""
    channel_id, user_id = str(event.get("channel", "")), str(event.get("user", ""))
    if user_id != context.bot_user_id:
        since = happened_at(body) if is_redelivered(request) else None
        await group_upkeep.person_left(Member(_team(context), user_id), channel_id, since)
    elif await _is_lost(client, request, channel_id):
        await group_upkeep.bot_left(_team(context), channel_id)


async def bot_left(
    event: dict[str, Any],
    context: AsyncBoltContext,
    request: AsyncBoltRequest,
    client: AsyncWebClient,
    group_upkeep: GroupUpkeep,
) -> None:
    """The bot was removed from a channel."""
    channel_id = str(event.get("channel", ""))
    if await _is_lost(client, request, channel_id):
        await group_upkeep.bot_left(_team(context), channel_id)


async def archived(
    event: dict[str, Any],
    context: AsyncBoltContext,
    request: AsyncBoltRequest,
    client: AsyncWebClient,
    group_upkeep: GroupUpkeep,
) -> None:
    """A channel was archived."""
    channel_id = str(event.get("channel", ""))
    if await _is_lost(client, request, channel_id):
        await group_upkeep.archived(_team(context), channel_id)


async def deleted(event: dict[str, Any], context: AsyncBoltContext, group_upkeep: GroupUpkeep) -> None:
    """A channel was deleted, which nobody can take back."""
    await group_upkeep.deleted(_team(context), str(event.get("channel", "")))


async def unarchived(event: dict[str, Any], context: AsyncBoltContext, group_upkeep: GroupUpkeep) -> None:
    """A channel came back."""
    await group_upkeep.unarchived(_team(context), str(event.get("channel", "")))


async def renamed(
    event: dict[str, Any],
    context: AsyncBoltContext,
    request: AsyncBoltRequest,
    client: AsyncWebClient,
    group_upkeep: GroupUpkeep,
) -> None:
    """A channel has another name; here the event carries the channel itself."""
    channel = event.get("channel")
    if not isinstance(channel, dict):
        return
    if is_redelivered(request):
        channel = (await client.conversations_info(channel=str(channel.get("id", "")))).get(
            "channel", channel
        )
    await group_upkeep.renamed(_team(context), str(channel.get("id", "")), str(channel.get("name", "")))


async def _is_lost(client: AsyncWebClient, request: AsyncBoltRequest, channel_id: str) -> bool:
    """Whether we can no longer post there; an event that comes again may tell of what is over."""
    if not is_redelivered(request):
        return True
    try:
        answer = await client.conversations_info(channel=channel_id)
    except SlackApiError:
        return True
    channel: dict[str, Any] = answer.get("channel", {})
    return bool(channel.get("is_archived")) or not channel.get("is_member")


def _team(context: AsyncBoltContext) -> str:
    return context.team_id or ""
