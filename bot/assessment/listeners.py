"""What Slack tells us about the assessment. Every page is drawn from what the modal carries, then stored."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot import replies, words, zones
from bot.assessment import ids, result_views, views
from bot.assessment.profile import check
from bot.assessment.service import AssessmentService, IncompleteError, Result, Standing
from bot.assessment.wizard import OUTDATED, PROFILE_PAGE, Wizard, first_incomplete, missing
from bot.errors import OutdatedFormError
from bot.members import Member
from bot.plan.service import PlanService
from bot.slack_zone import zone_in_slack, zone_options
from content.loader import FormName

RefreshHome = Callable[[Member], Awaitable[None]]
_POINTS = ("1", "2", "3", "4", "5")


def register_command(app: AsyncApp) -> None:
    """Connect the word after /prep."""
    app.command(words.COMMAND, matchers=[words.first_word_is("assess")])(open_by_command)


def register(app: AsyncApp) -> None:
    """Connect the shortcut, buttons and modals."""
    app.shortcut(ids.SHORTCUT)(open_by_trigger)
    app.action(ids.OPEN)(open_by_trigger)
    app.action(re.compile(rf"^{re.escape(ids.START)}\."))(start)
    app.action(ids.RESUME)(resume)
    app.action(ids.BACK)(go_back)
    app.action(ids.ANSWER)(keep_answer)
    app.action(ids.SHOW_RESULT)(show_result)
    app.options(ids.ZONE)(suggest_zones)
    app.view(ids.PROFILE)(submit_profile)
    app.view(ids.PAGE)(submit_page)
    app.view(ids.RESULT)(choose_plan)


async def open_by_command(
    ack: AsyncAck,
    command: dict[str, Any],
    client: AsyncWebClient,
    member: Member,
    assessment: AssessmentService,
) -> None:
    """`/prep assess`, or straight into a form with `/prep assess quick`."""
    await ack()
    match words.split(words.split(command.get("text", ""))[1])[0]:
        case ("quick" | "complete") as form:
            await open_form(client, command["trigger_id"], member, assessment, form)
        case _:
            await open_choice(client, command["trigger_id"], member, assessment)


async def open_by_trigger(
    ack: AsyncAck,
    body: dict[str, Any],
    client: AsyncWebClient,
    member: Member,
    assessment: AssessmentService,
) -> None:
    """The global shortcut, and every button that leads here."""
    await ack()
    await open_choice(client, body["trigger_id"], member, assessment)


async def open_choice(
    client: AsyncWebClient, trigger_id: str, member: Member, assessment: AssessmentService
) -> None:
    """Quick or complete, or going on with the unfinished one."""
    standing = await assessment.standing(member)
    zone = standing.time_zone or assessment.default_zone
    await client.views_open(
        trigger_id=trigger_id, view=views.choice_modal(standing, assessment.catalog.forms, zone)
    )


async def open_form(
    client: AsyncWebClient,
    trigger_id: str,
    member: Member,
    assessment: AssessmentService,
    form: FormName,
) -> None:
    """Open a form on its profile page, or where it stopped if it is the unfinished one."""
    standing = await assessment.standing(member)
    unfinished = standing.unfinished
    if unfinished is not None and unfinished.form == form:
        view = await _page_view(
            unfinished, standing, assessment, standing.time_zone or assessment.default_zone
        )
        await client.views_open(trigger_id=trigger_id, view=view)
        return
    told = None if standing.time_zone else await zone_in_slack(client, member)
    wizard = Wizard(number=standing.next_number + (unfinished is not None), form=form, slack_zone=told)
    zone = standing.time_zone or told or assessment.default_zone
    view = await _page_view(wizard, standing, assessment, zone)
    await client.views_open(trigger_id=trigger_id, view=view)
    if told:
        await assessment.keep_zone(member, told)


async def start(
    ack: AsyncAck,
    action: dict[str, Any],
    body: dict[str, Any],
    client: AsyncWebClient,
    member: Member,
    assessment: AssessmentService,
) -> None:
    """Begin the form the button names; an unfinished attempt is given up."""
    await ack()
    form = Wizard.from_json(str(action.get("value") or "")).form
    standing = await assessment.standing(member)
    # Not the button's own number: that attempt may have been finished on another device meanwhile.
    told = None if standing.time_zone else await zone_in_slack(client, member)
    wizard = Wizard(
        number=standing.next_number + (standing.unfinished is not None), form=form, slack_zone=told
    )
    zone = standing.time_zone or told or assessment.default_zone
    view = await _page_view(wizard, standing, assessment, zone)
    await client.views_update(view_id=replies.window_of(body)["id"], view=view)
    if told:
        await assessment.keep_zone(member, told)


async def resume(
    ack: AsyncAck,
    body: dict[str, Any],
    client: AsyncWebClient,
    member: Member,
    assessment: AssessmentService,
) -> None:
    """Go on where the unfinished attempt stopped, or choose anew if it is finished by now."""
    await ack()
    standing = await assessment.standing(member)
    zone = standing.time_zone or assessment.default_zone
    if standing.unfinished is None:
        view = views.choice_modal(standing, assessment.catalog.forms, zone)
    else:
        view = await _page_view(standing.unfinished, standing, assessment, zone)
    await client.views_update(view_id=replies.window_of(body)["id"], view=view)


async def submit_profile(
    ack: AsyncAck,
    view: dict[str, Any],
    member: Member,
    assessment: AssessmentService,
    refresh_home: RefreshHome,
) -> None:
    """Check the profile, show the first page, keep the profile."""
    wizard = views.read_wizard(view)
    profile, errors = check(views.read_profile(view), assessment.now())
    if profile is None:
        await ack(response_action="errors", errors=errors)
        return
    wizard = replace(wizard, page=1, profile=profile)
    pages = assessment.pages(wizard.form)
    await ack(response_action="update", view=views.page_modal(wizard, pages[0], len(pages) + 1))
    await assessment.save_profile(member, wizard, profile)
    await refresh_home(member)


async def submit_page(
    ack: AsyncAck,
    view: dict[str, Any],
    client: AsyncWebClient,
    member: Member,
    assessment: AssessmentService,
    refresh_home: RefreshHome,
) -> None:
    """Check the page, show the next one or the result, keep the answers."""
    wizard = views.read_wizard(view)
    given = views.read_answers(view)
    wizard = wizard.answered(given)
    pages = assessment.pages(wizard.form)
    if not 1 <= wizard.page <= len(pages):
        raise OutdatedFormError(OUTDATED)
    page = pages[wizard.page - 1]
    errors = dict.fromkeys(missing(page, wizard.answers), "Choose the answer that comes nearest.")
    if errors:
        await ack(response_action="errors", errors=errors)
        return
    if wizard.page < len(pages):
        following = wizard.at(wizard.page + 1)
        await ack(
            response_action="update", view=views.page_modal(following, pages[wizard.page], len(pages) + 1)
        )
        await assessment.save(member, following, given, answered_at=assessment.now())
        await refresh_home(member)
        return
    await ack(response_action="update", view=views.scoring_modal())
    await client.views_update(view_id=view["id"], view=await _finished_view(wizard, member, assessment))
    await refresh_home(member)


async def go_back(
    ack: AsyncAck,
    body: dict[str, Any],
    client: AsyncWebClient,
    member: Member,
    assessment: AssessmentService,
) -> None:
    """Show the page before, with what was answered there, and keep what is on this one."""
    await ack()
    view = replies.window_of(body)
    given = views.read_answers(view)
    wizard = views.read_wizard(view).answered(given)
    previous = wizard.at(max(PROFILE_PAGE, wizard.page - 1))
    standing = await assessment.standing(member)
    zone = standing.time_zone or assessment.default_zone
    await client.views_update(view_id=view["id"], view=await _page_view(previous, standing, assessment, zone))
    await assessment.save(member, previous, given, answered_at=assessment.now())


async def keep_answer(
    ack: AsyncAck,
    action: dict[str, Any],
    body: dict[str, Any],
    member: Member,
    assessment: AssessmentService,
) -> None:
    """Keep each answer as it is ticked, so that closing the window loses nothing."""
    await ack()
    wizard = views.read_wizard(replies.window_of(body))
    chosen = (action.get("selected_option") or {}).get("value", "")
    at = replies.pressed_at(action, assessment.now())
    if chosen in _POINTS:
        await assessment.save(member, wizard, {action["block_id"]: int(chosen)}, answered_at=at)


async def show_result(
    ack: AsyncAck,
    body: dict[str, Any],
    client: AsyncWebClient,
    member: Member,
    assessment: AssessmentService,
) -> None:
    """The newest result again, with the choice of a plan."""
    await ack()
    result = await assessment.result(member)
    if result is None:
        await open_choice(client, body["trigger_id"], member, assessment)
    else:
        await client.views_open(trigger_id=body["trigger_id"], view=result_views.result_modal(result))


async def choose_plan(
    ack: AsyncAck,
    view: dict[str, Any],
    client: AsyncWebClient,
    member: Member,
    assessment: AssessmentService,
    plan: PlanService,
    refresh_home: RefreshHome,
) -> None:
    """Take the chosen plan; the message follows from the outbox."""
    number, slug = result_views.read_choice(view)
    chosen = assessment.catalog.plans.get(slug or "")
    if chosen is None:
        await ack(response_action="errors", errors={ids.PLAN: "Choose a plan."})
        return
    await ack(response_action="update", view=result_views.chosen_modal(chosen.title))
    if not await plan.choose(member, number, chosen.slug):
        await client.views_update(view_id=view["id"], view=result_views.same_plan_modal(chosen.title))
    await refresh_home(member)


async def suggest_zones(ack: AsyncAck, body: dict[str, Any], assessment: AssessmentService) -> None:
    """Time zones whose place matches what is typed."""
    found = zones.search(str(body.get("value", "")))
    await ack(options=zone_options(found, assessment.now()))


async def _finished_view(wizard: Wizard, member: Member, assessment: AssessmentService) -> Any:
    try:
        result: Result = await assessment.finish(member, wizard)
    except IncompleteError as error:
        if error.wizard.page == PROFILE_PAGE:
            standing = await assessment.standing(member)
            zone = standing.time_zone or assessment.default_zone
            return await _page_view(error.wizard, standing, assessment, zone)
        pages = assessment.pages(wizard.form)
        page = first_incomplete(pages, error.wizard.answers) or pages[0]
        notice = "These are still open. Then your result is ready."
        return views.page_modal(error.wizard, page, len(pages) + 1, notice=notice)
    return result_views.result_modal(result)


async def _page_view(wizard: Wizard, standing: Standing, assessment: AssessmentService, zone: str) -> Any:
    """Whatever page the wizard stands on."""
    pages = assessment.pages(wizard.form)
    if wizard.page == PROFILE_PAGE:
        profile = wizard.profile or standing.profile
        return views.profile_modal(
            wizard,
            len(pages) + 1,
            profile=profile,
            zone=profile.time_zone if profile else zone,
            now=assessment.now(),
        )
    return views.page_modal(wizard, pages[min(wizard.page, len(pages)) - 1], len(pages) + 1)
