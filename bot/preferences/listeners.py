"""What Slack tells us about settings and pauses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import aiohttp
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from bot import replies, words, zones
from bot.clock import local_date
from bot.members import Member
from bot.people.account import read_account
from bot.people.service import PeopleService
from bot.preferences import pause_views, views
from bot.preferences.choices import check
from bot.preferences.pauses import PauseError, read_pause
from bot.preferences.service import PreferencesService
from bot.slack_zone import zone_in_slack, zone_options

SAVING = "Saving. This takes a moment; it is kept even if you close this window."
RefreshHome = Callable[[Member], Awaitable[None]]


def register_command(app: AsyncApp) -> None:
    """Connect the words after /prep."""
    app.command(words.COMMAND, matchers=[words.first_word_is("settings")])(open_by_command)
    app.command(words.COMMAND, matchers=[words.first_word_is("pause")])(pause_by_command)
    app.command(words.COMMAND, matchers=[words.first_word_is("resume")])(resume_by_command)


def register(app: AsyncApp) -> None:
    """Connect the buttons, modals and selects."""
    app.action(views.OPEN)(open_settings)
    app.action(views.PAUSE)(ask_for_pause)
    app.action(views.RESUME)(resume)
    app.options(views.ZONE)(suggest_zones)
    app.options(views.COUNTRY)(suggest_countries)
    app.view(views.FORM)(save_settings)
    app.view(pause_views.CHOICE)(submit_pause)


async def open_by_command(
    ack: AsyncAck,
    command: dict[str, Any],
    client: AsyncWebClient,
    member: Member,
    preferences: PreferencesService,
) -> None:
    """`/prep settings`"""
    await ack()
    view = await _settings_view(client, member, preferences)
    await client.views_open(trigger_id=command["trigger_id"], view=view)


async def open_settings(
    ack: AsyncAck,
    body: dict[str, Any],
    client: AsyncWebClient,
    member: Member,
    preferences: PreferencesService,
) -> None:
    """The button in messages, windows and Home."""
    await ack()
    await _open(await _settings_view(client, member, preferences), body, client)


async def save_settings(
    ack: AsyncAck,
    view: dict[str, Any],
    client: AsyncWebClient,
    member: Member,
    preferences: PreferencesService,
    people: PeopleService,
    refresh_home: RefreshHome,
) -> None:
    """Check the form, store it, and say when the next reminders come."""
    choices, errors = check(views.read_settings(view))
    if choices is None:
        await ack(response_action="errors", errors=errors)
        return
    await ack(response_action="update", view=views.note_modal(SAVING))
    outlook = await preferences.save(member, choices, slack_zone=views.read_slack_zone(view))
    if choices.follows_status:
        await _look_at_status(client, member, people)
        outlook = await preferences.outlook(member)
    await client.views_update(view_id=view["id"], view=views.outcome_modal("Saved.", outlook))
    await refresh_home(member)


async def pause_by_command(
    ack: AsyncAck,
    command: dict[str, Any],
    client: AsyncWebClient,
    respond: AsyncRespond,
    member: Member,
    preferences: PreferencesService,
    refresh_home: RefreshHome,
) -> None:
    """`/prep pause` asks for how long; `/prep pause 3d` pauses at once."""
    await ack()
    typed = words.split(command.get("text", ""))[1]
    if not typed:
        view = await _pause_view(member, preferences)
        await client.views_open(trigger_id=command["trigger_id"], view=view)
        return
    until = read_pause(typed, await preferences.today(member))
    outlook = await preferences.pause(member, until)
    await replies.answer(views.outcome_post("", outlook), respond)
    await refresh_home(member)


async def ask_for_pause(
    ack: AsyncAck,
    body: dict[str, Any],
    client: AsyncWebClient,
    member: Member,
    preferences: PreferencesService,
) -> None:
    """The button in messages, windows and Home."""
    await ack()
    await _open(await _pause_view(member, preferences), body, client)


async def submit_pause(
    ack: AsyncAck,
    view: dict[str, Any],
    client: AsyncWebClient,
    member: Member,
    preferences: PreferencesService,
    refresh_home: RefreshHome,
) -> None:
    """Check the date against the day on the person's wall, then pause."""
    field, typed = pause_views.read_length(view)
    today = local_date(preferences.now(), pause_views.read_zone(view))
    try:
        until = _first_day_back(typed, today)
    except PauseError as error:
        await ack(response_action="errors", errors={field: str(error).replace("`", "")})
        return
    saving = views.note_modal(SAVING, title=pause_views.TITLE)
    await ack(response_action="update", view=saving)
    outlook = await preferences.pause(member, until)
    done = views.outcome_modal("", outlook, title=pause_views.TITLE)
    await client.views_update(view_id=view["id"], view=done)
    await refresh_home(member)


