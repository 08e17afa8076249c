"""The composition root: the only place that knows every part."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot import middleware
from bot.assessment import views as assessment_views
from bot.assessment.service import NOTHING_YET, AssessmentService
from bot.checkins import rendering as checkins_rendering
from bot.checkins import service as checkins_service
from bot.clock import Now
from bot.correlation import about
from bot.error_edge import answering
from bot.flood import Flood
from bot.gate import gate
from bot.groups import rendering as groups_rendering
from bot.groups.rounds import GroupRounds
from bot.groups.service import GroupService
from bot.groups.upkeep import GroupUpkeep
from bot.home import listeners as home_listeners
from bot.home.publishing import PAUSE_SECONDS, HomePublisher
from bot.home.service import HomeService
from bot.in_flight import InFlight
from bot.kinds import kinds_of
from bot.learn.library import Library
from bot.log import timer_views, timers
from bot.log.service import LogService
from bot.menu import service as menu_service
from bot.metrics import Metrics
from bot.mydata.feeds import CalendarFeeds
from bot.mydata.service import MyDataService
from bot.outgoing import MessageKind, one_by_one
from bot.pace import POSTS_PER_SECOND
from bot.people.service import PeopleService
from bot.pictures.service import PictureService
from bot.pictures.studio import Draw, Studio
from bot.plan import service as plan_service
from bot.preferences.service import PreferencesService
from bot.progress import rendering as progress_rendering
from bot.progress.bending import BendingService
from bot.progress.outcomes import OutcomeService
from bot.progress.service import ProgressService
from bot.pulse import DELIVERY, TICK, Pulse
from bot.registration import WORDS, register
from bot.reminders.service import ReminderService
from bot.retention import Retention
from bot.review.service import ReviewService
from bot.sampling import Sampler, outbox_look
from bot.scheduler import Job, build_scheduler, guarded
from bot.settings import KEEP_DAYS
from bot.stories import rendering as stories_rendering
from bot.stories.service import StoryService
from bot.stories.sharing import SharingService
from bot.today.service import TodayService
from bot.tracing import span
from bot.uninstall.service import UninstallService
from bot.why.service import WhyService
from bot.workspaces.deliveries import Deliveries
from bot.workspaces.directory import Connect, NotInstalledError, Workspaces
from bot.workspaces.installed import NOT_INSTALLED
from bot.workspaces.presence import Presence
from bot.workspaces.upkeep import Upkeep
from content.loader import Catalog
from storage.engine import Database
from storage.preferences import Defaults


@dataclass(frozen=True, slots=True)
class Coach:
    """The built bot, not yet connected."""

    app: AsyncApp
    delivery: Deliveries
    scheduler: AsyncIOScheduler
    in_flight: InFlight
    database: Database
    metrics: Metrics
    sampler: Sampler
    """What is looked up when somebody asks for the metrics."""
    tick: Job
    """What the scheduler runs: decide what is due, and deliver it."""
    take_over: Job
    """What a process does first: notice how long nobody ran on this database."""
    ticking: asyncio.Lock
    """Held while a tick is under way, which a stop waits for."""
    pulse: Pulse
    """When a tick and the delivery last came round."""
    calendar_feeds: CalendarFeeds
    upkeep: Upkeep
    """What a tick starts but does not wait for; a stop ends it."""


def build(
    *,
    catalog: Catalog,
    database: Database,
    connect: Connect,
    connect_poster: Connect,
    workspaces: Workspaces,
    now: Now,
    defaults: Defaults,
    tick_seconds: float,
    owner: str,
    spread_seconds: int = 0,
    keep_days: int = KEEP_DAYS,
    before_tick: Sequence[Job] = (),
    posts_per_second: float = POSTS_PER_SECOND,
    beside_tick: Sequence[Job] = (),
    presence: Presence | None = None,
    process_before_response: bool = False,
    draw: Draw | None = None,
    home_pause: float = PAUSE_SECONDS,
    metrics: Metrics | None = None,
    public_url: str | None = None,
    flood: Flood | None = None,
) -> Coach:
    """
    Put everything together inside the running event loop.

    `connect` makes the clients that answer people, `connect_poster` those that deliver the outbox and must
    not retry by themselves; `owner` names this process in claims; `draw` makes pictures, in a process of its
    own unless told otherwise; `home_pause` is how many seconds lie between two publishes of the same Home;
    `metrics` is where all of it is counted; `public_url` is where people's calendars find us, None where they
    cannot; `flood` is how fast one person may go. A tick starts `beside_tick` and does not wait for it.
    `presence` tells whether a workspace was really uninstalled; without it none is deleted. Tests pass
    `process_before_response`, so that a dispatch returns when its listener has ended.
    """

    async def authorize(
        team_id: str | None, enterprise_id: str | None, is_enterprise_install: bool | None
    ) -> AuthorizeResult | None:
        return await workspaces.authorize(team_id, enterprise_id, bool(is_enterprise_install))

    async def client_of(team_id: str) -> AsyncWebClient:
        token = await workspaces.token(team_id)
        if token is None:
            raise NotInstalledError(team_id)
        return connect(token)

    app = AsyncApp(
        # Bolt gives each request a copy of this client with the token that `authorize` names.
        client=connect(None),
        authorize=authorize,  # type: ignore[arg-type]  # Bolt takes None for "not installed" but does not say so
        process_before_response=process_before_response,
        request_verification_enabled=False,
        user_facing_authorize_error_message=NOT_INSTALLED,
    )
    kinds: dict[str, MessageKind] = {}
    metrics = metrics or Metrics()
    pulse = Pulse()

    async def group_refused(group_id: int, code: str) -> None:
        await group_upkeep.refused(group_id, code)

    delivery = Deliveries(
        workspaces=workspaces,
        database=database,
        connect=connect_poster,
        kinds=kinds,
        now=now,
        owner=owner,
        posts_per_second=posts_per_second,
        on_group_refused=group_refused,
        metrics=metrics,
        on_round=partial(pulse.beat, DELIVERY),
    )
    reminders = ReminderService(database, now, defaults, delivery.wake, spread_seconds, metrics.ended)
    assessment = AssessmentService(catalog, database, now, defaults.time_zone, reminders.follow)
    plan = plan_service.PlanService(catalog, database, now, delivery.wake, reminders)
    today = TodayService(catalog, database, now, reminders, delivery.wake)
    review = ReviewService(catalog, database, now, reminders)
    stories = StoryService(catalog, database, now, reminders, review.on_rated)
    sharing = SharingService(database, now, reminders, delivery.wake)
    preferences = PreferencesService(database, now, reminders)
    groups = GroupService(database, now, defaults.time_zone, reminders.touch, delivery.wake)
    group_rounds = GroupRounds(database, now, delivery.wake, metrics.ended)
    checkins = checkins_service.CheckInService(
        catalog, database, now, plan, reminders, group_rounds.on_answered
    )
    practice_log = LogService(catalog, database, now, plan, reminders)
    home = HomeService(catalog, database, now, reminders, assessment, plan, today, practice_log)
    home_publisher = HomePublisher(client_of, home, home_pause)
    practice_timers = timers.TimerService(database, now, reminders, practice_log)
    progress = ProgressService(catalog, database, now, plan, reminders)
    outcomes = OutcomeService(database, now, reminders, delivery.wake)
    group_upkeep = GroupUpkeep(database, now, defaults, delivery.wake)
    calendar_feeds = CalendarFeeds(database, now, plan, reminders, public_url)
    menu = menu_service.MenuService(database, now, delivery.wake)
    library = Library(catalog)
    why = WhyService(database, preferences)
    kinds |= kinds_of(plan, home, menu, library, today, preferences, why, review, practice_log, progress)
    # Nobody misses a week's check-in for an answer that was lost: twice is better than never.
    kinds[checkins_service.KIND] = MessageKind(
        checkins_rendering.renderer(checkins), resend_if_unreadable=True
    )
    # The offer of a timer can be had by hand, too; a doubled one looks broken.
    kinds[timers.KIND] = MessageKind(one_by_one(timer_views.render), resend_if_unreadable=False)
    kinds |= stories_rendering.kinds(sharing)
    kinds |= progress_rendering.kinds(outcomes)
    kinds |= groups_rendering.kinds(catalog, groups, group_rounds, group_upkeep)

    uninstall = UninstallService(database=database, now=now, presence=presence or Presence())

    # The same for every newcomer, so it is drawn once.
    first_choice = assessment_views.choice_modal(NOTHING_YET, catalog.forms, defaults.time_zone).to_dict()

    async def open_first_assessment(client: AsyncWebClient, trigger_id: str) -> None:
        await client.views_open(trigger_id=trigger_id, view=first_choice)

    app.use(gate(flood or Flood(), asyncio.get_running_loop().time, connect(None).base_url))
    app.use(middleware.leave_events_to_slack(database))
    app.use(
        middleware.provide(
            {
                "assessment": assessment,
                "plan": plan,
                "today": today,
                "checkins": checkins,
                "review": review,
                "stories": stories,
                "sharing": sharing,
                "practice_log": practice_log,
                "timers": practice_timers,
                "progress": progress,
                "bending": BendingService(catalog, database, now, reminders),
                "outcomes": outcomes,
                "home": home,
                "home_publisher": home_publisher,
                "menu": menu,
                "mydata": MyDataService(catalog, database, now, plan, reminders, delivery.wake),
                "calendar_feeds": calendar_feeds,
                "people": PeopleService(database, now, reminders, group_upkeep.person_gone),
                "preferences": preferences,
                "why": why,
                "groups": groups,
                "group_upkeep": group_upkeep,
                "library": library,
                "uninstall": uninstall,
                "pictures": PictureService(database, now, draw or Studio().draw),
                "known_words": WORDS,
                "open_first_assessment": open_first_assessment,
                "refresh_home": home_listeners.refresher(home_publisher),
            }
        )
    )
    register(app)
    app.error(answering(metrics))
    for name, pool in database.pools.items():
        metrics.watch_pool(name, size=pool.size(), used=pool.checkedout)
    sampler = Sampler([outbox_look(metrics, database, now)])
    in_flight = InFlight(metrics)
    in_flight.watch(app.listener_runner)

    clear = Retention(database, now, keep_days).clear
    ours = (reminders.beat, reminders.plan_due, group_rounds.plan_due, outcomes.plan_due, clear)
    tick_failed = metrics.failures.labels("tick").inc
    jobs = [guarded(job, tick_failed) for job in (*before_tick, *ours)]

    ticking = asyncio.Lock()
    numbers = itertools.count(1)
    upkeep = Upkeep([uninstall.work, *beside_tick])

    async def tick() -> None:
        async with ticking:
            await upkeep.start()
            with about(f"tick-{next(numbers)}", "tick"), span("tick"), metrics.ticking():
                for job in jobs:
                    await job()
            delivery.wake()
            pulse.beat(TICK)

    scheduler = build_scheduler(tick, tick_seconds=tick_seconds)
    return Coach(
        app,
        delivery,
        scheduler,
        in_flight,
        database,
        metrics,
        sampler,
        tick,
        reminders.take_over,
        ticking,
        pulse,
        calendar_feeds,
        upkeep,
    )
