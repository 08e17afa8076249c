"""What Slack tells us about logging."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import aiohttp
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import replies, words
from bot.log import form_views, views
from bot.log.answers import Line
from bot.log.entries import GoneError
from bot.log.form import ACTIVITY, COUNT, DAY, RATING, TASK, check
from bot.log.service import GONE, LogService
from bot.members import Member
from bot.refusals import code_of
from bot.today import views as today_views
from bot.today.service import TodayService

log = logging.getLogger(__name__)
RefreshHome = Callable[[Member], Awaitable[None]]
SAVING = "Writing it down."
OUTDATED = "This form is from an older version of me. Type `/prep log` to open it anew."


def register_command(app: AsyncApp) -> None:
    """Connect the word after /prep."""
    app.command(words.COMMAND, matchers=[words.first_word_is("log")])(log_by_command)


def register(app: AsyncApp) -> None:
    """Connect the shortcut, the buttons and the forms."""
    app.shortcut(views.SHORTCUT)(open_form)
    app.action(views.OPEN)(open_form)
    app.action(views.UNDO)(undo)
    app.action(views.KNOWN)(mark_known)
    app.action(views.UNKNOWN)(take_known_back)
    app.action(form_views.ENTRY)(change_or_remove)
    app.options(form_views.FIND_TASK)(suggest_tasks)
    app.view(form_views.SAVE)(save)
    app.view(form_views.SAVE_CHANGE)(save_change)


async def log_by_command(
    ack: AsyncAck,
    command: dict[str, Any],
    client: AsyncWebClient,
    respond: AsyncRespond,
    member: Member,
    practice_log: LogService,
    today: TodayService,
    refresh_home: RefreshHome,
) -> None:
    """`/prep log 2 coding`; without more, the form."""
    await ack()
    line = words.split(command.get("text", ""))[1]
    if not line:
        view = form_views.form(await practice_log.diary(member))
        await client.views_open(trigger_id=command["trigger_id"], view=view)
        return
    logged = await practice_log.type(member, line, source_of(command["trigger_id"]))
    await replies.answer(views.logged_post(logged), respond)
    await redraw(logged.lines, client, member, today)
    await refresh_home(member)


async def open_form(
    ack: AsyncAck,
    body: dict[str, Any],
    client: AsyncWebClient,
    member: Member,
    practice_log: LogService,
) -> None:
    """The shortcut, and every button that leads here."""
    await ack()
    view = form_views.form(await practice_log.diary(member))
    is_in_window = (body.get("view") or {}).get("type") == "modal"
    show = client.views_push if is_in_window else client.views_open
    await show(trigger_id=body["trigger_id"], view=view)


async def suggest_tasks(
    ack: AsyncAck, body: dict[str, Any], options: dict[str, Any], practice_log: LogService
) -> None:
    """Tasks for what is typed, of the activity that is chosen."""
    found = practice_log.names.search(str(options.get("value", "")), form_views.read_activity_chosen(body))
    await ack(options=form_views.task_options(found))


async def save(
    ack: AsyncAck,
    view: dict[str, Any],
    client: AsyncWebClient,
    member: Member,
    practice_log: LogService,
    today: TodayService,
    refresh_home: RefreshHome,
) -> None:
    """Log what the form says, or say what to correct beside each field."""
    day = form_views.read_form_day(view)
    if day is None:
        await ack(response_action="update", view=form_views.message_window(OUTDATED))
        return
    entry, faults = check(form_views.read_fields(view), day, practice_log.names)
    if entry is None:
        await ack(response_action="errors", errors=form_views.beside_fields(faults, view))
        return
    await ack(response_action="update", view=form_views.message_window(SAVING))
    logged = await practice_log.add(member, [entry], source_of(view["id"]))
    post = views.logged_post(logged)
    await client.views_update(view_id=view["id"], view=replies.window(post, views.TITLE))
    await redraw(logged.lines, client, member, today)
    await refresh_home(member)


async def change_or_remove(
    ack: AsyncAck,
    action: dict[str, Any],
    body: dict[str, Any],
    client: AsyncWebClient,
    member: Member,
    practice_log: LogService,
    today: TodayService,
    refresh_home: RefreshHome,
) -> None:
    """An entry's menu: its form on top, or out of the log."""
    await ack()
    what, entry_id = form_views.read_menu(action)
    if what not in (form_views.CHANGE, form_views.REMOVE) or not entry_id:
        raise GoneError(GONE)
    if what == form_views.CHANGE:
        changing = await practice_log.changing(member, entry_id)
        await client.views_push(trigger_id=body["trigger_id"], view=form_views.change_form(changing))
        return
    diary = await practice_log.remove(member, entry_id)
    view = form_views.form(diary, "Removed. What is left:")
    await client.views_update(view_id=replies.window_of(body)["id"], view=view)
    await redraw(diary.lines, client, member, today)
    await refresh_home(member)