async def resume_by_command(
    ack: AsyncAck,
    respond: AsyncRespond,
    member: Member,
    preferences: PreferencesService,
    refresh_home: RefreshHome,
) -> None:
    """`/prep resume`"""
    await ack()
    outlook = await preferences.resume(member)
    await replies.answer(views.resumed_post(outlook), respond)
    await refresh_home(member)


async def resume(
    ack: AsyncAck,
    body: dict[str, Any],
    client: AsyncWebClient,
    respond: AsyncRespond,
    member: Member,
    preferences: PreferencesService,
    refresh_home: RefreshHome,
) -> None:
    """The button in messages, windows and Home."""
    await ack()
    outlook = await preferences.resume(member)
    post = views.resumed_post(outlook)
    if body.get("view", {}).get("type") == "modal":
        await replies.change(post, views.TITLE, body=body, client=client, respond=respond)
    else:
        await replies.show(post, views.TITLE, body=body, client=client, respond=respond)
    await refresh_home(member)


async def suggest_zones(ack: AsyncAck, body: dict[str, Any], preferences: PreferencesService) -> None:
    """Time zones whose place matches what is typed."""
    await ack(options=zone_options(zones.search(str(body.get("value", ""))), preferences.now()))


async def suggest_countries(ack: AsyncAck, body: dict[str, Any]) -> None:
    """Countries whose name matches what is typed."""
    await ack(options=views.country_options(str(body.get("value", ""))))


def _first_day_back(typed: str, today: date) -> date | None:
    if not typed:
        raise PauseError("Choose the first day back.")
    return read_pause(typed, today)


async def _settings_view(client: AsyncWebClient, member: Member, preferences: PreferencesService) -> View:
    current = await preferences.current(member)
    # Whoever follows Slack already has its zone; it is asked only where it is not known.
    is_known = current.choices.follows_zone and current.choices.time_zone is not None
    told = current.choices.time_zone if is_known else await zone_in_slack(client, member)
    zone = current.choices.time_zone or told or current.zone
    return views.settings_modal(current.choices, zone=zone, slack_zone=told, now=preferences.now())


async def _pause_view(member: Member, preferences: PreferencesService) -> View:
    outlook = await preferences.outlook(member)
    return pause_views.pause_modal(outlook, local_date(outlook.now, outlook.time_zone))


async def _look_at_status(client: AsyncWebClient, member: Member, people: PeopleService) -> None:
    """A status that is set already counts, too; where Slack does not tell, the next change does."""
    try:
        answer = await client.users_info(user=member.user_id)
    except (SlackApiError, aiohttp.ClientError, OSError, TimeoutError):
        return
    user: dict[str, Any] = answer.get("user", {})
    await people.follow(member, read_account(user))


async def _open(view: View, body: dict[str, Any], client: AsyncWebClient) -> None:
    """A window of its own, or on top of the one the person is in."""
    if body.get("view", {}).get("type") == "modal":
        await client.views_push(trigger_id=body["trigger_id"], view=view)
    else:
        await client.views_open(trigger_id=body["trigger_id"], view=view)
