"""What Slack tells us about people's own data."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot import replies, words
from bot.errors import BotError
from bot.members import Member
from bot.mydata import views
from bot.mydata.feeds import CalendarFeeds
from bot.mydata.service import Begun, MyDataService
from bot.patience import soon
from bot.people.service import PeopleService
from bot.refusals import CALL_ERRORS, code_of

log = logging.getLogger(__name__)

RefreshHome = Callable[[Member], Awaitable[None]]
_FORBIDDEN = {"missing_scope", "not_allowed_token_type", "file_uploads_disabled", "restricted_action"}


class ExportFailedError(BotError):
    """Slack did not take the file."""


def register_command(app: AsyncApp) -> None:
    """Connect the words after /prep."""
    app.command(words.COMMAND, matchers=[words.first_word_is("export")])(export_by_command)
    app.command(words.COMMAND, matchers=[words.first_word_is("forget-me")])(forget_by_command)


def register_guard(app: AsyncApp) -> None:
    """Connect what answers buttons of forgotten times. It must come before the listeners of these buttons."""
    app.action(re.compile(""), matchers=[is_from_before])(answer_from_before)


def register(app: AsyncApp) -> None:
    """Connect the buttons and the modal."""
    app.action(views.EXPORT)(export)
    app.action(views.MAKE_ADDRESS)(make_address)
    app.action(views.END_ADDRESS)(end_address)
    app.action(views.FORGET)(ask_to_forget)
    app.view(views.CONFIRM)(forget)


async def export_by_command(
    ack: AsyncAck,
    command: dict[str, Any],
    client: AsyncWebClient,
    respond: AsyncRespond,
    member: Member,
    mydata: MyDataService,
    calendar_feeds: CalendarFeeds,
) -> None:
    """`/prep export`"""
    await ack()
    begun = await mydata.begin_export(member, str(command.get("trigger_id") or ""))
    offer = await calendar_feeds.offer(member)
    await replies.answer(views.export_post(_answer(begun), offer), respond)
    if isinstance(begun, Begun):
        await _send(client, member, mydata, begun)


async def export(
    ack: AsyncAck,
    body: dict[str, Any],
    client: AsyncWebClient,
    respond: AsyncRespond,
    member: Member,
    mydata: MyDataService,
    calendar_feeds: CalendarFeeds,
) -> None:
    """The button in messages, windows and Home."""
    await ack()
    begun = await mydata.begin_export(member, str(body.get("trigger_id") or ""))
    answer = views.export_post(_answer(begun), await calendar_feeds.offer(member))
    await replies.show(answer, views.EXPORT_TITLE, body=body, client=client, respond=respond)
    if isinstance(begun, Begun):
        await _send(client, member, mydata, begun)


async def make_address(
    ack: AsyncAck,
    body: dict[str, Any],
    client: AsyncWebClient,
    respond: AsyncRespond,
    member: Member,
    calendar_feeds: CalendarFeeds,
) -> None:
    """A private address for the calendar, shown this once."""
    await ack()
    if calendar_feeds.public_url is None:
        post = views.note(views.NO_CALENDARS)
    else:
        address = await calendar_feeds.make(member)
        post = views.note(views.NOTHING) if address is None else views.address_post(address)
    await replies.show(post, views.CALENDAR_TITLE, body=body, client=client, respond=respond)


async def end_address(
    ack: AsyncAck,
    body: dict[str, Any],
    client: AsyncWebClient,
    respond: AsyncRespond,
    member: Member,
    calendar_feeds: CalendarFeeds,
) -> None:
    """The address leads nowhere from now on; the message that showed it goes."""
    await ack()
    ended = await calendar_feeds.end(member)
    post = views.note(views.ENDED if ended else views.NO_ADDRESS)
    await replies.change(post, views.CALENDAR_TITLE, body=body, client=client, respond=respond)


async def forget_by_command(
    ack: AsyncAck,
    command: dict[str, Any],
    client: AsyncWebClient,
    respond: AsyncRespond,
    member: Member,
    mydata: MyDataService,
) -> None:
    """`/prep forget-me` asks first."""
    await ack()
    kept = await mydata.kept(member)
    if kept is None:
        await replies.answer(views.note(views.NOTHING), respond)
    else:
        await client.views_open(trigger_id=command["trigger_id"], view=views.forget_modal(kept))


async def ask_to_forget(
    ack: AsyncAck,
    body: dict[str, Any],
    client: AsyncWebClient,
    respond: AsyncRespond,
    member: Member,
    mydata: MyDataService,
) -> None:
    """The button in messages, windows and Home."""
    await ack()
    kept = await mydata.kept(member)
    if kept is None:
        answer = views.note(views.NOTHING)
        await replies.show(answer, views.FORGET_TITLE, body=body, client=client, respond=respond)
    elif body.get("view", {}).get("type") == "modal":
        await client.views_push(trigger_id=body["trigger_id"], view=views.forget_modal(kept))
    else:
        await client.views_open(trigger_id=body["trigger_id"], view=views.forget_modal(kept))


async def forget(
    ack: AsyncAck,
    view: dict[str, Any],
    client: AsyncWebClient,
    member: Member,
    mydata: MyDataService,
    refresh_home: RefreshHome,
) -> None:
    """They said yes."""
    await ack(response_action="update", view=views.forget_window(views.DELETING))
    deleted = await mydata.forget(member)
    said = views.forgotten(deleted.counts if deleted else None)
    await client.views_update(view_id=view["id"], view=views.forget_window(said))
    await refresh_home(member)
    for file in deleted.files if deleted else ():
        await _delete_file(client, file)


async def is_from_before(body: dict[str, Any], member: Member, people: PeopleService) -> bool:
    """
    Whether somebody we know nothing of presses in a message that we only send to people we know.

    Answering such a button would begin to keep things of a person who asked us not to.
    """
    container = body.get("container") or {}
    channel = str((body.get("channel") or {}).get("id", ""))
    is_in_direct_message = container.get("type") == "message" and channel.startswith("D")
    if not is_in_direct_message or container.get("is_ephemeral"):
        return False
    return not await soon(people.is_known(member))


async def answer_from_before(ack: AsyncAck, respond: AsyncRespond) -> None:
    """Nothing is read or written."""
    await ack()
    await replies.answer(views.note(views.FROM_BEFORE), respond)


def _answer(begun: object) -> str:
    if begun is None:
        return views.NOTHING
    return views.COMING if isinstance(begun, Begun) else views.UNDER_WAY


async def _send(client: AsyncWebClient, member: Member, mydata: MyDataService, begun: Begun) -> None:
    """Put the file into the direct message. Raises ExportFailedError; then it may be asked for again."""
    try:
        archive = await mydata.archive(member)
        if archive is None:
            return
        opened = await client.conversations_open(users=member.user_id)
        await client.files_upload_v2(
            channel=opened["channel"]["id"],
            filename=archive.name,
            title=archive.name,
            content=archive.content,
            initial_comment=views.IN_THE_ZIP,
        )
    except (*CALL_ERRORS, SlackClientError) as error:
        await mydata.export_failed(begun)
        raise ExportFailedError(_sentence(error)) from error
    except BaseException:
        await mydata.export_failed(begun)
        raise
    await mydata.exported(begun)


async def _delete_file(client: AsyncWebClient, file: str) -> None:
    try:
        await client.files_delete(file=file)
    except CALL_ERRORS as error:
        log.warning("a picture stays in Slack: %s", code_of(error))


def _sentence(error: Exception) -> str:
    if code_of(error) in _FORBIDDEN:
        return (
            f"Slack does not let me send files here (`{code_of(error)}`). Whoever runs Prep Coach can allow "
            "it, or hand you the same file with `prep-coach export`. Nothing is lost."
        )
    return (
        "Slack did not confirm your export. Nothing is lost: look into our direct message, and if the file "
        "is not there, type `/prep export` again."
    )