async def save_change(
    ack: AsyncAck,
    view: dict[str, Any],
    client: AsyncWebClient,
    member: Member,
    practice_log: LogService,
    today: TodayService,
    refresh_home: RefreshHome,
) -> None:
    """Correct an entry, and draw the form under it anew."""
    day, entry_id = form_views.read_form_day(view), form_views.read_form_entry(view)
    if day is None or not entry_id:
        await ack(response_action="update", view=form_views.message_window(OUTDATED))
        return
    fields = form_views.read_fields(view)
    is_tick = ACTIVITY not in fields
    if is_tick:
        # Only its minutes are asked for; the service keeps the rest.
        fields = {**fields, ACTIVITY: "coding", COUNT: "1", DAY: day.isoformat(), TASK: None, RATING: None}
    entry, faults = check(fields, day, practice_log.names)
    if entry is None:
        await ack(response_action="errors", errors=form_views.beside_fields(faults, view))
        return
    await ack(response_action="update", view=form_views.message_window(SAVING))
    diary = await practice_log.change(member, entry_id, entry)
    await client.views_update(view_id=view["id"], view=form_views.message_window("Changed."))
    below = view.get("previous_view_id")
    if below:
        await client.views_update(
            view_id=below, view=form_views.form(diary, "Changed. This is your log now:")
        )
    await redraw(diary.lines, client, member, today)
    await refresh_home(member)


async def undo(
    ack: AsyncAck,
    action: dict[str, Any],
    body: dict[str, Any],
    client: AsyncWebClient,
    respond: AsyncRespond,
    member: Member,
    practice_log: LogService,
    today: TodayService,
    refresh_home: RefreshHome,
) -> None:
    """Take back what was logged together, in the place of the answer."""
    await ack()
    undone = await practice_log.undo(member, views.read_value(action))
    post = views.undone_post(undone)
    await replies.change(post, views.TITLE, body=body, client=client, respond=respond)
    await redraw(undone.diary.lines, client, member, today)
    await refresh_home(member)


async def mark_known(
    ack: AsyncAck,
    action: dict[str, Any],
    body: dict[str, Any],
    client: AsyncWebClient,
    respond: AsyncRespond,
    member: Member,
    practice_log: LogService,
) -> None:
    """A problem was solved before: beside the lesson, which stays."""
    await ack()
    task = await practice_log.know(member, views.read_value(action), is_known=True)
    await replies.show(views.known_post(task), views.TITLE, body=body, client=client, respond=respond)


async def take_known_back(
    ack: AsyncAck,
    action: dict[str, Any],
    body: dict[str, Any],
    client: AsyncWebClient,
    respond: AsyncRespond,
    member: Member,
    practice_log: LogService,
) -> None:
    """It was not, after all."""
    await ack()
    task = await practice_log.know(member, views.read_value(action), is_known=False)
    await replies.change(views.unknown_post(task), views.TITLE, body=body, client=client, respond=respond)


async def redraw(lines: Iterable[Line], client: AsyncWebClient, member: Member, today: TodayService) -> None:
    """The messages that carry the list of a day whose ticks have changed with the log."""
    for line in {line.on: line for line in lines}.values():
        # The tick is stored already, so this changes nothing and says where the list stands.
        changed = await today.tick(member, line.on, line.part, is_done=line.is_done, at=today.now())
        for number, copy in enumerate(reversed(changed.copies)):
            post = (
                today_views.list_post(changed.today)
                if number == 0
                else today_views.folded_post(today_views.MOVED_ON)
            )
            try:
                await client.chat_update(channel=copy.channel, ts=copy.ts, text=post.text, blocks=post.blocks)
            except SlackApiError as error:
                log.warning("a list could not be redrawn: %s", code_of(error))
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                log.warning("a list could not be redrawn: %s", type(error).__name__)


def source_of(slack_id: str) -> str:
    """A name for what one command or form logs: Slack repeats a request with the same id."""
    return f"log:{hashlib.sha256(slack_id.encode()).hexdigest()[:20]}"
