"""What Slack tells us about a person's own stories."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot import replies, words
from bot.errors import BotError
from bot.members import Member
from bot.outgoing import Block as Content
from bot.patience import soon
from bot.pictures.service import PictureService
from bot.pictures.sources import coverage_matrix
from bot.stories import coverage_views, form_views, ids, sharing_listeners, views, windows
from bot.stories.bank import Wanted
from bot.stories.draft import NAMES, Draft, check
from bot.stories.message_text import draft_of
from bot.stories.service import NoSuchStoryError, Saved, StoryService

log = logging.getLogger(__name__)

RefreshHome = Callable[[Member], Awaitable[None]]


def register_command(app: AsyncApp) -> None:
    """Connect the word after /prep."""
    app.command(words.COMMAND, matchers=[words.first_word_is("stories")])(open_by_command)


def register(app: AsyncApp) -> None:
    """Connect the bank, the form, the message shortcut, and what belongs to one story."""
    app.action(ids.OPEN)(open_by_button)
    app.action(ids.ADD)(add)
    app.message_shortcut(ids.SAVE_MESSAGE)(save_message)
    app.view(ids.LIST)(search)
    app.action(ids.FILTER)(choose_filter)
    app.action(re.compile(rf"^{re.escape(ids.PAGE)}\."))(turn_page)
    app.action(ids.SHOW)(show_story)
    app.action(ids.BACK)(go_back)
    app.action(ids.COVERAGE)(show_coverage)
    app.action(ids.EDIT)(edit)
    app.view(ids.FORM)(submit_form)
    app.action(re.compile(rf"^{re.escape(ids.ARCHIVE)}\."))(archive)
    app.action(ids.DELETE)(delete)
    sharing_listeners.register(app)


async def open_by_command(
    ack: AsyncAck, command: dict[str, Any], client: AsyncWebClient, member: Member, stories: StoryService
) -> None:
    """`/prep stories` opens the bank, `/prep stories migration` what is found."""
    await ack()
    query = words.split(command.get("text", ""))[1]
    page = await stories.page(member, Wanted.searching(query))
    await client.views_open(trigger_id=command["trigger_id"], view=views.list_modal(page, stories.names))


async def open_by_button(
    ack: AsyncAck,
    action: dict[str, Any],
    body: dict[str, Any],
    client: AsyncWebClient,
    member: Member,
    stories: StoryService,
) -> None:
    """The bank, or one story, from anywhere."""
    await ack()
    ref = views.read_value(action)
    if ref:
        view = views.card_modal(await stories.card(member, ref), stories.names)
    else:
        view = views.list_modal(await stories.page(member, Wanted()), stories.names)
    await windows.show_over(client, body, view)


async def add(
    ack: AsyncAck, action: dict[str, Any], body: dict[str, Any], client: AsyncWebClient, stories: StoryService
) -> None:
    """An empty form; from a list of one principle or scenario, with that one chosen."""
    await ack()
    about = views.read_value(action)
    draft = Draft(
        principles=(about,) if about in stories.catalog.principles else (),
        scenario=about if about in stories.catalog.scenarios else None,
    )
    form = form_views.new_form(draft, views.read_under(body.get("view") or {}))
    await windows.show_over(client, body, form_views.form_modal(form, stories.catalog))


async def save_message(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, member: Member, stories: StoryService
) -> None:
    """A message as the situation of a story; the same message twice is the same story."""
    await ack()
    message: dict[str, Any] = body.get("message") or {}
    channel = (body.get("channel") or {}).get("id", "")
    key = f"message:{channel}:{body.get('message_ts') or message.get('ts', '')}"
    known = await stories.of_message(member, key)
    if known is not None:
        form = form_views.edit_form(known, lead=form_views.SEEN)
    else:
        draft, is_cut = draft_of(str(message.get("text") or ""))
        lead = form_views.CUT if is_cut else "" if draft.situation else form_views.NO_TEXT
        form = form_views.new_form(draft, key=key, lead=lead)
    view = form_views.form_modal(form, stories.catalog)
    await client.views_open(trigger_id=body["trigger_id"], view=view)


async def search(ack: AsyncAck, view: dict[str, Any], member: Member, stories: StoryService) -> None:
    """The list again, for the words that were typed. Readers never wait for a writer, so this is in time."""
    page = await soon(stories.page(member, views.read_wanted(view)))
    await ack(response_action="update", view=views.list_modal(page, stories.names))


async def choose_filter(
    ack: AsyncAck,
    action: dict[str, Any],
    body: dict[str, Any],
    client: AsyncWebClient,
    member: Member,
    stories: StoryService,
) -> None:
    """Other stories, from the first page on."""
    await ack()
    wanted = replace(views.read_wanted(replies.window_of(body)), filter=views.read_value(action), page=0)
    await _draw_list(client, body, member, stories, wanted)


async def turn_page(
    ack: AsyncAck,
    action: dict[str, Any],
    body: dict[str, Any],
    client: AsyncWebClient,
    member: Member,
    stories: StoryService,
) -> None:
    """The page before, or the next one."""
    await ack()
    wanted = replace(views.read_wanted(replies.window_of(body)), page=views.read_page(action))
    await _draw_list(client, body, member, stories, wanted)


async def go_back(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, member: Member, stories: StoryService
) -> None:
    """From a story or the coverage to the list as it was."""
    await ack()
    await _draw_list(client, body, member, stories, views.read_wanted(replies.window_of(body)))


async def show_story(
    ack: AsyncAck,
    action: dict[str, Any],
    body: dict[str, Any],
    client: AsyncWebClient,
    member: Member,
    stories: StoryService,
) -> None:
    """One story, in the place of the list."""
    await ack()
    wanted = views.read_wanted(replies.window_of(body)).to_json()
    card = await stories.card(member, views.read_value(action))
    view = views.card_modal(card, stories.names, wanted=wanted)
    await client.views_update(view_id=replies.window_of(body)["id"], view=view)


async def show_coverage(
    ack: AsyncAck,
    body: dict[str, Any],
    client: AsyncWebClient,
    member: Member,
    stories: StoryService,
    pictures: PictureService,
) -> None:
    """The matrix, in the place of the list; its picture comes on top as soon as there is one."""
    await ack()
    wanted = views.read_wanted(replies.window_of(body)).to_json()
    found, today = await stories.coverage(member)
    lines = coverage_views.coverage_lines(found, today)
    seen: str | None = None

    async def send(blocks: list[Content]) -> None:
        nonlocal seen
        # The words are the window's own.
        images = [block for block in blocks if block["type"] == "image"]
        view = views.coverage_modal(found, lines, wanted, images)
        # Who has gone back meanwhile is not brought here again: Slack refuses an old hash.
        answer = await client.views_update(view_id=replies.window_of(body)["id"], view=view, hash=seen)
        told = (answer.get("view") or {}).get("hash")
        seen = told if isinstance(told, str) else None

    await pictures.show(member, [coverage_matrix(found)], client, send, in_message=False)


async def edit(
    ack: AsyncAck,
    action: dict[str, Any],
    body: dict[str, Any],
    client: AsyncWebClient,
    member: Member,
    stories: StoryService,
) -> None:
    """The form, over the story."""
    await ack()
    card = await stories.card(member, views.read_value(action))
    form = form_views.edit_form(card.story, views.read_under(body.get("view") or {}))
    await windows.show_over(client, body, form_views.form_modal(form, stories.catalog))


async def submit_form(
    ack: AsyncAck,
    view: dict[str, Any],
    client: AsyncWebClient,
    member: Member,
    stories: StoryService,
    refresh_home: RefreshHome,
) -> None:
    """Keep the story, and show what the coach says; whatever goes wrong, what was typed stays."""
    opened, under = form_views.read_opened(view)
    catalog = stories.catalog
    typed, errors = check(
        form_views.read_fields(view),
        stories.latest_date(),
        tuple(catalog.principles),
        tuple(catalog.scenarios),
    )
    if errors:
        await ack(response_action="errors", errors=errors)
        return
    await ack(response_action="update", view=form_views.saving_modal())
    try:
        saved = await stories.save(member, opened, typed, f"view:{view['id']}")
    except Exception as error:  # noqa: BLE001 - whatever it was, what was typed must come back
        # Never the error itself: a database's error repeats what it was given.
        log.error("a story could not be saved: %s", type(error).__name__)
        lead = str(error) if isinstance(error, BotError) else form_views.NOT_SAVED
        again = form_views.Form(draft=typed, opened=opened, under=under, lead=lead)
        await client.views_update(view_id=view["id"], view=form_views.form_modal(again, catalog))
        return
    if saved.conflicts:
        form = form_views.conflict_form(saved, under)
        await client.views_update(view_id=view["id"], view=form_views.form_modal(form, catalog))
    else:
        card = await stories.card(member, saved.story.ref)
        shown = views.card_modal(
            card, stories.names, notes=_notes(saved), wanted=under.wanted if under else ""
        )
        await client.views_update(view_id=view["id"], view=shown)
    await windows.redraw_under(client, member, stories, under)
    await refresh_home(member)


async def archive(
    ack: AsyncAck,
    action: dict[str, Any],
    body: dict[str, Any],
    client: AsyncWebClient,
    member: Member,
    stories: StoryService,
    refresh_home: RefreshHome,
) -> None:
    """Put a story away, or take it out again; the button says which."""
    await ack()
    goes_in = str(action["action_id"]).endswith(".in")
    card = await stories.archive(member, views.read_value(action), is_archived=goes_in)
    wanted = views.read_wanted(replies.window_of(body)).to_json()
    view = views.card_modal(card, stories.names, wanted=wanted)
    await client.views_update(view_id=replies.window_of(body)["id"], view=view)
    await refresh_home(member)


async def delete(
    ack: AsyncAck,
    action: dict[str, Any],
    body: dict[str, Any],
    client: AsyncWebClient,
    member: Member,
    stories: StoryService,
    refresh_home: RefreshHome,
) -> None:
    """Delete a story, which Slack has asked about, and go back to the others."""
    await ack()
    try:
        lead = f"“{await stories.delete(member, views.read_value(action))}” is deleted."
    except NoSuchStoryError:
        lead = "That story was deleted before."
    await _draw_list(client, body, member, stories, views.read_wanted(replies.window_of(body)), lead)
    await refresh_home(member)


async def _draw_list(
    client: AsyncWebClient,
    body: dict[str, Any],
    member: Member,
    stories: StoryService,
    wanted: Wanted,
    lead: str = "",
) -> None:
    page = await stories.page(member, wanted)
    view = views.list_modal(page, stories.names, lead)
    await client.views_update(view_id=replies.window_of(body)["id"], view=view)


def _notes(saved: Saved) -> list[str]:
    notes = []
    if saved.was_gone:
        notes.append("This story had been deleted or archived meanwhile. It is back, as you typed it.")
    if saved.taken:
        fields = ", ".join(NAMES[name] for name in saved.taken)
        notes.append(f"It was also changed on another device. Taken from there: {fields}.")
    return notes
