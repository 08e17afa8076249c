"""The composition root: the only place that knows every part."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot import middleware
from bot.assessment import listeners as assessment_listeners
from bot.assessment import views as assessment_views
from bot.assessment.service import NOTHING_YET, AssessmentService
from bot.clock import Now
from bot.delivery import Delivery
from bot.error_edge import answer_error
from bot.home import listeners as home_listeners
from bot.home.service import HomeService
from bot.in_flight import InFlight
from bot.learn import listeners as learn_listeners
from bot.learn import views as learn_views
from bot.learn.library import Library
from bot.menu import listeners as menu_listeners
from bot.menu import service as menu_service
from bot.menu import views as menu_views
from bot.outgoing import MessageKind, Post
from bot.pace import Pace
from bot.people import listeners as people_listeners
from bot.people.service import PeopleService
from bot.plan import listeners as plan_listeners
from bot.plan import service as plan_service
from bot.plan import views as plan_views
from bot.scheduler import build_scheduler
from content.loader import Catalog
from storage.engine import Database

WORDS = (*assessment_views.WORDS, *plan_views.WORDS, *learn_views.WORDS, *menu_views.WORDS)


@dataclass(frozen=True, slots=True)
class Coach:
    """The built bot, not yet connected."""

    app: AsyncApp
    delivery: Delivery
    scheduler: AsyncIOScheduler
    in_flight: InFlight
    database: Database


def build(
    *,
    catalog: Catalog,
    database: Database,
    client: AsyncWebClient,
    poster: AsyncWebClient,
    identity: AuthorizeResult,
    now: Now,
    default_zone: str,
    tick_seconds: float,
    owner: str,
    pace: Pace | None = None,
    process_before_response: bool = False,
) -> Coach:
    """
    Put everything together inside the running event loop.

    `client` answers people, `poster` delivers the outbox and must not retry by itself; `owner` names this
    process in claims. Tests pass `process_before_response`, so that a dispatch returns when its listener has
    ended.
    """

    async def authorize() -> AuthorizeResult:
        return identity

    # Bolt gives each request a copy of this client with the token that `authorize` names.
    tokenless = AsyncWebClient(base_url=client.base_url, session=client.session, timeout=client.timeout)
    app = AsyncApp(
        client=tokenless,
        authorize=authorize,
        process_before_response=process_before_response,
        request_verification_enabled=False,
    )
    assessment = AssessmentService(catalog, database, now, default_zone)
    kinds: dict[str, MessageKind] = {}
    pace = pace or Pace(asyncio.get_running_loop().time)
    delivery = Delivery(database, poster, kinds, now, owner, pace)
    plan = plan_service.PlanService(catalog, database, now, delivery.wake)
    home = HomeService(assessment, plan)
    menu = menu_service.MenuService(database, now, delivery.wake)
    library = Library(catalog)
    kinds |= _kinds(plan, home, menu, library)

    # The same for every newcomer, so it is drawn once.
    first_choice = assessment_views.choice_modal(NOTHING_YET, catalog.forms, default_zone).to_dict()

    async def open_first_assessment(trigger_id: str) -> None:
        await client.views_open(trigger_id=trigger_id, view=first_choice)

    app.use(
        middleware.provide(
            {
                "assessment": assessment,
                "plan": plan,
                "home": home,
                "menu": menu,
                "people": PeopleService(database, now),
                "library": library,
                "known_words": WORDS,
                "open_first_assessment": open_first_assessment,
                "refresh_home": home_listeners.refresher(client, home),
            }
        )
    )
    # Bolt tries listeners in this order, each at a cost: people who type a command wait the shortest.
    assessment_listeners.register_command(app)
    plan_listeners.register_command(app)
    learn_listeners.register_command(app)
    menu_listeners.register_command(app)
    assessment_listeners.register(app)
    plan_listeners.register(app)
    learn_listeners.register(app)
    home_listeners.register(app)
    people_listeners.register(app)
    menu_listeners.register(app)
    app.error(answer_error)
    in_flight = InFlight()
    in_flight.watch(app.listener_runner)

    async def tick() -> None:
        delivery.wake()

    return Coach(app, delivery, build_scheduler(tick, tick_seconds=tick_seconds), in_flight, database)


def _kinds(
    plan: plan_service.PlanService, home: HomeService, menu: menu_service.MenuService, library: Library
) -> Mapping[str, MessageKind]:
    """How each kind of message is drawn, and what to do when nobody knows whether one arrived."""

    async def render_plan(payload: dict[str, Any]) -> Post:
        return plan_views.plan_post(await plan.overview_of(payload["plan_id"]))

    async def render_menu(payload: dict[str, Any]) -> Post:
        if payload["word"] == "help":
            return menu_views.help_post(WORDS)
        if payload["word"] == "learn":
            return learn_views.browse_post(library)
        member = await menu.member_of(payload["learner_id"])
        return menu_views.menu_post(await home.overview(member))

    return {
        # Somebody waits for their plan: twice is better than never.
        plan_service.KIND: MessageKind(render_plan, resend_if_unreadable=True),
        # In a chat a lost answer is asked for again; a doubled one looks broken.
        menu_service.KIND: MessageKind(render_menu, resend_if_unreadable=False),
    }
